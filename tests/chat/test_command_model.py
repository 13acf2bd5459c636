import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from agents import Agent, FunctionTool, Runner, TResponseInputItem
from agents.items import TResponseStreamEvent
from agents.model_settings import ModelSettings
from agents.models.interface import ModelTracing
from agents.run import RunConfig
from agents.tool_context import ToolContext

from taskchat.chat.commands.model import CommandModel

pytestmark = pytest.mark.anyio

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Europe/Berlin"))
TOOLS = (
    "create_task", "list_tasks", "update_task", "complete_task", "delete_task",
    "complete_all_tasks", "delete_all_tasks",
)  # fmt: skip

type Json = dict[str, object]


def task(number: int, title: str, **more: object) -> Json:
    return {
        "number": number,
        "title": title,
        "priority": "medium",
        "status": "todo",
        "tags": [],
        "due": None,
        **more,
    }


@dataclass
class Desk:
    """Tools that write down how they are called and answer what they were told to."""

    answers: Mapping[str, Json | str | list[Json]]
    calls: list[tuple[str, Json]] = field(default_factory=list)

    def tools(self) -> list[FunctionTool]:
        return [self._tool(name) for name in TOOLS]

    def _tool(self, name: str) -> FunctionTool:
        async def call(_context: ToolContext[object], arguments: str) -> str:
            self.calls.append((name, json.loads(arguments)))
            answer = self.answers[name]
            if isinstance(answer, list):  # a page for each call
                answer = answer[min(len(self.calls), len(answer)) - 1]
            return answer if isinstance(answer, str) else json.dumps(answer)

        schema: Json = {"type": "object", "properties": {}, "additionalProperties": True}
        return FunctionTool(name, name, schema, call, strict_json_schema=False)


async def run(
    text: str, answers: Mapping[str, Json | str | list[Json]], before: list[Json] | None = None
) -> tuple[str, Desk, list[TResponseStreamEvent]]:
    desk = Desk(answers)
    agent = Agent("tasks", model=CommandModel(lambda: NOW), tools=[*desk.tools()])
    given = [*(before or []), {"role": "user", "content": [{"type": "input_text", "text": text}]}]
    result = Runner.run_streamed(
        agent, cast("list[TResponseInputItem]", given), run_config=RunConfig(tracing_disabled=True)
    )
    events = [
        event.data async for event in result.stream_events() if event.type == "raw_response_event"
    ]
    return str(result.final_output), desk, events


async def test_a_new_task_is_created_and_reported() -> None:
    created = task(
        12, "test migration", due="2026-11-21T17:00:00+01:00", priority="high", tags=["db"]
    )
    text, desk, _ = await run(
        "create a task called test migration tomorrow at 5pm #db high priority",
        {"create_task": created},
    )
    assert desk.calls == [
        (
            "create_task",
            {
                "title": "test migration",
                "due": "tomorrow at 5pm",
                "priority": "high",
                "tags": ["db"],
            },
        )
    ]
    assert (
        text
        == "Created **#12 test migration**, due Sat 2026-11-21 17:00, high priority, tagged #db."
    )


async def test_text_is_streamed_in_several_deltas_between_whole_items() -> None:
    text, _, events = await run(
        "add x", {"create_task": task(1, "one two three four five six seven")}
    )
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert len(deltas) > 1
    assert "".join(deltas) == text
    done = [event.item for event in events if event.type == "response.output_item.done"]
    assert [item.type for item in done] == ["function_call", "message"]
    ids = [str(item.id) for item in done]
    assert [bool(re.fullmatch(r"(fc|msg)_[0-9a-f]{32}", item_id)) for item_id in ids] == [
        True,
        True,
    ]
    assert [event.type for event in events].count("response.completed") == 2
    assert all(
        e.response.usage.total_tokens == 0
        for e in events
        if e.type == "response.completed" and e.response.usage
    )


async def test_several_calls_go_out_together_with_ids_of_their_own() -> None:
    text, desk, events = await run("complete #3 and #4", {"complete_task": task(3, "a")})
    assert [arguments for _, arguments in desk.calls] == [{"task": "#3"}, {"task": "#4"}]
    calls = [
        e.item
        for e in events
        if e.type == "response.output_item.done" and e.item.type == "function_call"
    ]
    assert len({call.call_id for call in calls if call.type == "function_call"}) == 2
    assert text == "- Completed **#3 a**.\n- Completed **#3 a**."


async def test_a_list_is_shown_with_its_total() -> None:
    items = [task(1, "one", due="2026-11-21"), task(2, "two", status="done")]
    text, _, _ = await run(
        "show my tasks", {"list_tasks": {"items": items, "total": 12, "next_cursor": "x"}}
    )
    assert text == (
        "- **#1 one**, due Sat 2026-11-21\n- **#2 two** (done)\n\n12 tasks in all. These are the first 2."
    )


async def test_a_total_that_is_not_exact_is_said_to_be_more() -> None:
    pages: list[Json] = [
        {"items": [task(1, "one")], "total": 1000, "total_is_exact": False, "next_cursor": "x"},
        {"items": [task(2, "two")], "total": 1000, "total_is_exact": False},
    ]
    for shown in (1, 2):
        text, _, _ = await run("show my tasks", {"list_tasks": pages[:shown]})
        assert text.endswith(f"More than 1,000 tasks in all. These are the first {shown}.")


async def test_a_task_that_was_not_come_to_is_not_asked_about() -> None:
    first: Json = {"items": [task(90, "a"), task(89, "b")], "total": 9, "next_cursor": "x"}
    text, _, _ = await run("tag #50 with home", {"list_tasks": [first, {**first}]})
    assert text == "I looked through 2 tasks and did not come to #50, so its tags are as they were."


