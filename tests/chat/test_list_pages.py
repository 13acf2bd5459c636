"""Lists in pages that a model can read."""

import asyncio
import json
import random
from datetime import date, time
from typing import Any

import pytest
from agents.tool_context import ToolContext
from agents.usage import Usage
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from taskchat.chat import model_views
from taskchat.chat.model_views import read_by_model
from taskchat.chat.token_bounds import most_tokens
from taskchat.chat.tools import function_tools
from taskchat.chat.turn import Turn
from taskchat.db.engine import Database
from taskchat.domain.due import Due
from taskchat.domain.ids import new_id
from taskchat.domain.query import Sort
from taskchat.domain.task import Priority, Task
from taskchat.streams.log import EventLog
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from tests.chat.conversations import page_of
from tests.people import NOW, add_account
from tests.runs import add_journal
from tests.tasks import finding
from tests.tasks.finding import ZONE, closing, make_task

pytestmark = pytest.mark.anyio

MOST_TOKENS = 1200
LETTERS = (
    "abcdefghij klmnop",
    "買牛奶和面包",
    "🎉👩‍🚀",
    "𠀀𠮷",
    '"\\<',
    "Ünïçödé",
)
BOUNDED = settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def hostile(number: int, chance: random.Random) -> Task:
    """Words of any length up to the longest, of letters that cost little or much."""
    letters = chance.choice(LETTERS)

    def words(most: int) -> str:
        return "".join(chance.choices(letters, k=chance.choice([1, most // 8, most]))).strip()

    return make_task(
        number,
        words(255) or "x",
        description=words(2000),
        tags=tuple({words(50) or "t" for _ in range(chance.choice([0, 0, 2, 20]))}),
        priority=chance.choice(list(Priority)),
        due=chance.choice([None, Due(date(2026, 11, 21), chance.choice([None, time(17)]), ZONE)]),
        is_untrusted=chance.random() < 0.3,
    )


@given(st.integers(0, 2**32), st.integers(1, 100))
def test_no_list_is_longer_than_a_model_should_read(seed: int, count: int) -> None:
    chance = random.Random(seed)
    tasks = [hostile(number, chance) for number in range(1, count + 1)]
    cursor = "eyJ" * chance.choice([1, 20, 2000])
    told = json.loads(read_by_model(page_of(tasks, next_cursor=cursor), "ok"))
    assert most_tokens(told) <= MOST_TOKENS
    shown = [model_views.texts(item)["number"] for item in told["items"]]
    assert shown == list(range(1, len(shown) + 1)) != []
    assert ("next_cursor" in told) == (len(shown) == count)


@given(
    st.integers(0, 2**32), st.sampled_from([each for each in Sort if each is not Sort.RELEVANCE])
)
@example(1, Sort.TITLE)
@example(2, Sort.RELEVANCE)
@BOUNDED
def test_a_model_that_follows_the_pages_sees_every_task_once(
    database_url: str, seed: int, sort: Sort
) -> None:
    asyncio.run(_follow_all(database_url, seed, sort))


async def _follow_all(url: str, seed: int, sort: Sort) -> None:
    chance = random.Random(seed)
    async with closing(Database(url)) as database:
        owner = await add_account(database, f"{new_id('usr')}@example.com")
        made = [hostile(number, chance) for number in range(1, chance.randint(1, 60))]
        found = [make_task(100, "findme now"), make_task(101, "other", description="findme")]
        await finding.add(database, owner.id, [*made, *found])
        query = {"q": "findme"} if sort is Sort.RELEVANCE else {}
        pages = await follow(
            database, owner, sort=sort.value, limit=chance.randint(1, 100), **query
        )
    numbers = [item["number"] for page in pages for item in page["items"]]
    assert sorted(numbers) == ([100, 101] if query else [*range(1, len(made) + 1), 100, 101])
    assert all(most_tokens(page) <= MOST_TOKENS for page in pages)
    assert pages[0]["total"] == len(numbers)


async def follow(database: Database, owner: Owner, **query: object) -> list[dict[str, Any]]:
    """Every page of a list, as a model asks for them; each in a run of its own that reads the one before."""
    tasks = TaskTransactions(database, EventLog(database), lambda: NOW)
    tools = {tool.name: tool for tool in function_tools(tasks)}
    turn = Turn(owner, await add_journal(database, owner))
    pages: list[dict[str, Any]] = []
    asked: dict[str, object] = query
    while True:
        arguments = json.dumps(asked)
        context = ToolContext(turn, Usage(), "list_tasks", new_id("call"), arguments)
        page = json.loads(await tools["list_tasks"].on_invoke_tool(context, arguments))
        pages.append(page)
        if "next_cursor" not in page:
            return pages
        asked = {**query, "cursor": page["next_cursor"]}


async def test_of_ten_thousand_tasks_a_model_is_shown_one_page(
    database: Database, alice: Owner
) -> None:
    title = "🎉" * 255
    made = [make_task(number, title, description="x" * 2000) for number in range(1, 10_001)]
    await finding.add(database, alice.id, made)
    tasks = TaskTransactions(database, EventLog(database), lambda: NOW)
    (tool,) = (tool for tool in function_tools(tasks) if tool.name == "list_tasks")
    turn = Turn(alice, await add_journal(database, alice))
    arguments = json.dumps({"sort": "title", "limit": 100})
    context = ToolContext(turn, Usage(), "list_tasks", new_id("call"), arguments)

    page = json.loads(await tool.on_invoke_tool(context, arguments))

    assert page["total"] == 10_000
    assert most_tokens(page) <= MOST_TOKENS
    assert [item["number"] for item in page["items"]] == list(range(1, len(page["items"]) + 1))
    assert len(page["next_cursor"]) < 20
    card = [signal for signal in list_signals(turn) if signal.result][-1]
    assert card.result is not None
    assert [item["number"] for item in card.result["items"]] == [
        item["number"] for item in page["items"]
    ]


def list_signals(turn: Turn) -> list[Any]:
    signals: list[Any] = []
    while not turn.signals.empty():
        signals.append(turn.signals.get_nowait())
    return signals
