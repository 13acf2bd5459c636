"""Counters that follow every write."""

import asyncio
from collections import Counter
from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from taskchat.db.engine import Database
from taskchat.domain.ids import new_id
from taskchat.domain.query import Filter
from taskchat.domain.task import Priority, Status, Task, UserId
from taskchat.domain.text import fold
from taskchat.tasks.finding.listing import Count, TaskListing
from taskchat.tasks.storage.activity import Change
from tests.people import NOW, add_account
from tests.tasks import finding
from tests.tasks.finding import closing, make_task

PROJECTS = [project.ref for project in finding.projects()]
REVISIONS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(Status),
        "priority": st.sampled_from(Priority),
        "tags": st.lists(
            st.sampled_from(["Home", "home", "Café", "x"]), unique_by=fold, max_size=3
        ).map(tuple),
        "project": st.none() | st.sampled_from(PROJECTS),
        "deleted_at": st.none() | st.just(NOW),
    },
)
WRITES = st.lists(st.dictionaries(st.integers(1, 8), REVISIONS, max_size=8), max_size=6)


@given(WRITES)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_after_any_writes_counters_are_what_a_count_gives(
    database_url: str, writes: list[dict[int, dict[str, object]]]
) -> None:
    asyncio.run(check_writes(database_url, writes))


async def check_writes(url: str, writes: list[dict[int, dict[str, object]]]) -> None:
    """Each write makes or changes the tasks with these numbers, all at once."""
    async with closing(Database(url)) as database:
        owner = (await add_account(database, f"{new_id('usr')}@example.com")).id
        tasks: dict[int, Task] = {}
        for write in writes:
            before = {number: tasks.get(number) for number in write}
            tasks |= {
                number: replace(before[number] or make_task(number), **revision)
                for number, revision in write.items()
            }
            changes = [Change(before[number], tasks[number]) for number in write]
            await finding.write(database, owner, changes)
        await check_counts(database, owner, [t for t in tasks.values() if not t.deleted_at])


async def check_counts(database: Database, owner: UserId, live: list[Task]) -> None:
    async with database.reading() as session:
        listing = TaskListing(session, owner)
        assert await listing.count(Filter()) == Count(len(live), is_exact=True)
        for status in Status:
            number = sum(task.status is status for task in live)
            assert await listing.count(Filter(status=(status,))) == Count(number, is_exact=True)
        for tag in ("HOME", "café", "x", "y"):
            number = sum(fold(tag) in map(fold, task.tags) for task in live)
            assert await listing.count(Filter(tag=tag)) == Count(number, is_exact=True)
        for project in PROJECTS:
            number = sum(task.project == project for task in live)
            assert await listing.count(Filter(project=project.id)) == Count(number, is_exact=True)
        open_tasks = Counter(t.project.id if t.project else "" for t in live if t.is_open)
        counted = await listing.project_counts()
        assert {key: count for key, count in counted.items() if count} == dict(open_tasks)
        uses = Counter(fold(tag) for task in live for tag in task.tags)
        tags = await listing.tags()
        assert {fold(tag): count for tag, count in tags} == dict(uses)
        assert [count for _, count in tags] == sorted(uses.values(), reverse=True)
