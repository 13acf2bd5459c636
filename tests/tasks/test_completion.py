"""A task that repeats: whichever way it is completed, the next one is made, once."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable

import pytest

from taskchat.db.engine import Database
from taskchat.domain.errors import Conflict, Invalid
from taskchat.domain.occurrence import Scope
from taskchat.domain.task import Priority, Status
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import (
    BulkEdit,
    CompleteAllTasks,
)
from taskchat.tasks.owner import Owner
from taskchat.tasks.service import Tasks
from taskchat.tasks.tools import TASK_TOOLS
from taskchat.tasks.transactions import TaskTransactions
from tests.tasks.completing import WEEKLY, Clock, complete, create, listed, reopen, revise

pytestmark = pytest.mark.anyio

BULK = {"action": "complete", "tasks": ["1"]}


@pytest.fixture
async def service(database: Database, log: EventLog, alice: Owner) -> AsyncGenerator[Tasks]:
    """All in one transaction."""
    async with TaskTransactions(database, log, Clock()).begin(alice) as opened:
        yield opened


DONE_AND_NEXT = [(1, "2026-11-23", "done"), (2, "2026-11-30", "todo")]


async def by_completing(tasks: Tasks) -> None:
    await complete(tasks, 1)


async def by_status(tasks: Tasks) -> None:
    await revise(tasks, 1, status="done")


async def by_bulk(tasks: Tasks) -> None:
    await tasks.bulk(BulkEdit.model_validate(BULK))


async def by_bulk_status(tasks: Tasks) -> None:
    edit = {"action": "edit", "tasks": ["1"], "status": "done"}
    await tasks.bulk(BulkEdit.model_validate(edit))


async def by_completing_all(tasks: Tasks) -> None:
    await tasks.complete_all(CompleteAllTasks())


async def by_the_tool_that_edits(tasks: Tasks) -> None:
    await use(tasks, "update_task", {"task": "#1", "status": "done"})


async def by_the_tool_that_completes(tasks: Tasks) -> None:
    await use(tasks, "complete_task", {"task": "Water plants"})


async def use(tasks: Tasks, name: str, arguments: dict[str, object]) -> None:
    """As the assistant, MCP and the console do."""
    (tool,) = [tool for tool in TASK_TOOLS if tool.name == name]
    await tool.method(tasks, tool.read(json.dumps(arguments)))


type Way = Callable[[Tasks], Awaitable[None]]
WAYS = (
    by_completing,
    by_status,
    by_bulk,
    by_bulk_status,
    by_the_tool_that_edits,
    by_completing_all,
    by_the_tool_that_completes,
)


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_of_completing_makes_the_next_one(service: Tasks, way: Way) -> None:
    await create(service, "Water plants", **WEEKLY)
    await way(service)

    assert await listed(service) == DONE_AND_NEXT


async def test_however_often_it_is_completed_and_reopened_there_is_one_next(
    service: Tasks,
) -> None:
    await create(service, "Water plants", **WEEKLY)
    for way in WAYS[:5]:
        await way(service)
        await way(service)
        assert await listed(service) == DONE_AND_NEXT
        await reopen(service, 1)
    await complete(service, 1)

    assert await listed(service) == DONE_AND_NEXT


async def test_the_answer_tells_the_next_one_the_first_time_only(service: Tasks) -> None:
    await create(service, "Water plants", tags=["home"], **WEEKLY)

    first, again = await complete(service, 1), await complete(service, 1)

    assert first.next_task
    assert (first.next_task.title, first.next_task.tags) == ("Water plants", ["home"])
    assert (first.next_task.due_weekday, first.next_task.version) == ("Monday", 1)
    assert again.next_task is None


async def test_undoing_a_completion_takes_the_next_one_back(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        await create(opened, "Water plants", **WEEKLY)
    async with tasks.begin(alice) as completing:
        await complete(completing, 1)
    async with tasks.begin(alice) as opened:
        await opened.undo(completing.change_set)
        assert await listed(opened) == [(1, "2026-11-23", "todo")]
        await opened.redo(completing.change_set)
        assert await listed(opened) == DONE_AND_NEXT


async def test_rescheduling_one_occurrence_keeps_the_rule(service: Tasks) -> None:
    await create(service, "Water plants", **WEEKLY)
    moved = await revise(service, 1, due="2026-11-25")

    done = await complete(service, 1)

    assert (moved.due_weekday, moved.recurrence) == ("Wednesday", "FREQ=WEEKLY")
    assert done.next_task
    assert done.next_task.due == "2026-11-30"


async def test_rescheduling_all_that_follow_moves_the_rule(service: Tasks) -> None:
    await create(service, "Water plants", **WEEKLY)
    await revise(service, 1, due="2026-11-25", scope=Scope.FOLLOWING)

    done = await complete(service, 1)

    assert done.next_task
    assert done.next_task.due == "2026-12-02"


async def test_an_edit_of_this_one_only_is_not_taken_over(service: Tasks) -> None:
    await create(service, "Water plants", tags=["home"], **WEEKLY)
    edit = {"title": "Water the palm", "tags": ["palm"], "priority": "high"}
    await revise(service, 1, scope="this", **edit)
    await revise(service, 1, description="Twice", scope="following")

    done = await complete(service, 1)

    assert (done.title, done.tags, done.priority) == ("Water the palm", ["palm"], Priority.HIGH)
    following = done.next_task
    assert following
    assert (following.title, following.tags) == ("Water plants", ["home"])
    assert (following.priority, following.description) == (Priority.MEDIUM, "Twice")


async def test_a_later_edit_of_many_counts_for_the_following_ones_too(service: Tasks) -> None:
    await create(service, "Water plants", **WEEKLY)
    await revise(service, 1, priority="high", scope="this")
    edit = {"action": "edit", "tasks": ["1"], "priority": "low"}
    await service.bulk(BulkEdit.model_validate(edit))

    done = await complete(service, 1)

    assert done.next_task
    assert done.next_task.priority is Priority.LOW


async def test_skipping_goes_to_the_next_date_without_doing_it(service: Tasks) -> None:
    await create(service, "Water plants", **WEEKLY)

    skipped = await service.skip("#1")

    assert (skipped.due, skipped.status) == ("2026-11-30", Status.TODO)
    assert len(await listed(service)) == 1


@pytest.mark.parametrize(
    "fields",
    [{}, {"due": "2026-11-23"}, {"due": "2026-11-30", "recurrence": "FREQ=WEEKLY;COUNT=2"}],
)
async def test_there_is_nothing_to_skip_to_without_a_later_date(
    service: Tasks, fields: dict[str, object]
) -> None:
    await create(service, "Water plants", **fields)
    if "recurrence" in fields:
        await service.skip("#1")
    with pytest.raises(Invalid) as refused:
        await service.skip("#1")

    assert refused.value.code == "recurrence_over"


async def test_what_is_done_or_has_its_next_one_cannot_be_skipped(service: Tasks) -> None:
    await create(service, "Water plants", **WEEKLY)
    await complete(service, 1)
    with pytest.raises(Invalid) as done:
        await service.skip("#1")
    await reopen(service, 1)
    with pytest.raises(Conflict) as taken:
        await service.skip("#1")

    assert (done.value.code, taken.value.code) == ("already_done", "occurrence_exists")


async def test_a_task_that_stops_repeating_makes_no_next_one(service: Tasks) -> None:
    await create(service, "Water plants", **WEEKLY)
    stopped = await revise(service, 1, recurrence="none")

    assert (stopped.recurrence, stopped.due) == (None, "2026-11-23")
    assert (await complete(service, 1)).next_task is None


async def test_the_last_one_of_a_rule_has_no_next(service: Tasks) -> None:
    await create(service, "Course", due="2026-11-23", recurrence="FREQ=WEEKLY;COUNT=2")
    await complete(service, 1)

    assert (await complete(service, 2)).next_task is None
