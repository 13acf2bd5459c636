from datetime import timedelta

import pytest

from taskchat.db.engine import Database
from taskchat.domain.errors import Invalid
from taskchat.schedules import notifications
from taskchat.schedules.notifications import NotificationPage, Notifications, ReadNotifications
from taskchat.tasks.owner import Owner
from tests.people import NOW

pytestmark = pytest.mark.anyio


async def tell(database: Database, owner: Owner, *keys: str, minutes: int = 0) -> None:
    async with database.transaction() as session:
        told = {key: {"key": key} for key in keys}
        at = NOW + timedelta(minutes=minutes)
        await notifications.note(session, owner.id, "reminder", told, at)


async def page(
    database: Database, owner: Owner, cursor: str | None = None, limit: int = 50
) -> NotificationPage:
    async with database.reading() as session:
        return await Notifications(session, owner.id, NOW).page(cursor, limit)


async def read(database: Database, owner: Owner, **which: object) -> None:
    async with database.transaction() as session:
        command = ReadNotifications.model_validate(which)
        await Notifications(session, owner.id, NOW).read(command)


def ids(told: NotificationPage, *, unread: bool = False) -> list[str]:
    return [item.id for item in told.items if not (unread and item.read_at)]


async def test_pages_hold_everything_once_newest_first(
    database: Database, alice: Owner, bob: Owner
) -> None:
    await tell(database, alice, "b", "c", "a")
    await tell(database, alice, "e", "d", minutes=1)
    await tell(database, bob, "other")

    seen: list[str] = []
    cursor = None
    while True:
        told = await page(database, alice, cursor, limit=2)
        assert len(told.items) <= 2
        seen += ids(told)
        cursor = told.next_cursor
        if cursor is None:
            break

    assert seen == ["e", "d", "c", "b", "a"]
    assert (await page(database, alice)).items[0].data == {"key": "e"}


async def test_a_page_goes_on_where_it_was_when_something_new_has_come(
    database: Database, alice: Owner
) -> None:
    await tell(database, alice, "a", "b")
    first = await page(database, alice, limit=1)
    await tell(database, alice, "c", minutes=1)

    assert ids(await page(database, alice, first.next_cursor)) == ["a"]


async def test_what_is_read_is_marked_for_its_person_alone(
    database: Database, alice: Owner, bob: Owner
) -> None:
    await tell(database, alice, "a", "b", "c")
    await tell(database, bob, "other")
    assert (await page(database, alice)).unread == 3

    await read(database, alice, ids=["b", "other", "unknown"])
    told = await page(database, alice)
    assert (ids(told, unread=True), told.unread) == (["c", "a"], 2)

    await read(database, alice, all=True)
    assert (await page(database, alice)).unread == 0
    assert (await page(database, bob)).unread == 1


async def test_which_are_read_has_to_be_said(database: Database, alice: Owner) -> None:
    with pytest.raises(Invalid) as refused:
        await read(database, alice)
    assert refused.value.code == "notifications_unnamed"


async def test_the_unread_are_counted_up_to_a_hundred(database: Database, alice: Owner) -> None:
    await tell(database, alice, *(str(n) for n in range(120)))
    assert (await page(database, alice)).unread == 100


@pytest.mark.parametrize("cursor", ["x", "WyJhIiwgImIiXQ", "WyIyMDI2LTExLTIwIiwgImIiXQ", "bnVsbA"])
async def test_a_cursor_that_no_page_gave_is_refused(
    database: Database, alice: Owner, cursor: str
) -> None:
    with pytest.raises(Invalid) as refused:
        await page(database, alice, cursor)
    assert refused.value.code == "cursor_invalid"
