"""One task in all its parts: project, subtasks, repetition, reminder, and edits that cross."""

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import add, edit, task

pytestmark = pytest.mark.anyio


async def choose(page: Page, field: str, option: str) -> None:
    await page.get_by_role("combobox", name=field, exact=True).click()
    await page.get_by_role("option", name=option, exact=True).click()


def save(page: Page) -> Locator:
    return page.get_by_role("dialog").get_by_role("button", name="Save", exact=True)


async def read(page: Page, number: int) -> dict[str, object]:
    return await (await page.request.get(f"/api/tasks/{number}")).json()


async def test_a_task_gets_a_new_project_a_rule_and_a_reminder(page: Page) -> None:
    await add(page, title="Pay rent", due="2026-12-01")
    await task(page, "Pay rent").click()
    await page.get_by_role("combobox", name="Project").fill("Flat")
    await choose(page, "Repeats", "Every month on the 1st")
    await choose(page, "Reminder", "1 day before")
    await page.get_by_role("switch", name="Count from the day it is done").click()
    await save(page).click()

    await expect(page.get_by_role("button", name="Flat 1 open")).to_be_visible()
    await expect(page.get_by_text("Every month on the 1st")).to_be_visible()
    saved = await read(page, 1)
    assert saved["recurrence"] == "FREQ=MONTHLY;BYMONTHDAY=1"
    assert (saved["recurrence_from"], saved["remind_before"]) == ("completion", 1440)
    assert saved["project"] == "Flat"


async def test_a_rule_of_ones_own_is_refused_at_its_field(page: Page) -> None:
    await add(page, title="Pay rent", due="2026-12-01")
    await task(page, "Pay rent").click()
    await choose(page, "Repeats", "Custom…")
    rule = page.get_by_label("Rule")
    await rule.fill("FREQ=SECONDLY")
    await save(page).click()

    await expect(rule).to_have_attribute("aria-invalid", "true")
    await expect(rule).to_have_accessible_description("A task can repeat daily, weekly, monthly or yearly.")  # fmt: skip
    await rule.fill("FREQ=MONTHLY;BYDAY=2TU")
    await expect(page.get_by_text("Every month on the 2nd Tuesday")).to_be_visible()
    await save(page).click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_new_date_of_a_task_that_repeats_is_asked_about(page: Page) -> None:
    await add(page, title="Water", due="2026-12-07", recurrence="FREQ=WEEKLY;BYDAY=MO")
    await task(page, "Water").click()
    await page.get_by_label("Due", exact=True).fill("2026-12-08")
    await save(page).click()
    await page.get_by_role("button", name="Only this one").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert (await read(page, 1))["due"] == "2026-12-08"

    await page.get_by_role("button", name="More about #1").click()
    await page.get_by_role("menuitem", name="Skip this one").click()
    await expect(page.get_by_text("Skipped #1").first).to_be_visible()
    assert (await read(page, 1))["due"] == "2026-12-14"

    await page.get_by_role("checkbox", name="Complete #1 Water").click()
    await expect(page.get_by_text("Completed #1; the next one is #2").first).to_be_visible()
    await expect(page.get_by_role("checkbox", name="Complete #2 Water")).to_be_visible()


async def test_subtasks_stand_below_their_task_and_count_its_progress(page: Page) -> None:
    await add(page, title="Party", due="2026-12-31")
    await task(page, "Party").focus()
    await page.keyboard.press("s")
    new = page.get_by_role("textbox", name="New subtask")
    await expect(new).to_be_focused()
    for title in ("Invite", "Cook"):
        await new.fill(title)
        await new.press("Enter")
        await expect(page.get_by_role("dialog").get_by_role("button", name=title)).to_be_visible()
    await page.get_by_role("checkbox", name="Complete #2 Invite").last.click()
    await expect(page.get_by_role("heading", name="Subtasks 1/2")).to_be_visible()
    await page.keyboard.press("Escape")

    below = (
        page.get_by_role("listitem")
        .filter(has=page.get_by_role("button", name="Party", exact=True))
        .get_by_role("list")
    )
    await expect(below.get_by_role("button", name="Cook", exact=True)).to_be_visible()
    await expect(page.get_by_text("1/2 subtasks done")).to_be_visible()


async def test_edits_that_cross_are_put_together_field_by_field(page: Page) -> None:
    await add(page, title="Milk")
    await task(page, "Milk").click()
    await page.get_by_label("Title").fill("Oat milk")
    await edit(page, 1, title="Cream", description="fresh")
    await save(page).click()

    told = page.get_by_role("alert")
    await expect(told).to_contain_text("Title: you have “Oat milk”, it is “Cream” now")
    await expect(page.get_by_label("Description")).to_have_value("fresh")
    await told.get_by_role("button", name="Take that").click()
    await expect(page.get_by_label("Title")).to_have_value("Cream")
    await page.get_by_label("Title").fill("Cream and milk")
    await save(page).click()
    await expect(task(page, "Cream and milk")).to_be_visible()
    assert (await read(page, 1))["description"] == "fresh"
