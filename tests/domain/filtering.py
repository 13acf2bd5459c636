"""Random filters, how a person would write them, and what they mean for a task, told without a database."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from taskchat.domain.filters.expression import (
    All,
    Any,
    Between,
    Day,
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
    Term,
    Undated,
    either,
    every,
)
from taskchat.domain.task import OPEN, Priority, Status, Task, TaskId
from taskchat.domain.text import fold
from taskchat.domain.words import Phrase, read_phrases, words

TAGS = ("home", "Café", "two words", "späti")
PROJECTS = ("Garden", "Long name", "Ärger")
WORDS = ("milk", "Éclair", "buy", "100%", "Straße", "会議", "🎉", "e-mail")
TODAY = date(2026, 11, 20)

DAYS = st.builds(
    Day, st.dates(TODAY - timedelta(days=9), TODAY + timedelta(days=9)), st.just(0), st.just("day")
) | st.sampled_from(
    [Day(away=away) for away in (-7, -1, 0, 1, 3)]
    + [Day(away=away, unit="week") for away in (-1, 0, 1)]
)
MOMENTS = st.sampled_from(Moment)
SPANS = st.builds(Days, MOMENTS, DAYS, DAYS | st.none()) | st.builds(Days, MOMENTS, st.none(), DAYS)
TERMS: st.SearchStrategy[Term] = st.one_of(
    st.builds(Tagged, st.sampled_from([*TAGS, "HOME", "nobody's"])),
    st.builds(Prioritised, st.sampled_from(Priority)),
    st.builds(InState, st.sampled_from([(each,) for each in Status] + [OPEN])),
    st.builds(InProject, st.sampled_from([*PROJECTS, "garden", "nowhere", None])),
    st.builds(Has, st.sampled_from(Feature)),
    st.builds(
        Mentions, st.sampled_from([*WORDS, "mil", "eclair", '"mil"', '"buy milk"', "e-ma", "ec"])
    ),
    st.builds(Undated, MOMENTS),
    SPANS,
    st.just(Overdue()),
)
EXPRESSIONS: st.SearchStrategy[Expression] = st.recursive(
    TERMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=3).map(every),
        st.lists(inner, min_size=2, max_size=3).map(either),
    ),
    max_leaves=8,
)


def write(expression: Expression) -> str:
    """In the filter language."""
    match expression:
        case Not(part):
            return f"!({write(part)})"
        case All(parts):
            return " & ".join(f"({write(part)})" for part in parts)
        case Any(parts):
            return " | ".join(f"({write(part)})" for part in parts)
        case _:
            return _write(expression)


def matches(expression: Expression, task: Task, parents: Collection[TaskId]) -> bool:
    """Whose days are fixed; `parents` are the ids of the tasks that have subtasks."""
    match expression:
        case Not(part):
            return not matches(part, task, parents)
        case All(parts):
            return all(matches(part, task, parents) for part in parts)
        case Any(parts):
            return any(matches(part, task, parents) for part in parts)
        case Has(feature):
            return feature in _features(task, parents)
        case _:
            return _holds(expression, task)


def mentions(phrase: Phrase, text: str) -> bool:
    said, wanted = words(text), list(phrase.words)
    spans = (said[start : start + len(wanted)] for start in range(len(said) - len(wanted) + 1))
    return any(
        part[:-1] == wanted[:-1]
        and (part[-1].startswith(wanted[-1]) if phrase.is_prefix else part[-1] == wanted[-1])
        for part in spans
    )


def _holds(term: Term, task: Task) -> bool:
    match term:
        case Tagged(tag):
            return fold(tag) in map(fold, task.tags)
        case Prioritised(priority):
            return task.priority is priority
        case InState(status):
            return task.status in status
        case InProject(name):
            return (task.project and fold(task.project.name)) == (name and fold(name))
        case Mentions(text):
            return all(
                mentions(phrase, task.title) or mentions(phrase, task.description)
                for phrase in read_phrases(text)
            )
        case Undated(moment):
            return _moment(moment, task) is None
        case Between(moment, since, until):
            at = _moment(moment, task)
            return bool(at and (since is None or at >= since) and (until is None or at < until))
        case _:
            raise AssertionError(term)


def _moment(moment: Moment, task: Task) -> datetime | None:
    match moment:
        case Moment.DUE:
            return task.due and task.due.instant()
        case Moment.CREATED:
            return task.created_at
        case Moment.COMPLETED:
            return task.completed_at


def _features(task: Task, parents: Collection[TaskId]) -> set[Feature]:
    has = {
        Feature.REMINDER: task.remind_before is not None,
        Feature.DESCRIPTION: bool(task.description),
        Feature.SUBTASKS: task.id in parents,
        Feature.PARENT: task.parent_id is not None,
        Feature.TAGS: bool(task.tags),
        Feature.RECURRENCE: task.recurrence is not None,
    }
    return {feature for feature, there in has.items() if there}


def _write(term: Term) -> str:
    match term:
        case Tagged(tag):
            return f'#"{tag}"' if " " in tag else f"tag:{tag}"
        case Prioritised(priority):
            return f"p{list(Priority).index(priority) + 1}"
        case InState(status):
            return "is:open" if status == OPEN else f"status:{status[0].value}"
        case InProject(name):
            return f'project:"{name}"' if name else "project:none"
        case Has(feature):
            return f"has:{feature.value}"
        case Mentions(text):
            return text
        case _:
            return _write_dated(term)


def _write_dated(term: Term) -> str:
    match term:
        case Undated(moment):
            return f"{moment.value}:none"
        case Days(moment, first, last):
            return f"{moment.value}:{_day(first)}..{_day(last)}"
        case _:
            return "overdue"


def _day(day: Day | None) -> str:
    if day is None:
        return ""
    if day.unit == "week":
        return {-1: "last-week", 0: "week", 1: "next-week"}[day.away]
    return day.on.isoformat() if day.on else f"{day.away:+}d"
