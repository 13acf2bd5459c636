"""One person's conversations in SQL. There is no way to ask for anyone else's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from chatkit.types import ThreadItem, ThreadMetadata

from taskchat.chat import wire
from taskchat.db.statements import (
    Link,
    Row,
    Sql,
    Steps,
    change,
    document,
    fetched,
    follow,
    for_update,
    inserted,
    read_document,
)
from taskchat.db.types import asked_for
from taskchat.domain.errors import Conflict, NotFound
from taskchat.domain.task import UserId

WINDOW = 80  # items
EARLIER_WINDOWS = 2

THREAD = "SELECT data FROM threads WHERE id = ? AND owner_id = ?"
THREAD_COLUMNS = ("id", "owner_id", "created_at", "data", "last_sequence")
SAVE_THREAD = "UPDATE threads SET data = ? WHERE id = ? AND owner_id = ?"
NEXT_SEQUENCE = (
    "UPDATE threads SET last_sequence = last_sequence + 1 WHERE id = ? AND owner_id = ?"
    " RETURNING last_sequence"
)
ITEM = "SELECT data, sequence FROM items WHERE thread_id = ? AND id = ?"
ITEM_COLUMNS = ("thread_id", "id", "sequence", "data")
SAVE_ITEM = "UPDATE items SET data = ? WHERE thread_id = ? AND id = ? RETURNING id"
DELETE_ITEM = "DELETE FROM items WHERE thread_id = ? AND id = ? RETURNING id"
DELETE_AFTER = "DELETE FROM items WHERE thread_id = ? AND sequence > ? RETURNING sequence, id"
WITHIN = (
    "SELECT data, sequence FROM items WHERE thread_id = ? AND sequence > ? AND sequence <= ?"
    " ORDER BY sequence"
)
UNLESS_THERE = "ON CONFLICT DO NOTHING RETURNING 1"
FEEDBACK_COLUMNS = ("thread_id", "item_id", "kind", "at")
INSTEAD = "ON CONFLICT (thread_id, item_id) DO UPDATE SET kind = excluded.kind, at = excluded.at"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Items as they are stored, oldest first: one or two windows, and up to two `earlier` ones before them."""

    earlier: list[dict[str, Any]]
    window: list[dict[str, Any]]
    has_more_before: bool


