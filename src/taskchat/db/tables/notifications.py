"""What people are told without having asked, and the ways by which it leaves the house."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID

UNREAD = text("read_at IS NULL")
WAITING = text("ended_at IS NULL")


class NotificationRow(Base):
    """What a person was told by themselves; the key names the occasion, so that each is told once."""

    __tablename__ = "notifications"
    __table_args__ = (
        Index(None, "owner_id", "created_at", "key"),
        Index(None, "created_at"),
        Index("ix_notifications_unread", "owner_id", sqlite_where=UNREAD, postgresql_where=UNREAD),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class OutboxRow(Base):
    """A letter to somewhere outside. `kind` says how it goes, `target` to whom: an address, or a subscription's id.

    Whoever sends it moves `next_at` on first, by as long as sending may take; `attempts` counts these claims.
    What is still waiting at `expires_at` is not worth sending any more.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index(
            "ix_outbox_waiting", "kind", "next_at", sqlite_where=WAITING, postgresql_where=WAITING
        ),
        Index(None, "ended_at"),
    )

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    target: Mapped[str]
    payload: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]


class PushSubscriptionRow(Base):
    """A browser that wants to be told; `p256dh` and `auth` are its keys as it gave them."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (Index(None, "owner_id", "created_at"),)

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    owner_id: Mapped[str] = mapped_column(ID, ForeignKey("accounts.id", ondelete="CASCADE"))
    endpoint: Mapped[str] = mapped_column(unique=True)
    p256dh: Mapped[str]
    auth: Mapped[str]
    created_at: Mapped[datetime]


class ServerKeyRow(Base):
    """A private key of the server's own, made once and shared by its processes; PKCS #8 in PEM."""

    __tablename__ = "server_keys"

    name: Mapped[str] = mapped_column(primary_key=True)
    private_key: Mapped[str]
    created_at: Mapped[datetime]
