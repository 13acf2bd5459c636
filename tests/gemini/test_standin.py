import asyncio
import json
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from anyio import fail_after

from taskchat.standin.faults import NUMBERED, play_for
from taskchat.standin.server import StandIn
from tests.console import PROGRAM, listen_to_interrupts

pytestmark = pytest.mark.anyio

CALL: dict[str, Any] = {
    "id": "c1",
    "type": "function",
    "function": {"name": "create_task", "arguments": "{}"},
    "extra_content": {"google": {"thought_signature": "skip_thought_signature_validator"}},
}
UNSIGNED: dict[str, Any] = {key: CALL[key] for key in ("id", "type", "function")}
USER: dict[str, Any] = {"role": "user", "content": "Hello"}
ASSISTANT: dict[str, Any] = {"role": "assistant", "content": "Hi"}
DEFINITIONS: dict[str, object] = {"$defs": {"a": {"type": "string"}}}
ANSWER: dict[str, Any] = {"role": "tool", "tool_call_id": "c1", "content": "{}"}

SECOND: dict[str, Any] = ANSWER | {"tool_call_id": "c2"}


def calling(*calls: dict[str, Any]) -> dict[str, Any]:
    return {"role": "assistant", "content": None, "tool_calls": list(calls)}


def signed(signature: str) -> dict[str, Any]:
    return UNSIGNED | {"extra_content": {"google": {"thought_signature": signature}}}


def tool(name: str = "create_task", /, **schema: object) -> dict[str, Any]:
    return {"type": "function", "function": {"name": name, "parameters": schema}}


@asynccontextmanager
async def asking() -> AsyncGenerator[tuple[StandIn, httpx2.AsyncClient]]:
    async with (
        StandIn() as endpoint,
        httpx2.AsyncClient(
            base_url=endpoint.base_url, headers={"Authorization": f"Bearer {endpoint.api_key}"}
        ) as client,
    ):
        with fail_after(5):
            yield endpoint, client


async def test_a_fault_that_there_is_not_is_refused_with_a_sentence() -> None:
    async with asking() as (_, client):
        for name in ("typo", "typo_once"):
            asked = body(messages=[{"role": "user", "content": f"Hello [[fault:{name}]]"}])
            reply = await client.post("chat/completions", json=asked)
            assert reply.status_code == 400
            assert f"There is no fault called {name}" in reply.text


def body(**changes: object) -> dict[str, object]:
    asked = {"model": "gemini-3.8-flash", "messages": [USER], "stream": True, **changes}
    return {key: value for key, value in asked.items() if value is not None}


