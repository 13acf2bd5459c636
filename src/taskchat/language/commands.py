"""What a person asks for, as calls of the seven tools. What is not plain is not guessed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, Literal

from taskchat.language.clauses import Clause, read_clause
from taskchat.language.dates import find_due
from taskchat.language.details import read_details
from taskchat.language.english import commands as english
from taskchat.language.examples import nearest_examples
from taskchat.language.filters import Filters, read_filters
from taskchat.language.patterns import Match, PatternBook
from taskchat.language.references import Ref, read_refs, strip_list
from taskchat.language.tokens import LONGEST_CLAUSE, Kind

MOST_COMMANDS = 20
LONGEST_QUICK_ADD = 40  # tokens
LONGEST_TAG_PHRASE = 2  # words before `tasks` that are taken for a tag

type Reason = Literal[
    "not_understood", "too_long", "too_many", "no_title", "which_task", "where_title_ends",
    "create_or_change", "bulk_filter", "one_line_unclear",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class TagChange:
    """Tags to add to or take from those a task already has."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """One tool call. `arguments` lack the task, which `ref` names when the tool takes one."""

    tool: str
    arguments: Mapping[str, object]
    ref: Ref | None = None
    tags: TagChange | None = None

    def call_arguments(self) -> dict[str, object]:
        """The arguments with the task in its place."""
        task = {"task": self.ref.text} if self.ref else {}
        return {**task, **self.arguments}


@dataclass(frozen=True, slots=True)
class Talk:
    """Something said that asks for no tool."""

    topic: Literal["hello", "help", "thanks"]


@dataclass(frozen=True, slots=True)
class Unclear:
    """Why nothing is done, and what could be said instead. `text` is the part that is meant."""

    reason: Reason
    examples: tuple[str, ...]
    text: str = ""


type Reading = tuple[Command, ...] | Talk | Unclear

_UPDATES: Final = PatternBook.of(english.UPDATES, {})
_NAMED_CREATES: Final = PatternBook.of(english.NAMED_CREATES, {})
_ANY_CREATES: Final = PatternBook.of(english.ANY_CREATES, {})
_BULK: Final = PatternBook.of(english.BULK, {})
_TALK: Final = PatternBook.of(english.TALK, {})
_HEADERS: Final = PatternBook.of(english.CREATE_HEADERS, {})
_BULLET: Final = re.compile(r"^[ \t]*(?:[-*•+]|[0-9]{1,2}[.)]|\[ ?\])[ \t]+")
_JOINT: Final = re.compile(r"\s+(?:and then|and|then)\s+", re.IGNORECASE)


def read_command(text: str, now: datetime) -> Reading:
    """One clause. Several commands only when it names several tasks by number."""
    if len(text) > LONGEST_CLAUSE:
        return Unclear("too_long", english.USUAL_EXAMPLES)
    clause = read_clause(text, now)
    if not clause.scan.tokens:
        return Unclear("not_understood", english.USUAL_EXAMPLES)
    for read in _READERS:
        reading = read(clause)
        if reading is not None:
            return reading
    if _could_be_title(clause) and not text.rstrip().endswith("?"):
        details = read_details(clause.text, now)
        if details.marked and details.title and strip_list(clause.text)[1] is None:
            return _create(clause.text, (), now)
        return _unclear("not_understood", clause, as_title=True)
    return _unclear("not_understood", clause)


def read_commands(text: str, now: datetime) -> Reading:
    """Everything the text asks for, or nothing: one unclear line stops them all."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_COMMANDS + 1:
        return Unclear("too_many", english.USUAL_EXAMPLES)
    if len(lines) > 1:
        return _read_lines(lines, now)
    whole = lines[0] if lines else ""
    if len(whole) <= LONGEST_CLAUSE:
        for parts in (whole.split(";"), _strong_parts(whole, now)):
            if 1 < len(parts) <= MOST_COMMANDS and (several := _read_parts(parts, now)):
                return several
    return read_command(_BULLET.sub("", whole), now)


def _read_lines(lines: list[str], now: datetime) -> Reading:
    bodies = [_BULLET.sub("", line) for line in lines]
    if len(lines[0]) <= LONGEST_CLAUSE and read_clause(lines[0], now).fit(_HEADERS):
        created = [_create(body, (), now) for body in bodies[1:]]
        return _joined([(body, reading) for body, reading in zip(bodies[1:], created, strict=True)])
    bullets = all(body != line for body, line in zip(bodies, lines, strict=True))
    readings = [(body, read_command(body, now)) for body in bodies]
    if bullets and not any(isinstance(reading, tuple) for _, reading in readings):
        readings = [(body, _create(body, (), now)) for body in bodies]
    return _joined(readings)


