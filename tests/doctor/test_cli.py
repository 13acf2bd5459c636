"""`taskchat doctor`, as a person at a console runs it."""

import asyncio
import json
import os
import signal
from typing import Any

import pytest
from anyio import fail_after
from dirty_equals import IsPartialDict, IsStr

from taskchat.standin.faults import FAULTS
from taskchat.standin.server import StandIn
from tests.console import PROGRAM, Console, listen_to_interrupts
from tests.doctor import defects
from tests.doctor.defects import OWN, DefectiveEndpoint

pytestmark = pytest.mark.anyio

KEY = "key-canary-0123456789"
PATIENCE_SECONDS = 40
ROW = r"(ok|warning|failed|skipped) +\S.*"


def rows(out: str) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in json.loads(out)}


async def test_a_table_has_one_line_for_each_check_and_never_the_key(console: Console) -> None:
    async with StandIn(api_key=KEY) as endpoint:
        ended = await console.run("doctor", GEMINI_API_KEY=KEY, GEMINI_BASE_URL=endpoint.base_url)
        assert (ended.status, ended.err) == (0, "")
        *lines, expense = ended.out.splitlines()
        assert lines == [IsStr(regex=ROW)] * 11
        assert {line.split()[0] for line in lines} == {"ok"}
        assert "its tables are up to date" in lines[1]
        assert expense == "This check took 4 requests, 1720 tokens, US$ 0.0008."
        assert "canary" not in ended.out
        assert len(endpoint.requests) == 4


async def test_what_failed_is_in_the_rows_and_in_the_exit_status_and_nowhere_else(
    console: Console,
) -> None:
    async with StandIn() as endpoint:
        ended = await console.run(
            "doctor", "--json", GEMINI_API_KEY=KEY, GEMINI_BASE_URL=endpoint.base_url
        )
        assert (ended.status, ended.err) == (1, "")
        assert rows(ended.out)["key"] == IsPartialDict(status="failed", advice=IsStr(min_length=1))
        assert "canary" not in ended.out


async def test_a_warning_is_no_failure_and_another_model_can_be_named(console: Console) -> None:
    async with DefectiveEndpoint(defects.without_counts) as endpoint:
        ended = await console.run(
            "doctor",
            "--json",
            "--model",
            OWN,
            GEMINI_API_KEY=endpoint.api_key,
            GEMINI_BASE_URL=endpoint.base_url,
        )
        told = rows(ended.out)
        assert ended.status == 0
        assert (told["usage"]["status"], told["price"]["status"]) == ("warning", "warning")
        assert {request.body["model"] for request in endpoint.requests} == {OWN}


async def test_without_a_key_it_says_who_answers_and_how_to_get_one(console: Console) -> None:
    new = console.home / "new"
    ended = await console.run("doctor", "--json", TASKCHAT_DATA_DIR=str(new))
    told = rows(ended.out)
    assert (ended.status, ended.err) == (0, "")
    assert "built-in commands answer" in told["settings"]["found"]
    assert "https://aistudio.google.com/apikey" in told["settings"]["advice"]
    assert "improve its products" in told["settings"]["advice"]
    assert told["database"]["status"] == "ok"
    assert told["tools"]["status"] == "skipped"
    assert not new.exists()


async def test_an_own_server_without_a_key_gets_the_advice_to_set_any_word(
    console: Console,
) -> None:
    ended = await console.run("doctor", "--json", GEMINI_BASE_URL="http://localhost:11434/v1")
    assert ended.status == 0
    assert rows(ended.out)["settings"] == IsPartialDict(
        status="warning", advice=IsStr(regex=".*any word.*")
    )


@pytest.mark.parametrize("setting", ["https://user:canary@api.openai.com/v1", "nowhere canary"])
async def test_a_wrong_setting_is_a_failed_row(console: Console, setting: str) -> None:
    ended = await console.run("doctor", "--json", GEMINI_BASE_URL=setting)
    told = rows(ended.out)
    assert (ended.status, ended.err, len(told)) == (1, "", 11)
    assert told["settings"] == IsPartialDict(
        status="failed", found=IsStr(regex="GEMINI_BASE_URL .*")
    )
    assert told["model"]["found"] == "Nothing is asked until the settings are right."
    assert "canary" not in ended.out


@pytest.mark.parametrize("key", ["canary with spaces", "canary\nX-Other: header", "canarÿ"])
async def test_a_key_that_cannot_be_sent_is_not_sent(console: Console, key: str) -> None:
    async with StandIn() as endpoint:
        ended = await console.run("doctor", GEMINI_API_KEY=key, GEMINI_BASE_URL=endpoint.base_url)
        assert ended.status == 1
        assert ended.out.startswith("failed   Settings")
        assert "canar" not in ended.out + ended.err
        assert endpoint.connections == 0


async def test_a_database_that_is_away_is_a_failed_row_without_its_password(
    console: Console,
) -> None:
    url = "postgresql://ann:canary@127.0.0.1:1/tasks"
    ended = await console.run("doctor", "--json", DATABASE_URL=url)
    assert ended.status == 1
    assert rows(ended.out)["database"] == IsPartialDict(status="failed")
    assert "canary" not in ended.out + ended.err


async def test_an_interrupt_ends_it_at_once_and_without_a_stack_trace(console: Console) -> None:
    async with DefectiveEndpoint(defects.endless_silence) as endpoint:
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            "doctor",
            cwd=console.home,
            env={
                "PATH": os.environ["PATH"],
                "TASKCHAT_DATA_DIR": str(console.home),
                "GEMINI_API_KEY": endpoint.api_key,
                "GEMINI_BASE_URL": endpoint.base_url,
                "GEMINI_MODEL": OWN,
            },
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            preexec_fn=listen_to_interrupts,
        )
        with fail_after(PATIENCE_SECONDS):
            await endpoint.request_with("Count")
            process.send_signal(signal.SIGINT)
            out, _ = await process.communicate()
            await endpoint.requests[0].left.wait()
        assert process.returncode not in (0, None)
        assert "Traceback" not in out.decode()
        assert len(out.decode().splitlines()) <= 4


async def test_the_faults_of_the_stand_in_are_listed(console: Console) -> None:
    ended = await console.run("doctor", "--list")
    assert ended.out.split() == sorted(FAULTS)
