"""What is in the outbox leaves it once, or comes back for another try."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from anyio import fail_after

from taskchat.db.engine import Database
from taskchat.schedules.post.courier import RETRIED_AFTER, Courier, Undeliverable, Undelivered
from taskchat.schedules.post.outbox import LEASE, Kind, Letter
from taskchat.tasks.owner import Owner
from tests.people import NOW, add_account
from tests.schedules.conftest import Clock
from tests.schedules.letterbox import put, states

pytestmark = pytest.mark.anyio


class Hands:
    """Sends into the air, or fails as it is told: first of `failures` first."""

    kind = Kind.MAIL

    def __init__(self, failures: Sequence[Exception] = ()) -> None:
        self.failures = list(failures)
        self.sent: list[str] = []
        self.has_sent = asyncio.Event()
        self.attempts: list[int] = []

    async def send(self, letter: Letter, now: datetime) -> None:
        self.attempts.append(letter.attempt)
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(letter.target)
        self.has_sent.set()


class Deaf(Hands):
    """Never comes back by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()

    async def send(self, letter: Letter, now: datetime) -> None:
        self.asked.set()
        await asyncio.Event().wait()


async def write(database: Database, owner: Owner, *targets: str, kind: Kind = Kind.MAIL) -> None:
    for target in targets:
        await put(database, owner.id, kind, target, {})


async def deliver(courier: Courier, now: datetime) -> int:
    """One batch to its end; how many letters were claimed."""
    sending = await courier.set_out(now)
    await asyncio.gather(*sending)
    return len(sending)


async def test_a_letter_is_sent_once_and_another_kind_is_left_alone(
    database: Database, alice: Owner, clock: Clock
) -> None:
    await write(database, alice, "ann")
    await write(database, alice, "browser", kind=Kind.PUSH)
    hands = Hands()
    courier = Courier(database, hands, clock)

    assert [await deliver(courier, NOW) for _ in range(2)] == [1, 0]

    assert hands.sent == ["ann"]
    assert sorted(await states(database)) == [(0, None), (1, "sent")]


async def test_what_fails_is_tried_again_after_growing_waits_and_given_up_once(
    database: Database, alice: Owner, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await write(database, alice, "ann")
    hands = Hands([Undelivered("nobody is there")] * 9)
    courier = Courier(database, hands, clock)

    assert await deliver(courier, clock.now) == 1
    for wait in RETRIED_AFTER:
        clock.go_on(seconds=wait.total_seconds() - 1)
        assert await deliver(courier, clock.now) == 0
        clock.go_on(seconds=1)
        assert await deliver(courier, clock.now) == 1
    clock.go_on(days=1)
    assert await deliver(courier, clock.now) == 0

    waits = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120))
    assert waits == RETRIED_AFTER
    assert hands.attempts == [1, 2, 3, 4, 5]
    assert await states(database) == [(5, "given_up")]
    warnings = [r.getMessage() for r in caplog.records if r.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "is given up: nobody is there" in warnings[0]


async def test_what_is_refused_is_not_tried_again(
    database: Database, alice: Owner, clock: Clock
) -> None:
    await write(database, alice, "ann")
    courier = Courier(database, Hands([Undeliverable("no such person")]), clock)

    assert [await deliver(courier, NOW) for _ in range(2)] == [1, 0]
    assert await states(database) == [(1, "refused")]


async def test_an_error_of_our_own_is_logged_and_tried_again(
    database: Database, alice: Owner, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await write(database, alice, "ann")
    hands = Hands([RuntimeError("this is a mistake")])
    courier = Courier(database, hands, clock)

    await deliver(courier, NOW)
    await deliver(courier, clock.go_on(minutes=1))

    assert hands.sent == ["ann"]
    assert "this is a mistake" in caplog.text


async def test_what_nobody_wants_to_read_any_more_is_not_sent(
    database: Database, alice: Owner, clock: Clock
) -> None:
    await write(database, alice, "ann")
    hands = Hands()

    assert await deliver(Courier(database, hands, clock), clock.go_on(days=1)) == 0

    assert hands.sent == []
    assert await states(database) == [(0, "expired")]


async def test_one_letter_that_fails_keeps_no_other_from_being_sent(
    database: Database, alice: Owner, clock: Clock
) -> None:
    await write(database, alice, "ann", "ben", "cem")
    hands = Hands([Undelivered("nobody is there")])

    assert await deliver(Courier(database, hands, clock), NOW) == 3
    assert len(hands.sent) == 2


async def test_many_processes_send_each_letter_once(postgres_url: str, clock: Clock) -> None:
    databases = [Database(postgres_url) for _ in range(4)]
    owner = await add_account(databases[0], "ann@example.com")
    await write(databases[0], owner, *(str(n) for n in range(60)))
    hands = Hands()
    couriers = [Courier(database, hands, clock) for database in databases]

    with fail_after(30):
        while set(await states(databases[0])) != {(1, "sent")}:
            await asyncio.gather(*(deliver(courier, clock.now) for courier in couriers))

    assert sorted(hands.sent, key=int) == [str(n) for n in range(60)]
    for database in databases:
        await database.close()


async def test_a_process_that_dies_in_the_middle_leaves_its_letters_to_others(
    database: Database, alice: Owner, clock: Clock
) -> None:
    await write(database, alice, "ann")
    deaf = Deaf()
    (dying,) = await Courier(database, deaf, clock).set_out(NOW)
    with fail_after(5):
        await deaf.asked.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)

    hands = Hands()
    courier = Courier(database, hands, clock)
    clock.go_on(seconds=LEASE.total_seconds() - 1)
    assert await deliver(courier, clock.now) == 0
    clock.go_on(seconds=1)
    assert await deliver(courier, clock.now) == 1
    assert hands.attempts == [2]


async def test_whoever_does_not_answer_is_cut_off_and_tried_again(
    database: Database, alice: Owner, clock: Clock
) -> None:
    await write(database, alice, "ann")
    with fail_after(5):
        assert await deliver(Courier(database, Deaf(), clock, patience=0.01), NOW) == 1

    hands = Hands()
    assert await deliver(Courier(database, hands, clock), clock.go_on(minutes=1)) == 1
    assert hands.attempts == [2]


async def test_a_served_courier_wakes_when_it_is_nudged(
    database: Database, alice: Owner, clock: Clock
) -> None:
    hands = Hands()
    courier = Courier(database, hands, clock)
    with fail_after(10):
        async with courier.serving():
            for _ in range(2):
                hands.has_sent.clear()
                await write(database, alice, "ann")
                courier.nudge()
                await hands.has_sent.wait()

    assert await states(database) == [(1, "sent")] * 2


async def test_a_served_courier_ends_though_nobody_answers_it(
    database: Database, alice: Owner, clock: Clock
) -> None:
    await write(database, alice, *(str(n) for n in range(20)))
    deaf = Deaf()
    with fail_after(10):
        async with Courier(database, deaf, clock).serving():
            await deaf.asked.wait()

    assert {outcome for _, outcome in await states(database)} == {None}
