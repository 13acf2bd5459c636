"""Conversations that were held elsewhere, kept here as they were."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageItem,
    InferenceOptions,
    ThreadItem,
    ThreadMetadata,
    UserMessageItem,
    UserMessageTextContent,
    Workflow,
    WorkflowItem,
)

from taskchat.chat import wire
from taskchat.chat.repository import ChatRepository
from taskchat.chat.titles import title_of
from taskchat.chat.tool_cards import CardStatus, ToolCard
from taskchat.db.engine import Transaction
from taskchat.domain.task import UserId
from taskchat.streams.log import EventLog

EVERYTHING = 2**31


@dataclass(frozen=True, slots=True)
class PastCall:
    """A tool that the assistant used; what it used and got are JSON objects."""

    name: str
    arguments: Mapping[str, Any]
    result: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PastMessage:
    """`key` is its own among all messages of that place; `calls` are what led to it."""

    key: str
    role: Literal["user", "assistant"]
    text: str
    at: datetime
    calls: Sequence[PastCall] = ()


@dataclass(frozen=True, slots=True)
class PastConversation:
    """`key` is its own among all conversations of that place; without a title it gets one from its first message."""

    key: str
    title: str
    began: datetime
    messages: Sequence[PastMessage]


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether the conversation is new here, and how many of its messages are."""

    is_new: bool
    messages: int


class PastConversations:
    """Of one person, within one transaction. What was kept before is not kept twice."""

    def __init__(self, session: Transaction, log: EventLog, owner: UserId) -> None:
        self._session = session
        self._log = log
        self._owner = owner
        self._repository = ChatRepository(session, owner)

    async def look(self, past: PastConversation) -> Kept:
        """What `keep` would do."""
        there = await self._there(self._id("thr", past.key))
        missing = [each for each in past.messages if self._id("msg", each.key) not in (there or ())]
        return Kept(there is None, len(missing))

    async def keep(self, past: PastConversation) -> Kept:
        thread_id = self._id("thr", past.key)
        there = await self._there(thread_id)
        if there is None:
            await self._begin(thread_id, past)
        missing = [each for each in past.messages if self._id("msg", each.key) not in (there or ())]
        for message in missing:
            for item in self._items(thread_id, message):
                await self._repository.add_item(thread_id, item)
        return Kept(there is None, len(missing))

    async def _there(self, thread_id: str) -> set[str] | None:
        """The ids of its items; None where there is no such conversation."""
        if not await self._repository.has_thread(thread_id):
            return None
        items = await self._repository.items(thread_id, None, EVERYTHING, "asc")
        return {item.id for item in items}

    async def _begin(self, thread_id: str, past: PastConversation) -> None:
        said = next((each.text for each in past.messages if each.role == "user"), "")
        title = past.title or title_of(said)
        thread = ThreadMetadata(id=thread_id, title=title, created_at=past.began)
        await self._log.open(self._session, thread_id, self._owner)
        await self._repository.add_thread(thread)
        event = wire.thread_event("thread.created", thread)
        await self._log.write(self._session, self._owner, [event])

    def _items(self, thread_id: str, message: PastMessage) -> Iterator[ThreadItem]:
        placed: dict[str, Any] = {"thread_id": thread_id, "created_at": message.at}
        message_id = self._id("msg", message.key)
        if message.role == "user":
            text = UserMessageTextContent(text=message.text)
            options = InferenceOptions()
            yield UserMessageItem(
                id=message_id, content=[text], inference_options=options, **placed
            )
            return
        if message.calls:
            cards = [_card(message_id, place, call) for place, call in enumerate(message.calls)]
            workflow = Workflow(
                type="custom", tasks=[card.task() for card in cards], expanded=False
            )
            yield WorkflowItem(id=self._id("wf", message.key), workflow=workflow, **placed)
        said = AssistantMessageContent(text=message.text, annotations=[])
        yield AssistantMessageItem(id=message_id, content=[said], **placed)

    def _id(self, prefix: str, key: str) -> str:
        """Always the same, and nobody can guess it who does not know the person's own."""
        return f"{prefix}_{hashlib.sha256(f'{self._owner}/{key}'.encode()).hexdigest()[:32]}"


def _card(message_id: str, place: int, call: PastCall) -> ToolCard:
    result = None if call.result is None else dict(call.result)
    call_id = f"{message_id}/{place}"
    return ToolCard(call_id, call.name, dict(call.arguments), CardStatus.OK, result)
