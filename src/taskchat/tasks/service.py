"""What one person can do with their tasks."""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from taskchat.db.engine import Database, Transaction
from taskchat.domain import task as rules
from taskchat.domain.actor import Actor
from taskchat.domain.due import Due
from taskchat.domain.errors import Invalid, StaleVersion
from taskchat.domain.ids import new_id
from taskchat.domain.query import Filter
from taskchat.domain.task import Status, Task, TaskId, UserId
from taskchat.streams.log import EventLog
from taskchat.tasks import events
from taskchat.tasks.activity import ActivityRecord, Change
from taskchat.tasks.commands import (
    ActivityPage,
    CompleteAllTasks,
    CompletedTasks,
    CompleteTask,
    CreateTask,
    DeleteAllTasks,
    DeletedTask,
    DeletedTasks,
    DeleteTask,
    ListTasks,
    TagCount,
    TagCounts,
    TaskChanges,
    TaskOut,
    TaskPage,
    UpdateTask,
)
from taskchat.tasks.fields import Fields
from taskchat.tasks.references import resolve
from taskchat.tasks.repository import TaskRepository
from taskchat.tasks.schedule import Schedule

type Clock = Callable[[], datetime]

OPEN = (Status.TODO, Status.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose tasks, on whose behalf they change, and which change set the changes belong to."""

    id: UserId
    timezone: str
    actor: Actor
    change_set: str | None = None


class Tasks:
    """One method per command, all inside one transaction."""

    def __init__(
        self,
        repository: TaskRepository,
        activity: ActivityRecord,
        schedule: Schedule,
        publish: Callable[[Sequence[str]], Awaitable[object]],
        owner: Owner,
        now: datetime,
    ) -> None:
        self._repository = repository
        self._activity = activity
        self._schedule = schedule
        self._publish = publish
        self._owner = owner
        self._fields = Fields(owner.timezone, now)
        self._now = now
        self._change_set = owner.change_set or new_id("chg")

    async def create(self, command: CreateTask) -> TaskOut:
        zone = self._fields.zone(command.timezone)
        due = self._fields.due(command.due, zone)
        remind_before, recurrence = command.remind_before, command.recurrence or None
        rules.require_due(due, remind_before=remind_before, recurrence=recurrence)
        task = Task(
            id=TaskId(new_id("tsk")),
            number=await self._repository.next_number(),
            title=command.title,
            description=command.description,
            status=command.status,
            priority=command.priority,
            tags=command.tags,
            due=due,
            remind_before=remind_before,
            recurrence=recurrence,
            timezone=zone,
            created_at=self._now,
            updated_at=self._now,
            completed_at=self._now if command.status is Status.DONE else None,
        )
        await self._repository.add(task)
        await self._record("create_task", [Change(None, task)])
        return TaskOut.of(task)

    async def list(self, command: ListTasks) -> TaskPage:
        wanted = self._fields.filter(command)
        tasks, cursor = await self._repository.page(
            wanted, command.sort, command.cursor, command.limit
        )
        total = await self._repository.count(wanted)
        return TaskPage(items=[TaskOut.of(t) for t in tasks], next_cursor=cursor, total=total)

    async def get(self, reference: str) -> TaskOut:
        return TaskOut.of(await resolve(self._repository, reference))

    async def update(self, command: UpdateTask) -> TaskOut:
        return await self.revise(command.task, command)

    async def revise(
        self, reference: str, changes: TaskChanges, version: int | None = None
    ) -> TaskOut:
        """Raises StaleVersion when `version` is given and the task has moved on since."""
        task = await resolve(self._repository, reference)
        if version is not None and version != task.version:
            raise StaleVersion(TaskOut.of(task).model_dump(mode="json"))
        revised = rules.revise(task, self._fields.revision(task, changes), self._now)
        return await self._save("update_task", task, revised)

    async def complete(self, command: CompleteTask) -> TaskOut:
        task = await resolve(self._repository, command.task)
        if command.completed == (task.status is Status.DONE):
            return TaskOut.of(task)
        status = Status.DONE if command.completed else Status.TODO
        return await self._save("complete_task", task, rules.set_status(task, status, self._now))

    async def repeat(self, task_id: str, due: Due) -> TaskOut:
        """The same task once more, open and due then; whose turn it is, the series knows."""
        task = replace(
            await resolve(self._repository, task_id),
            id=TaskId(new_id("tsk")),
            number=await self._repository.next_number(),
            status=Status.TODO,
            due=due,
            timezone=due.zone,
            created_at=self._now,
            updated_at=self._now,
            completed_at=None,
            version=1,
        )
        await self._repository.add(task)
        await self._schedule.remind([Change(None, task)])
        await self._tell("repeat_task", [Change(None, task)])
        return TaskOut.of(task)

    async def delete(self, command: DeleteTask) -> DeletedTask:
        task = await resolve(self._repository, command.task)
        await self._repository.delete([task.id])
        await self._record("delete_task", [Change(task, None)])
        return DeletedTask(task=TaskOut.of(task))

    async def complete_all(self, command: CompleteAllTasks) -> CompletedTasks:
        return await self.complete_each([task.id for task in await self.affected(command)])

    async def delete_all(self, command: DeleteAllTasks) -> DeletedTasks:
        return await self.delete_each([task.id for task in await self.affected(command)])

    async def affected(self, command: CompleteAllTasks | DeleteAllTasks) -> Sequence[TaskOut]:
        """The tasks that a bulk command would touch now."""
        return [TaskOut.of(t) for t in await self._repository.all(self._affected(command))]

    async def complete_each(self, ids: Sequence[str]) -> CompletedTasks:
        """Those of them that are still there and open, as one change set."""
        tasks = [t for t in await self._repository.some(ids) if t.status is not Status.DONE]
        changes = [Change(t, rules.set_status(t, Status.DONE, self._now)) for t in tasks]
        for change in changes:
            await self._repository.save(change.task)
        await self._record("complete_all_tasks", changes)
        return CompletedTasks(completed=len(changes))

    async def delete_each(self, ids: Sequence[str]) -> DeletedTasks:
        """Those of them that are still there, as one change set."""
        tasks = await self._repository.some(ids)
        await self._repository.delete([task.id for task in tasks])
        await self._record("delete_all_tasks", [Change(task, None) for task in tasks])
        return DeletedTasks(deleted=len(tasks))

    async def tags(self) -> TagCounts:
        counts = await self._repository.tags()
        return TagCounts(items=[TagCount(tag=tag, count=count) for tag, count in counts])

    async def activity(self, cursor: str | None, limit: int) -> ActivityPage:
        return await self._activity.page(cursor, limit)

    async def _save(self, action: str, before: Task, after: Task) -> TaskOut:
        if after is not before:
            await self._repository.save(after)
            await self._record(action, [Change(before, after)])
        return TaskOut.of(after)

    async def _record(self, action: str, changes: Sequence[Change]) -> None:
        if changes:
            await self._schedule.keep(changes)
            await self._tell(action, changes)

    async def _tell(self, action: str, changes: Sequence[Change]) -> None:
        """Every write leaves its activity and its event in the transaction of the write."""
        await self._activity.add(
            changes,
            action=action,
            actor=self._owner.actor,
            change_set=self._change_set,
            at=self._now,
        )
        await self._publish(events.of(changes))

    def _affected(self, command: CompleteAllTasks | DeleteAllTasks) -> Filter:
        status = (command.status,) if command.status else ()
        if isinstance(command, CompleteAllTasks):
            if command.status is Status.DONE:
                raise Invalid("Tasks that are done cannot be completed.", code="already_done")
            status = status or OPEN
        return Filter(
            status=status,
            priority=(command.priority,) if command.priority else (),
            tag=command.tag,
        )


class TaskTransactions:
    """The one way to somebody's tasks: every transport begins here."""

    def __init__(
        self,
        database: Database,
        log: EventLog,
        clock: Clock,
        *,
        nudge: Callable[[], None] = lambda: None,
    ) -> None:
        """`nudge` is called whenever something may be due sooner than it was; see `Schedule`."""
        self._database = database
        self._log = log
        self._clock = clock
        self._nudge = nudge

    @asynccontextmanager
    async def begin(self, owner: Owner) -> AsyncGenerator[Tasks]:
        """Entering begins a transaction, leaving commits it."""
        async with self._database.transaction() as session:
            yield self.join(session, owner)

    @asynccontextmanager
    async def read(self, owner: Owner) -> AsyncGenerator[Tasks]:
        """For commands that write nothing: they wait for no writer."""
        async with self._database.reading() as session:
            yield self.join(session, owner)

    def transaction(self) -> AbstractAsyncContextManager[Transaction]:
        """For what has to happen together with a change of tasks; see `join`."""
        return self._database.transaction()

    def join(self, session: Transaction, owner: Owner) -> Tasks:
        """Tasks within a transaction that somebody else commits."""
        now = self._clock().astimezone(UTC)
        return Tasks(
            TaskRepository(session, owner.id),
            ActivityRecord(session, owner.id),
            Schedule(session, owner.id, now, self._nudge),
            lambda payloads: self._log.write(session, owner.id, payloads),
            owner,
            now,
        )
