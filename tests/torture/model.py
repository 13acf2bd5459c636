"""The scripted model in a process of its own, which outlives the servers that ask it.

`python -m tests.torture.model` prints its address. A message "Note TITLE" is answered with text, one
call of create_task with that title, and more text.
"""

import asyncio
import json
import sys
from collections import Counter
from typing import override
from uuid import uuid4

from taskchat.standin.asked import Asked
from taskchat.standin.server import Recorded, StandIn
from taskchat.standin.wire import DONE, Reply, call, calls, chunk, plain, stream, text

PACE_SECONDS = 0.03
BEFORE = ("Gut, ", "das ", "schreibe ", "ich ", "auf: ", "„", "日程", "表“ ", "🗒️ ")
AFTER = tuple(f"Schritt {number} ist erledigt ✓ – " for number in range(1, 15))


class Teller(StandIn):
    """Counts the turns by title and step, so that turns asked for again can be seen."""

    def __init__(self) -> None:
        super().__init__(pace=PACE_SECONDS)
        self._turns: Counter[str] = Counter()

    @override
    def _reply(self, recorded: Recorded) -> Reply:
        if recorded.path == "/turns":
            return plain(200, "application/json", json.dumps(self._turns))
        reply = super()._reply(recorded)
        self.requests.clear()
        return reply

    @override
    def _choose(self, asked: Asked) -> Reply:
        title = asked.words.removeprefix("Note ")
        if not title or title == asked.words:
            return super()._choose(asked)
        self._turns[f"{title}/{asked.step}"] += 1
        if asked.step:
            pieces = [text(piece) for piece in AFTER]
        else:
            made = call(uuid4().hex, "create_task", json.dumps({"title": title}))
            pieces = [*(text(piece) for piece in BEFORE), calls(made)]
        usage: dict[str, object] = {
            "completion_tokens": 20,
            "prompt_tokens": 400,
            "total_tokens": 420,
        }
        end = chunk(delta={"role": "assistant"}, finish_reason="stop", usage=usage)
        return stream(*pieces, end, DONE, pace=self.pace)


async def serve() -> None:
    async with Teller() as teller:
        sys.stdout.write(f"{json.dumps({'url': teller.base_url, 'key': teller.api_key})}\n")
        sys.stdout.flush()
        await teller.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
