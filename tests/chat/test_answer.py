"""An answer around a model and its tools: what becomes of it when a tool is lost or somebody stops it."""

from collections.abc import AsyncGenerator
from typing import override

import pytest
from agents.items import TResponseStreamEvent
from anyio import fail_after
from sqlalchemy import update

from taskchat.chat.agent import build_agent
from taskchat.chat.answer import Answer
from taskchat.chat.response_events import ResponseEvents, ToolCall
from taskchat.chat.streamed_model import ModelRequest, StreamedModel
from taskchat.chat.tool_cards import CardStatus, ToolCard
from taskchat.chat.transcript import Signal
from taskchat.chat.turn import Turn
from taskchat.db.engine import Database
from taskchat.db.tables import RunRow
from taskchat.streams.fences import FenceLost
from taskchat.tasks.commands import ListTasks
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from taskchat.usage.tokens import TokenCount
from tests.runs import add_journal

pytestmark = pytest.mark.anyio

TITLES = [f"Task {number}" for number in range(8)]


class Creating(StreamedModel):
    """Makes a task of each title in one go."""

    @override
    async def stream(self, request: ModelRequest) -> AsyncGenerator[TResponseStreamEvent]:
        calls = [
            ToolCall(f"call_{number}", "create_task", f'{{"title": "{title}"}}')
            for number, title in enumerate(TITLES)
        ]
        for event in ResponseEvents(model="creating").complete(calls, TokenCount()):
            yield event


@pytest.fixture
async def turn(database: Database, alice: Owner) -> Turn:
    return Turn(alice, await add_journal(database, alice))


@pytest.fixture
def answer(tasks: TaskTransactions, turn: Turn) -> Answer:
    said = [{"role": "user", "content": "Make them."}]
    return Answer(build_agent(tasks), Creating(), turn, [*said])  # pyright: ignore[reportArgumentType]


async def watched(answer: Answer, *, stops: bool = False) -> list[Signal]:
    """All that it shows; with `stops` it is stopped at the first."""
    shown: list[Signal] = []
    async for batch in answer.signals():
        shown += batch
        if stops:
            answer.stop()
    return shown


async def titles(tasks: TaskTransactions, owner: Owner) -> list[str]:
    async with tasks.read(owner) as opened:
        return [task.title for task in (await opened.list(ListTasks())).items]


async def test_a_tool_that_lost_its_run_leaves_the_answer_to_whoever_has_the_run_now(
    answer: Answer, database: Database, tasks: TaskTransactions, alice: Owner
) -> None:
    async with database.transaction() as session:
        await session.execute(update(RunRow).values(attempt=2))

    with fail_after(10), pytest.raises(FenceLost):
        await watched(answer)
    assert await titles(tasks, alice) == []


async def test_calls_that_have_not_begun_when_somebody_stops_are_not_carried_out(
    answer: Answer, tasks: TaskTransactions, alice: Owner
) -> None:
    with fail_after(10):
        shown = await watched(answer, stops=True)

    ended = [s for s in shown if isinstance(s, ToolCard) and s.status is CardStatus.OK]
    made = await titles(tasks, alice)
    assert sorted(made) == sorted(card.arguments["title"] for card in ended)
    assert len(made) < len(TITLES)
