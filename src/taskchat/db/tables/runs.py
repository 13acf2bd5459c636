"""Answers in the making."""

from datetime import datetime
from typing import Any

from sqlalchemy import Double, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID

RUNNING = text("status = 'running'")
OPEN = text("status IN ('queued', 'running')")


class RunRow(Base):
    """One answer, waiting, in the making or ended.

    `start` is the cursor of the thread's stream before the run's first event, `end` that of its last.
    A queued run keeps its message here; it joins the conversation when the run begins.
    `attempt` counts the times that a process took the run on, and fences off the earlier ones;
    `crashes` counts those that ended without handing it over.
    `lease_until` is in seconds since 1970 by the database's clock.
    `model` is who answers, by the name under which it can be asked for; `instead_of` whom the person would else have
    asked. `error` is why it failed, `changes` how many of its calls changed something.
    """

    __tablename__ = "runs"
    __table_args__ = (
        Index(
            "uq_runs_running",
            "thread_id",
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index("ix_runs_open", "status", sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "owner_id", "created_at"),
        Index(None, "finished_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    thread_id: Mapped[str] = mapped_column(
        ID, ForeignKey("threads.id", ondelete="CASCADE"), index=True
    )
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str]
    status: Mapped[str]
    start: Mapped[int]
    end: Mapped[int | None]
    input_item_id: Mapped[str | None] = mapped_column(ID)
    message: Mapped[dict[str, Any] | None]
    holder: Mapped[str | None] = mapped_column(ID)
    lease_until: Mapped[float] = mapped_column(Double, default=0.0)
    attempt: Mapped[int] = mapped_column(default=0)
    crashes: Mapped[int] = mapped_column(default=0)
    stop_requested: Mapped[bool] = mapped_column(default=False)
    model: Mapped[str | None]
    instead_of: Mapped[str | None]
    error: Mapped[dict[str, Any] | None]
    changes: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class JournalRow(Base):
    """What a run has got for good: a turn of the model (`turn:1`), a tool's result (`tool:<call id>`), its end."""

    __tablename__ = "journal"

    run_id: Mapped[str] = mapped_column(
        ID, ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]


class AcceptedRequestRow(Base):
    """A request by its idempotency key. One that comes again is answered with the run it began.

    `fingerprint` tells another request with the same key from the same one.
    """

    __tablename__ = "accepted_requests"
    __table_args__ = (Index(None, "created_at"),)

    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    run_id: Mapped[str] = mapped_column(ID)
    thread_id: Mapped[str] = mapped_column(ID)
    start: Mapped[int]
    created_at: Mapped[datetime]
