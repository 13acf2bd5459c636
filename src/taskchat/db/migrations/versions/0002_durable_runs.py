"""Runs that another process can carry on, and logs that are trimmed."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("status IN ('queued', 'running')")


def upgrade() -> None:
    # Not in a batch: SQLite would make the table anew, and dropping the old one deletes every event.
    op.add_column("streams", sa.Column("trimmed", BIG, nullable=False, server_default="0"))

    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_constraint("uq_runs_owner_id_idempotency_key", type_="unique")
        batch_op.drop_column("idempotency_key")
        batch_op.add_column(sa.Column("end", BIG, nullable=True))
        batch_op.add_column(sa.Column("input_item_id", sa.String(length=40), nullable=True))
        batch_op.add_column(sa.Column("message", sa.JSON(none_as_null=True), nullable=True))
        batch_op.add_column(sa.Column("holder", sa.String(length=40), nullable=True))
        for name, kind, default in (
            ("lease_until", sa.Double[float](), "0"),
            ("attempt", BIG, "0"),
            ("crashes", BIG, "0"),
            ("stop_requested", sa.Boolean(), sa.false()),
        ):
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=default))
        batch_op.create_index(
            "ix_runs_open", ["status"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN
        )
        batch_op.create_index(batch_op.f("ix_runs_finished_at"), ["finished_at"], unique=False)

    # What an earlier version left running cannot be carried on: it kept no journal.
    op.execute(
        "UPDATE runs SET status = 'interrupted', finished_at = created_at WHERE status = 'running'"
    )

    op.create_table(
        "journal",
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("data", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"], ["runs.id"], name=op.f("fk_journal_run_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("run_id", "key", name=op.f("pk_journal")),
    )
    op.create_table(
        "accepted_requests",
        sa.Column("owner_id", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(length=40), nullable=False),
        sa.Column("thread_id", sa.String(length=40), nullable=False),
        sa.Column("start", BIG, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["accounts.id"],
            name=op.f("fk_accepted_requests_owner_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner_id", "key", name=op.f("pk_accepted_requests")),
    )
    with op.batch_alter_table("accepted_requests", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_accepted_requests_created_at"), ["created_at"], unique=False
        )


def downgrade() -> None:
    op.drop_table("accepted_requests")
    op.drop_table("journal")
    with op.batch_alter_table("runs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_runs_finished_at"))
        batch_op.drop_index("ix_runs_open")
        for name in (
            "stop_requested",
            "crashes",
            "attempt",
            "lease_until",
            "holder",
            "message",
            "input_item_id",
            "end",
        ):
            batch_op.drop_column(name)
        batch_op.add_column(sa.Column("idempotency_key", sa.String(), nullable=True))
        batch_op.create_unique_constraint(
            "uq_runs_owner_id_idempotency_key", ["owner_id", "idempotency_key"]
        )
    op.drop_column("streams", "trimmed")
