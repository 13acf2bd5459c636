"""Deltas in the embedded database: plain SQL, so that all that waits is written in one visit to it."""

from collections.abc import Collection, Mapping, Sequence
from itertools import batched
from typing import Any

from taskchat.streams.fences import Fence

AT_ONCE = 500


def write_all(
    connection: Any, payloads: Mapping[Fence, Mapping[str, Sequence[str]]]
) -> tuple[set[Fence], dict[str, int]]:
    """The fences that stand, and the new heads of the streams that these wrote to.

    `payloads` are the lines for each stream, by the fence of the run that writes them.
    """
    standing = _standing(connection, payloads.keys())
    heads: dict[str, int] = {}
    for fence in standing:
        for stream_id, lines in payloads[fence].items():
            head = _append(connection, stream_id, lines)
            if head is not None:
                heads[stream_id] = head
    return standing, heads


def _standing(connection: Any, fences: Collection[Fence]) -> set[Fence]:
    found: set[Fence] = set()
    for run_ids in batched([fence.run_id for fence in fences], AT_ONCE, strict=False):
        marks = ", ".join("?" * len(run_ids))
        statement = f"SELECT id, attempt FROM runs WHERE status = 'running' AND id IN ({marks})"
        found |= {Fence(*row) for row in connection.execute(statement, run_ids)}
    return found.intersection(fences)


def _append(connection: Any, stream_id: str, lines: Sequence[str]) -> int | None:
    """The new head, or None when there is no such stream."""
    moved = connection.execute(
        "UPDATE streams SET head = head + ? WHERE id = ? RETURNING head", (len(lines), stream_id)
    ).fetchone()
    if moved is None:
        return None
    head: int = moved[0]
    first = head - len(lines) + 1
    connection.executemany(
        "INSERT INTO events (stream_id, cursor, payload) VALUES (?, ?, ?)",
        [(stream_id, first + place, line) for place, line in enumerate(lines)],
    )
    return head
