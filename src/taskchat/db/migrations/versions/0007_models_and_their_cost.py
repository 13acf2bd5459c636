"""Which model answers, what it costs, what it wants back, and how answers ended."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=40)
MOMENT = sa.DateTime(timezone=True)
RESERVED = sa.text("status = 'reserved'")
RUN_COLUMNS = ("model", "instead_of", "error", "changes")


def _owned_by_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_owner_id")
    return sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.add_column("runs", sa.Column("model", sa.String(), nullable=True))
    op.add_column("runs", sa.Column("instead_of", sa.String(), nullable=True))
    op.add_column("runs", sa.Column("error", sa.JSON(none_as_null=True), nullable=True))
    op.add_column("runs", sa.Column("changes", BIG, nullable=False, server_default="0"))
    _make_model_calls()
    _make_tool_calls()
    op.create_table(
        "thought_signatures",
        sa.Column("thread_id", ID, nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["thread_id"],
            ["threads.id"],
            name=op.f("fk_thought_signatures_thread_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("thread_id", "call_id", name=op.f("pk_thought_signatures")),
    )


def _make_model_calls() -> None:
    op.create_table(
        "model_calls",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("turn", BIG, nullable=False),
        sa.Column("attempt", BIG, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("thread_id", ID, nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("prompt", BIG, nullable=False),
        sa.Column("cached", BIG, nullable=False),
        sa.Column("output", BIG, nullable=False),
        sa.Column("thinking", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=True),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("requests", BIG, nullable=False),
        sa.Column("failure", sa.String(), nullable=True),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        _owned_by_account("model_calls"),
        sa.PrimaryKeyConstraint("run_id", "turn", "attempt", name=op.f("pk_model_calls")),
    )
    op.create_index(op.f("ix_model_calls_owner_id_day"), "model_calls", ["owner_id", "day"])
    op.create_index(op.f("ix_model_calls_thread_id"), "model_calls", ["thread_id"])
    op.create_index(op.f("ix_model_calls_began_at"), "model_calls", ["began_at"])
    op.create_index(
        "ix_model_calls_reserved",
        "model_calls",
        ["run_id"],
        sqlite_where=RESERVED,
        postgresql_where=RESERVED,
    )


def _make_tool_calls() -> None:
    op.create_table(
        "tool_calls",
        sa.Column("run_id", ID, nullable=False),
        sa.Column("call_id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("thread_id", ID, nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("tool", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("milliseconds", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        _owned_by_account("tool_calls"),
        sa.PrimaryKeyConstraint("run_id", "call_id", name=op.f("pk_tool_calls")),
    )
    op.create_index(op.f("ix_tool_calls_owner_id_day"), "tool_calls", ["owner_id", "day"])
    op.create_index(op.f("ix_tool_calls_thread_id"), "tool_calls", ["thread_id"])
    op.create_index(op.f("ix_tool_calls_at"), "tool_calls", ["at"])


def downgrade() -> None:
    for table in ("thought_signatures", "tool_calls", "model_calls"):
        op.drop_table(table)
    for column in RUN_COLUMNS:
        op.drop_column("runs", column)
