"""Every numbered fault ends as wanted: for one person, for two at once, and for the message after it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from taskchat.standin.faults import NUMBERED
from tests.faults.rounds import Outcome, play_all, play_in_two
from tests.faults.rows import ROWS
from tests.faults.site import serving

pytestmark = pytest.mark.anyio

IDLE_SECONDS = 6.0
SLOW_SECONDS = 2.0
HANG_UP_SECONDS = 2.0  # while other tests run
ON_POSTGRES = (2, 4, 12, 32, 45)

type Outcomes = dict[int, list[Outcome]]


async def _played(url: str, directory: Path, numbers: tuple[int, ...]) -> Outcomes:
    """Together: most of their time is waiting."""
    cases = [(number, case) for number in numbers for case in ROWS[number]]
    async with serving(
        url, directory, idle_seconds=IDLE_SECONDS, slow_seconds=SLOW_SECONDS
    ) as site:
        outcomes = await play_all(site, cases, play_in_two, hang_up_seconds=HANG_UP_SECONDS)
    return {number: [each for each in outcomes if each.number == number] for number in numbers}


@pytest.fixture(scope="module")
async def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    directory = tmp_path_factory.mktemp("faults")
    return await _played(f"sqlite:///{directory / 'taskchat.db'}", directory, tuple(ROWS))


@pytest.mark.parametrize("number", ROWS)
async def test_a_fault_ends_as_wanted(number: int, on_sqlite: Outcomes) -> None:
    assert {each.case.name: each.wrong for each in on_sqlite[number] if each.wrong} == {}


async def test_faults_end_the_same_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    outcomes = await _played(postgres_url, tmp_path, ON_POSTGRES)
    played = [each for of_row in outcomes.values() for each in of_row]
    assert {each.case.name: each.wrong for each in played if each.wrong} == {}


UNWANTED: list[dict[str, Any]] = [
    {"said": ()},
    {"kind": "cut_off"},
    {"sentence": "Try again."},
    {"remedies": ("retry",)},
    {"tasks": ("A", "A")},
    {"requests": 3},
    {"meanwhile": ("Trying again in 2 seconds…",)},
    {"echo": "SIG2"},
    {"tokens": (1, 2)},
    {"way": "stop"},
    {"then_said": ()},
]


@pytest.mark.parametrize("wanted", UNWANTED, ids=lambda wanted: next(iter(wanted)))
async def test_an_outcome_that_was_not_wanted_is_noticed(
    wanted: dict[str, Any], on_sqlite: Outcomes
) -> None:
    (outcome,) = on_sqlite[2]
    assert replace(outcome, case=replace(outcome.case, **wanted)).wrong


async def test_an_endpoint_that_is_left_late_is_noticed(on_sqlite: Outcomes) -> None:
    (stopped,) = [outcome for outcome in on_sqlite[35] if outcome.case.way == "stop"]
    assert [found[:25] for found in replace(stopped, hang_up_seconds=0.0).wrong] == [
        "the endpoint was left aft"
    ] * 2


MISCOUNTED: list[dict[str, Any]] = [{"reserved": 1}, {"requests": 1}, {"tokens": None}]


@pytest.mark.parametrize("found", MISCOUNTED, ids=lambda found: next(iter(found)))
async def test_a_request_that_was_not_counted_is_noticed(
    found: dict[str, Any], on_sqlite: Outcomes
) -> None:
    (outcome,) = on_sqlite[2]
    case = replace(outcome.case, tokens=outcome.played[0].kept.tokens)
    played = tuple(replace(each, kept=replace(each.kept, **found)) for each in outcome.played)
    assert replace(outcome, case=case).wrong == []
    assert len(replace(outcome, case=case, played=played).wrong) == len(played)


def test_every_numbered_fault_is_played() -> None:
    named = {number: {case.fault for case in cases} for number, cases in ROWS.items()}
    assert named == {number: set(names) for number, names in NUMBERED.items()}
