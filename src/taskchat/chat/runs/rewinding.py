"""Going back to a message: the answers after it go, and with them what they changed."""

from collections.abc import Sequence

from chatkit.types import (
    NoticeEvent,
    ThreadItemRemovedEvent,
    ThreadItemReplacedEvent,
    ThreadMetadata,
    ThreadsRetryAfterItemReq,
    ThreadStreamEvent,
    UserMessageItem,
)

from taskchat.chat.caller import Caller
from taskchat.chat.repository import ChatRepository
from taskchat.chat.requests import read_edit
from taskchat.chat.runs.repository import RunRepository
from taskchat.chat.server import TaskChatServer
from taskchat.db.engine import Transaction
from taskchat.domain.errors import Invalid
from taskchat.tasks.views import FieldConflictOut

MOST_NAMED = 5


class Rewinding:
    """Within a transaction that holds the person's turn and the conversation."""

    def __init__(
        self,
        session: Transaction,
        repository: ChatRepository,
        runs: RunRepository,
        server: TaskChatServer,
        caller: Caller,
    ) -> None:
        self._session = session
        self._repository = repository
        self._runs = runs
        self._server = server
        self._caller = caller

    async def rewind(
        self, thread: ThreadMetadata, request: ThreadsRetryAfterItemReq
    ) -> tuple[UserMessageItem, list[ThreadStreamEvent]]:
        """The message to answer, as it reads now, and what followers of the conversation are told."""
        item = await self._repository.item(thread.id, request.params.item_id)
        if not isinstance(item, UserMessageItem):
            raise Invalid("Only one's own message can be tried again.", code="not_a_message")
        told: list[ThreadStreamEvent] = []
        if content := read_edit(request.metadata):
            item = item.model_copy(update={"content": content})
            await self._repository.save_item(thread.id, item)
            told.append(ThreadItemReplacedEvent(item=item))
        dropped = await self._repository.delete_items_after(thread.id, item.id)
        told += [ThreadItemRemovedEvent(item_id=item_id) for item_id in dropped]
        change_sets = await self._runs.ids_from(thread.id, item.id)
        kept = await self._server.take_back(self._session, self._caller, thread.id, change_sets)
        if kept:
            told.append(NoticeEvent(level="warning", message=_explain(kept)))
        return item, told


def _explain(kept: Sequence[FieldConflictOut]) -> str:
    named = [f"{one.field.replace('_', ' ')} of “{one.title}”" for one in kept[:MOST_NAMED]]
    if len(kept) > MOST_NAMED:
        named.append(f"{len(kept) - MOST_NAMED} more")
    return f"Changed again since, so it was not undone: {', '.join(named)}."
