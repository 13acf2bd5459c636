import pytest
from sqlalchemy import select

from taskchat.chat import signatures
from taskchat.chat.recorded_turn import RecordedTurn
from taskchat.chat.response_events import ToolCall
from taskchat.db.engine import Database
from taskchat.db.tables import RunRow
from taskchat.tasks.owner import Owner
from taskchat.usage.tokens import TokenCount
from tests.runs import add_run

pytestmark = pytest.mark.anyio

MODEL = "gemini-3.8-flash"


def turn(*signed: tuple[str, str]) -> dict[str, object]:
    calls = tuple(ToolCall(call_id, "create_task", "{}", sig) for call_id, sig in signed)
    return RecordedTurn("", calls, TokenCount()).as_json()


async def add_thread(database: Database, owner: Owner) -> str:
    fence = await add_run(database, owner)
    async with database.reading() as session:
        found = await session.scalar(select(RunRow.thread_id).where(RunRow.id == fence.run_id))
    return found or ""


async def test_the_signed_calls_of_a_run_are_found_again_with_their_model(
    database: Database, alice: Owner
) -> None:
    thread = await add_thread(database, alice)
    turns = [turn(("c1", "SIG1"), ("c2", "")), turn(("c3", "SIG3")), turn()]
    async with database.transaction() as session:
        await signatures.keep(session, thread, MODEL, turns)
    async with database.reading() as session:
        found = await signatures.load(session, thread, ["c1", "c2", "c3", "c4"])
        none = await signatures.load(session, thread, [])
    assert found == {"c1": (MODEL, "SIG1"), "c3": (MODEL, "SIG3")}
    assert none == {}


async def test_keeping_the_same_run_twice_changes_nothing(database: Database, alice: Owner) -> None:
    thread = await add_thread(database, alice)
    for model in (MODEL, "another"):
        async with database.transaction() as session:
            await signatures.keep(session, thread, model, [turn(("c1", "SIG1"))])
    async with database.reading() as session:
        assert await signatures.load(session, thread, ["c1"]) == {"c1": (MODEL, "SIG1")}


async def test_calls_of_another_conversation_are_not_found(
    database: Database, alice: Owner, bob: Owner
) -> None:
    hers, his = await add_thread(database, alice), await add_thread(database, bob)
    async with database.transaction() as session:
        await signatures.keep(session, hers, MODEL, [turn(("c1", "SIG1"))])
    async with database.reading() as session:
        assert await signatures.load(session, his, ["c1"]) == {}
