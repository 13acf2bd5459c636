"""The words of a filter, each a condition of its own."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType

from taskchat.domain.due import EARLIEST, LATEST
from taskchat.domain.filters.expression import (
    TODAY,
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
    Undated,
)
from taskchat.domain.filters.tokens import FilterError, Token
from taskchat.domain.task import OPEN, Priority, Status
from taskchat.domain.text import clean_line
from taskchat.domain.words import read_phrases

KEYED = re.compile(r"([A-Za-z_]+):(.*)", re.DOTALL)
COMPARED = re.compile(r"(due|created|completed)\s*([<>]=?)\s*(.*)", re.DOTALL | re.IGNORECASE)
AWAY = re.compile(r"([+-]?[0-9]{1,4})d")
COUNT = re.compile("[0-9]{1,3}")
NONE = "none"

STATES: Mapping[str, tuple[Status, ...]] = MappingProxyType(
    {status.value: (status,) for status in Status} | {"open": OPEN}
)
PRIORITIES: Mapping[str, Priority] = MappingProxyType(
    {priority.value: priority for priority in Priority}
)
LEVELS: Mapping[str, Priority] = MappingProxyType(
    {f"p{level}": priority for level, priority in enumerate(Priority, 1)}
)
NAMED_DAYS: Mapping[str, Day] = MappingProxyType(
    {
        "yesterday": Day(away=-1),
        "today": TODAY,
        "tomorrow": Day(away=1),
        "week": Day(unit="week"),
        "last week": Day(away=-1, unit="week"),
        "this week": Day(unit="week"),
        "next week": Day(away=1, unit="week"),
    }
)
ALONE: Mapping[str, Expression] = MappingProxyType(
    {
        "overdue": Overdue(),
        "recurring": Has(Feature.RECURRENCE),
        "no date": Undated(Moment.DUE),
    }
    | {words: Days(Moment.DUE, day, day) for words, day in NAMED_DAYS.items() if words != "week"}
)


def read_words(tokens: Sequence[Token]) -> tuple[Expression, int]:
    """The condition at the beginning of `tokens`, and how many of them it takes up."""
    for used in (3, 2, 1):
        together = tokens[:used]
        if len(together) == used and not any(token.operator for token in together):
            said = " ".join(token.text.lower() for token in together)
            if found := _alone(said):
                return found, used
    return _one(tokens[0]), 1


def _alone(said: str) -> Expression | None:
    if said in ALONE:
        return ALONE[said]
    if said in LEVELS:
        return Prioritised(LEVELS[said])
    match said.split(" "):
        case ["next", count, "days" | "day"] if COUNT.fullmatch(count) and int(count):
            return Days(Moment.DUE, TODAY, Day(away=int(count) - 1))
        case _:
            return None


def _one(token: Token) -> Expression:
    text = token.text
    if text[0] in "#+" and len(text) > 1:
        read = _tag if text[0] == "#" else _project
        return read(_unquoted(text[1:]), token.column + 1)
    if compared := COMPARED.fullmatch(text):
        return _compared(compared, token.column)
    if keyed := KEYED.fullmatch(text):
        key = keyed[1].lower()
        if key not in KEYS:
            message = f"“{key}:” is not one of {', '.join(KEYS)}; put words to look for in quotes."
            raise FilterError(message, token.column)
        return KEYS[key](_unquoted(keyed[2]), token.column + keyed.start(2))
    if not read_phrases(text):
        raise FilterError("there is no word to look for here.", token.column)
    return Mentions(text)


def _unquoted(text: str) -> str:
    return clean_line(text.replace('"', ""))


def _tag(value: str, column: int) -> Expression:
    tag = value.removeprefix("#").strip()
    if not tag:
        raise FilterError("a tag is missing here.", column)
    return Tagged(tag)


def _project(value: str, column: int) -> Expression:
    if not value:
        raise FilterError("a project's name is missing here.", column)
    return InProject(None if value.lower() == NONE else value)


def _priority(value: str, column: int) -> Expression:
    return Prioritised(_choose(value, {**PRIORITIES, **LEVELS}, column))


def _state(value: str, column: int) -> Expression:
    return InState(_choose(value, STATES, column))


def _feature(value: str, column: int) -> Expression:
    if value.lower() == Moment.DUE:
        return Not(Undated(Moment.DUE))
    return Has(_choose(value, {feature.value: feature for feature in Feature}, column))


def _condition(value: str, column: int) -> Expression:
    others = {"overdue": Overdue(), "recurring": Has(Feature.RECURRENCE)}
    return _choose(
        value, {name: InState(states) for name, states in STATES.items()} | others, column
    )


def _dated(moment: Moment) -> Callable[[str, int], Expression]:
    def read(value: str, column: int) -> Expression:
        if value.lower() == NONE:
            return Undated(moment)
        first, dots, last = value.partition("..")
        if not dots:
            day = _day(value, column)
            return Days(moment, day, day)
        if not first and not last:
            raise FilterError("a day is missing here.", column)
        since = _day(first, column) if first else None
        return Days(moment, since, _day(last, column + len(first) + 2) if last else None)

    return read


def _compared(compared: re.Match[str], column: int) -> Expression:
    moment, sign = Moment(compared[1].lower()), compared[2]
    day = _day(_unquoted(compared[3]), column + compared.start(3))
    match sign:
        case "<=":
            return Days(moment, None, day)
        case ">=":
            return Days(moment, day, None)
        case "<":
            return Days(moment, None, _beside(day, -1))
        case _:
            return Days(moment, _beside(day, 1), None)


def _beside(day: Day, away: int) -> Day:
    """The day or the week before or after."""
    if day.on:
        return Day(day.on + timedelta(days=away))
    return Day(away=day.away + away, unit=day.unit)


def _day(value: str, column: int) -> Day:
    words = value.lower().strip()
    if named := NAMED_DAYS.get(words.replace("-", " ")):
        return named
    if away := AWAY.fullmatch(words):
        return Day(away=int(away[1]))
    try:
        day = date.fromisoformat(words)
    except ValueError:
        day = None
    if day is None or len(words) != len("2026-11-21"):
        message = "a day is 2026-11-21, today, tomorrow, yesterday, week, next-week or +3d."
        raise FilterError(message, column)
    if not EARLIEST <= day <= LATEST:
        raise FilterError("a day lies between 1970 and 9998.", column)
    return Day(day)


def _choose[T](value: str, choices: Mapping[str, T], column: int) -> T:
    if (chosen := choices.get(value.lower())) is None:
        raise FilterError(f"this must be one of {', '.join(choices)}.", column)
    return chosen


KEYS: Mapping[str, Callable[[str, int], Expression]] = MappingProxyType(
    {
        "tag": _tag,
        "p": _priority,
        "priority": _priority,
        "project": _project,
        "status": _state,
        "is": _condition,
        "has": _feature,
        "due": _dated(Moment.DUE),
        "created": _dated(Moment.CREATED),
        "completed": _dated(Moment.COMPLETED),
    }
)
