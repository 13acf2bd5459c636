"""What the doctor says of model servers that do one thing badly."""

import socket
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime

import pytest
from anyio import fail_after

from taskchat.chat.doctor.findings import Check, Finding, Status
from taskchat.chat.doctor.probe import MOST_REQUESTS
from taskchat.chat.doctor.service import Doctor, Examination
from taskchat.chat.doctor.surroundings import Connection
from taskchat.db.condition import Condition
from taskchat.standin.server import StandIn
from taskchat.usage.prices import Price, Prices
from tests.doctor import defects
from tests.doctor.defects import GEMINI, OWN, Defect, DefectiveEndpoint

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 40
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
NEW = Condition(is_reachable=True)
FREE = {OWN: Price(input=0, cached=None, output=0)}
OK, WARNING, FAILED = Status.OK, Status.WARNING, Status.FAILED

type Wanted = Mapping[str, tuple[Status, str]]


def examine(
    base_url: str, *, model: str = GEMINI, key: str = "test-key", idle: float = 5.0
) -> Examination:
    connection = Connection(base_url, key, model, idle, tells_address=True)
    doctor = Doctor(connection, prices=Prices(FREE), daily_cost=0.0, clock=lambda: NOW)
    return doctor.examine(tells_address=True)


async def read(examination: Examination) -> dict[Check, Finding]:
    with fail_after(PATIENCE_SECONDS):
        findings = [finding async for finding in examination.findings(NEW)]
    assert [finding.name for finding in findings] == list(Check)
    return {finding.name: finding for finding in findings}


def check(findings: Mapping[Check, Finding], wanted: Wanted) -> None:
    """Everything that is not mentioned is well."""
    for name, finding in findings.items():
        status, words = wanted.get(name, (OK, ""))
        assert finding.status is status, finding
        assert words in finding.found, finding
        assert bool(finding.advice) or status not in (WARNING, FAILED), finding


def nothing_after(last: Check, *, but: Wanted) -> dict[str, tuple[Status, str]]:
    asked = [c for c in Check if c not in (Check.SETTINGS, Check.DATABASE, Check.PRICE)]
    unknown = asked[asked.index(last) + 1 :]
    return dict.fromkeys(unknown, (Status.SKIPPED, "Not checked")) | dict(but)


NO_CALLS: Wanted = {
    "parallel_tools": (Status.SKIPPED, "no call to go on from"),
    "signatures": (Status.SKIPPED, "no call to go on from"),
}
DEFECTS: list[tuple[Defect, str, Wanted]] = [
    (defects.in_one_piece, OWN, {"streaming": (WARNING, "in one piece")}),
    (defects.all_at_once, OWN, {"streaming": (WARNING, "all at once")}),
    (defects.without_tools, OWN, {"tools": (FAILED, "cannot use tools"), **NO_CALLS}),
    (defects.only_talking, OWN, {"tools": (FAILED, "called no tool"), **NO_CALLS}),
    (defects.unfinished_arguments, OWN, {"tools": (FAILED, "do not fit"), **NO_CALLS}),
    (defects.merged_calls, OWN, {"parallel_tools": (WARNING, "merged into one")}),
    (defects.one_call_at_a_time, OWN, {"parallel_tools": (WARNING, "one tool at once")}),
    (defects.without_counts, OWN, {"usage": (WARNING, "estimated")}),
    (defects.counts_per_piece, OWN, {"usage": (WARNING, "not as a running total")}),
    (defects.without_signatures, OWN, {"signatures": (OK, "none")}),
    (defects.refused_signatures, GEMINI, {"signatures": (WARNING, "refused")}),
    (defects.numbered_calls, OWN, {"parallel_tools": (OK, "Two calls in one answer.")}),
    (defects.null_messages, OWN, {}),
    (
        defects.without_words,
        OWN,
        nothing_after(Check.STREAMING, but={"streaming": (FAILED, "holds no words")}),
    ),
    (
        defects.a_web_page,
        OWN,
        nothing_after(Check.ENDPOINT, but={"endpoint": (FAILED, "a web page")}),
    ),
    (
        defects.used_up,
        GEMINI,
        nothing_after(Check.MODEL, but={"model": (FAILED, "Today's free quota")}),
    ),
    (
        defects.refusing_without_words,
        OWN,
        nothing_after(Check.KEY, but={"key": (FAILED, "not accepted")}),
    ),
]


@pytest.mark.parametrize(
    ("defect", "model", "wanted"), DEFECTS, ids=[defect.__name__ for defect, *_ in DEFECTS]
)
async def test_a_defect_is_called_by_its_name_and_nothing_else_is_blamed(
    defect: Defect, model: str, wanted: Wanted
) -> None:
    async with DefectiveEndpoint(defect) as endpoint:
        check(await read(examine(endpoint.base_url, model=model)), wanted)
        assert len(endpoint.requests) <= MOST_REQUESTS


