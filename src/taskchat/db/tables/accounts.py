"""Who uses the program."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID


class AccountRow(Base):
    """`digest_time` is `HH:MM` by the person's clock, `digest_at` the instant at which that comes next."""

    __tablename__ = "accounts"

    id: Mapped[str] = mapped_column(ID, primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    timezone: Mapped[str]
    last_task_number: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    digest_time: Mapped[str | None]
    digest_at: Mapped[datetime | None] = mapped_column(index=True)
    reminders_by_email: Mapped[bool] = mapped_column(default=False)


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


class CalendarFeedRow(Base):
    """The private address of a person's tasks as a calendar; only the hash of its secret is kept."""

    __tablename__ = "calendar_feeds"

    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    secret_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]


class IdempotencyKeyRow(Base):
    """A request of a client and its answer, for when the same request comes again.

    `fingerprint` tells another request with the same key from the same one.
    """

    __tablename__ = "idempotency_keys"

    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    status: Mapped[int]
    body: Mapped[str]
    change_set_id: Mapped[str | None] = mapped_column(ID)
    created_at: Mapped[datetime] = mapped_column(index=True)
