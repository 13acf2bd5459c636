"""Which of the things that are asked for leaves so few tasks that it is best to read those and put them in order.

Where none does, a list is read in its order by the order's index, until there is a page of tasks that match: the more
there are, the sooner. Who has 100,000 tasks waits too long for either where the other is right, and no database knows
enough about one person's tasks to choose.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from taskchat.db.statements import Sql, Steps, joined
from taskchat.domain.filters.expression import (
    All,
    Any,
    Between,
    Expression,
    InProject,
    InState,
    Mentions,
    Moment,
    Tagged,
)
from taskchat.domain.query import Filter
from taskchat.domain.task import Status, UserId
from taskchat.domain.words import Phrase, read_phrases
from taskchat.tasks.finding.conditions import (
    between,
    due_span,
    in_named_project,
    in_state,
    tag_key,
)
from taskchat.tasks.finding.search import (
    contains,
    contains_in_title,
    hits,
    resembles,
    similar_titles,
)
from taskchat.tasks.storage.counts import TAG

FEW = 3000  # tasks that can be read one by one in a few milliseconds
MOST_RESEMBLING = 1000  # tasks; a short word is like many others, and comparing them takes time
MIN_RESEMBLING = 4  # letters; anything resembles what is shorter

OF_OWNER = "tasks.owner_id = ? AND tasks.deleted_at IS NULL"
COUNTED = "SELECT coalesce(sum(count), 0) FROM task_counts WHERE owner_id = ?"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to all tasks that match and some more: their `ids`, and what to SELECT for how many they are."""

    ids: Sql
    size: Sql


@dataclass(frozen=True, slots=True)
class Course:
    """How to read: the tasks of `few`, or without it all by an index. `text` and `in_title` are conditions for words."""

    few: Sql | None
    text: Sql | None
    in_title: Sql | None


def course(
    owner: UserId, wanted: Filter, *, by_due: bool = False, on_sqlite: bool
) -> Steps[Course]:
    """`by_due`: the list is in the order of due dates."""
    phrases = read_phrases(wanted.text or "")
    source = _Source(owner, on_sqlite=on_sqlite)
    found = [source.by_words(phrases)] if phrases else []
    ways = [*found, *_ways(source, wanted, by_due=by_due)]
    if not ways:
        return Course(None, None, None)
    (sizes,) = yield _select_sizes(ways)
    if phrases and sizes[0] == 0 and not on_sqlite:
        similar = yield from _resembling(source, wanted.text or "", phrases)
        if similar:
            return similar
    size, fewest = min(zip(sizes, range(len(ways)), strict=True))
    few = ways[fewest].ids if size <= FEW else None
    if not phrases:
        return Course(few, None, None)
    return Course(few, contains(owner, phrases), contains_in_title(owner, phrases))


@dataclass(frozen=True, slots=True)
class _Source:
    """Whose tasks are read from which database."""

    owner: UserId
    on_sqlite: bool

    def by_index(self, index: str, *conditions: Sql, size: Sql | None = None) -> Way:
        """The tasks that meet conditions for which there is an index."""
        return self.by_ids(
            select_ids(self.owner, index, conditions, on_sqlite=self.on_sqlite), size
        )

    def by_ids(self, ids: Sql, size: Sql | None = None) -> Way:
        """Counted as far as it matters where there is no counter."""
        bounded = Sql(f"SELECT count(*) FROM ({ids.text} LIMIT {FEW + 1}) AS first", ids.values)
        return Way(ids, size or bounded)

    def by_tag(self, tag: str) -> Way:
        key = tag_key(tag)
        ids = "SELECT task_id AS id FROM task_tags WHERE owner_id = ? AND tag_key = ?"
        size = f"{COUNTED} AND kind = ? AND key = ?"
        return Way(Sql(ids, (self.owner, key)), Sql(size, (self.owner, TAG, key)))

    def by_status(self, status: Sequence[Status]) -> Way:
        kinds = ", ".join("?" * len(status))
        counted = (self.owner, *(each.value for each in status))
        size = Sql(f"{COUNTED} AND kind IN ({kinds})", counted)
        return self.by_index("ix_tasks_status", in_state(status), size=size)

    def by_words(self, phrases: Sequence[Phrase]) -> Way:
        return self.by_ids(hits(self.owner, phrases, on_sqlite=self.on_sqlite))


