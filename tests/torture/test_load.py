"""Clients that read nothing, and very many that come at once."""

import asyncio
import os
import socket
from contextlib import AsyncExitStack

import psutil
import pytest

from tests.torture.people import Person
from tests.torture.scenes import Scene
from tests.torture.sites import Site
from tests.torture.waiting import until
from tests.torture.wire import asking

pytestmark = pytest.mark.anyio

TASKS = 700
DESCRIPTION = "Ω" * 2000
CUT_SECONDS = 60.0
MOST_GROWTH = 64 * 1024 * 1024
RECONNECTS = 10_000 if os.environ.get("TORTURE") == "all" else 1_000
AT_ONCE = 250


@pytest.fixture(autouse=True)
def nothing_goes_wrong(single: Site):
    yield
    assert single.tally.wrong == []


async def test_who_reads_nothing_is_cut_off_and_costs_no_memory(single: Site, ann: Person) -> None:
    (server,) = single.servers
    for number in range(TASKS):
        task = {"title": f"Task {number}", "description": DESCRIPTION}
        assert (await ann.send("POST", "/api/tasks", task))[0] == 201
    before = server.memory()
    with socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        idle.connect(("127.0.0.1", server.port))
        lines = ("GET /api/events?after=0 HTTP/1.1", "Host: here", f"Cookie: {ann.cookie}")
        idle.sendall("\r\n".join([*lines, "", ""]).encode())
        port = idle.getsockname()[1]

        async def is_served() -> bool:
            return _is_served(server.pid, port)

        async def is_gone() -> bool:
            most.append(server.memory())
            return not _is_served(server.pid, port)

        most = [before]
        await until(is_served, CUT_SECONDS)
        await until(is_gone, CUT_SECONDS)
    assert max(most) - before < MOST_GROWTH


def _is_served(pid: int, port: int) -> bool:
    """Whether the process holds a connection from that port; the client's side would not know."""
    connections = psutil.Process(pid).net_connections("tcp")
    return any(connection.raddr and connection.raddr.port == port for connection in connections)


async def test_very_many_who_reconnect_at_once_are_all_served(single: Site, ann: Person) -> None:
    headers = {"Cookie": ann.cookie}
    async with Scene(single, ann) as scene:
        watch = await scene.begin()
        path = f"/api/chatkit/threads/{watch.thread_id}/stream?after=0"
        for _ in range(RECONNECTS // AT_ONCE):
            async with AsyncExitStack() as stack:
                asked = (
                    stack.enter_async_context(asking(single.urls[0], path, headers))
                    for _ in range(AT_ONCE)
                )
                replies = await asyncio.gather(*asked)
                assert {reply.status for reply in replies} == {200}
        await scene.ends()
        await scene.judge()
