"""Which notifications are read, and an outbox for e-mail and Web Push."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=40)
MOMENT = sa.DateTime(timezone=True)
UNREAD = sa.text("read_at IS NULL")
WAITING = sa.text("ended_at IS NULL")


def _owned_by_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_owner_id")
    return sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.add_column(
        "accounts",
        sa.Column("reminders_by_email", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    _mark_what_is_read()
    _make_outbox()
    _make_subscriptions()


def _mark_what_is_read() -> None:
    op.add_column("notifications", sa.Column("read_at", MOMENT, nullable=True))
    op.execute("UPDATE notifications SET read_at = created_at")
    op.drop_index(op.f("ix_notifications_owner_id_created_at"), table_name="notifications")
    op.create_index(
        op.f("ix_notifications_owner_id_created_at_key"),
        "notifications",
        ["owner_id", "created_at", "key"],
    )
    op.create_index(op.f("ix_notifications_created_at"), "notifications", ["created_at"])
    op.create_index(
        "ix_notifications_unread",
        "notifications",
        ["owner_id"],
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )


def _make_outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("payload", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("outcome", sa.String(), nullable=True),
        _owned_by_account("outbox"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(op.f("ix_outbox_owner_id"), "outbox", ["owner_id"])
    op.create_index(op.f("ix_outbox_ended_at"), "outbox", ["ended_at"])
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["kind", "next_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )


def _make_subscriptions() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("endpoint", sa.String(), nullable=False),
        sa.Column("p256dh", sa.String(), nullable=False),
        sa.Column("auth", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _owned_by_account("push_subscriptions"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("endpoint", name=op.f("uq_push_subscriptions_endpoint")),
    )
    op.create_index(
        op.f("ix_push_subscriptions_owner_id_created_at"),
        "push_subscriptions",
        ["owner_id", "created_at"],
    )
    op.create_table(
        "server_keys",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("private_key", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_server_keys")),
    )


def downgrade() -> None:
    for table in ("server_keys", "push_subscriptions", "outbox"):
        op.drop_table(table)
    op.drop_index("ix_notifications_unread", table_name="notifications")
    op.drop_index(op.f("ix_notifications_created_at"), table_name="notifications")
    op.drop_index(op.f("ix_notifications_owner_id_created_at_key"), table_name="notifications")
    op.drop_column("notifications", "read_at")
    op.create_index(
        op.f("ix_notifications_owner_id_created_at"), "notifications", ["owner_id", "created_at"]
    )
    op.drop_column("accounts", "reminders_by_email")
