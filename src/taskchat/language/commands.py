"""What a person asks for, as calls of the seven tools. What is not plain is not guessed."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import Final, cast

from taskchat.language.clauses import Clause, read_clause
from taskchat.language.dates import find_due
from taskchat.language.details import read_details
from taskchat.language.english import commands as english
from taskchat.language.examples import nearest_examples
from taskchat.language.filters import Filters, read_filters
from taskchat.language.patterns import Match, PatternBook
from taskchat.language.readings import Command, Reading, Reason, TagChange, Talk, Unclear
from taskchat.language.references import Ref, read_refs, strip_list
from taskchat.language.tokens import LONGEST_CLAUSE, Kind

LONGEST_QUICK_ADD = 40  # tokens
LONGEST_TAG_PHRASE = 2  # words before `tasks` that are taken for a tag

_UPDATES: Final = PatternBook.of(english.UPDATES, {})
_NAMED_CREATES: Final = PatternBook.of(english.NAMED_CREATES, {})
_ANY_CREATES: Final = PatternBook.of(english.ANY_CREATES, {})
_BULK: Final = PatternBook.of(english.BULK, {})
_TALK: Final = PatternBook.of(english.TALK, {})


def read_command(text: str, now: datetime) -> Reading:
    """One clause. Several commands only when it names several tasks by number."""
    if len(text) > LONGEST_CLAUSE:
        return Unclear("too_long", english.USUAL_EXAMPLES)
    clause = read_clause(text, now)
    if not clause.scan.tokens:
        return Unclear("not_understood", english.USUAL_EXAMPLES)
    reading = read_plain(clause)
    if reading is not None:
        return reading
    if _could_be_title(clause) and not text.rstrip().endswith("?"):
        details = read_details(clause.text, now)
        if details.marked and details.title and strip_list(clause.text)[1] is None:
            return read_new_task(clause.text, (), now)
        title = len(clause.scan.tokens) > 1 and "#" not in clause.words()
        return _unclear("not_understood", clause, as_title=title)
    return _unclear("not_understood", clause)


def read_plain(clause: Clause) -> Reading | None:
    """What the words ask for outright; None when they say so at most by their details."""
    return next((reading for read in _READERS if (reading := read(clause)) is not None), None)


def names_new_task(clause: Clause) -> bool:
    """Whether the clause says that a task is to be made."""
    return clause.fit(_NAMED_CREATES) is not None


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
    clears = "clears" in match.slots and bool(filters.nouns or filters.said)
    several = filters.plural and (filters.said or everything)
    if filters.rest or filters.about:
        return (
            _unclear("bulk_filter", clause)
            if everything and filters.plural and filters.nouns
            else None
        )
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
    return read_new_task(title, () if name in english.PLAIN_LISTS else (name,), clause.now)


def read_new_task(title: str, tags: tuple[str, ...], now: datetime) -> Reading:
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
    return (
        len({match.slots["task"] for match in clause.fits(_UPDATES) if match.meaning == "rename"})
        > 1
    )


def _update(match: Match) -> Command:
    """The tool call, its task still missing."""
    slots, meaning = match.slots, match.meaning
    if meaning in {"add_tags", "remove_tags"}:
        tags = slots["tags"]
        names = cast("tuple[str, ...]", tags)
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
    if clause.first not in english.LIST_OPENERS:
        return None
    filters = read_filters(clause.text, clause.now)
    searching = clause.first in english.SEARCH_OPENERS
    if filters.rest:
        start, end = filters.rest[0][0], filters.rest[-1][1]
        words = clause.text[start:end]
        if searching:
            filters.about = words.strip("\"'")
        elif not _names_tag(clause, end, filters):
            return None
        else:
            filters.tag = words
    if filters.asks_due and not filters.nouns:
        filters.status = filters.status or ("todo", "in_progress")
    if filters.nouns or filters.said or filters.everything:
        return (Command("list_tasks", filters.arguments()),)
    return None


def _names_tag(clause: Clause, end: int, filters: Filters) -> bool:
    """`show work tasks`: one or two words right before the noun."""
    following = next((token for token in clause.scan.tokens if token.start >= end), None)
    if filters.tag or following is None or len(filters.rest) > LONGEST_TAG_PHRASE:
        return False
    spans = filters.rest
    together = all(second[0] - first[1] <= 1 for first, second in pairwise(spans))
    words = (
        token.kind is Kind.WORD
        for token in clause.scan.tokens
        if token.start in {s for s, _ in spans}
    )
    return together and all(words) and following.word in english.PLURALS & english.TASK_NOUNS


_READERS: Final[tuple[Callable[[Clause], Reading | None], ...]] = (
    _read_talk,
    _read_bulk,
    _read_named_create,
    _read_update,
    _read_any_create,
    _read_list,
)
COMMAND_WORDS: Final = frozenset(
    word for book in (_UPDATES, _NAMED_CREATES, _ANY_CREATES, _BULK) for word in book.by_word
)