class ChatRepository:
    def __init__(self, link: Link, owner: UserId) -> None:
        self._link = link
        self._owner = owner

    # Threads

    async def thread(self, thread_id: str) -> ThreadMetadata:
        ((data,),) = await follow(self._link, self._mine(thread_id))
        return wire.read_thread(read_document(data))

    async def has_thread(self, thread_id: str) -> bool:
        return bool(await follow(self._link, fetched(THREAD, asked_for(thread_id), self._owner)))

    async def add_thread(self, thread: ThreadMetadata) -> None:
        """Raises NotFound when the id is taken: it is another person's, as if it did not exist."""
        data = document(wire.dump_thread(thread))
        row = (thread.id, self._owner, thread.created_at, data, 0)
        new = inserted("threads", THREAD_COLUMNS, [row], UNLESS_THERE)
        if not await change(self._link, new):
            _no_thread()

    async def save_thread(self, thread: ThreadMetadata) -> None:
        data = document(wire.dump_thread(thread))
        await change(self._link, fetched(SAVE_THREAD, data, thread.id, self._owner))

    async def delete_thread(self, thread_id: str) -> None:
        await change(self._link, self._deleted(thread_id))

    async def threads(self, after: str | None, limit: int, order: str) -> list[ThreadMetadata]:
        """At most `limit` threads strictly after the thread `after`."""
        rows = await follow(self._link, self._listed(after, limit, order == "desc"))
        return [wire.read_thread(read_document(data)) for (data,) in rows]

    async def lock_thread(self, thread_id: str) -> None:
        """Until the transaction ends, runs of the thread neither begin nor end elsewhere."""
        await change(self._link, self._mine(thread_id, for_update(self._link)))

    async def take_turn(self) -> None:
        """Until the transaction ends, the person's other requests wait here; on SQLite they do so anyway."""
        mine = f"SELECT id FROM accounts WHERE id = ?{for_update(self._link)}"
        await change(self._link, fetched(mine, self._owner))

    # Items

    async def items(
        self, thread_id: str, after: str | None, limit: int, order: str
    ) -> list[ThreadItem]:
        """At most `limit` items strictly after the item `after`, in the order in which they appeared."""
        rows = await follow(self._link, self._page(thread_id, after, limit, order == "desc"))
        return [wire.read_item(read_document(data)) for (data,) in rows]

    async def stretch_until(self, thread_id: str, item_id: str) -> Stretch:
        """What is stored of the item and of what was before it. Where a part begins changes once in a whole window."""
        begin, rows = await follow(self._link, self._until(thread_id, item_id))
        earlier = [read_document(data) for data, sequence in rows if sequence <= begin]
        window = [read_document(data) for data, sequence in rows if sequence > begin]
        return Stretch(earlier, window, has_more_before=begin > EARLIER_WINDOWS * WINDOW)

    async def item(self, thread_id: str, item_id: str) -> ThreadItem:
        return await self.find_item(thread_id, item_id) or _no_item()

    async def find_item(self, thread_id: str, item_id: str) -> ThreadItem | None:
        found = await follow(self._link, self._item(thread_id, item_id))
        return wire.read_item(read_document(found[0][0])) if found else None

    async def add_item(self, thread_id: str, item: ThreadItem) -> None:
        """Raises Conflict when the thread has an item of that id already."""
        await change(self._link, self._added(thread_id, item))

    async def save_item(self, thread_id: str, item: ThreadItem) -> bool:
        """False when there is no such item."""
        return await change(self._link, self._saved(thread_id, item))

    async def delete_item(self, thread_id: str, item_id: str) -> None:
        await change(self._link, self._removed(thread_id, item_id))

    async def delete_items_after(self, thread_id: str, item_id: str) -> list[str]:
        """The ids of what was deleted, newest first."""
        gone = await change(self._link, self._cut(thread_id, item_id))
        newest = sorted(gone, key=lambda row: row[0], reverse=True)
        return [row[1] for row in newest]

    async def set_feedback(
        self, thread_id: str, item_ids: list[str], kind: str, at: datetime
    ) -> None:
        for item_id in item_ids:
            await change(self._link, self._judged(thread_id, item_id, kind, at))

    # In steps

    def _mine(self, thread_id: str, for_update: str = "") -> Steps[Sequence[Row]]:
        found = yield Sql(f"{THREAD}{for_update}", (asked_for(thread_id), self._owner))
        return found or _no_thread()

    def _listed(self, after: str | None, limit: int, newest_first: bool) -> Steps[Sequence[Row]]:
        sign, order = ("<", "DESC") if newest_first else (">", "ASC")
        text, values = "SELECT data FROM threads WHERE owner_id = ?", list[object]([self._owner])
        if after:
            yield from self._mine(after)
            text += (
                f" AND (created_at, id) {sign} (SELECT created_at, id FROM threads WHERE id = ?)"
            )
            values.append(after)
        ordered = f"{text} ORDER BY created_at {order}, id {order} LIMIT ?"
        return (yield Sql(ordered, (*values, limit)))

    def _deleted(self, thread_id: str) -> Steps[None]:
        yield from self._mine(thread_id)
        yield Sql("DELETE FROM threads WHERE id = ?", (thread_id,))
        yield Sql("DELETE FROM streams WHERE id = ?", (thread_id,))

    def _item(self, thread_id: str, item_id: str) -> Steps[Sequence[Row]]:
        yield from self._mine(thread_id)
        return (yield Sql(ITEM, (thread_id, asked_for(item_id))))

    def _place(self, thread_id: str, item_id: str) -> Steps[int]:
        found = yield from self._item(thread_id, item_id)
        return found[0][1] if found else _no_item()

    def _page(
        self, thread_id: str, after: str | None, limit: int, newest_first: bool
    ) -> Steps[Sequence[Row]]:
        sign, order = ("<", "DESC") if newest_first else (">", "ASC")
        text, values = "SELECT data FROM items WHERE thread_id = ?", list[object]([thread_id])
        if after:
            text += f" AND sequence {sign} ?"
            values.append((yield from self._place(thread_id, after)))
        else:
            yield from self._mine(thread_id)
        return (yield Sql(f"{text} ORDER BY sequence {order} LIMIT ?", (*values, limit)))

    def _until(self, thread_id: str, item_id: str) -> Steps[tuple[int, Sequence[Row]]]:
        sequence = yield from self._place(thread_id, item_id)
        begin = (sequence // WINDOW - 1) * WINDOW
        first = begin - EARLIER_WINDOWS * WINDOW
        return begin, (yield Sql(WITHIN, (thread_id, first, sequence)))

    def _added(self, thread_id: str, item: ThreadItem) -> Steps[None]:
        taken = yield Sql(NEXT_SEQUENCE, (thread_id, self._owner))
        if not taken:
            _no_thread()
        row = (thread_id, item.id, taken[0][0], document(wire.dump_item(item)))
        if not (yield from inserted("items", ITEM_COLUMNS, [row], UNLESS_THERE)):
            raise Conflict("That message exists already.", code="item_exists")

    def _saved(self, thread_id: str, item: ThreadItem) -> Steps[bool]:
        yield from self._mine(thread_id)
        data = document(wire.dump_item(item))
        return bool((yield Sql(SAVE_ITEM, (data, thread_id, item.id))))

    def _removed(self, thread_id: str, item_id: str) -> Steps[None]:
        yield from self._mine(thread_id)
        if not (yield Sql(DELETE_ITEM, (thread_id, asked_for(item_id)))):
            _no_item()

    def _cut(self, thread_id: str, item_id: str) -> Steps[Sequence[Row]]:
        sequence = yield from self._place(thread_id, item_id)
        return (yield Sql(DELETE_AFTER, (thread_id, sequence)))

    def _judged(self, thread_id: str, item_id: str, kind: str, at: datetime) -> Steps[object]:
        if not (yield from self._item(thread_id, item_id)):
            _no_item()
        row = (thread_id, item_id, kind, at)
        return (yield from inserted("feedback", FEEDBACK_COLUMNS, [row], INSTEAD))


def _no_thread() -> NoReturn:
    raise NotFound("There is no such conversation.", code="thread_not_found")


def _no_item() -> NoReturn:
    raise NotFound("There is no such message.", code="item_not_found")
