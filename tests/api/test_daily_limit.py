"""How many messages a person may send a day."""

import asyncio
from collections import Counter

import pytest

from tests.api.chat_client import DETACHED, ChatClient, message, signed_in
from tests.api.serving import StartServer

pytestmark = pytest.mark.anyio


async def statuses(ann: ChatClient, count: int) -> Counter[int]:
    answers = await asyncio.gather(*(ann.ask(message("help"), **DETACHED) for _ in range(count)))
    return Counter(answer.status_code for answer in answers)


async def test_messages_sent_at_once_do_not_slip_through_the_daily_limit(
    database_url: str, start_server: StartServer
) -> None:
    server = await start_server(database_url=database_url, daily_messages=3)
    async with signed_in(server, "ann@example.com") as ann:
        assert await statuses(ann, 12) == {200: 3, 429: 9}
        refused = await ann.ask(message("help"))
        assert (refused.status_code, refused.json()["code"]) == (429, "daily_limit")


async def test_each_person_has_a_limit_of_their_own_and_zero_is_none(
    start_server: StartServer,
) -> None:
    limited = await start_server(daily_messages=1)
    async with signed_in(limited, "ann@example.com") as ann, signed_in(limited, "ben@b.com") as ben:
        assert await statuses(ann, 2) == {200: 1, 429: 1}
        assert await statuses(ben, 1) == {200: 1}
    unlimited = await start_server(daily_messages=0)
    async with signed_in(unlimited, "ann@example.com") as ann:
        assert await statuses(ann, 5) == {200: 5}
