"""What a person asks for as a condition in SQL that every row of `tasks` answers with yes or no, never with NULL."""

from collections.abc import Sequence
from types import MappingProxyType

from taskchat.db.statements import Sql, joined
from taskchat.domain.filters.expression import (
    All,
    Any,
    Between,
    Days,
    Expression,
    Feature,
    Has,
    InProject,
    InState,
    Mentions,
    Moment,
    Not,
    Overdue,
    Prioritised,
    Tagged,
    Undated,
    terms,
)
from taskchat.domain.query import Filter
from taskchat.domain.task import Status, UserId
from taskchat.domain.text import fold
from taskchat.domain.words import read_phrases
from taskchat.tasks.finding.search import contains
from taskchat.tasks.storage.repository import RANKS

COLUMNS = MappingProxyType(
    {
        Moment.DUE: "tasks.due_at",
        Moment.CREATED: "tasks.created_at",
        Moment.COMPLETED: "tasks.completed_at",
    }
)
# Here and below, an offset keeps PostgreSQL from making a join of it, which may read everybody's rows.
FEATURES = MappingProxyType(
    {
        Feature.REMINDER: Sql("tasks.remind_before IS NOT NULL"),
        Feature.DESCRIPTION: Sql("tasks.description <> ''"),
        Feature.PARENT: Sql("tasks.parent_id IS NOT NULL"),
        Feature.RECURRENCE: Sql("tasks.recurrence IS NOT NULL"),
        Feature.TAGS: Sql(
            "EXISTS (SELECT 1 FROM task_tags WHERE task_tags.task_id = tasks.id LIMIT 1 OFFSET 0)"
        ),
        Feature.SUBTASKS: Sql(
            "EXISTS (SELECT 1 FROM tasks AS child WHERE child.parent_id = tasks.id"
            " AND child.deleted_at IS NULL LIMIT 1 OFFSET 0)"
        ),
    }
)
TAGGED = (
    "EXISTS (SELECT 1 FROM task_tags WHERE task_tags.task_id = tasks.id"
    " AND task_tags.tag_key = ? LIMIT 1 OFFSET 0)"
)
NOT_ARCHIVED = (
    "(tasks.project_id IS NULL OR tasks.project_id NOT IN"
    " (SELECT id FROM projects WHERE owner_id = ? AND archived_at IS NOT NULL))"
)
NAMED_PROJECT = (
    "(tasks.project_id IS NOT NULL AND tasks.project_id IN"
    " (SELECT id FROM projects WHERE owner_id = ? AND name_key = ? AND deleted_at IS NULL))"
)


def condition(owner: UserId, wanted: Filter, text: Sql | None) -> Sql:
    """For WHERE: the owner's live tasks that match; `text` is the condition for what is searched for."""
    parts = [Sql("tasks.owner_id = ?", (owner,)), Sql("tasks.deleted_at IS NULL")]
    if wanted.status:
        parts.append(in_state(wanted.status))
    if wanted.priority:
        parts.append(_among("tasks.priority_rank", [RANKS[each] for each in wanted.priority]))
    if wanted.tag is not None:
        parts.append(Sql(TAGGED, (tag_key(wanted.tag),)))
    if wanted.parent is not None:
        parts.append(Sql("tasks.parent_id = ?", (wanted.parent,)))
    if text:
        parts.append(text)
    if span := due_span(wanted):
        parts.append(span)
    if wanted.expression:
        parts.append(_expressed(owner, wanted.expression))
    return joined(" AND ", [*parts, *_of_project(owner, wanted)])


def shows_archived(wanted: Filter) -> bool:
    if wanted.with_archived or wanted.project:
        return True
    named = terms(wanted.expression) if wanted.expression else ()
    return any(isinstance(term, InProject) and term.name for term in named)


def due_span(wanted: Filter) -> Sql | None:
    parts: list[Sql] = []
    if wanted.due_from:
        parts.append(Sql("tasks.due_at >= ?", (wanted.due_from,)))
    if wanted.due_until:
        parts.append(Sql("tasks.due_at <= ?", (wanted.due_until,)))
    return joined(" AND ", parts) if parts else None


def tag_key(tag: str) -> str:
    return fold(tag.removeprefix("#"))


def in_state(status: Sequence[Status]) -> Sql:
    return _among("tasks.status", [each.value for each in status])


def in_named_project(owner: UserId, name: str) -> Sql:
    return Sql(NAMED_PROJECT, (owner, fold(name)))


def _of_project(owner: UserId, wanted: Filter) -> Sequence[Sql]:
    if wanted.project:
        return [Sql("tasks.project_id = ?", (wanted.project,))]
    if wanted.project == "":
        return [Sql("tasks.project_id IS NULL")]
    return [] if shows_archived(wanted) else [Sql(NOT_ARCHIVED, (owner,))]


def _among(column: str, values: Sequence[object]) -> Sql:
    return Sql(f"{column} IN ({', '.join('?' * len(values))})", tuple(values))


def _expressed(owner: UserId, expression: Expression) -> Sql:
    match expression:
        case Not(part):
            inner = _expressed(owner, part)
            return Sql(f"NOT {inner.text}", inner.values)
        case All(parts) | Any(parts):
            separator = " AND " if isinstance(expression, All) else " OR "
            inner = joined(separator, [_expressed(owner, part) for part in parts])
            return Sql(f"({inner.text})", inner.values)
        case Mentions(text):
            return contains(owner, read_phrases(text))
        case InProject(name):
            if name is None:
                return Sql("(tasks.project_id IS NULL)")
            return in_named_project(owner, name)
        case _:
            inner = _term(expression)
            return Sql(f"({inner.text})", inner.values)


def _term(
    term: Tagged | Prioritised | InState | Has | Undated | Between | Days | Overdue,
) -> Sql:
    match term:
        case Tagged(tag):
            return Sql(TAGGED, (tag_key(tag),))
        case Prioritised(priority):
            return Sql("tasks.priority_rank = ?", (RANKS[priority],))
        case InState(status):
            return in_state(status)
        case Has(feature):
            return FEATURES[feature]
        case Undated(moment):
            return Sql(f"{COLUMNS[moment]} IS NULL")
        case Between():
            return between(term)
        case Days() | Overdue():
            raise ValueError("the days of a filter must be fixed before it is used")


def between(span: Between) -> Sql:
    column = COLUMNS[span.moment]
    parts = [Sql(f"{column} IS NOT NULL")]
    if span.since:
        parts.append(Sql(f"{column} >= ?", (span.since,)))
    if span.until:
        parts.append(Sql(f"{column} < ?", (span.until,)))
    return joined(" AND ", parts)
