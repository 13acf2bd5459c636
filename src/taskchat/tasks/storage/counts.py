"""How many tasks a person has, of each status, project and tag, kept up to date with every write."""

from collections import Counter
from collections.abc import Sequence

from taskchat.db.statements import Sql, Steps, inserted
from taskchat.domain.task import Task, UserId
from taskchat.domain.text import fold
from taskchat.tasks.storage.activity import Change

type Key = tuple[str, str]
"""Kind and key, see `TaskCountRow`."""

TAG = "tag"

COLUMNS = ("owner_id", "kind", "key", "label", "count")
ADD = "ON CONFLICT (owner_id, kind, key) DO UPDATE SET count = task_counts.count + excluded.count"
FORGET = "DELETE FROM task_counts WHERE owner_id = ? AND kind = ? AND key = ? AND count <= 0"


def count(owner: UserId, changes: Sequence[Change]) -> Steps[None]:
    """In the transaction of the changes. A task in the trash counts as none."""
    differences: Counter[Key] = Counter()
    labels: dict[Key, str] = {}
    for change in changes:
        differences.subtract(_counted(change.before).keys())
        after = _counted(change.after)
        differences.update(after.keys())
        labels |= after
    # In one order: two transactions that change the same rows wait for each other at the first of them.
    changed = [(key, differences[key]) for key in sorted(differences) if differences[key]]
    rows = [(owner, *key, labels.get(key, ""), number) for key, number in changed]
    yield from inserted("task_counts", COLUMNS, rows, ADD)
    for key in (key for key, number in changed if number < 0):
        yield Sql(FORGET, (owner, *key))


def _counted(task: Task | None) -> dict[Key, str]:
    """What counts the task, each with its label."""
    if task is None or task.deleted_at:
        return {}
    place = task.project.id if task.project else ""
    tags = {(TAG, fold(tag)): tag for tag in task.tags}
    return {(task.status.value, place): "", **tags}
