"""Tasks in the order in which they should stand: parents first, every parent known."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from taskchat.interchange.record import Problem, Read, TaskRecord


def parents_first(reads: Iterable[Read]) -> Iterator[Read]:
    """All problems, then the tasks, each followed by its subtasks; otherwise the order stays.

    A second task with an id already seen is left out. A parent that is not there, or that stands below its own
    subtask, is forgotten.
    """
    records: dict[str, TaskRecord] = {}
    for read in reads:
        if isinstance(read, Problem):
            yield read
        elif read.source_id in records:
            first = records[read.source_id].place
            yield Problem(read.place, f"The same task stands at {first} already.")
        else:
            records[read.source_id] = read
    yield from _ordered(records)


def _ordered(records: Mapping[str, TaskRecord]) -> Iterator[Read]:
    below: dict[str, list[TaskRecord]] = {}
    tops: list[TaskRecord] = []
    for record in records.values():
        if record.parent is not None and record.parent in records:
            below.setdefault(record.parent, []).append(record)
        else:
            tops.append(record)
    done: set[str] = set()
    for record in (*tops, *records.values()):  # whoever is left after the first part is in a circle
        if record.source_id in done:
            continue
        top = record
        if top.parent is not None:
            yield Problem(
                top.place, "The task it belongs to is not there; it stands alone.", is_fatal=False
            )
            top = replace(top, parent=None)
        yield from _family(top, below, done)


def _family(
    top: TaskRecord, below: Mapping[str, list[TaskRecord]], done: set[str]
) -> Iterator[TaskRecord]:
    waiting = [top]
    while waiting:
        record = waiting.pop()
        if record.source_id not in done:
            done.add(record.source_id)
            yield record
            waiting.extend(reversed(below.get(record.source_id, ())))