def select_ids(owner: UserId, index: str, conditions: Sequence[Sql], *, on_sqlite: bool) -> Sql:
    """The owner's live tasks that meet them. SQLite has to be told which index, PostgreSQL knows."""
    place = f"tasks INDEXED BY {index}" if on_sqlite else "tasks"
    whose = Sql(f"SELECT tasks.id FROM {place} WHERE {OF_OWNER}", (owner,))
    return joined(" AND ", [whose, *conditions])


def _select_sizes(ways: Sequence[Way]) -> Sql:
    sizes = joined(", ", [Sql(f"({way.size.text})", way.size.values) for way in ways])
    return Sql(f"SELECT {sizes.text}", sizes.values)


def _ways(source: _Source, wanted: Filter, *, by_due: bool) -> Iterator[Way]:
    if wanted.tag is not None:
        yield source.by_tag(wanted.tag)
    if wanted.project:
        size = Sql(f"{COUNTED} AND kind <> ? AND key = ?", (source.owner, TAG, wanted.project))
        in_it = Sql("tasks.project_id = ?", (wanted.project,))
        yield source.by_index("ix_tasks_project", in_it, size=size)
    if wanted.parent is not None:
        below = Sql("tasks.parent_id = ?", (wanted.parent,))
        yield source.by_index("ix_tasks_parent_id", below)
    yield from _times(source, wanted, by_due=by_due)
    for part in _required(wanted.expression):
        if not _is_timed(part) and (way := _way(source, part)):
            yield way


def _times(source: _Source, wanted: Filter, *, by_due: bool) -> Iterator[Way]:
    """By status, by due date, or by both."""
    status, span = wanted.status, due_span(wanted)
    for part in _required(wanted.expression):
        if isinstance(part, InState):
            status = status or part.status
        if isinstance(part, Between) and part.moment is Moment.DUE:
            span = span or between(part)
    if status and span:
        yield source.by_index("ix_tasks_status", in_state(status), span)
    elif status:
        yield source.by_status(status)
    elif span and not by_due:
        yield source.by_index("ix_tasks_due", span)


def _is_timed(part: Expression) -> bool:
    return isinstance(part, InState | Between)


def _way(source: _Source, part: Expression) -> Way | None:
    match part:
        case Tagged(tag):
            return source.by_tag(tag)
        case Mentions(text):
            return source.by_words(read_phrases(text))
        case InProject(str() as name):
            return source.by_index("ix_tasks_project", in_named_project(source.owner, name))
        case InState(status):
            return source.by_status(status)
        case Between(Moment.DUE):
            return source.by_index("ix_tasks_due", between(part))
        case All(parts):
            return next(filter(None, (_way(source, each) for each in parts)), None)
        case Any(parts):
            ways = [way for each in parts if (way := _way(source, each))]
            return _together(ways) if len(ways) == len(parts) else None
        case _:
            return None


def _together(ways: Sequence[Way]) -> Way:
    ids = joined(" UNION ", [way.ids for way in ways])
    return Way(ids, joined(" + ", [Sql(f"({way.size.text})", way.size.values) for way in ways]))


def _required(expression: Expression | None) -> Sequence[Expression]:
    """What must hold of every task that matches, each part alone."""
    match expression:
        case None:
            return ()
        case All(parts):
            return parts
        case _:
            return (expression,)


def _resembling(source: _Source, text: str, phrases: Sequence[Phrase]) -> Steps[Course | None]:
    """Where no task has the words: those with words like them, if the database can tell."""
    if sum(len(word) for phrase in phrases for word in phrase.words) < MIN_RESEMBLING:
        return None
    if not (yield from similar_titles()):
        return None
    alike = resembles(text)
    ids = select_ids(source.owner, "ix_tasks_similar_titles", [alike], on_sqlite=False)
    some = Sql(f"{ids.text} LIMIT {MOST_RESEMBLING}", ids.values)
    return Course(some, alike, Sql("1 = 1"))