def _joined(readings: list[tuple[str, Reading]]) -> Reading:
    commands: list[Command] = []
    for text, reading in readings:
        if not isinstance(reading, tuple):
            examples = reading.examples if isinstance(reading, Unclear) else english.USUAL_EXAMPLES
            return Unclear("one_line_unclear", examples, text.strip()[:LONGEST_CLAUSE])
        commands += reading
    if len(commands) > MOST_COMMANDS:
        return Unclear("too_many", english.USUAL_EXAMPLES)
    return tuple(commands)


def _read_parts(parts: list[str], now: datetime) -> tuple[Command, ...]:
    """All the parts as commands; empty when one of them is none, or says so only by its date."""
    commands: list[Command] = []
    for part in parts:
        reading = read_command(part, now)
        if not isinstance(reading, tuple) or _is_quick_add(part, now):
            return ()
        commands += reading
    return tuple(commands)


def _is_quick_add(part: str, now: datetime) -> bool:
    clause = read_clause(part, now)
    return all(read(clause) is None for read in _READERS)


def _strong_parts(text: str, now: datetime) -> list[str]:
    """Cut at each `and` that a command with a number, a quotation or a task noun follows."""
    parts, start = list[str](), 0
    for joint in _JOINT.finditer(text):
        following = read_clause(text[joint.end() :], now)
        strong = any(token.kind is Kind.QUOTED for token in following.scan.tokens)
        strong = strong or "#" in following.text or following.fit(_NAMED_CREATES) is not None
        if strong and following.first in _COMMAND_WORDS and text[start : joint.start()].count('"') % 2 == 0:
            parts.append(text[start : joint.start()])
            start = joint.end()
    return [*parts, text[start:]]


def _unclear(reason: Reason, clause: Clause, *, as_title: bool = False) -> Unclear:
    return Unclear(reason, nearest_examples(clause.text, as_title=as_title), clause.text)


def _could_be_title(clause: Clause) -> bool:
    tokens = clause.scan.tokens
    has_word = any(token.kind is Kind.WORD for token in tokens)
    return has_word and len(tokens) <= LONGEST_QUICK_ADD and clause.first not in english.QUICK_STOPS


def _read_talk(clause: Clause) -> Reading | None:
    match = clause.fit(_TALK)
    for topic in ("hello", "help", "thanks"):
        if match and match.meaning == topic:
            return Talk(topic)
    return None


def _read_bulk(clause: Clause) -> Reading | None:
    match = clause.fit(_BULK)
    if match is None:
        return None
    filters = read_filters(str(match.slots["rest"]), clause.now)
    everything = bool(english.ALL_WORDS & set(clause.words()))
    clears = "clears" in match.slots and filters.nouns > 0
    several = filters.plural and (filters.said or everything)
    if filters.rest or filters.about:
        return _unclear("bulk_filter", clause) if everything and filters.plural and filters.nouns else None
    if not (several or clears or (everything and not filters.about)):
        return None
    return _bulk(match.meaning, filters, clause)


def _bulk(tool: str, filters: Filters, clause: Clause) -> Reading:
    """The bulk tools take one status, one priority and one tag, and no dates."""
    status = () if tool == "complete_all_tasks" and len(filters.status) == 2 else filters.status
    if filters.dated or len(status) > 1 or len(filters.priority) > 1:
        return _unclear("bulk_filter", clause)
    named = {
        "status": next(iter(status), None),
        "priority": next(iter(filters.priority), None),
        "tag": filters.tag,
    }
    return (Command(tool, {name: value for name, value in named.items() if value}),)


def _read_named_create(clause: Clause) -> Reading | None:
    return _read_create(clause, _NAMED_CREATES)


def _read_any_create(clause: Clause) -> Reading | None:
    return _read_create(clause, _ANY_CREATES)


def _read_create(clause: Clause, book: PatternBook) -> Reading | None:
    match = clause.fit(book)
    if match is None:
        return None
    title = str(match.slots["title"])
    if match.meaning == "create_listed" and strip_list(title)[1] is None:
        return None
    name = str(match.slots.get("list", "")).casefold()
    return _create(title, () if name in english.PLAIN_LISTS else (name,), clause.now)


