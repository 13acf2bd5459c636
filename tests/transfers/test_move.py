from datetime import UTC, datetime
from typing import Any

import pytest
from chatkit.types import AssistantMessageItem, ThreadItem, UserMessageItem, WorkflowItem

from taskchat.accounts.adoption import find
from taskchat.chat.repository import ChatRepository
from taskchat.chat.tool_cards import read_card
from taskchat.db.engine import Database
from taskchat.domain.actor import Actor, ActorKind
from taskchat.tasks.owner import Owner
from taskchat.tasks.transactions import TaskTransactions
from taskchat.transfers.legacy.move import move
from taskchat.transfers.legacy.tally import TableCount, Tally
from tests.databases import PostgresServer
from tests.people import NOW, add_account
from tests.transfers.earlier import (
    ALICE,
    BCRYPT,
    BOB,
    NEWER,
    OLDER,
    PEOPLE,
    conversation,
    earlier_system,
    message,
    task,
    thread,
    uuid,
)

pytestmark = pytest.mark.anyio

CALLS = """'[{"name": "create_task", "arguments": {"title": "Buy milk"}, "result": {"id": 1}},
    {"id": "x", "type": "function", "function": {"name": "list_tasks", "arguments": "{\\"limit\\": 5}"}},
    {"tool": "complete_task", "args": {"task_id": 1}, "output": "Done."}, {"nothing": 1}, 7]'"""


async def moved(
    url: str, database: Database, *, dry_run: bool = False
) -> tuple[dict[str, TableCount], Tally]:
    compared, tally = await move(
        url,
        database,
        lambda: NOW,
        timezone="Europe/Berlin",
        dry_run=dry_run,
        progress=lambda _: None,
    )
    return {one.table: one for one in compared}, tally


async def owner_of(database: Database, email: str) -> Owner:
    person = await find(database, email)
    assert person
    return Owner(person.account_id, person.timezone, Actor(ActorKind.PERSON, email))


async def threads(database: Database, email: str) -> list[tuple[str | None, list[ThreadItem]]]:
    """The oldest first, each with its items."""
    owner = await owner_of(database, email)
    async with database.reading() as session:
        repository = ChatRepository(session, owner.id)
        found = await repository.threads(None, 100, "asc")
        return [(one.title, await repository.items(one.id, None, 100, "asc")) for one in found]


def said(item: ThreadItem) -> tuple[str, Any]:
    match item:
        case UserMessageItem():
            return "user", "".join(part.text for part in item.content)
        case AssistantMessageItem():
            return "assistant", "".join(part.text for part in item.content)
        case WorkflowItem():
            cards = [card for one in item.workflow.tasks if (card := read_card(one))]
            return "tools", [(card.name, card.arguments, card.result) for card in cards]
        case _:
            raise AssertionError(item)


async def test_people_tasks_and_conversations_come_with_all_that_they_were(
    database: Database, tasks: TaskTransactions, postgres: PostgresServer
) -> None:
    scripts = (
        NEWER,
        PEOPLE,
        task(10, due_date="'2026-12-01 08:00'", tags="ARRAY['home']", reminder_offset="30"),
        task(11, completed="true", updated_at="'2025-05-05 05:00'", parent_task_id=f"'{uuid(10)}'"),
        conversation(20),
        message(30, conversation_id=f"'{uuid(20)}'", content="'please remind me to buy milk.'"),
        thread(21, "' Plans  for May '"),
        message(31, thread_id=f"'{uuid(21)}'", content="'What is open?'"),
        message(32, thread_id=f"'{uuid(21)}'", role="'assistant'", tool_calls=CALLS),
        message(33, user=BOB, content="'Alone'"),
    )
    async with earlier_system(postgres, *scripts) as url:
        compared, tally = await moved(url, database)
    assert tally.problems == []
    assert {name: (one.rows, one.brought, one.unaccounted) for name, one in compared.items()} == {
        "users": (2, 2, 0),
        "tasks": (2, 2, 0),
        "conversation": (1, 1, 0),
        "threads": (1, 1, 0),
        "message": (4, 4, 0),
    }

    alice = await owner_of(database, "alice@example.com")
    async with tasks.read(alice) as opened:
        open_one, done = await opened.get("#1"), await opened.get("#2")
    assert (open_one.due, open_one.remind_before) == ("2026-12-01T09:00:00+01:00", 30)
    assert (done.parent_id, done.completed_at) == (None, datetime(2025, 5, 5, 5, tzinfo=UTC))
    assert open_one.untrusted

    (_, milk), (plans_title, plans) = await threads(database, "alice@example.com")
    assert [said(item) for item in milk] == [("user", "please remind me to buy milk.")]
    assert milk[0].created_at == datetime(2025, 1, 1, 0, 30, tzinfo=UTC)
    assert plans_title == "Plans for May"
    assert [said(item) for item in plans] == [
        ("user", "What is open?"),
        (
            "tools",
            [
                ("create_task", {"title": "Buy milk"}, {"id": 1}),
                ("list_tasks", {"limit": 5}, None),
                ("complete_task", {"task_id": 1}, {"result": "Done."}),
            ],
        ),
        ("assistant", "Message 32"),
    ]
    ((title, alone),) = await threads(database, "bob@example.com")
    assert (title, [said(item) for item in alone]) == ("Alone", [("user", "Alone")])


