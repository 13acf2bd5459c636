"""Whether what followers saw, what the log says and what the database holds are one and the same."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.torture.backends import Backend
from tests.torture.cursors import gaps, is_fact, order
from tests.torture.followers import Seen, canonical
from tests.torture.people import Begun, Person

MOST_CRASHES = 3  # a run that was interrupted earlier than this was given up too soon


@dataclass
class Tally:
    """What was counted; `wrong` says in words what must not have happened."""

    runs: int = 0
    recovered: int = 0
    deliveries: int = 0
    lost: int = 0
    doubled: int = 0
    phantom: int = 0
    users_wrong: int = 0
    tools_doubled: int = 0
    tools_missing: int = 0
    state_differs: int = 0
    interrupted: int = 0
    turns_repeated: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def blame(self, what: str) -> None:
        self.wrong.append(what)

    def collect(self, strange: list[str]) -> None:
        self.wrong += strange
        strange.clear()


@dataclass(frozen=True)
class Case:
    """One conversation with all that was asked in it, in order, what its followers saw, and how it may end.

    With `pieces_lost` passing pieces may be missing, as when Redis was away.
    """

    person: Person
    thread_id: str
    begun: Sequence[Begun]
    seen: Sequence[Seen]
    statuses: Sequence[str] = ("completed",)
    pieces_lost: bool = False


async def judge(backend: Backend, case: Case, tally: Tally) -> None:
    log = await _log_of(backend, case.thread_id)
    ends = [place for place, (_, told) in enumerate(log) if '"type": "run.finished"' in told]
    log = log[: ends[-1] + 1] if ends else log
    for seen in case.seen:
        tally.deliveries += len(seen)
        whole = [one for one in seen if is_fact(one[0])] if case.pieces_lost else seen
        _compare(case.thread_id, log, whole, tally, facts_only=backend.redis is not None)
    if backend.redis and not case.pieces_lost:
        _compare_pieces(case, tally)
    await _judge_state(backend, case, log, tally)
    for begun in case.begun:
        await _judge_run(backend, case, begun, log, tally)


async def _log_of(backend: Backend, stream_id: str) -> Seen:
    statement = "SELECT cursor, payload FROM events WHERE stream_id = :id ORDER BY cursor"
    return [
        (str(cursor), canonical(json.loads(payload)))
        for cursor, payload in await backend.rows(statement, id=stream_id)
    ]


def _compare(stream_id: str, log: Seen, seen: Seen, tally: Tally, *, facts_only: bool) -> None:
    cursors = [cursor for cursor, _ in seen]
    facts = [one for one in seen if is_fact(one[0])] if facts_only else seen
    lost, phantom = len(set(log) - set(facts)), len(set(facts) - set(log))
    doubled = len(cursors) - len(set(cursors))
    tally.lost, tally.phantom = tally.lost + lost, tally.phantom + phantom
    tally.doubled += doubled
    if lost or phantom or doubled:
        missing = sorted((cursor for cursor, _ in set(log) - set(facts)), key=order)
        tally.blame(f"{stream_id}: lost {missing}, phantom {phantom}, doubled {doubled}")
    elif cursors != sorted(cursors, key=order):
        tally.blame(f"{stream_id}: out of order")
    elif gaps(cursors):
        tally.blame(f"{stream_id}: {gaps(cursors)} gaps")
        tally.lost += gaps(cursors)


def _compare_pieces(case: Case, tally: Tally) -> None:
    """Passing pieces are in no table: all followers must have got the same ones."""
    first = case.seen[0]
    for other in case.seen[1:]:
        if other != first:
            differing = sorted({cursor for cursor, _ in set(first) ^ set(other)}, key=order)
            tally.blame(f"{case.thread_id}: followers differ at {differing}")
            tally.lost += len(differing)


def fold(events: Seen) -> dict[str, dict[str, Any]]:
    """The items that a page shows in the end, by id, in order."""
    items: dict[str, dict[str, Any]] = {}
    for _, payload in events:
        match json.loads(payload):
            case {
                "type": "thread.item.added" | "thread.item.done" | "thread.item.replaced"
            } as event:
                items[event["item"]["id"]] = event["item"]
            case {"type": "thread.item.removed", "item_id": item_id}:
                items.pop(item_id, None)
            case _:
                pass
    return items


async def _judge_state(backend: Backend, case: Case, log: Seen, tally: Tally) -> None:
    statement = "SELECT id FROM items WHERE thread_id = :id ORDER BY sequence"
    rows = [row[0] for row in await backend.rows(statement, id=case.thread_id)]
    listed = await case.person.items(case.thread_id)
    users = sum(item["type"] == "user_message" for item in listed)
    if users != len(case.begun):
        tally.users_wrong += 1
        tally.blame(f"{case.thread_id}: {users} messages of the person, not {len(case.begun)}")
    for events in (log, *case.seen):
        folded = fold(events)
        if list(folded.values()) != listed or list(folded) != rows:
            tally.state_differs += 1
            tally.blame(f"{case.thread_id}: folded {list(folded)}, listed {listed}, stored {rows}")
            return


async def _judge_run(backend: Backend, case: Case, begun: Begun, log: Seen, tally: Tally) -> None:
    tally.runs += 1
    ends = [
        event["status"]
        for event in (json.loads(payload) for _, payload in log)
        if event["type"] == "run.finished" and event["run_id"] == begun.run_id
    ]
    statement = "SELECT status, attempt, crashes FROM runs WHERE id = :id"
    ((status, attempt, crashes),) = await backend.rows(statement, id=begun.run_id)
    tally.recovered += attempt > 1
    tally.interrupted += status == "interrupted"
    if ends != [status]:
        tally.blame(f"{begun.run_id}: is {status}, its ends told are {ends}")
    gave_up = status == "interrupted" and crashes > MOST_CRASHES
    if status not in case.statuses and not gave_up:
        tally.blame(f"{begun.run_id}: {status} at attempt {attempt} after {crashes} crashes")
    await _judge_tool(backend, begun, status, tally)


async def _judge_tool(backend: Backend, begun: Begun, status: str, tally: Tally) -> None:
    named = {"title": begun.title}
    ((tasks,),) = await backend.rows("SELECT count(*) FROM tasks WHERE title = :title", **named)
    counted = "SELECT count(*) FROM activity WHERE task_title = :title"
    ((records,),) = await backend.rows(counted, **named)
    if tasks > 1 or records > tasks:
        tally.tools_doubled += 1
        tally.blame(f"{begun.run_id}: {tasks} tasks, {records} records of activity")
    elif (status == "completed" and not tasks) or records < tasks:
        tally.tools_missing += 1
        tally.blame(f"{begun.run_id}: {tasks} tasks, {records} records of activity")


def count_repeated(turns: dict[str, int], begun: Sequence[Begun]) -> int:
    """Turns of the model that were asked for again."""
    titles = {one.title for one in begun}
    counted = Counter(
        {name: times for name, times in turns.items() if name.split("/")[0] in titles}
    )
    return sum(times - 1 for times in counted.values())
