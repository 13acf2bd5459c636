from tests.api.conftest import serve as serve
from tests.api.conftest import start_server as start_server