async def test_a_dry_run_counts_the_same_and_leaves_nothing(
    database: Database, postgres: PostgresServer
) -> None:
    scripts = (OLDER, PEOPLE, task(10), conversation(20), message(30), message(31))
    async with earlier_system(postgres, *scripts) as url:
        seen, _ = await moved(url, database, dry_run=True)
        assert await find(database, "alice@example.com") is None
        came, _ = await moved(url, database)
        assert seen == came
        again, _ = await moved(url, database)
        looked, _ = await moved(url, database, dry_run=True)
    assert again == looked
    assert {name: (one.brought, one.known) for name, one in again.items()} == {
        "users": (0, 2),
        "tasks": (0, 1),
        "conversation": (0, 1),
        "message": (0, 2),
    }


async def test_what_was_said_since_is_brought_by_the_next_move(
    database: Database, postgres: PostgresServer
) -> None:
    link = {"conversation_id": f"'{uuid(20)}'"}
    older = (OLDER, PEOPLE, conversation(20), message(30, **link))
    async with earlier_system(postgres, *older) as url:
        await moved(url, database)
    newer = (*older, message(31, role="'assistant'", **link), task(10))
    async with earlier_system(postgres, *newer) as url:
        compared, _ = await moved(url, database)
    assert (compared["message"].brought, compared["message"].known) == (1, 1)
    ((_, items),) = await threads(database, "alice@example.com")
    assert [said(item)[0] for item in items] == ["user", "assistant"]


async def test_an_account_with_the_same_address_is_used_as_it_is(
    database: Database, tasks: TaskTransactions, postgres: PostgresServer
) -> None:
    await add_account(database, "alice@example.com", "Asia/Tokyo")
    folded = f"""
        INSERT INTO users VALUES ('{ALICE}', 'ALICE@example.com', '{BCRYPT}', '2024-05-01', NULL);
    """
    async with earlier_system(
        postgres, OLDER, folded, task(10, due_date="'2026-12-01 08:00'")
    ) as url:
        compared, _ = await moved(url, database)
    assert (compared["users"].brought, compared["users"].known) == (0, 1)
    async with tasks.read(await owner_of(database, "alice@example.com")) as opened:
        assert (await opened.get("#1")).due == "2026-12-01T17:00:00+09:00"


async def test_every_row_that_stays_behind_is_counted_with_its_reason(
    database: Database, postgres: PostgresServer
) -> None:
    odd = f"""
        INSERT INTO users VALUES ('{uuid(3)}', 'not an address', '{BCRYPT}', '2024-05-01', NULL);
        INSERT INTO users VALUES ('{uuid(4)}', '', '{BCRYPT}', '2024-05-01', NULL);
    """
    scripts = (
        NEWER,
        PEOPLE,
        odd,
        task(10, title="''"),
        task(11, user_id=f"'{uuid(3)}'"),
        task(12, user_id=f"'{uuid(99)}'"),
        conversation(20, uuid(3)),
        thread(21, "NULL", uuid(99)),
        message(30, user=uuid(3), conversation_id=f"'{uuid(20)}'"),
        message(31, role="'tool'"),
    )
    async with earlier_system(postgres, *scripts) as url:
        compared, tally = await moved(url, database)
    assert {name: (one.rows, one.brought, one.left_out) for name, one in compared.items()} == {
        "users": (4, 2, 2),
        "tasks": (3, 0, 3),
        "conversation": (1, 0, 1),
        "threads": (1, 0, 1),
        "message": (2, 0, 2),
    }
    assert all(one.unaccounted == 0 for one in compared.values())
    assert tally.problem_count == len(tally.problems) == 6


async def test_many_problems_are_counted_and_the_first_are_told(
    database: Database, postgres: PostgresServer
) -> None:
    untitled = [task(number, title="''") for number in range(100, 250)]
    async with earlier_system(postgres, OLDER, PEOPLE, *untitled) as url:
        compared, tally = await moved(url, database)
    assert (tally.problem_count, len(tally.problems)) == (150, 100)
    assert (compared["tasks"].left_out, compared["tasks"].unaccounted) == (150, 0)
