"""Reminders, tasks that repeat, daily digests and what the server does for itself."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=40)
MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("fired_at IS NULL")


def _owned_by_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_owner_id")
    return sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=name, ondelete="CASCADE")


def _of_task(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_task_id")
    return sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    # Not in a batch: SQLite would make the tables anew, and dropping the old ones deletes what hangs on them.
    op.add_column("tasks", sa.Column("remind_before", BIG, nullable=True))
    op.add_column("tasks", sa.Column("recurrence", sa.String(), nullable=True))
    op.add_column("accounts", sa.Column("digest_time", sa.String(), nullable=True))
    op.add_column("accounts", sa.Column("digest_at", MOMENT, nullable=True))
    op.create_index(op.f("ix_accounts_digest_at"), "accounts", ["digest_at"])

    schedules = op.create_table(
        "schedules",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedules")),
    )
    op.bulk_insert(schedules, [{"name": "gc", "next_at": datetime(1970, 1, 1, tzinfo=UTC)}])

    op.create_table(
        "reminders",
        sa.Column("task_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("fires_at", MOMENT, nullable=False),
        sa.Column("fired_at", MOMENT, nullable=True),
        _owned_by_account("reminders"),
        _of_task("reminders"),
        sa.PrimaryKeyConstraint("task_id", name=op.f("pk_reminders")),
    )
    op.create_index(op.f("ix_reminders_owner_id"), "reminders", ["owner_id"])
    op.create_index(
        "ix_reminders_waiting",
        "reminders",
        ["fires_at"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )

    op.create_table(
        "series",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("timezone", sa.String(), nullable=False),
        sa.Column("anchor", sa.String(), nullable=False),
        sa.Column("next_due", sa.String(), nullable=True),
        sa.Column("next_at", MOMENT, nullable=True),
        _owned_by_account("series"),
        _of_task("series"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_series")),
        sa.UniqueConstraint("task_id", name=op.f("uq_series_task_id")),
    )
    op.create_index(op.f("ix_series_owner_id"), "series", ["owner_id"])
    op.create_index(op.f("ix_series_next_at"), "series", ["next_at"])

    op.create_table(
        "occurrences",
        sa.Column("series_id", ID, nullable=False),
        sa.Column("due", sa.String(), nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["series.id"],
            name=op.f("fk_occurrences_series_id"),
            ondelete="CASCADE",
        ),
        _of_task("occurrences"),
        sa.PrimaryKeyConstraint("series_id", "due", name=op.f("pk_occurrences")),
    )
    op.create_index(op.f("ix_occurrences_task_id"), "occurrences", ["task_id"])

    op.create_table(
        "notifications",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _owned_by_account("notifications"),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_notifications")),
    )
    op.create_index(
        op.f("ix_notifications_owner_id_created_at"), "notifications", ["owner_id", "created_at"]
    )


def downgrade() -> None:
    for table in ("notifications", "occurrences", "series", "reminders", "schedules"):
        op.drop_table(table)
    op.drop_index(op.f("ix_accounts_digest_at"), table_name="accounts")
    op.drop_column("accounts", "digest_at")
    op.drop_column("accounts", "digest_time")
    op.drop_column("tasks", "recurrence")
    op.drop_column("tasks", "remind_before")
