"""What the doctor says of settings, databases, prices and models that are about to go."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from taskchat.chat.doctor.access import Asked, judge
from taskchat.chat.doctor.exchanges import Exchange
from taskchat.chat.doctor.findings import Check, Finding, Status
from taskchat.chat.doctor.probe import Reply
from taskchat.chat.doctor.surroundings import (
    Connection,
    judge_database,
    judge_price,
    judge_settings,
)
from taskchat.db.condition import condition_of, look_at
from taskchat.db.engine import Database
from taskchat.usage.prices import Price, Prices

pytestmark = pytest.mark.anyio

GEMINI = "https://generativelanguage.googleapis.com/v1beta/openai/"
NEW_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def connection(base_url: str = GEMINI, api_key: str = "key") -> Connection:
    return Connection(base_url, api_key, "model", 60.0, tells_address=True)


@pytest.mark.parametrize(
    ("base_url", "status"),
    [
        (GEMINI, Status.OK),
        ("https://models.example/v1", Status.OK),
        ("http://localhost:11434/v1", Status.OK),
        ("http://ollama:11434/v1", Status.OK),
        ("http://192.168.1.4:8000/v1", Status.OK),
        ("http://[::1]:8000/v1", Status.OK),
        ("http://models.example/v1", Status.WARNING),
        ("http://8.8.8.8/v1", Status.WARNING),
    ],
)
def test_a_key_that_travels_unencrypted_through_the_world_is_warned_of(
    base_url: str, status: Status
) -> None:
    assert judge_settings(connection(base_url)).status is status


@pytest.mark.parametrize(
    ("base_url", "shown"),
    [
        (GEMINI, "Gemini"),
        ("https://googleapis.com.example/v1", "https://googleapis.com.example/v1"),
        ("http://ann:word@host:8000/v1?key=word", "http://host:8000/v1"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1"),
    ],
)
def test_an_address_is_shown_without_what_is_secret_in_it(base_url: str, shown: str) -> None:
    assert connection(base_url).server == shown


async def test_a_database_is_up_to_date_or_older_or_newer_or_empty(database: Database) -> None:
    found = judge_database(await condition_of(database))
    assert (found.status, "up to date" in found.found) == (Status.OK, True)

    for revision, status in (("0001", Status.WARNING), ("9999", Status.FAILED)):
        assert (await _with_revision(database, revision)).status is status


async def _with_revision(database: Database, revision: str) -> Finding:
    """As if the tables were of that version; the real one is put back."""
    async with database.transaction() as session:
        real = await session.scalar(text("SELECT version_num FROM alembic_version"))
        change = text("UPDATE alembic_version SET version_num = :revision")
        await session.execute(change, {"revision": revision})
    found = judge_database(await condition_of(database))
    async with database.transaction() as session:
        await session.execute(change, {"revision": real})
    return found


async def test_looking_at_a_database_makes_none(tmp_path: Path) -> None:
    path = tmp_path / "none.db"
    found = judge_database(await look_at(f"sqlite:///{path}"))
    assert (found.status, "empty" in found.found) == (Status.OK, True)
    assert not path.exists()

    path.touch()
    assert "empty" in judge_database(await look_at(f"sqlite:///{path}")).found


async def test_a_file_that_is_no_database_cannot_be_reached(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("These are only notes, and not even many. " * 100)
    assert judge_database(await look_at(f"sqlite:///{path}")).status is Status.FAILED


def test_a_price_is_that_of_the_day() -> None:
    (before, after) = (
        judge_price(Prices(), "gemini-3.8-flash", 0.0, moment).found
        for moment in (datetime(2026, 12, 31, tzinfo=UTC), NEW_YEAR)
    )
    assert before == "US$ 0.75 in, 0.075 from the cache and 3.75 out for a million tokens."
    assert after == "US$ 1.5 in, 0.15 from the cache and 7.5 out for a million tokens."
    own = Prices({"mine": Price(input=0, cached=None, output=0)})
    assert (
        judge_price(own, "mine", 0.0, NEW_YEAR).found == "US$ 0 in and 0 out for a million tokens."
    )


@pytest.mark.parametrize(
    ("model", "day", "words"),
    [
        ("gemini-2.5-flash", date(2026, 11, 30), "is retired on 2026-12-01"),
        ("models/gemini-2.5-pro", date(2026, 12, 1), "was retired on 2026-12-01"),
        ("gemini-3.5-flash-lite", date(2026, 12, 1), ""),
    ],
)
def test_a_model_that_goes_is_named_with_the_one_that_comes(
    model: str, day: date, words: str
) -> None:
    reply = Reply([], [Exchange({}, 0.0, status=200)])
    found = {f.name: f for f in judge(reply, Asked(model, "Gemini", is_gemini=True, day=day))}
    assert words in found[Check.MODEL].found
    assert found[Check.MODEL].status is (Status.WARNING if words else Status.OK)
    assert "free tier" in found[Check.KEY].advice