def _create(title: str, tags: tuple[str, ...], now: datetime) -> Reading:
    if len(title) > LONGEST_CLAUSE:
        return Unclear("too_long", english.USUAL_EXAMPLES)
    details = read_details(title, now)
    if not details.title:
        return Unclear("no_title", english.USUAL_EXAMPLES[:1])
    named = {
        "title": details.title,
        "due": details.due,
        "priority": details.priority,
        "tags": [*tags, *details.tags],
    }
    return (Command("create_task", {name: value for name, value in named.items() if value}),)


def _read_update(clause: Clause) -> Reading | None:
    match = clause.fit(_UPDATES)
    if match is None:
        return None
    refs = read_refs(str(match.slots.get("task", match.slots.get("number", ""))))
    if not refs:
        return _unclear("which_task", clause)
    if match.meaning == "rename" and _many_titles(clause, refs[0]):
        return _unclear("where_title_ends", clause)
    if clause.first in {"finish", "complete", "start", "begin"} and _sets_date(refs[0], clause):
        return _unclear("create_or_change", clause, as_title=True)
    command = _update(match)
    return tuple(replace(command, ref=ref) for ref in refs)


def _sets_date(ref: Ref, clause: Clause) -> bool:
    """`finish the report by Friday` may be a task to do as well as a task done."""
    free = not ref.numbered and not ref.quoted
    return free and bool(ref.text) and find_due(ref.text, clause.now) is not None


def _many_titles(clause: Clause, ref: Ref) -> bool:
    """Whether the words could be cut into old and new title at more than one place."""
    if ref.numbered or ref.quoted or not ref.text:
        return False
    return len({match.slots["task"] for match in clause.fits(_UPDATES) if match.meaning == "rename"}) > 1


def _update(match: Match) -> Command:
    """The tool call, its task still missing."""
    slots, meaning = match.slots, match.meaning
    if meaning in {"add_tags", "remove_tags"}:
        tags = slots["tags"]
        names = tuple(str(tag) for tag in tags) if isinstance(tags, tuple) else ()
        change = TagChange(add=names) if meaning == "add_tags" else TagChange(remove=names)
        return Command("update_task", {}, tags=change)
    if meaning == "complete":
        return Command("complete_task", {})
    if meaning == "reopen":
        return Command("complete_task", {"completed": False})
    if meaning == "delete":
        return Command("delete_task", {})
    changes: Mapping[str, dict[str, object]] = {
        "clear_due": {"due": "none"},
        "rename": {"title": _title(slots.get("title"))},
        "describe": {"description": _title(slots.get("title"))},
        "priority": {"priority": slots.get("priority", "high")},
        "due": {"due": slots.get("when")},
        "start": {"status": "in_progress"},
    }
    return Command("update_task", changes[meaning])


def _title(text: object) -> str:
    refs = read_refs(str(text))
    return refs[0].text if refs and refs[0].quoted else " ".join(str(text).split())


def _read_list(clause: Clause) -> Reading | None:
    filters = read_filters(clause.text, clause.now)
    searching = clause.first in english.SEARCH_OPENERS
    if filters.rest:
        start, end = filters.rest[0][0], filters.rest[-1][1]
        words = clause.text[start:end]
        if searching:
            filters.about = words.strip("\"'")
        elif not (clause.first in english.LIST_OPENERS and _names_tag(clause, end, filters)):
            return None
        else:
            filters.tag = words
    opener = clause.first in english.LIST_OPENERS
    if (filters.nouns or filters.said) and opener:
        return (Command("list_tasks", filters.arguments()),)
    return None


def _names_tag(clause: Clause, end: int, filters: Filters) -> bool:
    """`show work tasks`: one or two words right before the noun."""
    following = next((token for token in clause.scan.tokens if token.start >= end), None)
    if filters.tag or following is None or len(filters.rest) > LONGEST_TAG_PHRASE:
        return False
    spans = filters.rest
    together = all(b[0] - a[1] <= 1 for a, b in zip(spans, spans[1:], strict=False))
    words = (token.kind is Kind.WORD for token in clause.scan.tokens if token.start in {s for s, _ in spans})
    return together and all(words) and following.word in english.PLURALS & english.TASK_NOUNS


_READERS: Final[tuple[Callable[[Clause], Reading | None], ...]] = (
    _read_talk,
    _read_bulk,
    _read_named_create,
    _read_update,
    _read_any_create,
    _read_list,
)
_COMMAND_WORDS: Final = frozenset(
    word
    for book in (_UPDATES, _NAMED_CREATES, _ANY_CREATES, _BULK)
    for word in MappingProxyType(book.by_word)
)
