import pytest

from taskchat.tasks.tools import TASK_TOOLS
from tests.api.serving import Server

pytestmark = pytest.mark.anyio


async def test_every_tool_has_its_rest_twin(server: Server) -> None:
    async with server.client() as client:
        paths = (await client.get("/openapi.json")).json()["paths"]
    operations = {method["operationId"] for path in paths.values() for method in path.values()}

    assert {tool.name for tool in TASK_TOOLS} <= operations


async def test_the_description_holds_the_chatkit_types_beside_ours(server: Server) -> None:
    async with server.client() as client:
        schemas = (await client.get("/openapi.json")).json()["components"]["schemas"]

    assert {"ThreadStreamEvent", "ThreadItem", "Thread", "ChatKitReq", "TaskOut"} <= set(schemas)
    assert schemas["CreateTask"]["properties"]["title"]["$ref"].endswith("/TaskTitle")
    assert schemas["TaskTitle"]["type"] == "string"


async def test_the_docs_page_needs_no_script(server: Server) -> None:
    async with server.client() as client:
        page = await client.get("/docs")

    assert page.status_code == 200
    assert "create_task" in page.text
    assert "<script" not in page.text


async def test_a_wrong_method_and_an_unknown_address_are_told_apart(server: Server) -> None:
    async with server.client() as client:
        wrong_method = await client.delete("/api/auth/me")
        unknown = await client.get("/api/nothing", headers={"accept": "text/html"})

    assert (wrong_method.status_code, wrong_method.json()["code"]) == (405, "method_not_allowed")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not_found")
