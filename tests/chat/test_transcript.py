"""What a ChatKit client folds together from an answer's events."""

import itertools
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from chatkit.types import (
    AssistantMessageContentPartAdded,
    AssistantMessageContentPartTextDelta,
    AssistantMessageItem,
    ThreadItem,
    ThreadItemAddedEvent,
    ThreadItemDoneEvent,
    ThreadItemUpdatedEvent,
    ThreadStreamEvent,
    WorkflowItem,
    WorkflowTaskAdded,
    WorkflowTaskUpdated,
)
from hypothesis import given
from hypothesis import strategies as st

from taskchat.chat.tool_cards import CardStatus, ToolCard, read_card
from taskchat.chat.transcript import MessageEnd, Signal, Text, Transcript

NOW = datetime(2026, 11, 20, 18, tzinfo=UTC)
OK = CardStatus.OK


def new_transcript() -> Transcript:
    numbers = itertools.count(1)
    return Transcript("thr_1", lambda kind: f"{kind}_{next(numbers)}", lambda: NOW)


def play(signals: Iterable[Signal]) -> list[ThreadStreamEvent]:
    """A whole answer as it goes over the wire: later changes to an item do not reach earlier events."""
    transcript = new_transcript()
    events: list[ThreadStreamEvent] = []
    for signal in signals:
        events += [event.model_copy(deep=True) for event in transcript.take(signal)]
    return events + [event.model_copy(deep=True) for event in transcript.close()]


def fold(events: Iterable[ThreadStreamEvent]) -> list[ThreadItem]:
    """The items that a client has put together when each is said to be done, which must be the same."""
    items: dict[str, ThreadItem] = {}
    done: list[ThreadItem] = []
    for event in events:
        match event:
            case ThreadItemAddedEvent(item=item):
                assert item.id not in items
                items[item.id] = item
            case ThreadItemUpdatedEvent(item_id=item_id, update=update):
                assert items[item_id] not in done
                change(items[item_id], update)
            case ThreadItemDoneEvent(item=item):
                assert items[item.id] == item
                done.append(item)
            case _:
                raise AssertionError(event)
    assert [item.id for item in done] == list(items)
    return done


def change(item: ThreadItem, update: object) -> None:
    match item, update:
        case AssistantMessageItem(), AssistantMessageContentPartAdded(content=content):
            item.content.append(content)
        case AssistantMessageItem(), AssistantMessageContentPartTextDelta(delta=delta):
            item.content[0].text += delta
        case WorkflowItem(), WorkflowTaskAdded(task_index=index, task=task):
            assert index == len(item.workflow.tasks)
            item.workflow.tasks.append(task)
        case WorkflowItem(), WorkflowTaskUpdated(task_index=index, task=task):
            item.workflow.tasks[index] = task
        case _:
            raise AssertionError(update)


def shown(item: ThreadItem) -> str | list[tuple[str, str]]:
    """The text of a message; the ids and states of a workflow's calls."""
    match item:
        case AssistantMessageItem():
            return "".join(part.text for part in item.content)
        case WorkflowItem():
            cards = [card for task in item.workflow.tasks if (card := read_card(task))]
            assert len(cards) == len(item.workflow.tasks)
            return [(card.call_id, card.status.value) for card in cards]
        case _:
            raise AssertionError(item)


def call(call_id: str) -> ToolCard:
    return ToolCard(call_id, "create_task", {"title": call_id})


def result(call_id: str, status: CardStatus = OK) -> ToolCard:
    return call(call_id).finished(status, {"number": 1}, 3)


@pytest.mark.parametrize(
    ("signals", "items"),
    [
        ([], []),
        ([Text("")], []),
        ([MessageEnd(), MessageEnd()], []),
        ([Text("Hel"), Text(""), Text("lo")], ["Hello"]),
        ([Text("One"), MessageEnd(), Text("Two"), MessageEnd()], ["One", "Two"]),
        ([call("a"), result("a")], [[("a", "ok")]]),
        (
            [Text("Let me."), call("a"), result("a"), Text("Done.")],
            ["Let me.", [("a", "ok")], "Done."],
        ),
        (
            [call("a"), call("b"), call("c"), result("c"), result("a", CardStatus.FAILED)],
            [[("a", "failed"), ("b", "stopped"), ("c", "ok")]],
        ),
        ([call("a"), result("a"), call("b"), result("b")], [[("a", "ok"), ("b", "ok")]]),
        (
            [call("a"), result("a"), Text("And"), call("b"), result("b")],
            [[("a", "ok")], "And", [("b", "ok")]],
        ),
        ([Text("Half"), call("a")], ["Half", [("a", "stopped")]]),
        ([result("a", CardStatus.WAITING)], [[("a", "waiting")]]),
        (
            [call("a"), result("a"), Text("Again"), call("a"), result("a")],
            [[("a", "ok")], "Again", [("a", "ok")]],
        ),
        ([call("a"), result("a"), call("a"), result("a")], [[("a", "ok"), ("a", "ok")]]),
    ],
)
def test_an_answer_becomes_messages_and_workflows_in_the_order_in_which_they_began(
    signals: list[Signal], items: list[object]
) -> None:
    assert [shown(item) for item in fold(play(signals))] == items


