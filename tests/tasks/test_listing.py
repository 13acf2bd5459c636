"""What lists show, in which order, page by page."""

import pytest

from taskchat.domain.errors import DomainError
from taskchat.domain.query import Sort
from taskchat.domain.task import Priority
from taskchat.tasks.commands import (
    CreateTask,
    ListTasks,
    TaskOut,
)
from taskchat.tasks.service import Owner, TaskTransactions

pytestmark = pytest.mark.anyio


async def create(tasks: TaskTransactions, owner: Owner, title: str, **fields: object) -> TaskOut:
    async with tasks.begin(owner) as opened:
        return await opened.create(CreateTask.model_validate({"title": title, **fields}))


async def titles(tasks: TaskTransactions, owner: Owner, **query: object) -> list[str]:
    async with tasks.read(owner) as opened:
        page = await opened.list(ListTasks.model_validate(query))
    return [task.title for task in page.items]


async def test_filters_combine(tasks: TaskTransactions, alice: Owner) -> None:
    await create(tasks, alice, "Pay rent", due="2026-11-20", priority="high", tags=["home"])
    await create(tasks, alice, "Pay tax", due="2026-11-21", priority="high")
    await create(tasks, alice, "Read", due="2026-11-20T08:00", description="about rent 100%")

    assert await titles(tasks, alice, q="rent", sort="created") == ["Pay rent", "Read"]
    assert await titles(tasks, alice, q="100%") == ["Read"]
    assert await titles(tasks, alice, q="_ay") == []
    assert await titles(tasks, alice, tag="#Home") == ["Pay rent"]
    assert await titles(tasks, alice, due_after="today", due_before="today", sort="due") == [
        "Read",
        "Pay rent",
    ]
    assert await titles(tasks, alice, due_after="tomorrow", priority=["high"]) == ["Pay tax"]
    assert await titles(tasks, alice, status=["done"]) == []


@pytest.mark.parametrize("sort", list(Sort))
async def test_pages_of_every_order_join_without_gap_or_repeat(
    tasks: TaskTransactions, alice: Owner, sort: Sort
) -> None:
    dues = ["2026-12-01", None, "2026-11-30T10:00", "2026-12-01", None, "2026-01-05", None]
    for place, due in enumerate(dues):
        title, priority = f"Task {place % 3}", list(Priority)[place % 3]
        await create(tasks, alice, title, due=due, priority=priority)

    async with tasks.read(alice) as opened:
        whole = await opened.list(ListTasks(sort=sort))
        joined: list[TaskOut] = []
        cursor = None
        while True:
            page = await opened.list(ListTasks(sort=sort, limit=2, cursor=cursor))
            joined += page.items
            if (cursor := page.next_cursor) is None:
                break

    assert joined == whole.items
    assert whole.total == len(dues)
    if sort in (Sort.DUE, Sort.DUE_REVERSED):
        assert [task.due for task in joined][-3:] == [None] * 3


@pytest.mark.parametrize("cursor", ["", "x", "eyJ9", "W10", "WyJkdWUiLCJub3BlIiwxXQ", "💥" * 10])
async def test_a_cursor_that_no_page_gave_is_refused(
    tasks: TaskTransactions, alice: Owner, cursor: str
) -> None:
    async with tasks.read(alice) as opened:
        with pytest.raises(DomainError) as refused:
            await opened.list(ListTasks(sort=Sort.DUE, cursor=cursor or "!"))
    assert refused.value.code == "cursor_invalid"
