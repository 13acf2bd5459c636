"""What is to happen later. The rows themselves are the schedule: whoever finds one due may fire it, once."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
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
    """The one reminder of a task; it moves with the task and goes when there is nothing to remind of.

    A person may put it off: then it stays where they put it until its task moves.
    """

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
