from datetime import UTC, datetime

import pytest

from taskchat.interchange.record import Problem
from taskchat.transfers.legacy.database import LegacyDatabase
from taskchat.transfers.legacy.rows import LegacyConversation, LegacyMessage
from tests.databases import PostgresServer
from tests.transfers.earlier import (
    ALICE,
    BOB,
    NEWER,
    OLDER,
    PEOPLE,
    conversation,
    legacy,
    message,
    thread,
    uuid,
)

pytestmark = pytest.mark.anyio


async def conversations_of(database: LegacyDatabase, user: str) -> list[LegacyConversation]:
    found = [one async for one in database.conversations(user)]
    return [one for one in found if isinstance(one, LegacyConversation)]


async def test_conversations_of_the_older_shape_hold_their_messages_in_order(
    postgres: PostgresServer,
) -> None:
    link = {"conversation_id": f"'{uuid(20)}'"}
    scripts = (
        conversation(20),
        conversation(21, BOB),
        message(32, role="'assistant'", **link),
        message(31, **link),
        message(33, user=BOB, conversation_id=f"'{uuid(21)}'"),
    )
    async with legacy(postgres, OLDER, PEOPLE, *scripts) as database:
        assert await conversations_of(database, ALICE) == [
            LegacyConversation(
                "conversation",
                uuid(20),
                "",
                datetime(2025, 1, 1, tzinfo=UTC),
                (
                    LegacyMessage(uuid(31), "user", "Message 31", datetime(2025, 1, 1, 0, 31, tzinfo=UTC), None),
                    LegacyMessage(uuid(32), "assistant", "Message 32", datetime(2025, 1, 1, 0, 32, tzinfo=UTC), None),
                ),
            )
        ]  # fmt: skip
        (bobs,) = await conversations_of(database, BOB)
    assert [one.id for one in bobs.messages] == [uuid(33)]


async def test_messages_of_the_newer_shape_are_in_one_conversation_each(
    postgres: PostgresServer,
) -> None:
    in_thread, in_both = f"'{uuid(22)}'", f"'{uuid(20)}'"
    scripts = (
        conversation(20),
        thread(22, "'  My\n week '"),
        thread(23, "NULL"),
        thread(24, "'Not hers'", BOB),
        message(31, thread_id=in_thread, tool_calls="""'[{"name": "create_task"}]'"""),
        message(32, thread_id=in_thread, conversation_id=in_both),
        message(33, conversation_id=in_both),
        message(34),
        message(35, thread_id=f"'{uuid(24)}'"),
        message(36, conversation_id=f"'{uuid(99)}'", content="''"),
        message(37, thread_id=in_thread, role="'tool'"),
    )
    async with legacy(postgres, NEWER, PEOPLE, *scripts) as database:
        found = [one async for one in database.conversations(ALICE)]
        counts, strays = database.counts, await database.strays()
    conversations = [one for one in found if isinstance(one, LegacyConversation)]
    assert [
        (one.table, one.id, one.title, [said.id for said in one.messages]) for one in conversations
    ] == [
        ("conversation", uuid(20), "", [uuid(33)]),
        ("threads", uuid(22), "My week", [uuid(31), uuid(32)]),
        ("threads", uuid(23), "", []),
        ("message", ALICE, "", [uuid(34), uuid(35), uuid(36)]),
    ]
    assert conversations[1].messages[0].tool_calls == [{"name": "create_task"}]
    problems = [(one.place, one.is_fatal) for one in found if isinstance(one, Problem)]
    assert problems == [(f"message {uuid(37)}", True)]
    assert counts == {"users": 2, "tasks": 0, "conversation": 1, "threads": 3, "message": 7}
    assert strays == {}
