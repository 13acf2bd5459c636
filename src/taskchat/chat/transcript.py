"""Turns what an assistant does into the events that a ChatKit client folds into items."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from chatkit.store import StoreItemType
from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    CustomTask,
    NoticeEvent,
    ProgressUpdateEvent,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdate,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    Workflow,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

from taskchat.chat.tool_cards import ToolCard

type Events = list[ThreadStreamEvent]


@dataclass(frozen=True, slots=True)
class Text:
    """Some more of what the assistant says."""

    delta: str


@dataclass(frozen=True, slots=True)
class MessageEnd:
    """The assistant has finished a message."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is going on, until something else is seen."""

    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What the person should know besides the answer."""

    text: str
    level: Literal["info", "warning", "danger"] = "info"


type Signal = Text | MessageEnd | ToolCard | Progress | Notice


class Transcript:
    """One answer. Only one item is open at a time, so items are finished in the order in which they appeared."""

    def __init__(
        self,
        thread_id: str,
        new_item_id: Callable[[StoreItemType], str],
        clock: Callable[[], datetime],
    ) -> None:
        self._thread_id = thread_id
        self._new_item_id = new_item_id
        self._clock = clock
        self._message: AssistantMessageItem | None = None
        self._pieces: list[str] = []
        self._workflow: WorkflowItem | None = None
        self._cards: list[ToolCard] = []

    def take_all(self, signals: Iterable[Signal]) -> Events:
        return [event for signal in signals for event in self.take(signal)]

    def take(self, signal: Signal) -> Events:
        match signal:
            case Text(delta):
                return self._say(delta)
            case MessageEnd():
                return self._finish_message()
            case ToolCard():
                return self._show(signal)
            case Progress(text):
                return [ProgressUpdateEvent(text=text)]
            case Notice(text, level):
                return [NoticeEvent(level=level, message=text)]

    def close(self) -> Events:
        """Finishes what is open: text stays as it is, calls that still run are marked as stopped."""
        stopped = [card.stopped() for card in self._cards if card.is_running]
        events = [event for card in stopped for event in self._show(card)]
        return [*events, *self._finish_message(), *self._finish_workflow()]

    def _say(self, delta: str) -> Events:
        if not delta:
            return []
        # Half a surrogate pair can neither be stored nor sent.
        delta = delta.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        events: Events = []
        if self._message is None:
            events += self._finish_workflow()
            self._message = AssistantMessageItem(
                id=self._new_item_id("message"),
                thread_id=self._thread_id,
                created_at=self._clock(),
                content=[],
            )
            events.append(_added(self._message))
            part = AssistantMessageContent(text="", annotations=[])
            self._message.content.append(part)
            opened = AssistantMessageContentPartAdded(content_index=0, content=part.model_copy())
            events.append(_updated(self._message, opened))
        self._pieces.append(delta)
        grown = AssistantMessageContentPartTextDelta(content_index=0, delta=delta)
        return [*events, _updated(self._message, grown)]

    def _finish_message(self) -> Events:
        if (message := self._message) is None:
            return []
        message.content[0].text = "".join(self._pieces)
        self._message, self._pieces = None, []
        return [ThreadItemDoneEvent(item=message)]

    def _show(self, card: ToolCard) -> Events:
        for index, shown in enumerate(self._cards):
            if shown.call_id == card.call_id and shown.is_running and self._workflow:
                return self._replace(self._workflow, index, card)
        return self._append(card)

    def _append(self, card: ToolCard) -> Events:
        events = self._finish_message()
        self._cards.append(card)
        if self._workflow is None:
            self._workflow = WorkflowItem(
                id=self._new_item_id("workflow"),
                thread_id=self._thread_id,
                created_at=self._clock(),
                workflow=Workflow(type="custom", tasks=[card.task()], expanded=False),
            )
            return [*events, _added(self._workflow)]
        tasks = self._workflow.workflow.tasks
        tasks.append(card.task())
        added = WorkflowTaskAdded(task_index=len(tasks) - 1, task=card.task())
        return [*events, _updated(self._workflow, added)]

    def _replace(self, workflow: WorkflowItem, index: int, card: ToolCard) -> Events:
        self._cards[index] = card
        task: CustomTask = card.task()
        workflow.workflow.tasks[index] = task
        return [_updated(workflow, WorkflowTaskUpdated(task_index=index, task=task))]

    def _finish_workflow(self) -> Events:
        if (workflow := self._workflow) is None:
            return []
        self._workflow, self._cards = None, []
        return [ThreadItemDoneEvent(item=workflow)]


def _added(item: ThreadItem) -> ThreadItemAddedEvent:
    # A copy: the event is sent later, when the item may have grown.
    return ThreadItemAddedEvent(item=item.model_copy(deep=True))


def _updated(item: ThreadItem, update: ThreadItemUpdate) -> ThreadItemUpdatedEvent:
    return ThreadItemUpdatedEvent(item_id=item.id, update=update)
