"""What lists, counts and searches read: an index for each order, counters, and the words of every task."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.exc import DBAPIError

from taskchat.domain.words import marked_words

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ID = sa.String(length=40)
SORTABLE = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
LIVE = sa.text("deleted_at IS NULL")
BATCH = 1000

ORDERS = {
    "ix_tasks_number": ["owner_id", "number"],
    "ix_tasks_due": ["owner_id", "due_at", "number"],
    "ix_tasks_priority": ["owner_id", "priority_rank", "number"],
    "ix_tasks_title": ["owner_id", "title_key", "number"],
    "ix_tasks_position": ["owner_id", "position", "number"],
    "ix_tasks_project": ["owner_id", "project_id", "number"],
    "ix_tasks_status": ["owner_id", "status", "due_at", "number"],
}

WORDS_OF_SQLITE = (
    # Our own words are split and folded already: they have no space in them and nothing to fold.
    "CREATE VIRTUAL TABLE task_words USING fts5(title, description, content='', tokenize='ascii', prefix='9 10')",
    """
    CREATE TRIGGER task_texts_inserted AFTER INSERT ON task_texts BEGIN
        INSERT INTO task_words (rowid, title, description)
        VALUES (new.key, new.title, new.description);
    END
    """,
    """
    CREATE TRIGGER task_texts_deleted AFTER DELETE ON task_texts BEGIN
        INSERT INTO task_words (task_words, rowid, title, description)
        VALUES ('delete', old.key, old.title, old.description);
    END
    """,
    """
    CREATE TRIGGER task_texts_updated AFTER UPDATE ON task_texts BEGIN
        INSERT INTO task_words (task_words, rowid, title, description)
        VALUES ('delete', old.key, old.title, old.description);
        INSERT INTO task_words (rowid, title, description)
        VALUES (new.key, new.title, new.description);
    END
    """,
)
WORDS_OF_POSTGRES = """
    CREATE INDEX ix_task_texts_words ON task_texts USING gin (
        array_to_tsvector(string_to_array(title, ' ') || string_to_array(description, ' '))
    ) WITH (fastupdate = off)
"""
SIMILAR_TITLES_OF_POSTGRES = """
    CREATE INDEX ix_tasks_similar_titles ON tasks USING gin (title_key gin_trgm_ops)
    WHERE deleted_at IS NULL
"""


def upgrade() -> None:
    _index_orders()
    _count()
    _note_words()


def _index_orders() -> None:
    for name in ("created_at", "due_at", "title_key"):
        op.drop_index(f"ix_tasks_owner_id_{name}_id", "tasks")
    for name, columns in ORDERS.items():
        op.create_index(name, "tasks", columns, sqlite_where=LIVE, postgresql_where=LIVE)


def _count() -> None:
    op.create_table(
        "task_counts",
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("key", SORTABLE, nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("count", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["accounts.id"],
            name=op.f("fk_task_counts_owner_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("owner_id", "kind", "key", name=op.f("pk_task_counts")),
    )
    op.execute(
        """
        INSERT INTO task_counts (owner_id, kind, key, label, count)
        SELECT owner_id, status, coalesce(project_id, ''), '', count(*)
        FROM tasks WHERE deleted_at IS NULL
        GROUP BY owner_id, status, coalesce(project_id, '')
        """
    )
    op.execute(
        """
        INSERT INTO task_counts (owner_id, kind, key, label, count)
        SELECT task_tags.owner_id, 'tag', tag_key, min(tag), count(*)
        FROM task_tags JOIN tasks ON tasks.id = task_tags.task_id
        WHERE deleted_at IS NULL
        GROUP BY task_tags.owner_id, tag_key
        """
    )


def _note_words() -> None:
    texts = op.create_table(
        "task_texts",
        sa.Column("key", BIG, nullable=False),
        sa.Column("task_id", ID, nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["task_id"], ["tasks.id"], name=op.f("fk_task_texts_task_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_task_texts")),
        sa.UniqueConstraint("task_id", name=op.f("uq_task_texts_task_id")),
    )
    if op.get_bind().dialect.name == "sqlite":
        for statement in WORDS_OF_SQLITE:
            op.execute(statement)
        _note_existing(texts)
    else:
        _note_existing(texts)
        op.execute(WORDS_OF_POSTGRES)
        _find_similar_titles()


def _note_existing(texts: sa.Table) -> None:
    names = ("id", "owner_id", "number", "title", "description")
    columns: list[sa.ColumnClause[Any]] = [sa.column(name) for name in names]
    tasks = sa.table("tasks", *columns)
    place = sa.tuple_(tasks.c.owner_id, tasks.c.number)
    oldest = sa.select(tasks).order_by(tasks.c.owner_id, tasks.c.number).limit(BATCH)
    query = oldest
    while rows := op.get_bind().execute(query).all():
        values = [
            {
                "task_id": row.id,
                "title": marked_words(row.owner_id, row.title),
                "description": marked_words(row.owner_id, row.description),
            }
            for row in rows
        ]
        op.bulk_insert(texts, values)
        query = oldest.where(place > sa.tuple_(rows[-1].owner_id, rows[-1].number))


def _find_similar_titles() -> None:
    """Where the server has what it takes and lets us use it; without, searches forgive no slips."""
    connection = op.get_bind()
    offered = "SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'"
    if not connection.scalar(sa.text(offered)):
        return
    try:
        with connection.begin_nested():
            connection.execute(sa.text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            connection.execute(sa.text(SIMILAR_TITLES_OF_POSTGRES))
    except DBAPIError:
        return


def downgrade() -> None:
    raise NotImplementedError("restore a backup")
