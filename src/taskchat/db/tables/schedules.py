"""What is to happen later. The rows themselves are the schedule: whoever finds one due may fire it, once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID

WAITING = text("fired_at IS NULL")


class ScheduleRow(Base):
    """What the server does for itself now and then, once over all processes."""

    __tablename__ = "schedules"

    name: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]


class ReminderRow(Base):
    """The one reminder of a task; it moves with the task and goes when there is nothing to remind of."""

    __tablename__ = "reminders"
    __table_args__ = (
        Index("ix_reminders_waiting", "fires_at", sqlite_where=WAITING, postgresql_where=WAITING),
    )

    task_id: Mapped[str] = mapped_column(
        ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True
    )
    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    fires_at: Mapped[datetime]
    fired_at: Mapped[datetime | None]


class SeriesRow(Base):
    """A task that repeats; `task_id` is its newest task, and the series ends with that one.

    `anchor` is when its first task was due and `next_due` when the next one will be, both as ISO text
    by the clock of `timezone`, a day or a moment. `next_at` is the instant at which that one is made.
    """

    __tablename__ = "series"
    __table_args__ = (UniqueConstraint("task_id"), Index(None, "next_at"))

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("tasks.id", ondelete="CASCADE"))
    rule: Mapped[str]
    timezone: Mapped[str]
    anchor: Mapped[str]
    next_due: Mapped[str | None]
    next_at: Mapped[datetime | None]


class OccurrenceRow(Base):
    """The task of one time in a series. The key makes a second task for the same time impossible."""

    __tablename__ = "occurrences"

    series_id: Mapped[str] = mapped_column(
        ID, ForeignKey("series.id", ondelete="CASCADE"), primary_key=True
    )
    due: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ID, ForeignKey("tasks.id", ondelete="CASCADE"), index=True)


class NotificationRow(Base):
    """What a person was told by themselves; the key names the occasion, so that each is told once."""

    __tablename__ = "notifications"
    __table_args__ = (Index(None, "owner_id", "created_at"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
