"""What people read when they are told outside of the program."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from taskchat.domain.due import WEEKDAYS, find_zone
from taskchat.domain.task import Task
from taskchat.schedules.post.outbox import Draft, Kind

LIST = "/dashboard"
MOST_LISTED = 10
MOST_OF_TITLE = 80  # characters


@dataclass(frozen=True, slots=True)
class News:
    """`title` is one line; `path` leads to the task, or to the list without one. The key is the occasion's."""

    key: str
    title: str
    text: str
    task_id: str | None = None
    path: str = LIST


def of_reminder(key: str, task: Task, zone: str, *, late: bool) -> News:
    due = f"Due {_when(task, zone)}." if task.due else "You asked to be reminded of this."
    text = f"{due} This reminder is late." if late else due
    return News(key, task.title, text, task.id, f"{LIST}?task={task.number}")


def of_many(news: Sequence[News]) -> News:
    """One for all of them, when each for itself would be too many at once."""
    listed = [f"- {_shortened(one.title)}" for one in news[:MOST_LISTED]]
    more = [f"and {len(news) - MOST_LISTED} more"] if len(news) > MOST_LISTED else []
    return News(news[0].key, f"{len(news)} reminders", "\n".join([*listed, *more]))


def of_digest(key: str, today: date, due_today: int, overdue: int) -> News:
    title = f"{_tasks(due_today)} due today, {overdue} overdue"
    return News(key, title, f"{WEEKDAYS[today.weekday()]} {today.isoformat()}.")


def as_mail(news: News, owner_id: str, address: str, origin: str, expires_at: datetime) -> Draft:
    subject = news.title if news.task_id is None else f"Reminder: {news.title}"
    why = f"TaskChat writes to you because you asked for e-mail. Change it at {origin}/settings"
    lines = (news.title, "", news.text, "", origin + news.path, "", "-- ", why)
    payload = {"subject": subject, "text": "\n".join(lines) + "\n"}
    return Draft(owner_id, Kind.MAIL, address, payload, expires_at)


def as_push(
    news: News, owner_id: str, subscription_id: str, origin: str, expires_at: datetime
) -> Draft:
    """With the same `id` to every browser and every time, by which a second copy is known as one."""
    payload: dict[str, Any] = {
        "id": news.key,
        "title": news.title,
        "body": news.text,
        "task_id": news.task_id,
        "url": origin + news.path,
    }
    return Draft(owner_id, Kind.PUSH, subscription_id, payload, expires_at)


def _when(task: Task, zone: str) -> str:
    """`Saturday 2026-11-21`, or `Saturday 2026-11-21 17:00 (Europe/Berlin)` on the person's own clock."""
    due = task.due
    if due is None:
        return ""
    if due.at is None:
        return f"{due.weekday()} {due.day.isoformat()}"
    local = due.instant().astimezone(find_zone(zone))
    return f"{WEEKDAYS[local.weekday()]} {local:%Y-%m-%d %H:%M} ({zone})"


def _tasks(count: int) -> str:
    return "1 task" if count == 1 else f"{count} tasks"


def _shortened(title: str) -> str:
    return title if len(title) <= MOST_OF_TITLE else f"{title[: MOST_OF_TITLE - 1]}…"
