"""What an earlier attempt has shown, read back from the log, and what of it is kept."""

from typing import Any

from chatkit.types import (
    AssistantMessageContent,
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ErrorEvent,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemRemovedEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)

from taskchat.chat import wire
from taskchat.chat.runs.recovery import Shown, empty_workflow
from taskchat.chat.tool_cards import CardStatus, ToolCard, read_card
from taskchat.streams.cursor import Cursor
from taskchat.streams.tail import Entry
from tests.people import NOW

THREAD = "thr_1"


def shown_after(*events: ThreadStreamEvent) -> Shown:
    lines = [wire.encode(event) for event in events]
    return Shown.read([Entry(Cursor(n), line) for n, line in enumerate(lines, 1)])


def message(item_id: str) -> AssistantMessageItem:
    return AssistantMessageItem(id=item_id, thread_id=THREAD, created_at=NOW, content=[])


def said(item_id: str, *pieces: str) -> list[ThreadStreamEvent]:
    """An assistant's message that was begun."""
    part = AssistantMessageContent(text="", annotations=[])
    updates: list[Any] = [AssistantMessageContentPartAdded(content_index=0, content=part)]
    updates += [
        AssistantMessageContentPartTextDelta(content_index=0, delta=piece) for piece in pieces
    ]
    return [
        ThreadItemAddedEvent(item=message(item_id)),
        *(ThreadItemUpdatedEvent(item_id=item_id, update=update) for update in updates),
    ]


def card(call_id: str, status: CardStatus = CardStatus.RUNNING) -> ToolCard:
    return ToolCard(call_id, "create_task", {"title": call_id}, status)


def workflow(*cards: ToolCard) -> WorkflowItem:
    item = empty_workflow("wf_1", THREAD, NOW)
    item.workflow.tasks = [one.task() for one in cards]
    return item


def cards_of(item: object) -> list[tuple[str, CardStatus]]:
    assert isinstance(item, WorkflowItem)
    cards = [read_card(task) for task in item.workflow.tasks]
    return [(one.call_id, one.status) for one in cards if one]


def kept_of(shown: Shown, *carried_out: ToolCard) -> list[Any]:
    tools = {one.call_id: one for one in carried_out}
    return [*shown.settle(tools, empty_workflow("wf_extra", THREAD, NOW))]


def test_a_message_that_was_begun_is_unfinished_and_keeps_its_text() -> None:
    shown = shown_after(*said("msg_1", "Good ", "morning"))

    assert list(shown.unfinished) == ["msg_1"]
    (kept,) = kept_of(shown)
    assert kept.content[0].text == "Good morning"


def test_what_was_finished_is_not_unfinished() -> None:
    shown = shown_after(
        *said("msg_1", "Good"),
        ThreadItemDoneEvent(item=message("msg_1")),
        *said("msg_2"),
        ThreadItemRemovedEvent(item_id="msg_2"),
    )

    assert shown.finished == {"msg_1"}
    assert shown.unfinished == {}
    assert kept_of(shown) == []


def test_a_message_without_a_word_is_not_kept() -> None:
    assert kept_of(shown_after(*said("msg_1"))) == []


def test_calls_are_kept_with_what_came_of_them_and_the_others_as_stopped() -> None:
    added = WorkflowTaskAdded(task_index=1, task=card("b").task())
    changed = WorkflowTaskUpdated(task_index=0, task=card("a", CardStatus.OK).task())
    shown = shown_after(
        ThreadItemAddedEvent(item=workflow(card("a"))),
        ThreadItemUpdatedEvent(item_id="wf_1", update=added),
        ThreadItemUpdatedEvent(item_id="wf_1", update=changed),
        ThreadItemUpdatedEvent(
            item_id="wf_1", update=WorkflowTaskAdded(task_index=2, task=card("c").task())
        ),
    )

    (kept,) = kept_of(shown, card("b", CardStatus.OK))
    assert cards_of(kept) == [
        ("a", CardStatus.OK),
        ("b", CardStatus.OK),
        ("c", CardStatus.STOPPED),
    ]


def test_a_call_that_was_carried_out_and_never_shown_gets_a_card() -> None:
    shown = shown_after(ThreadItemDoneEvent(item=workflow(card("a", CardStatus.OK))))

    (kept,) = kept_of(shown, card("a", CardStatus.OK), card("b", CardStatus.OK))
    assert kept.id == "wf_extra"
    assert cards_of(kept) == [("b", CardStatus.OK)]


def test_an_error_that_was_told_is_remembered() -> None:
    assert not shown_after(*said("msg_1")).has_error
    assert shown_after(ErrorEvent(code="custom", message="No.", allow_retry=True)).has_error
