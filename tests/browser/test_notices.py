"""Being told in time."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PATIENCE_MILLISECONDS, Person, add

pytestmark = pytest.mark.anyio


async def test_a_reminder_shows_where_one_is_and_is_put_off(page: Page) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    await add(page, title="Call the dentist", due=soon.isoformat(), remind_before=0)
    await page.get_by_role("link", name="Chat", exact=True).click()

    await expect(page.get_by_text("Reminder of #1").first).to_be_visible()
    await page.get_by_role("button", name="1 h", exact=True).click()
    await expect(page.get_by_text("#1 comes back in an hour").first).to_be_visible()

    await page.get_by_role("button", name="Notifications, 1 unread").click()
    notices = page.get_by_role("dialog", name="Notifications")
    await notices.get_by_role("button", name="Call the dentist").click()
    await expect(page.get_by_role("dialog", name="Task #1")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="Task #1")).to_have_count(0)
    await expect(page.get_by_role("button", name="Notifications", exact=True)).to_be_visible()


async def test_the_digest_is_set_to_a_time_of_ones_own(page: Page) -> None:
    await page.goto("/settings")
    await page.get_by_role("switch", name="Daily digest").click()
    time = page.get_by_label("Time of the digest")
    await expect(time).to_have_value("08:00")
    async with page.expect_response("**/api/auth/me"):
        await time.fill("06:30")
        await time.blur()
    await page.reload()
    await expect(time).to_have_value("06:30")
    await expect(page.get_by_role("switch", name="Reminders by e-mail")).to_be_disabled()
    await page.get_by_role("switch", name="Daily digest").click()
    await expect(time).to_have_count(0)


async def test_the_worker_for_notifications_is_let_in_by_the_pages_own_policy(
    ann: Person,
) -> None:
    await ann.context.grant_permissions(["notifications"])
    page = await ann.tab()
    await ann.register(page)
    await page.goto("/settings")

    # Whether the browser's maker then grants a subscription is not up to us.
    async with ann.context.expect_event("serviceworker", timeout=PATIENCE_MILLISECONDS) as worker:
        await page.get_by_role("switch", name="Notifications in this browser").click()

    assert (await worker.value).url == f"{ann.url}/push-worker.js"
