"""Tasks and what happened to them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID, SORTABLE

LIVE = text("deleted_at IS NULL")
IN_TRASH = text("deleted_at IS NOT NULL")
ORDERS = {
    "number": ("owner_id", "number"),
    "due": ("owner_id", "due_at", "number"),
    "priority": ("owner_id", "priority_rank", "number"),
    "title": ("owner_id", "title_key", "number"),
    "position": ("owner_id", "position", "number"),
    "project": ("owner_id", "project_id", "number"),
    "status": ("owner_id", "status", "due_at", "number"),
}
"""What a list reads one person's tasks by, see `taskchat.tasks.finding.ordering` and `taskchat.tasks.finding.narrowing`."""


def _of_live(name: str, *columns: str) -> Index:
    return Index(name, *columns, sqlite_where=LIVE, postgresql_where=LIVE)


class TaskRow(Base):
    """`due_day` and `due_time` are as the clock in `timezone` shows them; `due_at` is the same instant, for order.

    `title_key` is the title with its case folded, for order. `remind_before` is in minutes, `recurrence` the
    text of an RFC 5545 rule; the `series_` columns say which occurrence of it this is, see
    `taskchat.domain.series`, and `series_kept` what the next one takes from before an edit of this one only.
    `position` sorts by code point. `deleted_at` is when the task went to the trash.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("owner_id", "number"),
        Index(
            "uq_tasks_occurrence",
            "series_id",
            "series_number",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        Index(None, "parent_id"),
        *(_of_live(f"ix_tasks_{name}", *columns) for name, columns in ORDERS.items()),
        Index("ix_tasks_trash", "deleted_at", sqlite_where=IN_TRASH, postgresql_where=IN_TRASH),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    title_key: Mapped[str] = mapped_column(SORTABLE)
    description: Mapped[str]
    status: Mapped[str]
    priority_rank: Mapped[int]
    project_id: Mapped[str | None] = mapped_column(ID)
    parent_id: Mapped[str | None] = mapped_column(ID)
    position: Mapped[str] = mapped_column(SORTABLE)
    due_day: Mapped[str | None]
    due_time: Mapped[str | None]
    timezone: Mapped[str]
    due_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    completed_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    remind_before: Mapped[int | None]
    recurrence: Mapped[str | None]
    recurrence_from: Mapped[str]
    series_id: Mapped[str | None] = mapped_column(ID)
    series_anchor: Mapped[str | None]
    series_slot: Mapped[str | None]
    series_number: Mapped[int | None]
    series_kept: Mapped[dict[str, Any] | None]
    is_untrusted: Mapped[bool]
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


class ProjectRow(Base):
    """`name_key` is the name with its case folded; among projects that are not deleted it is one person's only one."""

    __tablename__ = "projects"
    __table_args__ = (
        Index(
            "uq_projects_name",
            "owner_id",
            "name_key",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(SORTABLE)
    color: Mapped[str]
    position: Mapped[str] = mapped_column(SORTABLE)
    archived_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int]


class SavedFilterRow(Base):
    """A filter with a name; `query` is in the language of `taskchat.domain.filters`."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("owner_id", "name_key"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(SORTABLE)
    query: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ActivityRow(Base):
    """One write: who did what to which task or project, field by field. All of one change set belong together.

    `changes` maps each field to what it was and what it became, enough to take the write back.
    `task_number` is 0 and `task_title` the name where `entity` is a project.
    """

    __tablename__ = "activity"
    __table_args__ = (
        Index(None, "owner_id", "id"),
        Index(None, "owner_id", "change_set_id"),
        Index(None, "owner_id", "task_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    change_set_id: Mapped[str] = mapped_column(ID)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_name: Mapped[str]
    thread_id: Mapped[str | None] = mapped_column(ID)
    action: Mapped[str]
    entity: Mapped[str]
    task_id: Mapped[str] = mapped_column(ID)
    task_number: Mapped[int]
    task_title: Mapped[str]
    changes: Mapped[dict[str, Any]]


class UndoneRow(Base):
    """A change set that is undone at the moment, and the change set that did it."""

    __tablename__ = "undone"
    __table_args__ = (UniqueConstraint("owner_id", "undone_by"),)

    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    change_set_id: Mapped[str] = mapped_column(ID, primary_key=True)
    undone_by: Mapped[str] = mapped_column(ID)


class ImportedRow(Base):
    """What a task was in the file that it came from, so that the same file brings it once."""

    __tablename__ = "imported"

    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    source: Mapped[str] = mapped_column(primary_key=True)
    source_id: Mapped[str] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(ID)
