"""Nothing but the configured model endpoint is ever contacted, whatever else the environment offers."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from anyio import fail_after, move_on_after
from dirty_equals import IsPartialDict

from taskchat.standin.server import StandIn
from taskchat.standin.wire import Reply, error
from tests.api.chat_client import ChatClient, calls_of, status_of

pytestmark = pytest.mark.anyio

PROGRAM = Path(sys.executable).parent / "taskchat"
PATIENCE_SECONDS = 40
REPORTING_SECONDS = 7  # the agents SDK sends what it has traced every five
CONNECTION_TRIES = 12  # with growing pauses between them
CANARY = "sk-canary-of-another-company"
KEY = "key-of-the-configured-endpoint"

# Python asks its audit hooks before each connection and each look-up of a name. uvloop would not
# ask, so the recorded process has to do without it.
RECORDER = """
import os, sys
sys.modules["uvloop"] = None
record = os.open(os.environ["RECORD"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def hook(event, arguments):
    if event == "socket.connect":
        os.write(record, f"connect {arguments[1]}\\n".encode())
    elif event == "socket.getaddrinfo":
        os.write(record, f"look up {arguments[0]}\\n".encode())
    elif event in ("socket.sendto", "socket.sendmsg"):
        os.write(record, f"send {arguments[1]}\\n".encode())

sys.addaudithook(hook)
"""


@dataclass
class Trap:
    """Listens where nobody should call, and refuses to talk."""

    port: int = 0
    calls: list[bytes] = field(default_factory=list[bytes])
    called: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.calls.append(await reader.read(1000))
        self.called.set()
        writer.close()


@dataclass(frozen=True)
class Recorded:
    """The surroundings of a process: a trap, and a file in which its connections are written down."""

    home: Path
    trap: Trap

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{self.home}:{os.environ.get('PYTHONPATH', '')}",
            "RECORD": str(self.home / "record"),
            "HTTP_PROXY": self.trap.url,
            "HTTPS_PROXY": self.trap.url,
            "ALL_PROXY": self.trap.url,
            "OPENAI_API_KEY": CANARY,
            "OPENAI_BASE_URL": self.trap.url,
            "OPENAI_ORG_ID": CANARY,
            "HOME": str(self.home),
        }

    def connections(self) -> set[str]:
        return set((self.home / "record").read_text().splitlines())


@pytest.fixture
async def recorded(tmp_path: Path) -> AsyncGenerator[Recorded]:
    (tmp_path / "sitecustomize.py").write_text(RECORDER)
    trap = Trap()
    server = await asyncio.start_server(trap.answer, "127.0.0.1", 0)
    trap.port = server.sockets[0].getsockname()[1]
    async with server:
        yield Recorded(tmp_path, trap)


@dataclass(frozen=True)
class Talk:
    """What was heard from a server and what it wrote."""

    events: list[dict[str, object]]
    output: str


@asynccontextmanager
async def served(
    recorded: Recorded, settings: dict[str, str]
) -> AsyncGenerator[tuple[ChatClient, asyncio.subprocess.Process]]:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        "serve",
        cwd=recorded.home,
        env=recorded.environment | settings | {"TASKCHAT_PORT": str(port)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    patient = httpx2.AsyncHTTPTransport(retries=CONNECTION_TRIES)
    try:
        with fail_after(PATIENCE_SECONDS):
            async with httpx2.AsyncClient(
                base_url=f"http://127.0.0.1:{port}", transport=patient
            ) as http:
                yield ChatClient(http), process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def talk(recorded: Recorded, **settings: str) -> Talk:
    """One message that makes the assistant call a tool, and all that the server ever printed."""
    async with served(recorded, settings) as (ann, process):
        await ann.register()
        events = await ann.say("create a task called test migration")
        with move_on_after(REPORTING_SECONDS):
            await recorded.trap.called.wait()
        process.terminate()
        output, _ = await process.communicate()
    return Talk(events, output.decode())


def redirect(address: str) -> Reply:
    """Keeps the method and the body, as 307 asks for."""
    head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {address}\r\nContent-Length: 0\r\n\r\n"
    return Reply((head.encode(),))


def check_effect(talk: Talk) -> None:
    assert calls_of(talk.events) == [IsPartialDict(name="create_task", status="ok")]
    assert status_of(talk.events) == "completed"


def check_secrecy(recorded: Recorded, talk: Talk, *secrets: str) -> None:
    kept = b"".join(path.read_bytes() for path in recorded.home.rglob("*") if path.is_file())
    for secret in secrets:
        assert secret not in talk.output
        assert secret.encode() not in kept


async def test_only_the_configured_endpoint_is_contacted_and_only_with_its_own_key(
    recorded: Recorded,
) -> None:
    async with StandIn(api_key=KEY) as endpoint:
        heard = await talk(recorded, GEMINI_API_KEY=KEY, GEMINI_BASE_URL=endpoint.base_url)
        check_effect(heard)
        host, port = endpoint.base_url.split("/")[2].split(":")

        assert recorded.connections() - {f"look up {host}"} == {f"connect ('{host}', {port})"}
        assert recorded.trap.calls == []
        sent = [(request.headers, request.body) for request in endpoint.requests]
        assert {headers["authorization"] for headers, _ in sent} == {f"Bearer {KEY}"}
        assert CANARY not in str(sent)
        check_secrecy(recorded, heard, CANARY, KEY)


async def test_an_endpoint_that_sends_elsewhere_and_repeats_the_key_gets_nothing_out_of_it(
    recorded: Recorded,
) -> None:
    async with StandIn(api_key=KEY) as endpoint:
        settings = {"GEMINI_API_KEY": KEY, "GEMINI_BASE_URL": endpoint.base_url}
        completions = "v1/chat/completions"
        refusal = error(400, "INVALID_ARGUMENT", f"Consumer 'api_key:{KEY}' is suspended.")
        endpoint.script(
            [
                redirect(f"{recorded.trap.url}/{completions}"),
                redirect(f"https://elsewhere.example/{completions}"),
                refusal,
            ]
        )
        async with served(recorded, settings) as (ann, process):
            await ann.register()
            answers = [await ann.say("Hello") for _ in range(3)]
            process.terminate()
            output, _ = await process.communicate()
        host, port = endpoint.base_url.split("/")[2].split(":")

        heard = Talk([event for answer in answers for event in answer], output.decode())
        assert [status_of(answer) for answer in answers] == ["failed"] * 3
        assert "is suspended" in heard.output
        assert KEY not in str(heard.events)
        assert recorded.connections() - {f"look up {host}"} == {f"connect ('{host}', {port})"}
        assert recorded.trap.calls == []
        assert len(endpoint.requests) == 3
        assert CANARY not in str([(request.headers, request.body) for request in endpoint.requests])
        check_secrecy(recorded, heard, CANARY, KEY)


async def test_the_built_in_commands_contact_nobody(recorded: Recorded) -> None:
    heard = await talk(recorded)
    check_effect(heard)

    assert recorded.connections() - {"look up 127.0.0.1"} == set()
    assert recorded.trap.calls == []
    check_secrecy(recorded, heard, CANARY)


async def test_the_doctor_contacts_only_the_configured_endpoint(recorded: Recorded) -> None:
    async with StandIn(api_key=KEY) as endpoint:
        settings = {"GEMINI_API_KEY": KEY, "GEMINI_BASE_URL": endpoint.base_url}
        with fail_after(PATIENCE_SECONDS):
            process = await asyncio.create_subprocess_exec(
                PROGRAM,
                "doctor",
                cwd=recorded.home,
                env=recorded.environment | settings,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            output, _ = await process.communicate()
        host, port = endpoint.base_url.split("/")[2].split(":")

        assert process.returncode == 0
        assert recorded.connections() - {f"look up {host}"} == {f"connect ('{host}', {port})"}
        assert recorded.trap.calls == []
        assert {r.headers["authorization"] for r in endpoint.requests} == {f"Bearer {KEY}"}
        check_secrecy(recorded, Talk([], output.decode()), CANARY, KEY)


async def test_a_connection_that_should_not_be_would_be_noticed(recorded: Recorded) -> None:
    planted = (
        "import asyncio, httpx2\n"
        "async def call():\n"
        "    async with httpx2.AsyncClient() as client:\n"
        "        await client.get('http://elsewhere.example/')\n"
        "asyncio.run(call())"
    )
    with fail_after(PATIENCE_SECONDS):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", planted, env=recorded.environment, stderr=asyncio.subprocess.PIPE
        )
        await process.communicate()

    assert f"connect ('127.0.0.1', {recorded.trap.port})" in recorded.connections()
    assert recorded.trap.calls[0].startswith(b"GET http://elsewhere.example/")
