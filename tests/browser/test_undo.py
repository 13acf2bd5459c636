"""Taking back what was done: by toast, by key, from the conversation and from the record of changes."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import add, edit, list_button, say, task

pytestmark = pytest.mark.anyio


async def test_every_change_of_the_list_can_be_undone_and_redone(page: Page) -> None:
    await page.get_by_role("textbox", name="New task").fill("Buy milk")
    await page.keyboard.press("Enter")
    await expect(task(page, "Buy milk")).to_be_visible()

    await page.get_by_role("button", name="Undo", exact=True).click()
    await expect(task(page, "Buy milk")).to_have_count(0)
    await page.get_by_role("button", name="Redo", exact=True).click()
    await expect(task(page, "Buy milk")).to_be_visible()

    await page.get_by_role("checkbox", name="Complete #1 Buy milk").click()
    await expect(page.get_by_text("Completed #1").first).to_be_visible()
    await expect(task(page, "Buy milk")).to_have_count(0)
    await page.keyboard.press("Control+z")
    await expect(task(page, "Buy milk")).to_be_visible()

    await task(page, "Buy milk").focus()
    await page.keyboard.press("Delete")
    await expect(task(page, "Buy milk")).to_have_count(0)
    await expect(page.get_by_text("Deleted #1").first).to_be_visible()
    await page.keyboard.press("Control+z")
    await expect(task(page, "Buy milk")).to_be_visible()
    await page.keyboard.press("Control+Shift+z")
    await expect(task(page, "Buy milk")).to_have_count(0)


async def test_the_key_belongs_to_a_field_that_is_typed_into(page: Page) -> None:
    await add(page, title="Buy milk")
    await page.get_by_role("checkbox", name="Complete #1 Buy milk").click()
    await expect(task(page, "Buy milk")).to_have_count(0)

    field = page.get_by_role("textbox", name="New task")
    await field.fill("Buy")
    await field.press("Control+z")

    await expect(field).to_have_value("")
    await expect(task(page, "Buy milk")).to_have_count(0)


async def test_what_was_changed_since_is_not_overwritten_but_told_field_by_field(
    page: Page,
) -> None:
    await add(page, title="Buy milk")
    await task(page, "Buy milk").click()
    await page.get_by_label("Title").fill("Buy oat milk")
    await page.get_by_label("Description").fill("two litres")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(task(page, "Buy oat milk")).to_be_visible()
    await edit(page, 1, title="Buy cream")
    await expect(task(page, "Buy cream")).to_be_visible()

    await page.get_by_role("button", name="Undo", exact=True).click()

    told = page.get_by_role("dialog", name="Not everything went back")
    await expect(told).to_contain_text(
        "it is “Buy cream” now and does not become “Buy milk”", use_inner_text=True
    )
    await told.get_by_role("button", name="Understood").click()
    await expect(task(page, "Buy cream")).to_be_visible()
    kept = await (await page.request.get("/api/tasks/1")).json()
    assert kept["description"] == ""


async def test_an_answer_of_the_assistant_is_taken_back_from_the_conversation(page: Page) -> None:
    await say(page, "add milk")
    await expect(task(page, "milk")).to_be_visible()
    log = page.get_by_role("log")

    await log.get_by_role("button", name="Undo 1 change").click()
    await expect(task(page, "milk")).to_have_count(0)
    await page.reload()
    await log.get_by_role("button", name="Redo 1 change").click()
    await expect(task(page, "milk")).to_be_visible()


async def test_an_edited_message_does_what_it_says_now_instead(page: Page) -> None:
    await say(page, "create a task called milk")
    await expect(task(page, "milk")).to_be_visible()
    log = page.get_by_role("log")
    await expect(log.get_by_role("button", name="Answer again")).to_be_enabled()

    await log.get_by_text("create a task called milk", exact=True).hover()
    await log.get_by_role("button", name="Edit", exact=True).click()
    field = log.get_by_role("textbox", name="Edit message")
    await expect(field).to_be_focused()
    await expect(log.get_by_text("is undone first")).to_be_visible()
    await field.fill("create a task called oat milk")
    await field.press("Enter")

    await expect(log.get_by_text("create a task called oat milk", exact=True)).to_be_visible()
    await expect(task(page, "oat milk")).to_be_visible()
    await expect(task(page, "milk")).to_have_count(0)
    await page.reload()
    await expect(log.get_by_text("create a task called oat milk", exact=True)).to_be_visible()
    await expect(log.get_by_text("create a task called milk", exact=True)).to_have_count(0)
    listed = await (await page.request.get("/api/tasks")).json()
    assert [one["title"] for one in listed["items"]] == ["oat milk"]


async def test_a_deletion_of_everything_is_taken_back_from_its_card(page: Page) -> None:
    await add(page, title="milk")
    await add(page, title="eggs")
    await say(page, "delete all tasks")
    await page.get_by_role("button", name="Delete 2 tasks", exact=True).click()
    await expect(task(page, "milk")).to_have_count(0)

    await page.get_by_role("log").get_by_role("button", name="Undo 2 changes").click()

    await expect(task(page, "milk")).to_be_visible()
    await expect(task(page, "eggs")).to_be_visible()


async def test_the_record_says_who_did_what_and_takes_it_back(page: Page) -> None:
    await say(page, "add milk")
    await expect(task(page, "milk")).to_be_visible()
    await edit(page, 1, priority="high")

    await page.get_by_role("button", name="Activity").click()
    changes = page.get_by_role("list", name="Changes").locator("> li")
    await expect(changes).to_have_count(2)
    await expect(changes.first).to_contain_text("You")
    await expect(changes.first.get_by_role("definition")).to_have_text(re.compile("Medium.*High"))
    await expect(changes.last).to_contain_text("The assistant")

    await list_button(page, "Undo: changed #1 milk").click()
    await expect(page.get_by_text("Undone").first).to_be_visible()
    restored = await (await page.request.get("/api/tasks/1")).json()
    assert restored["priority"] == "medium"
