"""The running answers of one person's, in whichever conversations, for a feed that carries them too."""

import json

from taskchat.chat.wire import is_ours
from taskchat.streams.cursor import Cursor
from taskchat.streams.follower import Follower
from taskchat.streams.tail import Entry


class Answers:
    """Follows a conversation from the start of a run to its end, and on if the next one has begun."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._newest_start: dict[str, int] = {}
        self._sent: dict[str, Cursor] = {}

    def follow(self, thread_id: str, start: int) -> None:
        """A run that began there; harmless when it was sent already."""
        begin = Cursor(start)
        if self._follower.follows(thread_id):
            self._newest_start[thread_id] = max(start, self._newest_start[thread_id])
        elif self._sent.get(thread_id, begin) <= begin:
            self._newest_start[thread_id] = start
            self._sent[thread_id] = begin
            self._follower.follow(thread_id, begin)

    def hear(self, payload: str) -> None:
        """A line of the person's own stream."""
        if is_ours(payload):
            event = json.loads(payload)
            if event["type"] == "run.started":
                self.follow(event["thread_id"], int(event["start"]))

    def frame(self, thread_id: str, entry: Entry) -> bytes:
        """Without an id: the feed's place is that of the person's own stream."""
        previous, self._sent[thread_id] = self._sent[thread_id], entry.cursor
        if self._ends_all(thread_id, entry):
            self._follower.leave(thread_id)
        return (
            f'data: {{"type": "thread.event", "thread_id": "{thread_id}", "previous": "{previous}", '
            f'"cursor": "{entry.cursor}", "event": {entry.payload}}}\n\n'
        ).encode()

    def _ends_all(self, thread_id: str, entry: Entry) -> bool:
        """A run that begins where another ends may be known before that end has come."""
        return (
            is_ours(entry.payload)
            and json.loads(entry.payload)["type"] == "run.finished"
            and entry.cursor.fact > self._newest_start[thread_id]
        )
