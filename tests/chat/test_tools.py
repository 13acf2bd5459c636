"""The task tools as a model meets them: what it is told they take, and what it gets back."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pytest
from agents import Agent, FunctionTool, ModelResponse, RunContextWrapper, Usage
from agents.tool_context import ToolContext
from anyio import fail_after
from dirty_equals import IsPartialDict, IsStr
from openai.types.responses import ResponseFunctionToolCall, ResponseOutputItem
from sqlalchemy import update

from taskchat.chat.journal import Journal
from taskchat.chat.runs.repository import RunRepository
from taskchat.chat.tool_cards import CardStatus, ToolCard
from taskchat.chat.tools import DeletionCounter, function_tools
from taskchat.chat.turn import Turn
from taskchat.db.engine import Database
from taskchat.db.tables import RunRow
from taskchat.domain.ids import new_id
from taskchat.streams.fences import FenceLost
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.runs import add_journal

pytestmark = pytest.mark.anyio

NAMES = [
    "create_task",
    "list_tasks",
    "update_task",
    "delete_task",
    "complete_task",
    "complete_all_tasks",
    "delete_all_tasks",
]
SIMPLE_TYPES = {"string", "boolean", "integer"}
CHARACTERS_PER_TOKEN = 3.5  # fewer than any tokenizer needs for JSON in English
MOST_TOKENS = 1500


@dataclass(frozen=True)
class Model:
    """Calls tools as the agent's runner does, and reads what comes back."""

    tools: dict[str, FunctionTool]
    turn: Turn

    async def call(self, name: str, **arguments: object) -> dict[str, Any]:
        return await self.send(name, json.dumps(arguments))

    async def send(self, name: str, arguments: str, call_id: str = "") -> dict[str, Any]:
        context = ToolContext(self.turn, Usage(), name, call_id or new_id("call"), arguments)
        return json.loads(await self.tools[name].on_invoke_tool(context, arguments))

    async def reply(self, *calls: tuple[str, Mapping[str, object]]) -> list[dict[str, Any]]:
        """One reply with several calls, which are carried out at once."""
        output = [
            ResponseFunctionToolCall(
                call_id=f"call_{number}", name=name, arguments="{}", type="function_call"
            )
            for number, (name, _) in enumerate(calls)
        ]
        response = ModelResponse(
            output=cast("list[ResponseOutputItem]", output), usage=Usage(), response_id=None
        )
        agent = Agent[Turn](name="test")
        await DeletionCounter().on_llm_end(RunContextWrapper(self.turn), agent, response)
        return await asyncio.gather(*(self.call(name, **arguments) for name, arguments in calls))

    def cards(self) -> list[ToolCard]:
        """What the page was shown since this was asked last."""
        shown: list[ToolCard] = []
        while not self.turn.signals.empty():
            signal = self.turn.signals.get_nowait()
            assert isinstance(signal, ToolCard)
            shown.append(signal)
        return shown


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    return sqlite_url


@pytest.fixture
async def model(database: Database, tasks: TaskTransactions, alice: Owner) -> Model:
    turn = Turn(alice, await add_journal(database, alice))
    return Model({tool.name: tool for tool in function_tools(tasks)}, turn)


async def titles(model: Model) -> list[str]:
    return [task["title"] for task in (await model.call("list_tasks", sort="created"))["items"]]


async def test_there_are_seven_tools_which_together_say_little(tasks: TaskTransactions) -> None:
    tools = function_tools(tasks)
    described = [
        {"name": tool.name, "description": tool.description, "parameters": tool.params_json_schema}
        for tool in tools
    ]

    assert [tool.name for tool in tools] == NAMES
    assert all(len(tool.description) > 10 for tool in tools)
    assert len(json.dumps(described)) / CHARACTERS_PER_TOKEN < MOST_TOKENS