@pytest.mark.parametrize("model", [GEMINI, "gemini-3.8-flash", OWN])
async def test_a_server_without_a_defect_is_well_in_everything(model: str) -> None:
    async with StandIn(models=[OWN]) as endpoint:
        examination = examine(endpoint.base_url, model=model)
        findings = await read(examination)
        check(
            findings,
            {
                "parallel_tools": (OK, "without an index: TaskChat tells them apart"),
                "signatures": (OK, "accepted when the call was sent back"),
                "usage": (OK, "400 tokens read, 20 written and 10 thought"),
            },
        )
        assert [request.refusal for request in endpoint.requests] == [""] * 4
        assert examination.requests == 4
        assert examination.tokens.total == 4 * 430


async def test_a_wrong_key_an_unknown_model_and_a_wrong_path_are_told_apart() -> None:
    async with StandIn() as endpoint:
        key = await read(examine(endpoint.base_url, key="another-key-canary"))
        check(key, nothing_after(Check.KEY, but={"key": (FAILED, "not accepted")}))
        assert "canary" not in str(key)

        model = await read(examine(endpoint.base_url, model=OWN))
        check(model, nothing_after(Check.MODEL, but={"model": (FAILED, f"{OWN} is not")}))

        path = await read(examine(endpoint.base_url.replace("/openai", "")))
        wanted = {"endpoint": (FAILED, "a web page instead of JSON (HTTP 404)")}
        check(path, nothing_after(Check.ENDPOINT, but=wanted))


async def test_nothing_listening_is_told_with_the_address_but_without_what_is_secret_in_it() -> (
    None
):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    findings = await read(examine(f"http://ann:canary@127.0.0.1:{port}/v1"))
    wanted = {"endpoint": (FAILED, f"http://127.0.0.1:{port}/v1 cannot be reached.")}
    check(findings, nothing_after(Check.ENDPOINT, but=wanted))
    assert "canary" not in str(findings)


async def test_a_redirect_is_named_and_never_followed() -> None:
    async with AsyncExitStack() as stack:
        elsewhere = await stack.enter_async_context(StandIn(models=[OWN]))
        defect = defects.redirecting_to(f"{elsewhere.base_url}chat/completions")
        endpoint = await stack.enter_async_context(DefectiveEndpoint(defect))
        findings = await read(examine(endpoint.base_url, model=OWN))
        wanted = {"endpoint": (FAILED, "redirects to 127.0.0.1 (HTTP 307)")}
        check(findings, nothing_after(Check.ENDPOINT, but=wanted))
        assert (len(endpoint.requests), elsewhere.connections) == (1, 0)


async def test_a_server_that_keeps_silent_ends_the_examination_soon() -> None:
    async with DefectiveEndpoint(defects.endless_silence) as endpoint:
        findings = await read(examine(endpoint.base_url, model=OWN, idle=1.0))
        wanted = {"endpoint": (FAILED, "nothing for 1 seconds")}
        check(findings, nothing_after(Check.ENDPOINT, but=wanted))


async def test_a_key_that_the_server_repeats_is_not_passed_on() -> None:
    async with DefectiveEndpoint(defects.telling_the_key, api_key=defects.TOLD_KEY) as endpoint:
        findings = await read(examine(endpoint.base_url, key=defects.TOLD_KEY))
        wanted = {"model": (FAILED, "What should I do with (key)?")}
        check(findings, nothing_after(Check.MODEL, but=wanted))
        assert defects.TOLD_KEY not in str(findings)


async def test_a_key_that_the_server_gives_as_its_name_is_not_shown() -> None:
    async with DefectiveEndpoint(defects.calling_itself_the_key, api_key=defects.TOLD_KEY) as own:
        findings = await read(examine(own.base_url, model=OWN, key=defects.TOLD_KEY))
        assert findings[Check.MODEL].found == f"{OWN} answers. It calls itself (key)."
        assert defects.TOLD_KEY not in str(findings)


async def test_nothing_is_asked_until_the_settings_are_right() -> None:
    async with StandIn(models=[OWN]) as endpoint:
        findings = await read(examine(endpoint.base_url, key="two words"))
        assert findings[Check.SETTINGS].status is FAILED
        assert findings[Check.MODEL] == Finding(
            Check.MODEL, Status.SKIPPED, "Nothing is asked until the settings are right."
        )
        assert endpoint.connections == 0


async def test_failing_after_the_tools_ran_is_told_of_the_tools_within_the_requests_allowed() -> (
    None
):
    async with DefectiveEndpoint(defects.silent_after_tools) as endpoint:
        findings = await read(examine(endpoint.base_url))
        assert findings[Check.TOOLS].status is FAILED
        assert "overloaded" in findings[Check.TOOLS].found
        assert findings[Check.SIGNATURES].status is WARNING
        assert len(endpoint.requests) == MOST_REQUESTS


async def test_people_are_not_told_where_the_model_server_is() -> None:
    async with StandIn(models=[OWN]) as endpoint:
        connection = Connection(endpoint.base_url, "test-key", OWN, 5.0)
        doctor = Doctor(connection, prices=Prices(), daily_cost=1.0, clock=lambda: NOW)
        findings = await read(doctor.examine())
        assert "127.0.0.1" not in str(findings)
        assert findings[Check.ENDPOINT].found == "The model server answers."
        assert findings[Check.PRICE].status is WARNING
        assert "TASKCHAT_DAILY_COST does not limit it" in findings[Check.PRICE].found
