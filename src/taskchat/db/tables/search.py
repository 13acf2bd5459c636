"""What makes tasks quick to find and to count: all of it follows from the tasks and can be made anew."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from taskchat.db.tables.base import Base
from taskchat.db.types import ID, SORTABLE


class TaskTextRow(Base):
    """A task's words for searching, also of one in the trash; see `taskchat.tasks.finding.search`.

    `key` never changes, unlike SQLite's own number of a task's row. The index over the words is SQLite's table
    `task_words`, which triggers keep, and on PostgreSQL an index of this table.
    """

    __tablename__ = "task_texts"

    key: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[str] = mapped_column(
        ID, ForeignKey("tasks.id", ondelete="CASCADE"), unique=True
    )
    title: Mapped[str]
    description: Mapped[str]


class TaskCountRow(Base):
    """How many of one person's tasks, without those in the trash, are of one kind.

    `kind` is a status, with the id of a project as `key` or nothing for tasks without one; or `tag`, with the tag's
    folded form as `key` and itself as `label`.
    """

    __tablename__ = "task_counts"

    owner_id: Mapped[str] = mapped_column(
        ID, ForeignKey("accounts.id", ondelete="CASCADE"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(SORTABLE, primary_key=True)
    label: Mapped[str]
    count: Mapped[int]