REFUSED: list[tuple[dict[str, object], str]] = [
    ({"store": True}, "unknown_field"),
    ({"metadata": {}}, "unknown_field"),
    ({"reasoning_effort": "minimal"}, "effort_minimal"),
    ({"messages": [{"role": "system", "content": "x"}]}, "contents"),
    ({"messages": [{"role": "user", "content": ""}]}, "empty_parts"),
    ({"messages": [USER, ASSISTANT]}, "model_turn_last"),
    ({"messages": [calling(CALL), ANSWER]}, "call_turn"),
    ({"messages": [USER, ASSISTANT, calling(CALL), ANSWER]}, "call_turn"),
    ({"messages": [USER, calling(CALL), USER]}, "call_count"),
    ({"messages": [USER, calling(CALL), ANSWER, ANSWER]}, "call_count"),
    ({"messages": [USER, calling(UNSIGNED), ANSWER]}, "sig_required"),
    ({"messages": [USER, calling(CALL), ANSWER, ASSISTANT, ANSWER, USER]}, "call_count"),
    ({"messages": [ANSWER, USER]}, "call_count"),
    ({"messages": []}, "contents"),
    ({"messages": [USER, {"role": "assistant", "content": None}, USER]}, "empty_parts"),
    ({"messages": [USER, calling(CALL), ANSWER | {"content": ""}]}, "empty_parts"),
    (
        {"messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}]},
        "empty_parts",
    ),
    ({"messages": [{"role": "user", "content": []}]}, "empty_parts"),
    ({"messages": ["Hello"]}, "messages"),
    ({"messages": {"role": "user"}}, "messages"),
    ({"messages": [USER, calling(signed("MADE-UP")), ANSWER]}, "sig_required"),
    ({"reasoning_effort": "none", "model": "gemini-3.7-flash"}, "effort_minimal"),
    ({"seed": 1}, "unknown_field"),
    ({"tools": [tool("no spaces")]}, "tool_name"),
    ({"tools": [tool("1st")]}, "tool_name"),
    ({"tools": [tool("a" * 65)]}, "tool_name"),
    ({"tools": [tool()] * 513}, "tool_count"),
    ({"tools": [tool(required=["message"])]}, "required"),
    ({"tools": [tool(properties={"a": {"type": "object", "required": ["b"]}})]}, "required"),
    ({"tools": [tool(properties={"a": {"$ref": "#/$defs/no"}})]}, "reference"),
    ({"tools": [tool(properties={"a": {"$ref": "https://elsewhere/a"}})]}, "reference"),
]


@pytest.mark.parametrize(("changes", "rule"), REFUSED)
async def test_what_gemini_refuses_is_refused_in_its_words(
    changes: dict[str, object], rule: str
) -> None:
    async with asking() as (endpoint, client):
        reply = await client.post("chat/completions", json=body(**changes))
        assert reply.status_code == 400
        assert reply.json()[0]["error"]["status"] == "INVALID_ARGUMENT"
        assert endpoint.requests[0].refusal == rule


@pytest.mark.parametrize(
    "changes",
    [
        {"messages": [USER, calling(CALL), ANSWER]},
        {"messages": [USER, calling(UNSIGNED), ANSWER, ASSISTANT, USER]},
        {"messages": [USER, ASSISTANT], "model": "gemini-3.5-flash-lite"},
        {"messages": [USER, calling(UNSIGNED), ANSWER], "model": "gemini-2.5-flash"},
        {"messages": [USER, calling(signed("context_engineering_is_the_way_to_go")), ANSWER]},
        {"messages": [USER, calling(CALL, UNSIGNED | {"id": "c2"}), ANSWER, SECOND]},
        {"reasoning_effort": "low"},
        {"reasoning_effort": "minimal", "model": "gemini-3.5-flash-lite"},
        {"tools": [tool("a" * 64), tool("default_api:create.task-1")]},
        {"tools": [tool()] * 512},
        {"tools": [tool(properties={"required": {"type": "string"}})]},
        {"tools": [tool(properties={"a": {"$ref": "#/$defs/a"}}, **DEFINITIONS)]},
    ],
)
async def test_what_gemini_accepts_is_accepted(changes: dict[str, object]) -> None:
    async with asking() as (endpoint, client):
        reply = await client.post("chat/completions", json=body(**changes))
        assert reply.status_code == 200
        assert reply.text.endswith("data: [DONE]\n\n")
        assert endpoint.requests[0].refusal == ""


async def test_a_signature_that_was_issued_is_accepted() -> None:
    async with asking() as (endpoint, client):
        words = [{"role": "user", "content": "[[fault:call_one]]"}]
        await client.post("chat/completions", json=body(messages=words))
        again = body(messages=[*words, calling(signed("SIG1")), ANSWER])
        reply = await client.post("chat/completions", json=again)
        assert reply.status_code == 200
        assert endpoint.requests[1].refusal == ""


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff"])
async def test_what_is_no_json_object_is_refused(content: bytes) -> None:
    async with asking() as (endpoint, client):
        reply = await client.post("chat/completions", content=content)
        assert reply.status_code == 400
        assert endpoint.requests[0].refusal == "invalid_json"


async def test_without_a_key_the_answer_is_that_of_a_wrong_one() -> None:
    async with asking() as (endpoint, _), httpx2.AsyncClient(base_url=endpoint.base_url) as client:
        reply = await client.post("chat/completions", json=body())
        assert reply.status_code == 400
        assert endpoint.requests[0].refusal == "bad_key"


def test_every_numbered_fault_can_be_played() -> None:
    assert list(NUMBERED) == list(range(1, 47))
    names = [name for row in NUMBERED.values() for name in row]
    assert len(set(names)) == len(names)
    assert all(callable(play_for(name)) for name in names)


async def test_a_wrong_key_is_a_bad_request_wrapped_into_a_list() -> None:
    async with asking() as (_, client):
        headers = {"Authorization": "Bearer other"}
        reply = await client.post("chat/completions", json=body(), headers=headers)
        assert reply.status_code == 400
        assert reply.text == (
            '[{\n  "error": {\n    "code": 400,\n    "message": "Please pass a valid API key",\n'
            '    "status": "INVALID_ARGUMENT"\n  }\n}\n]\n'
        )


async def test_an_unknown_model_is_not_found() -> None:
    async with asking() as (_, client):
        reply = await client.post("chat/completions", json=body(model="no-existe"))
        assert reply.status_code == 404
        assert "models/no-existe is not found" in reply.text


async def test_the_bytes_of_a_chunk_are_geminis() -> None:
    async with asking() as (_, client):
        asked = body(messages=[{"role": "user", "content": "[[fault:text]]"}])
        reply = await client.post("chat/completions", json=asked)
        assert reply.text.split("\n\n")[0] == (
            'data: {"choices":[{"delta":{"content":"Hel","role":"assistant"},"index":0}],'
            '"created":1760000000,"id":"R1","model":"gemini-3.5-flash-lite",'
            '"object":"chat.completion.chunk"}'
        )


type Wanted = list[tuple[str, dict[str, str]]]

SAID: tuple[tuple[str, Wanted], ...] = (
    (
        "create a task called Pay rent due tomorrow at 5pm",
        [("create_task", {"title": "Pay rent", "due": "tomorrow at 5pm"})],
    ),
    ("Add buy milk.", [("create_task", {"title": "buy milk"})]),
    ("Add bread and butter", [("create_task", {"title": "bread and butter"})]),
    (
        'create a task called "A" and create a task called B due friday and a task called C',
        [
            ("create_task", {"title": "A"}),
            ("create_task", {"title": "B", "due": "friday"}),
            ("create_task", {"title": "C"}),
        ],
    ),
    ("delete all tasks", [("delete_all_tasks", {})]),
    ("complete all tasks", [("complete_all_tasks", {})]),
    ("list my tasks", [("list_tasks", {})]),
    ("complete #12", [("complete_task", {"task": "#12"})]),
    ("mark Pay rent as done", [("complete_task", {"task": "Pay rent"})]),
    ("delete the task Pay rent", [("delete_task", {"task": "Pay rent"})]),
    ("rename Pay rent to Pay tax", [("update_task", {"task": "Pay rent", "title": "Pay tax"})]),
    ("How are you?", []),
)


@pytest.mark.parametrize(("words", "calls"), SAID)
async def test_plain_words_become_calls(words: str, calls: Wanted) -> None:
    names = """create_task list_tasks update_task complete_task delete_task complete_all_tasks
    delete_all_tasks"""
    async with asking() as (_, client):
        asked = body(
            messages=[{"role": "user", "content": words}], tools=[tool(n) for n in names.split()]
        )
        reply = await client.post("chat/completions", json=asked)
        lines = [line[6:] for line in reply.text.split("\n\n") if line.startswith("data: {")]
        entries = [
            entry["function"]
            for line in lines
            for entry in json.loads(line)["choices"][0]["delta"].get("tool_calls", [])
        ]
        assert [(entry["name"], json.loads(entry["arguments"])) for entry in entries] == calls


async def test_faults_can_be_queued_and_requests_read_over_http() -> None:
    async with asking() as (endpoint, client):
        control = endpoint.base_url.removesuffix("/v1beta/openai/")
        await client.post(f"{control}/__script", json={"steps": ["503", ""]})
        first = await client.post("chat/completions", json=body())
        second = await client.post("chat/completions", json=body())
        assert (first.status_code, second.status_code) == (503, 200)
        assert (await client.get(f"{control}/__requests")).json() == [body(), body()]


async def test_it_can_be_started_by_hand() -> None:
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *("doctor", "--stand-in", "--port", "0", "--delay-first", "0", "--pace", "0"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        preexec_fn=listen_to_interrupts,
    )
    assert process.stdout is not None
    with fail_after(30):
        line = (await process.stdout.readline()).decode()
        address, key = (pair.split("=", 1)[1] for pair in line.split())
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {key}"}) as client:
            reply = await client.post(f"{address}chat/completions", json=body())
        process.send_signal(signal.SIGINT)
        rest, _ = await process.communicate()
    assert reply.text.endswith("data: [DONE]\n\n")
    assert "[[fault:NAME]]" in rest.decode()
    assert "Traceback" not in rest.decode()
