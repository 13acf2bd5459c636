"""Lists of one owner's tasks, page by page, and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from taskchat.db.engine import Transaction
from taskchat.db.statements import Row, Sql, Steps, follow, is_sqlite, joined
from taskchat.domain.query import Filter, Sort
from taskchat.domain.task import OPEN, Status, Task, TaskId, UserId
from taskchat.tasks.finding.conditions import condition, shows_archived, tag_key
from taskchat.tasks.finding.narrowing import COUNTED, Course, course
from taskchat.tasks.finding.ordering import ORDERS, Stretch, cursor_after, read_cursor, stretches
from taskchat.tasks.finding.rows import READER_OF_POSTGRES, READER_OF_SQLITE
from taskchat.tasks.storage.counts import TAG

MOST_COUNTED = 1000
EVERYTHING = 2**31
IN_ARCHIVED = "SELECT id FROM projects WHERE owner_id = ? AND archived_at IS NOT NULL"
(NEWEST,) = ORDERS[Sort.CREATED_REVERSED]
(OLDEST,) = ORDERS[Sort.CREATED]


@dataclass(frozen=True, slots=True)
class Count:
    """Where it is not exact there are more."""

    total: int
    is_exact: bool


class TaskListing:
    def __init__(self, session: Transaction, owner: UserId) -> None:
        self._session = session
        self._owner = owner
        self._on_sqlite = is_sqlite(session)
        self._reader = READER_OF_SQLITE if self._on_sqlite else READER_OF_POSTGRES

    async def page(
        self, wanted: Filter, sort: Sort, cursor: str | None, limit: int
    ) -> tuple[list[Task], str | None]:
        """At most `limit` tasks, and the cursor of the next page if there is one."""
        return await follow(self._session, self._page(wanted, sort, cursor, limit))

    async def count(self, wanted: Filter) -> Count:
        """Exact up to 1,000, and beyond that where counters know."""
        return await follow(self._session, self._count(wanted))

    async def ids(self, wanted: Filter, limit: int) -> list[TaskId]:
        """Newest first."""
        return await follow(self._session, self._ids(wanted, limit))

    async def all(self, wanted: Filter) -> list[Task]:
        """Oldest first."""
        return await follow(self._session, self._all(wanted))

    async def tags(self) -> list[tuple[str, int]]:
        """Each tag in use with the number of its tasks, most used first."""
        return await follow(self._session, self._tags())

    async def project_counts(self) -> dict[str, int]:
        """How many open tasks each project has, by its id; those without a project under an empty one."""
        return await follow(self._session, self._project_counts())

    def _page(
        self, wanted: Filter, sort: Sort, cursor: str | None, limit: int
    ) -> Steps[tuple[list[Task], str | None]]:
        by_due = sort in (Sort.DUE, Sort.DUE_REVERSED)
        way = yield from self._course(wanted, by_due=by_due)
        parts = stretches(sort, way.in_title)
        place = read_cursor(sort, parts, cursor) if cursor else None
        matching = condition(self._owner, wanted, way.text)
        found: list[tuple[int, Row]] = []
        for number in range(place.stretch if place else 0, len(parts)):
            part, conditions = parts[number], [matching]
            if place and place.stretch == number:
                conditions.append(part.after(place.key, place.number))
            wants = limit + 1 - len(found)
            rows = yield self._select(way, part, conditions, wants, self._reader.columns)
            found += [(number, row) for row in rows]
            if len(found) > limit:
                break
        tasks = [self._reader.task(row) for _, row in found[:limit]]
        if len(found) <= limit:
            return tasks, None
        last_stretch, last = found[limit - 1]
        return tasks, cursor_after(sort, parts, last_stretch, self._reader.data(last))

    def _count(self, wanted: Filter) -> Steps[Count]:
        if known := _counters(self._owner, wanted):
            ((total, is_exact),) = yield known
            if is_exact:
                return Count(int(total), is_exact=True)
        way = yield from self._course(wanted)
        matching = condition(self._owner, wanted, way.text)
        some = self._select(way, NEWEST, [matching], MOST_COUNTED + 1, "tasks.id")
        ((total,),) = yield Sql(f"SELECT count(*) FROM ({some.text}) AS found", some.values)
        return Count(min(total, MOST_COUNTED), is_exact=total <= MOST_COUNTED)

    def _ids(self, wanted: Filter, limit: int) -> Steps[list[TaskId]]:
        way = yield from self._course(wanted)
        matching = condition(self._owner, wanted, way.text)
        rows = yield self._select(way, NEWEST, [matching], limit, "tasks.id")
        return [TaskId(row[0]) for row in rows]

    def _all(self, wanted: Filter) -> Steps[list[Task]]:
        way = yield from self._course(wanted)
        matching = condition(self._owner, wanted, way.text)
        rows = yield self._select(way, OLDEST, [matching], EVERYTHING, self._reader.columns)
        return [self._reader.task(row) for row in rows]

    def _tags(self) -> Steps[list[tuple[str, int]]]:
        rows = yield Sql(
            "SELECT label, count FROM task_counts WHERE owner_id = ? AND kind = ? AND count > 0"
            " ORDER BY count DESC, key",
            (self._owner, TAG),
        )
        return [(label, count) for label, count in rows]

    def _project_counts(self) -> Steps[dict[str, int]]:
        kinds = _kinds(OPEN)
        rows = yield Sql(
            "SELECT key, CAST(sum(count) AS bigint) FROM task_counts"
            f" WHERE owner_id = ? AND {kinds.text} GROUP BY key",
            (self._owner, *kinds.values),
        )
        return dict(map(tuple, rows))

    def _course(self, wanted: Filter, *, by_due: bool = False) -> Steps[Course]:
        return course(self._owner, wanted, by_due=by_due, on_sqlite=self._on_sqlite)

    def _select(
        self, way: Course, part: Stretch, conditions: list[Sql], limit: int, columns: str
    ) -> Sql:
        matching = joined(" AND ", [*conditions, part.where] if part.where.text else conditions)
        end = f"WHERE {matching.text} ORDER BY {part.order} LIMIT ?"
        values = (*matching.values, limit)
        if way.few is None:
            index = f" INDEXED BY {part.index}" if self._on_sqlite else ""
            return Sql(f"SELECT {columns} FROM tasks{index} {end}", values)
        # All columns are read for those alone that are on the page.
        return Sql(
            f"WITH few AS MATERIALIZED ({way.few.text}),"
            f" page AS MATERIALIZED (SELECT tasks.id FROM {self._each('few')} {end})"
            f" SELECT {columns} FROM {self._each('page')} ORDER BY {part.order}",
            (*way.few.values, *values),
        )

    def _each(self, ids: str) -> str:
        """For FROM: the tasks with those ids, read one by one."""
        if self._on_sqlite:
            return f"{ids} CROSS JOIN tasks ON tasks.id = {ids}.id"
        # The offset keeps PostgreSQL from making an ordinary join of it, which may read everybody's tasks.
        one = f"SELECT * FROM tasks AS one WHERE one.id = {ids}.id OFFSET 0"
        return f"{ids} CROSS JOIN LATERAL ({one}) AS tasks"


def _counters(owner: UserId, wanted: Filter) -> Sql | None:
    """A query for the number and whether it is exact; None where no counter knows."""
    if wanted != Filter(
        status=wanted.status,
        tag=wanted.tag,
        project=wanted.project,
        with_archived=wanted.with_archived,
    ):
        return None
    if wanted.tag is not None:
        return _tag_counter(owner, wanted) if wanted == _only_tag(wanted) else None
    kinds = _kinds(wanted.status or tuple(Status))
    counted = Sql(f"SELECT CAST(({COUNTED} AND {kinds.text}", (owner, *kinds.values))
    if wanted.project is not None:
        place = Sql(" AND key = ?", (wanted.project,))
    elif shows_archived(wanted):
        place = Sql("")
    else:
        place = Sql(f" AND key NOT IN ({IN_ARCHIVED})", (owner,))
    return joined("", [counted, place, ") AS bigint), 1 = 1"])


def _only_tag(wanted: Filter) -> Filter:
    return Filter(tag=wanted.tag, with_archived=wanted.with_archived)


def _tag_counter(owner: UserId, wanted: Filter) -> Sql:
    """Counters do not tell which tagged tasks are in archived projects."""
    none_archived = Sql(f"NOT EXISTS ({IN_ARCHIVED})", (owner,))
    values = (owner, TAG, tag_key(wanted.tag or ""))
    return joined(
        "",
        [
            Sql(f"SELECT CAST(({COUNTED} AND kind = ? AND key = ?) AS bigint), ", values),
            Sql("1 = 1") if wanted.with_archived else none_archived,
        ],
    )


def _kinds(status: Sequence[Status]) -> Sql:
    marks = ", ".join("?" * len(status))
    return Sql(f"kind IN ({marks})", tuple(each.value for each in status))
