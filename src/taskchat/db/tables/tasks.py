"""Tasks and what happened to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID, SORTABLE


class TaskRow(Base):
    """`due_day` and `due_time` are as the clock in `timezone` shows them; `due_at` is the same instant, for order.

    `title_key` and `description_key` are the texts with their case folded, for order and search.
    `remind_before` is in minutes, `recurrence` the text of an RFC 5545 rule.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("owner_id", "number"),
        Index(None, "owner_id", "created_at", "id"),
        Index(None, "owner_id", "due_at", "id"),
        Index(None, "owner_id", "title_key", "id"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(SORTABLE)
    description: Mapped[str]
    description_key: Mapped[str]
    status: Mapped[str]
    priority_rank: Mapped[int]
    due_day: Mapped[str | None]
    due_time: Mapped[str | None]
    timezone: Mapped[str]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    remind_before: Mapped[int | None]
    recurrence: Mapped[str | None]
    version: Mapped[int]


class TaskTagRow(Base):
    """One tag of one task; `tag_key` is the tag with its case folded."""

    __tablename__ = "task_tags"
    __table_args__ = (Index(None, "owner_id", "tag_key", "task_id"),)

    task_id: Mapped[str] = mapped_column(
        ID, ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner_id: Mapped[str] = mapped_column(ID)
    tag: Mapped[str]
    tag_key: Mapped[str] = mapped_column(SORTABLE)


class ActivityRow(Base):
    """One write: who did what to which task, field by field. All of one change set belong together."""

    __tablename__ = "activity"
    __table_args__ = (Index(None, "owner_id", "id"), Index(None, "owner_id", "change_set_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    change_set_id: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_name: Mapped[str]
    thread_id: Mapped[str | None] = mapped_column(ID)
    action: Mapped[str]
    task_id: Mapped[str] = mapped_column(ID)
    task_number: Mapped[int]
    task_title: Mapped[str]
    changes: Mapped[dict[str, Any]]
