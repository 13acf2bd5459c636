"""Rows of the earlier system's tables, in our words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Literal, cast

from taskchat.domain.task import Priority, Status
from taskchat.interchange.limits import fit, quote
from taskchat.interchange.record import Problem, Read, TaskRecord

FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
BCRYPT = ("$2a$", "$2b$", "$2x$", "$2y$")
BCRYPT_LENGTH = 60

type Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class LegacyUser:
    """`password_hash` is bcrypt's; None where it cannot be, so that a new password must be set."""

    id: str
    email: str
    password_hash: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class LegacyMessage:
    """`tool_calls` is JSON as it was found."""

    id: str
    role: Literal["user", "assistant"]
    content: str
    created_at: datetime | None
    tool_calls: object


@dataclass(frozen=True, slots=True)
class LegacyConversation:
    """`table` is where it stood: `conversation`, later `threads`, or `message` for messages that are in neither,

    which are one conversation of their person, with that person's id.
    """

    table: Literal["conversation", "threads", "message"]
    id: str
    title: str
    created_at: datetime | None
    messages: tuple[LegacyMessage, ...]


def read_user(row: Row) -> Iterator[LegacyUser | Problem]:
    place = f"users {row.get('id')}"
    email = _text(row, "email").strip()
    if not email:
        yield Problem(place, "The account has no e-mail address and is left out.")
        return
    kept = _text(row, "hashed_password") or _text(row, "password_hash")
    is_bcrypt = kept.startswith(BCRYPT) and len(kept) == BCRYPT_LENGTH
    if not is_bcrypt:
        reason = "The password cannot be taken over; a new one must be set."
        yield Problem(place, reason, is_fatal=False)
    yield LegacyUser(
        str(row.get("id")), email, kept if is_bcrypt else None, _moment(row, "created_at")
    )


def read_message(row: Row) -> LegacyMessage | Problem:
    role = _text(row, "role").strip().lower()
    if role != "user" and role != "assistant":
        place = f"message {row.get('id')}"
        return Problem(place, f"A message of {quote(role)} is neither side of a conversation.")
    return LegacyMessage(
        id=str(row.get("id")),
        role=role,
        content=_text(row, "content"),
        created_at=_moment(row, "created_at"),
        tool_calls=row.get("tool_calls"),
    )


def read_conversation(
    table: Literal["conversation", "threads"], row: Row, messages: tuple[LegacyMessage, ...]
) -> LegacyConversation:
    title = " ".join(_text(row, "title").split())
    return LegacyConversation(
        table, str(row.get("id")), title, _moment(row, "created_at"), messages
    )


def read_task(row: Row, zone: str) -> Iterator[Read]:
    """The task, after a Problem for each part that cannot be kept; only that when the task cannot.

    The `parent_task_id` of a task named the one that it repeats, which is done: there were no subtasks.
    """
    place = f"tasks {row.get('id')}"
    reasons: list[str] = []
    is_done = row.get("completed") is True
    done_at = _moment(row, "completed_at") or _moment(row, "updated_at")
    record = TaskRecord(
        source_id=str(row.get("id")),
        place=place,
        title=_text(row, "title"),
        description=_text(row, "description"),
        status=Status.DONE if is_done else Status.TODO,
        priority=_priority(row, reasons),
        tags=_tags(row.get("tags"), reasons),
        due=_due(_text(row, "due_date"), reasons),
        timezone=zone,
        recurrence=_rule(row.get("recurrence"), reasons),
        remind_before=_minutes(row.get("reminder_offset"), reasons),
        created_at=_moment(row, "created_at"),
        completed_at=done_at if is_done else None,
    )
    yield from fit(record, zone, reasons)


def _text(row: Row, name: str) -> str:
    """Empty where there is no such column, nothing in it, or no text."""
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _moment(row: Row, name: str) -> datetime | None:
    """UTC; None also for what no calendar has."""
    try:
        moment = datetime.fromisoformat(_text(row, name))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _priority(row: Row, reasons: list[str]) -> Priority:
    word = _text(row, "priority").strip().lower()
    if word in Priority:
        return Priority(word)
    if word:
        reasons.append(f"The priority {quote(word)} is not known; it is taken as medium.")
    return Priority.MEDIUM


def _tags(value: object, reasons: list[str]) -> tuple[str, ...]:
    listed = _decoded(value)
    if listed is None:
        return ()
    if isinstance(listed, list):
        return tuple(str(tag) for tag in cast("list[object]", listed) if tag is not None)
    reasons.append("The tags are not a list and are left out.")
    return ()


def _due(text: str, reasons: list[str]) -> str | None:
    """With its offset: the earlier system kept every moment in UTC."""
    try:
        if not text:
            return None
        if len(text) == len("2026-11-21"):
            return date.fromisoformat(text).isoformat()
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return moment.replace(microsecond=0).isoformat()
    except ValueError:
        reasons.append(f"The due date {quote(text)} is not understood.")
        return None


def _minutes(value: object, reasons: list[str]) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    reasons.append(f"The reminder {quote(str(value))} is not a number of minutes.")
    return None


def _rule(value: object, reasons: list[str]) -> str | None:
    decoded = _decoded(value)
    if decoded is None:
        return None
    parts = cast("dict[str, object]", decoded) if isinstance(decoded, dict) else {}
    frequency = str(parts.get("frequency")).upper()
    if frequency not in FREQUENCIES:
        reasons.append(f"The repetition {quote(json.dumps(decoded))} is not understood.")
        return None
    rule = f"FREQ={frequency}"
    if parts.get("interval") not in {None, 1}:
        rule += f";INTERVAL={parts['interval']}"
    count, end = parts.get("count"), parts.get("end_date")
    if count is not None and end is not None:
        reasons.append("It ends after a number of times and on a date; the number is kept.")
    if count is not None:
        return f"{rule};COUNT={count}"
    return rule + (_until(str(end), reasons) if end is not None else "")


def _until(text: str, reasons: list[str]) -> str:
    """A moment at midnight is how the earlier system wrote a day."""
    try:
        end = datetime.fromisoformat(text)
    except ValueError:
        reasons.append(f"The end of the repetition {quote(text)} is not understood: it never ends.")
        return ""
    if end.time() == time():
        return f";UNTIL={end:%Y%m%d}"
    moment = end.astimezone(UTC) if end.tzinfo else end
    return f";UNTIL={moment:%Y%m%dT%H%M%SZ}"


def _decoded(value: object) -> object:
    """Lists and objects also where they were kept as the text of their JSON."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else None
    except (ValueError, RecursionError):
        return value
