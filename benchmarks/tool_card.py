"""How soon a person sees that the assistant uses a tool."""

import asyncio
import re

from benchmarks.clients import Connection, connected, through_plain_sdk, through_taskchat
from benchmarks.endpoint import CALL, STAMP
from benchmarks.figures import Figure, summarise
from benchmarks.processes import Server, data_directory, endpoint, plain_sdk, taskchat

WARM_UP_ROUNDS = 10
GOAL_MILLISECONDS = 100.0
SENT = re.compile(rb"%s (\d+)" % STAMP.encode())


def measure_tool_card(rounds: int) -> list[Figure]:
    with (
        endpoint() as model,
        data_directory() as data,
        taskchat(data, model) as ours,
        plain_sdk(model) as theirs,
    ):
        return asyncio.run(_measure(ours, theirs, rounds))


async def _measure(ours: Server, theirs: Server, rounds: int) -> list[Figure]:
    cards: list[float] = []
    notes: list[float] = []
    target = await through_taskchat(ours, "ann@example.com")
    async with connected(target) as person, connected(through_plain_sdk(theirs)) as plain:
        for number in range(WARM_UP_ROUNDS + rounds):
            card, note = await _card_seconds(person), await _card_seconds(plain)
            if number >= WARM_UP_ROUNDS:
                cards.append(card)
                notes.append(note)
    return [
        summarise("tool card visible, TaskChat", cards, goal=GOAL_MILLISECONDS),
        summarise("tool progress visible, plain SDKs", notes),
    ]


async def _card_seconds(connection: Connection) -> float:
    """From the moment at which the endpoint sent the call, which the call's argument tells."""
    seen = [
        piece.at - int(found[1]) / 1e9
        async for piece in connection.ask(CALL)
        if (found := SENT.search(piece.data))
    ]
    return seen[0]