async def test_every_schema_is_flat_and_plain(tasks: TaskTransactions) -> None:
    for tool in function_tools(tasks):
        schema = tool.params_json_schema
        properties = schema["properties"]
        assert schema["type"] == "object"
        assert schema["additionalProperties"] is False
        assert set(schema.get("required", ())) <= set(properties)
        assert not set(properties) & {"user_id", "owner", "owner_id", "account_id"}
        for name, node in properties.items():
            kinds = {node["type"]}
            if node["type"] == "array":
                kinds = {node["items"]["type"]}
            assert (tool.name, name, kinds - SIMPLE_TYPES) == (tool.name, name, set[str]())
        text = json.dumps(schema)
        for word in ("$ref", "$defs", "anyOf", "oneOf", "allOf", '"null"', '"default"'):
            assert word not in text


async def test_a_result_is_the_task_in_short_and_its_card_tells_everything(model: Model) -> None:
    task = await model.call("create_task", title="Milk", due="tomorrow 5pm")

    due = {"due": "2026-11-21T17:00+01:00", "weekday": "Saturday"}
    assert task == {"number": 1, "title": "Milk", **due, "version": 1}
    running, finished = model.cards()
    assert (running.name, running.status) == ("create_task", CardStatus.RUNNING)
    assert running.arguments["title"] == "Milk"
    assert finished.status is CardStatus.OK
    assert finished.result == IsPartialDict(
        number=1, title="Milk", due="2026-11-21T17:00:00+01:00", description="", priority="medium"
    )
    assert finished.milliseconds is not None


async def test_null_means_that_an_argument_was_left_out(model: Model) -> None:
    task = await model.call("create_task", title="Milk", due=None, priority=None, tags=None)
    assert task == {"number": 1, "title": "Milk", "version": 1}


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("complete_task", '{"task": "bread"}', "task_not_found"),
        ("complete_task", '{"task": "#99"}', "task_not_found"),
        ("create_task", '{"title": ""}', "title_missing"),
        ("create_task", '{"title": "A", "due": "someday"}', "due_not_understood"),
        ("create_task", '{"title": "A", "priority": "urgent"}', "invalid_arguments"),
        ("create_task", '{"title": "A", "user_id": "usr_1"}', "invalid_arguments"),
        ("create_task", '{"title": "a\\u0000b"}', "text_not_storable"),
        ("create_task", '{"title": "a\\ud800b"}', "invalid_arguments"),
        ("list_tasks", '{"limit": NaN}', "invalid_arguments"),
        ("create_task", "", "invalid_arguments"),
        ("create_task", '["A"]', "invalid_json"),
        ("create_task", '{"title": "ha', "invalid_json"),
        ("create_task", "[" * 100_000, "invalid_json"),
        ("list_tasks", '{"cursor": "nonsense"}', "cursor_invalid"),
    ],
)
async def test_a_refused_call_says_why_and_changes_nothing(
    model: Model, name: str, arguments: str, code: str
) -> None:
    await model.call("create_task", title="Milk")
    model.cards()

    answer = await model.send(name, arguments)

    assert answer == {"error": IsPartialDict(code=code, detail=IsStr(min_length=10))}
    *_, card = model.cards()
    assert (card.status, card.result) == (CardStatus.FAILED, answer)
    shown = card.task().model_dump_json()
    assert json.loads(json.loads(shown)["content"][8:-4], parse_constant=pytest.fail)
    assert await titles(model) == ["Milk"]


async def test_an_unclear_reference_comes_back_with_the_tasks_it_may_mean(model: Model) -> None:
    for title in ("Call Bob", "call bob", "Call Bob again"):
        await model.call("create_task", title=title)

    ambiguous = await model.call("delete_task", task="CALL BOB")
    missing = await model.call("delete_task", task="call")

    assert ambiguous["error"] == IsPartialDict(
        code="ambiguous_task",
        candidates=[{"number": 2, "title": "call bob"}, {"number": 1, "title": "Call Bob"}],
    )
    assert missing["error"]["code"] == "task_not_found"
    assert len(missing["error"]["candidates"]) == 3
    assert len(await titles(model)) == 3


