"""Projects, subtasks, manual order, the trash, undo, saved filters, imports and idempotency keys."""

import sqlalchemy as sa
from alembic import op

from taskchat.domain.position import numbered

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=40)
MOMENT = sa.DateTime(timezone=True)
SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
DOCUMENT = sa.JSON(none_as_null=True)
LIVE = sa.text("deleted_at IS NULL")
IN_TRASH = sa.text("deleted_at IS NOT NULL")
BATCH = 1000


def upgrade() -> None:
    _extend_tasks()
    _number_positions()
    _carry_series_over()
    _index_tasks()
    _make_projects_and_filters()
    _make_records()


def _extend_tasks() -> None:
    # Not in a batch: SQLite would make the table anew, and dropping the old one deletes what hangs on it.
    for column in (
        sa.Column("project_id", ID, nullable=True),
        sa.Column("parent_id", ID, nullable=True),
        sa.Column("position", SORTABLE, nullable=False, server_default=""),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("recurrence_from", sa.String(), nullable=False, server_default="schedule"),
        sa.Column("series_id", ID, nullable=True),
        sa.Column("series_anchor", sa.String(), nullable=True),
        sa.Column("series_slot", sa.String(), nullable=True),
        sa.Column("series_number", BIG, nullable=True),
        sa.Column("series_kept", DOCUMENT, nullable=True),
        sa.Column("is_untrusted", sa.Boolean(), nullable=False, server_default=sa.false()),
    ):
        op.add_column("tasks", column)
    op.drop_column("tasks", "description_key")


def _number_positions() -> None:
    tasks = sa.table("tasks", sa.column("id", ID), sa.column("number", BIG), sa.column("position"))
    connection = op.get_bind()
    last = ""
    move = sa.update(tasks).where(tasks.c.id == sa.bindparam("task_id"))
    while rows := connection.execute(
        sa.select(tasks.c.id, tasks.c.number)
        .where(tasks.c.id > last)
        .order_by(tasks.c.id)
        .limit(BATCH)
    ).all():
        values = [{"task_id": row.id, "place": numbered(row.number)} for row in rows]
        connection.execute(move.values(position=sa.bindparam("place")), values)
        last = rows[-1].id


def _carry_series_over() -> None:
    """The newest task of a series becomes its one open occurrence."""
    op.execute(
        """
        UPDATE tasks SET
            series_id = (SELECT s.id FROM series s WHERE s.task_id = tasks.id),
            series_anchor = (SELECT s.anchor FROM series s WHERE s.task_id = tasks.id),
            series_slot = (
                SELECT max(o.due) FROM series s JOIN occurrences o ON o.series_id = s.id
                WHERE s.task_id = tasks.id AND o.task_id = tasks.id
            ),
            series_number = (
                SELECT count(*) FROM series s JOIN occurrences o ON o.series_id = s.id
                WHERE s.task_id = tasks.id
            )
        WHERE id IN (SELECT task_id FROM series)
        """
    )
    op.drop_table("occurrences")
    op.drop_table("series")


def _index_tasks() -> None:
    op.create_index(
        "uq_tasks_occurrence",
        "tasks",
        ["series_id", "series_number"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(op.f("ix_tasks_parent_id"), "tasks", ["parent_id"])
    op.create_index(
        "ix_tasks_trash", "tasks", ["deleted_at"], sqlite_where=IN_TRASH, postgresql_where=IN_TRASH
    )


def _owned_by_account(table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_owner_id")
    return sa.ForeignKeyConstraint(["owner_id"], ["accounts.id"], name=name, ondelete="CASCADE")


def _make_projects_and_filters() -> None:
    op.create_table(
        "projects",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", SORTABLE, nullable=False),
        sa.Column("color", sa.String(), nullable=False),
        sa.Column("position", SORTABLE, nullable=False),
        sa.Column("archived_at", MOMENT, nullable=True),
        sa.Column("deleted_at", MOMENT, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("version", BIG, nullable=False),
        _owned_by_account("projects"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projects")),
    )
    op.create_index(op.f("ix_projects_owner_id"), "projects", ["owner_id"])
    op.create_index(
        "uq_projects_name",
        "projects",
        ["owner_id", "name_key"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_table(
        "saved_filters",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("name_key", SORTABLE, nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        _owned_by_account("saved_filters"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_filters")),
        sa.UniqueConstraint(
            "owner_id", "name_key", name=op.f("uq_saved_filters_owner_id_name_key")
        ),
    )


def _make_records() -> None:
    op.add_column(
        "activity", sa.Column("entity", sa.String(), nullable=False, server_default="task")
    )
    op.create_index(op.f("ix_activity_owner_id_task_id"), "activity", ["owner_id", "task_id"])
    op.create_table(
        "undone",
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("change_set_id", ID, nullable=False),
        sa.Column("undone_by", ID, nullable=False),
        _owned_by_account("undone"),
        sa.PrimaryKeyConstraint("owner_id", "change_set_id", name=op.f("pk_undone")),
        sa.UniqueConstraint("owner_id", "undone_by", name=op.f("uq_undone_owner_id_undone_by")),
    )
    op.create_table(
        "imported",
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("task_id", ID, nullable=False),
        _owned_by_account("imported"),
        sa.PrimaryKeyConstraint("owner_id", "source", "source_id", name=op.f("pk_imported")),
    )
    op.create_table(
        "calendar_feeds",
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("secret_hash", sa.String(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        _owned_by_account("calendar_feeds"),
        sa.PrimaryKeyConstraint("owner_id", name=op.f("pk_calendar_feeds")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_calendar_feeds_secret_hash")),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", BIG, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("change_set_id", ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        _owned_by_account("idempotency_keys"),
        sa.PrimaryKeyConstraint("owner_id", "key", name=op.f("pk_idempotency_keys")),
    )
    op.create_index(op.f("ix_idempotency_keys_created_at"), "idempotency_keys", ["created_at"])


def downgrade() -> None:
    raise NotImplementedError("the series of tasks cannot be told apart again; restore a backup")