async def test_an_empty_list_says_so() -> None:
    text, _, _ = await run(
        "show done tasks", {"list_tasks": {"items": [], "total": 0, "next_cursor": None}}
    )
    assert text.startswith("Nothing found")


async def test_an_unclear_reference_names_the_candidates() -> None:
    error = {
        "code": "ambiguous_task",
        "detail": "Two tasks are called milk.",
        "candidates": [{"number": 3, "title": "milk"}, {"number": 4, "title": "Milk"}],
    }
    text, _, _ = await run("complete milk", {"complete_task": {"error": error}})
    assert (
        text
        == "Two tasks are called milk.\n\nWhich one do you mean?\n\n- **#3 milk**\n- **#4 Milk**"
    )


async def test_a_waiting_call_asks_to_confirm() -> None:
    waiting: Json = {
        "status": "waiting_for_confirmation",
        "question": "Delete 12 tasks?",
        "count": 12,
    }
    text, desk, _ = await run("delete all done tasks", {"delete_all_tasks": waiting})
    assert desk.calls == [("delete_all_tasks", {"status": "done"})]
    assert text == "Delete 12 tasks? Please confirm in the card below."


async def test_a_tool_that_answers_no_json_is_reported() -> None:
    text, _, _ = await run("complete #3", {"complete_task": "it broke"})
    assert text == "That did not work: it broke"


async def test_it_means_the_one_task_of_the_last_answer() -> None:
    before: list[Json] = [
        {"role": "user", "content": "add x"},
        {"type": "message", "role": "assistant", "content": "Created **#12 x**."},
    ]
    text, desk, _ = await run(
        "make it high priority", {"update_task": task(12, "x", priority="high")}, before
    )
    assert desk.calls == [("update_task", {"task": "#12", "priority": "high"})]
    assert text == "**#12 x** now has high priority."


async def test_cards_between_do_not_change_what_it_means() -> None:
    before: list[Json] = [
        {"role": "developer", "content": "Now it is Friday 2026-11-20 15:00 in Europe/Berlin."},
        {"role": "user", "content": "add x"},
        {"type": "message", "role": "assistant", "content": "Created **#12 x**."},
        {"role": "assistant", "content": "[Card: Deleted 2 tasks.]"},
        {"role": "developer", "content": "Now it is Friday 2026-11-20 15:01 in Europe/Berlin."},
    ]
    _, desk, _ = await run("complete it", {"complete_task": task(12, "x")}, before)
    assert desk.calls == [("complete_task", {"task": "#12"})]


async def test_the_words_of_others_are_shown_like_any_title() -> None:
    apart: Json = {"number": 5, "untrusted_text": {"title": "By others", "tags": ["far"]}}
    items: list[Json] = [{"number": 4, "title": "Mine", "status": "in_progress"}, apart]
    text, _, _ = await run("show my tasks", {"list_tasks": {"items": items, "total": 2}})
    assert text.startswith("- **#4 Mine** (in progress)\n- **#5 By others**, tagged #far")
    text, _, _ = await run("make #5 medium priority", {"update_task": apart})
    assert text == "**#5 By others** now has medium priority."


@pytest.mark.parametrize("said", ["- **#1 a**\n- **#2 b**", "Hello!"])
async def test_it_is_asked_about_when_the_last_answer_does_not_settle_it(said: str) -> None:
    before: list[Json] = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": said}]
    text, desk, _ = await run("delete it", {}, before)
    assert desk.calls == []
    assert text.startswith("Which task do you mean?")


async def test_the_second_one_is_the_second_of_the_last_list() -> None:
    before: list[Json] = [{"role": "assistant", "content": "- **#7 a**\n- **#9 b**"}]
    _, desk, _ = await run("complete the second one", {"complete_task": task(9, "b")}, before)
    assert desk.calls == [("complete_task", {"task": "#9"})]


async def test_a_tag_is_added_to_those_the_task_has() -> None:
    text, desk, _ = await run(
        "tag #3 with home",
        {
            "list_tasks": {"items": [task(3, "a", tags=["work"])], "total": 1},
            "update_task": task(3, "a", tags=["work", "home"]),
        },
    )
    assert desk.calls[-1] == ("update_task", {"task": "#3", "tags": ["work", "home"]})
    assert text == "**#3 a** is now tagged #work, #home."


async def test_a_tag_for_a_task_that_is_not_there_asks_which() -> None:
    text, desk, _ = await run("tag #3 with home", {"list_tasks": {"items": [], "total": 0}})
    assert [tool for tool, _ in desk.calls] == ["list_tasks"]
    assert text.startswith("Which task do you mean?")


async def test_titles_never_act_as_markup() -> None:
    text, _, _ = await run("add x", {"create_task": task(1, "![x](https://example.com/a_b) *y*")})
    assert text == r"Created **#1 !\[x\](https://example.com/a\_b) \*y\***."


async def test_an_unclear_message_calls_nothing_and_offers_examples() -> None:
    text, desk, _ = await run("the 5th wave", {})
    assert desk.calls == []
    assert "I changed nothing" in text
    assert "- `" in text


async def test_help_lists_what_it_can_do() -> None:
    text, _, _ = await run("help", {})
    assert "delete all done tasks" in text


async def test_the_answer_without_streaming_is_the_same_call() -> None:
    response = await CommandModel(lambda: NOW).get_response(
        None,
        "delete #3",
        ModelSettings(),
        [],
        None,
        [],
        ModelTracing.DISABLED,
        previous_response_id=None,
        conversation_id=None,
        prompt=None,
    )
    assert [
        (item.type, json.loads(item.arguments))
        for item in response.output
        if item.type == "function_call"
    ] == [("function_call", {"task": "#3"})]
