"""Getting around: places, projects, tags, filters in words, and the trash."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import add, task

pytestmark = pytest.mark.anyio


async def test_the_places_show_what_they_say(page: Page) -> None:
    await add(page, title="Late", due="yesterday")
    await add(page, title="Soon", due="tomorrow")
    await add(page, title="Someday", tags=["dream"], project="Life")
    nav = page.get_by_role("navigation", name="Tasks")

    await nav.get_by_role("button", name="Overdue").click()
    await expect(task(page, "Late")).to_be_visible()
    await expect(task(page, "Soon")).to_have_count(0)
    await nav.get_by_role("button", name="Upcoming").click()
    await expect(task(page, "Soon")).to_be_visible()
    await expect(task(page, "Late")).to_have_count(0)
    await nav.get_by_role("button", name="dream").click()
    await expect(task(page, "Someday")).to_be_visible()
    await expect(page.get_by_role("heading", name="#dream")).to_be_visible()

    await nav.get_by_role("button", name="Life 1 open").click()
    await expect(page.get_by_role("heading", name="Life")).to_be_visible()
    await page.get_by_role("textbox", name="New task").fill("Live")
    await page.keyboard.press("Enter")
    await expect(nav.get_by_role("button", name="Life 2 open")).to_be_visible()


async def test_a_project_is_renamed_archived_and_deleted_with_its_tasks(page: Page) -> None:
    await add(page, title="Paint", project="House")
    nav = page.get_by_role("navigation", name="Tasks")
    more = nav.get_by_role("button", name="More about the project House")
    await nav.get_by_role("button", name="House 1 open").hover()
    await more.click()
    await page.get_by_role("menuitem", name="Rename or recolour").click()
    await page.get_by_label("Name").fill("Villa")
    await page.get_by_role("radio", name="pink").check(force=True)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(nav.get_by_role("button", name="Villa 1 open")).to_be_visible()

    await nav.get_by_role("button", name="More about the project Villa").click()
    await page.get_by_role("menuitem", name="Archive").click()
    await expect(nav.get_by_text("Archived (1)")).to_be_visible()
    await expect(task(page, "Paint")).to_have_count(0)
    await page.keyboard.press("Control+z")
    await expect(task(page, "Paint")).to_be_visible()

    await nav.get_by_role("button", name="More about the project Villa").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(task(page, "Paint")).to_have_count(0)
    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(task(page, "Paint")).to_be_visible()


async def test_a_filter_in_words_points_at_its_mistake_and_is_saved_by_name(page: Page) -> None:
    await add(page, title="Call Anna", tags=["home"], priority="high")
    await add(page, title="Call Bob", tags=["work"])
    await page.get_by_role("button", name="Filter by a query").click()
    query = page.get_by_role("textbox", name="Query")
    await query.fill("#home & (p:high")
    await query.press("Enter")
    told = page.get_by_role("alert").filter(has_text="this bracket is not closed")
    await expect(told).to_contain_text("Column 9")
    await expect(query).to_have_attribute("aria-invalid", "true")

    await query.fill("#home & p:high")
    await query.press("Enter")
    await expect(task(page, "Call Anna")).to_be_visible()
    await expect(task(page, "Call Bob")).to_have_count(0)
    await page.get_by_role("button", name="Save", exact=True).click()
    await page.get_by_label("Name").fill("Urgent at home")
    await page.keyboard.press("Enter")

    nav = page.get_by_role("navigation", name="Tasks")
    await nav.get_by_role("button", name="All tasks").click()
    await expect(task(page, "Call Bob")).to_be_visible()
    await nav.get_by_role("button", name="Urgent at home", exact=True).click()
    await expect(task(page, "Call Bob")).to_have_count(0)
    await nav.get_by_role("button", name="Delete the filter Urgent at home").click()
    await expect(nav.get_by_role("button", name="Urgent at home", exact=True)).to_have_count(0)


async def test_what_was_deleted_comes_back_out_of_the_trash(page: Page) -> None:
    await add(page, title="Paint")
    await page.get_by_role("button", name="More about #1").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(task(page, "Paint")).to_have_count(0)

    await page.get_by_role("button", name="Trash").click()
    await page.get_by_role("button", name="Restore #1 Paint").click()
    await expect(page.get_by_text("The trash is empty.")).to_be_visible()
    await page.get_by_role("button", name="All tasks").click()
    await expect(task(page, "Paint")).to_be_visible()
