"""The order made by hand, and many tasks at once."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Person, add, task

pytestmark = pytest.mark.anyio

TITLES = ["One", "Two", "Three"]


@pytest.fixture
async def page(ann: Person) -> Page:
    page = await ann.tab()
    await ann.register(page)
    for title in TITLES:
        await add(page, title=title)
    await page.goto("/dashboard?sort=position")
    await expect(task(page, "Three")).to_be_visible()
    return page


async def next_turn(page: Page) -> None:
    """What was picked up listens to the keys from the next turn of the page's loop on."""
    await page.evaluate("() => new Promise((done) => setTimeout(done))")


async def shown(page: Page) -> list[str]:
    return await page.locator("[data-task-id]").all_inner_texts()


async def test_a_task_is_moved_with_the_keys_and_stays_there(page: Page) -> None:
    await page.get_by_role("button", name="Move #1 One").focus()
    await page.keyboard.press("Space")
    await expect(page.get_by_text("#1 is at place 1 of 3.")).to_be_attached()
    await next_turn(page)
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_text("#1 is at place 2 of 3.")).to_be_attached()
    await page.keyboard.press("Space")
    await expect(page.get_by_text("Moved #1").first).to_be_visible()

    assert await shown(page) == ["Two", "One", "Three"]
    await page.reload()
    await expect(task(page, "Three")).to_be_visible()
    assert await shown(page) == ["Two", "One", "Three"]


async def test_a_task_is_dragged_to_the_top_and_back_by_undo(page: Page) -> None:
    last = await page.get_by_role("button", name="Move #3 Three").bounding_box()
    first = await page.get_by_role("button", name="Move #1 One").bounding_box()
    assert last
    assert first
    await page.mouse.move(last["x"] + 5, last["y"] + 5)
    await page.mouse.down()
    await page.mouse.move(last["x"] + 5, last["y"] - 10, steps=4)
    await page.mouse.move(first["x"] + 5, first["y"], steps=8)
    await page.mouse.up()
    await expect(page.get_by_text("Moved #3").first).to_be_visible()
    assert await shown(page) == ["Three", "One", "Two"]

    await page.keyboard.press("Control+z")
    await expect(page.get_by_text("Undone: Moved #3").first).to_be_visible()
    await expect(page.locator("[data-task-id]").first).to_have_text("One")


async def test_a_selection_is_tagged_rescheduled_and_deleted_as_one_change_each(
    page: Page,
) -> None:
    await task(page, "One").focus()
    await page.keyboard.press("x")
    await task(page, "Two").click(modifiers=["Shift"])
    bar = page.get_by_role("region", name="Selected tasks")
    await expect(bar).to_contain_text("2 selected")

    await bar.get_by_role("button", name="Tag").click()
    await page.get_by_role("combobox", name="Tags").fill("later")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Tagged 2 tasks").first).to_be_visible()
    await expect(page.get_by_text("2 selected")).to_have_count(0)

    await task(page, "One").focus()
    await page.keyboard.press("x")
    await bar.get_by_role("button", name="All", exact=True).click()
    await bar.get_by_role("button", name="Reschedule").click()
    due = page.get_by_role("combobox", name="Due")
    await due.fill("never ever")
    await due.press("Enter")
    await expect(due).to_have_attribute("aria-invalid", "true")
    await due.fill("2030-01-07")
    await due.press("Enter")
    await expect(page.get_by_text("Rescheduled 3 tasks").first).to_be_visible()
    await expect(page.get_by_text("7 Jan 2030")).to_have_count(3)
    await expect(page.get_by_text("3 selected")).to_have_count(0)

    await task(page, "One").focus()
    await page.keyboard.press("x")
    await bar.get_by_role("button", name="All", exact=True).click()
    await bar.get_by_role("button", name="Delete").click()
    await expect(page.locator("[data-task-id]")).to_have_count(0)
    await page.keyboard.press("Control+z")
    await expect(page.locator("[data-task-id]")).to_have_count(3)


async def test_a_finger_that_rests_on_a_task_selects_it(ann: Person, page: Page) -> None:
    state = await page.context.storage_state()
    browser = page.context.browser
    assert browser
    phone = await browser.new_context(
        base_url=ann.url,
        storage_state=state,
        has_touch=True,
        is_mobile=True,
        viewport={"width": 360, "height": 780},
    )
    try:
        small = await phone.new_page()
        await small.goto("/dashboard")
        row = task(small, "Two")
        await row.dispatch_event("pointerdown", {"pointerType": "touch", "bubbles": True})
        await expect(small.get_by_role("checkbox", name="Select #2 Two")).to_be_checked()
        await row.dispatch_event("pointerup", {"pointerType": "touch", "bubbles": True})
        await task(small, "One").tap()
        await expect(small.get_by_text("2 selected")).to_be_visible()
        width = await small.evaluate("document.documentElement.scrollWidth")
        assert width <= 360
    finally:
        await phone.close()
