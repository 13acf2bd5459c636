"""Every table."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, MetaData, UniqueConstraint, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from taskchat.db.types import BIG, DOCUMENT, ID, SORTABLE, UtcDateTime

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
ACTIVE = text("status = 'running'")


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: ClassVar = {
        int: BIG,
        datetime: UtcDateTime,
        dict[str, Any]: DOCUMENT,
    }


class AccountRow(Base):
    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    timezone: Mapped[str]
    last_task_number: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class SessionRow(Base):
    """A sign-in. The cookie names it; without it the cookie is worth nothing."""

    __tablename__ = "sessions"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiTokenRow(Base):
    __tablename__ = "api_tokens"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    account_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str]
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class TaskRow(Base):
    """`due_day` and `due_time` are as the clock in `timezone` shows them; `due_at` is the same instant, for order.

    `title_key` and `description_key` are the texts with their case folded, for order and search.
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


class StreamRow(Base):
    """An append-only log. Whoever appends holds this row's lock, so commit order is cursor order."""

    __tablename__ = "streams"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    head: Mapped[int] = mapped_column(default=0)


class EventRow(Base):
    __tablename__ = "events"

    stream_id: Mapped[str] = mapped_column(
        ID, ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True
    )
    cursor: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[str]


class ThreadRow(Base):
    """A conversation. Its stream has the same id."""

    __tablename__ = "threads"
    __table_args__ = (Index(None, "owner_id", "created_at", "id"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    created_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    last_sequence: Mapped[int] = mapped_column(default=0)


class ItemRow(Base):
    """One item of a conversation; `sequence` is the order in which items first appeared."""

    __tablename__ = "items"
    __table_args__ = (UniqueConstraint("thread_id", "sequence"),)

    thread_id: Mapped[str] = mapped_column(
        ID, ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True
    )
    id: Mapped[str] = mapped_column(ID, primary_key=True)
    sequence: Mapped[int]
    data: Mapped[dict[str, Any]]


class FeedbackRow(Base):
    __tablename__ = "feedback"
    __table_args__ = (
        ForeignKeyConstraint(
            ["thread_id", "item_id"], ["items.thread_id", "items.id"], ondelete="CASCADE"
        ),
    )

    thread_id: Mapped[str] = mapped_column(ID, primary_key=True)
    item_id: Mapped[str] = mapped_column(ID, primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]


class RunRow(Base):
    """One answer in the making. `start` is the cursor of the thread's stream before its first event.

    A request that comes again with the same key finds its run here instead of beginning another.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index(
            "uq_runs_running",
            "thread_id",
            unique=True,
            sqlite_where=ACTIVE,
            postgresql_where=ACTIVE,
        ),
        Index(None, "owner_id", "created_at"),
        UniqueConstraint("owner_id", "idempotency_key"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    thread_id: Mapped[str] = mapped_column(
        ID, ForeignKey("threads.id", ondelete="CASCADE"), index=True
    )
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str]
    status: Mapped[str]
    start: Mapped[int]
    idempotency_key: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class ConfirmationRow(Base):
    """A destructive call that waits for its person. The token works once, for that person, in that thread."""

    __tablename__ = "confirmations"

    token: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    thread_id: Mapped[str] = mapped_column(
        ID, ForeignKey("threads.id", ondelete="CASCADE"), index=True
    )
    item_id: Mapped[str] = mapped_column(ID)
    status: Mapped[str]
    effect: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
