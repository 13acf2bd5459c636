"""Conversations."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID


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
