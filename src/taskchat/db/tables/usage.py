"""What models cost and what tools did."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID

RESERVED = text("status = 'reserved'")


class ModelCallRow(Base):
    """One turn of a model in one attempt at a run: reserved before it is asked for, settled once after.

    `day` is the person's own, as `2026-11-21`. While it is reserved, `prompt` and `output` are what it may cost;
    `prompt` includes `cached`, `output` includes `thinking`. `cost` is in billionths of a US dollar, None where no
    price is known. `requests` counts what was sent to the endpoint, tries included.
    It outlives its run and its conversation: money that was spent stays spent.
    """

    __tablename__ = "model_calls"
    __table_args__ = (
        Index(None, "owner_id", "day"),
        Index(
            "ix_model_calls_reserved",
            "run_id",
            sqlite_where=RESERVED,
            postgresql_where=RESERVED,
        ),
        Index(None, "began_at"),
    )

    run_id: Mapped[str] = mapped_column(ID, primary_key=True)
    turn: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    attempt: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    thread_id: Mapped[str] = mapped_column(ID, index=True)
    day: Mapped[str]
    model: Mapped[str]
    status: Mapped[str]
    prompt: Mapped[int] = mapped_column(default=0)
    cached: Mapped[int] = mapped_column(default=0)
    output: Mapped[int] = mapped_column(default=0)
    thinking: Mapped[int] = mapped_column(default=0)
    cost: Mapped[int | None]
    is_estimated: Mapped[bool] = mapped_column(default=False)
    requests: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ToolCallRow(Base):
    """One call of a tool by an assistant; `status` is that of its card."""

    __tablename__ = "tool_calls"
    __table_args__ = (Index(None, "owner_id", "day"), Index(None, "at"))

    run_id: Mapped[str] = mapped_column(ID, primary_key=True)
    call_id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    thread_id: Mapped[str] = mapped_column(ID, index=True)
    day: Mapped[str]
    model: Mapped[str]
    tool: Mapped[str]
    status: Mapped[str]
    milliseconds: Mapped[int]
    at: Mapped[datetime]


class ThoughtSignatureRow(Base):
    """What a model wants back with a call that it made, as long as the same model reads the conversation."""

    __tablename__ = "thought_signatures"

    thread_id: Mapped[str] = mapped_column(
        ID, ForeignKey("threads.id", ondelete="CASCADE"), primary_key=True
    )
    call_id: Mapped[str] = mapped_column(ID, primary_key=True)
    model: Mapped[str]
    signature: Mapped[str] = mapped_column(Text)
