"""Several at the same task at the same moment."""

import asyncio
from datetime import datetime

import pytest

from taskchat.db.engine import Database
from taskchat.domain.errors import StaleVersion
from taskchat.domain.query import Sort
from taskchat.domain.task import Status
from taskchat.streams.log import EventLog
from taskchat.tasks.commands import (
    BulkEdit,
    CompleteTask,
    CreateTask,
    ListTasks,
    TaskChanges,
)
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.api.chat_client import ChatClient
from tests.people import NOW

pytestmark = pytest.mark.anyio

MANY = 50
WEEKLY = {"due": "2026-11-23", "recurrence": "FREQ=WEEKLY"}


def now() -> datetime:
    return NOW


async def test_a_stale_edit_is_refused_with_the_task_as_it_is(ann: ChatClient) -> None:
    created = (await ann.http.post("/api/tasks", json={"title": "Milk"})).json()
    path = f"/api/tasks/{created['id']}"
    edited = (await ann.http.patch(path, json={"title": "Oat milk", "version": 1})).json()

    stale = await ann.http.patch(path, json={"title": "Soy milk", "version": 1})

    assert (stale.status_code, stale.json()["code"]) == (409, "stale_version")
    assert stale.json()["current"] == edited
    assert (await ann.http.get(path)).json() == edited


async def test_of_fifty_edits_of_one_version_exactly_one_wins(
    tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        task = await opened.create(CreateTask(title="Milk"))

    stale: list[object] = []

    async def edit(number: int) -> str | None:
        try:
            async with tasks.begin(alice) as opened:
                changes = TaskChanges(title=f"Milk {number}")
                return (await opened.revise(task.id, changes, version=1)).title
        except StaleVersion as error:
            stale.append(error.current["version"])
            return None

    won = [title for title in await asyncio.gather(*map(edit, range(MANY))) if title]

    async with tasks.read(alice) as opened:
        current = await opened.get(task.id)
        activity = await opened.activity(None, 10)
    assert won == [current.title]
    assert stale == [2] * (MANY - 1)
    assert (current.version, len(activity.items)) == (2, 2)


async def test_two_processes_that_complete_a_repeating_task_at_once_make_one_next(
    database: Database, database_url: str, tasks: TaskTransactions, alice: Owner
) -> None:
    async with tasks.begin(alice) as opened:
        weekly = {"title": "Water plants", "due": "2026-11-21", "recurrence": "FREQ=WEEKLY"}
        task = await opened.create(CreateTask.model_validate(weekly))
    elsewhere = Database(database_url)
    others = TaskTransactions(elsewhere, EventLog(elsewhere), now)

    async def by_complete(through: TaskTransactions) -> None:
        async with through.begin(alice) as opened:
            await opened.complete(CompleteTask(task=task.id))

    async def by_edit(through: TaskTransactions) -> None:
        async with through.begin(alice) as opened:
            await opened.revise(task.id, TaskChanges(status=Status.DONE))

    async def by_bulk(through: TaskTransactions) -> None:
        async with through.begin(alice) as opened:
            edit = {"action": "complete", "tasks": [task.id]}
            await opened.bulk(BulkEdit.model_validate(edit))

    ways = (by_complete, by_edit, by_bulk)
    await asyncio.gather(*(way(through) for way in ways for through in (tasks, others)))
    await elsewhere.close()

    async with tasks.read(alice) as opened:
        page = await opened.list(ListTasks(sort=Sort.CREATED))
    assert [(one.due, one.status.value) for one in page.items] == [
        ("2026-11-21", "done"),
        ("2026-11-28", "todo"),
    ]


async def test_numbers_stay_unique_when_many_create_at_once(
    database: Database, database_url: str, tasks: TaskTransactions, alice: Owner
) -> None:
    elsewhere = Database(database_url)
    others = TaskTransactions(elsewhere, EventLog(elsewhere), now)

    async def create(number: int) -> int:
        async with (tasks, others)[number % 2].begin(alice) as opened:
            return (await opened.create(CreateTask(title=f"Task {number}"))).number

    numbers = await asyncio.gather(*map(create, range(MANY)))
    await elsewhere.close()

    assert sorted(numbers) == list(range(1, MANY + 1))


async def test_over_rest_and_in_the_chat_the_next_one_is_made_as_well(ann: ChatClient) -> None:
    for title in ("Plants", "Bins"):
        await ann.http.post("/api/tasks", json={"title": title, **WEEKLY})
    done = await ann.http.post("/api/tasks/1/complete", json={"completed": True})
    await ann.say("complete Bins")

    assert done.json()["next_task"]["number"] == 3
    page = (await ann.http.get("/api/tasks", params={"status": "todo", "sort": "created"})).json()
    assert [task["title"] for task in page["items"]] == ["Plants", "Bins"]


async def test_completions_at_once_by_every_address_make_one_next(ann: ChatClient) -> None:
    await ann.http.post("/api/tasks", json={"title": "Plants", **WEEKLY})
    posts = [
        ann.http.post("/api/tasks/1/complete", json={"completed": True}),
        ann.http.patch("/api/tasks/1", json={"status": "done"}),
        ann.http.post("/api/tasks/bulk", json={"action": "complete", "tasks": ["1"]}),
        ann.http.post("/api/tasks/complete-all", json={"tag": "none"}),
    ]
    answers = await asyncio.gather(*posts)

    assert {answer.status_code for answer in answers} == {200}
    assert (await ann.http.get("/api/tasks")).json()["total"] == 2