@pytest.mark.parametrize(
    ("name", "question"),
    [("complete_all_tasks", "Complete 2 tasks?"), ("delete_all_tasks", "Delete 2 tasks?")],
)
async def test_what_touches_many_tasks_waits_for_the_person(
    model: Model, name: str, question: str
) -> None:
    for title in ("A", "B"):
        await model.call("create_task", title=title)
    model.cards()

    answer = await model.call(name)

    assert answer == {"status": "waiting_for_confirmation", "question": question, "count": 2}
    assert model.cards()[-1].status is CardStatus.WAITING
    assert [effect.question for effect in model.turn.pending] == [question]
    listed = await model.call("list_tasks", status=["todo"])
    assert listed["total"] == 2


async def test_nothing_has_to_be_confirmed_when_nothing_would_happen(model: Model) -> None:
    assert await model.call("delete_all_tasks") == {"deleted": 0}
    assert await model.call("complete_all_tasks") == {"completed": 0}
    assert model.turn.pending == []


async def test_one_deletion_is_carried_out_and_the_next_of_the_same_turn_waits(
    model: Model,
) -> None:
    for title in ("A", "B"):
        await model.call("create_task", title=title)

    (first,) = await model.reply(("delete_task", {"task": "A"}))
    (second,) = await model.reply(("delete_task", {"task": "B"}))

    assert first == IsPartialDict(deleted=1)
    assert second == IsPartialDict(status="waiting_for_confirmation", count=1)
    assert await titles(model) == ["B"]


async def test_deletions_asked_for_at_once_all_wait(model: Model) -> None:
    for title in ("A", "B", "C"):
        await model.call("create_task", title=title)

    asked = await model.reply(*(("delete_task", {"task": title}) for title in ("A", "B", "C")))

    assert asked == [IsPartialDict(status="waiting_for_confirmation")] * 3
    assert len(model.turn.pending) == 3
    assert await titles(model) == ["A", "B", "C"]


async def test_a_deletion_that_failed_does_not_count(model: Model) -> None:
    await model.call("create_task", title="A")

    (missing,) = await model.reply(("delete_task", {"task": "Z"}))
    (deleted,) = await model.reply(("delete_task", {"task": "A"}))

    assert missing["error"]["code"] == "task_not_found"
    assert deleted == IsPartialDict(deleted=1)


async def test_a_call_goes_on_to_its_end_when_the_answer_is_stopped(model: Model) -> None:
    calling = asyncio.create_task(model.call("create_task", title="Milk"))
    with fail_after(5):
        await model.turn.signals.get()
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    await model.turn.settle()

    assert [card.status for card in model.cards()] == [CardStatus.OK]
    assert await titles(model) == ["Milk"]


async def test_the_same_call_is_carried_out_once_and_answered_the_same_ever_after(
    model: Model, database: Database, alice: Owner
) -> None:
    first = await model.send("create_task", '{"title": "milk"}', "call_1")
    again = await model.send("create_task", '{"title": "milk"}', "call_1")
    async with database.reading() as session:
        kept = await RunRepository(session).journal(model.turn.journal.fence.run_id)
    taken_up = Turn(alice, Journal(model.turn.journal.fence, kept))
    later = await replace(model, turn=taken_up).send("create_task", '{"title": "milk"}', "call_1")

    assert first == again == later
    assert await titles(model) == ["milk"]


async def test_a_run_that_went_on_elsewhere_changes_nothing_more(
    model: Model, database: Database
) -> None:
    async with database.transaction() as session:
        await session.execute(update(RunRow).values(attempt=2))

    with pytest.raises(FenceLost):
        await model.call("create_task", title="milk")
    assert await titles(model) == []