pieces = st.text("ab é🎉\n", max_size=5)


@given(st.data())
def test_however_an_answer_goes_the_client_has_what_is_stored(data: st.DataObject) -> None:
    """A model speaks or calls, and its calls end in any order or not at all before it goes on."""
    signals: list[Signal] = []
    names = (f"call{number}" for number in itertools.count())
    for is_speech in data.draw(st.lists(st.booleans(), max_size=6)):
        if is_speech:
            signals += [Text(text) for text in data.draw(st.lists(pieces, max_size=3))]
            signals += [MessageEnd()]
        else:
            ids = list(itertools.islice(names, data.draw(st.integers(1, 4))))
            signals += [call(call_id) for call_id in ids]
            signals += [result(call_id) for call_id in data.draw(st.permutations(ids))]
    cut = data.draw(st.integers(0, len(signals)))

    items = fold(play(signals[:cut]))

    said = "".join(text for item in items if isinstance(text := shown(item), str))
    assert said == "".join(signal.delta for signal in signals[:cut] if isinstance(signal, Text))
    states = [state for item in items if isinstance(item, WorkflowItem) for state in shown(item)]
    assert "running" not in [status for _, status in states]
    called = {signal.call_id for signal in signals[:cut] if isinstance(signal, ToolCard)}
    assert {call_id for call_id, _ in states} == called


def test_an_event_keeps_what_it_said_when_its_item_goes_on() -> None:
    transcript = new_transcript()
    added, *_ = transcript.take(call("a"))
    transcript.take(call("b"))

    assert isinstance(added, ThreadItemAddedEvent)
    assert shown(added.item) == [("a", "running")]


def test_closing_again_says_nothing_more() -> None:
    transcript = new_transcript()
    transcript.take(Text("Hello"))
    assert len(transcript.close()) == 1
    assert transcript.close() == []


def test_half_a_character_never_ends_an_answer() -> None:
    items = fold(play([Text("party \ud83c"), Text("\udf89!")]))
    said = shown(items[0])
    assert isinstance(said, str)
    assert said.startswith("party ")
    said.encode()


RECEIPT = {
    "change_set": "run_1",
    "count": 1,
    "changes": [{"title": "Call mom", "version": 2, "fields": {"due": [None, "2026-11-21"]}}],
}


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"title": "```\n```json\n{}\n```"},
        {"title": "🎉 \u2028 \u202e", "tags": ["a", "b"], "deep": {"er": [1, None, True]}},
    ],
)
def test_a_card_comes_back_from_its_task_as_it_was(arguments: dict[str, Any]) -> None:
    for card in (
        ToolCard("call_1", "create_task", arguments),
        ToolCard("call_1", "create_task", arguments).stopped(),
        ToolCard("call_1", "no_such_tool", arguments).finished(OK, {"number": 1}, 12, RECEIPT),
    ):
        task = card.task()
        assert read_card(task) == card
        assert task.status_indicator == ("loading" if card.is_running else "complete")


def test_a_card_that_was_stored_without_a_change_set_has_none() -> None:
    stored = result("a").as_json()
    del stored["change_set"]
    assert ToolCard.read(stored) == result("a")


@pytest.mark.parametrize("content", [None, "", "words", "```json\n[]\n```", "```json\n{}\n```"])
def test_what_is_no_card_is_read_as_none(content: str | None) -> None:
    task = call("a").task().model_copy(update={"content": content})
    assert read_card(task) is None
    assert read_card(json.dumps({})) is None


def test_an_older_card_without_a_receipt_can_still_be_undone() -> None:
    older = ToolCard("call_1", "create_task", {}).finished(CardStatus.OK, {}, 1, RECEIPT).as_json()
    del older["receipt"]
    assert ToolCard.read(older).change_set == "run_1"
