"""Append-only logs."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID


class StreamRow(Base):
    """An append-only log. Whoever appends holds this row's lock, so commit order is cursor order.

    Entries up to and including `trimmed` are not kept any more.
    """

    __tablename__ = "streams"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    head: Mapped[int] = mapped_column(default=0)
    trimmed: Mapped[int] = mapped_column(default=0)


class EventRow(Base):
    __tablename__ = "events"

    stream_id: Mapped[str] = mapped_column(
        ID, ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True
    )
    cursor: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    payload: Mapped[str]
