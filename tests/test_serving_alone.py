import subprocess
import sys
from pathlib import Path

import pytest

from taskchat.db.lock import serving_alone
from taskchat.domain.errors import Conflict

HOLD = """
import sys
from taskchat.db.lock import serving_alone
with serving_alone(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_is_refused_until_the_first_is_gone_even_if_it_was_killed(
    tmp_path: Path,
) -> None:
    url = f"sqlite:///{tmp_path / 'taskchat.db'}"
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(Conflict) as refused, serving_alone(url):
            pass
        assert refused.value.code == "database_in_use"
        first.kill()

    with serving_alone(url):
        pass


def test_postgresql_may_be_served_by_many() -> None:
    url = "postgresql://localhost/taskchat"
    with serving_alone(url), serving_alone(url):
        pass
