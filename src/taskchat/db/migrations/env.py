"""Runs on the connection that `taskchat.db.migrate` hands over."""

from alembic import context

from taskchat.db.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
