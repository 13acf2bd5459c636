"""How answers end: cut off, stopped, failed, and what helps then; what was changed, whatever the words say."""

import re

import pytest
from playwright.async_api import Page, expect

from taskchat.standin.server import StandIn
from tests.api.serving import StartServer
from tests.browser.conftest import OpenBrowser, Person, say, task

pytestmark = pytest.mark.anyio

SAID = "Half an"


@pytest.fixture
async def ann(start_server: StartServer, open_browser: OpenBrowser, endpoint: StandIn) -> Person:
    server = await start_server(gemini_api_key=endpoint.api_key, gemini_base_url=endpoint.base_url)
    return await open_browser(server.url)


async def test_half_an_answer_is_marked_as_cut_off_also_after_a_reload(page: Page) -> None:
    log = page.get_by_role("log")
    await say(page, "hello [[fault:mid_error_obj]]")
    await expect(log.get_by_text("Cut off here")).to_be_visible()
    told = await log.get_by_role("alert").locator("p").inner_text()

    await page.reload()

    await expect(log.get_by_text(SAID, exact=True)).to_be_visible()
    await expect(log.get_by_text("Cut off here")).to_be_visible()
    await expect(log.get_by_role("alert")).to_contain_text(told)
    await log.get_by_role("button", name="Try again").click()
    await expect(log.get_by_text("Cut off here")).to_have_count(0)


async def test_a_whole_answer_is_not_marked_and_says_that_nothing_was_changed(page: Page) -> None:
    log = page.get_by_role("log")
    await say(page, "hello")
    await expect(log.get_by_text("Nothing was changed")).to_be_visible()
    await page.reload()
    await expect(log.get_by_text("Nothing was changed")).to_be_visible()
    await expect(log.get_by_text("Cut off here")).to_have_count(0)


async def test_what_an_overloaded_model_left_undone_the_built_in_commands_do(page: Page) -> None:
    log = page.get_by_role("log")
    await say(page, "create a task called Buy milk [[fault:503]]")
    await log.get_by_role("button", name="Use built-in commands").click()

    await expect(log.get_by_text("Answered by Built-in commands instead of")).to_be_visible()
    await expect(task(page, "Buy milk [[fault:503]]")).to_be_visible()
    await expect(log.get_by_role("button", name="Undo 1 change")).to_be_visible()
    await page.reload()
    await expect(log.get_by_text("Answered by Built-in commands instead of")).to_be_visible()
    await expect(log.get_by_role("button", name="Undo 1 change")).to_be_visible()
    await expect(log.get_by_role("alert")).to_have_count(0)


async def test_while_the_model_is_busy_the_page_says_what_it_waits_for(page: Page) -> None:
    log = page.get_by_role("log")
    await say(page, "hello [[fault:503_once]]")
    await expect(log.get_by_text(re.compile(r"Trying again in \d+ seconds?…"))).to_be_visible()
    await expect(log.get_by_text("I can help you keep track")).to_be_visible()
    await expect(log.get_by_text("Trying again")).to_have_count(0)


async def test_a_stop_stays_marked_until_the_question_is_tried_again(page: Page) -> None:
    log = page.get_by_role("log")
    await say(page, "[[slow]] tell me")
    await expect(log.get_by_text(re.compile("^word1 word2"))).to_be_visible()
    await page.get_by_role("button", name="Stop").click()
    await expect(log.get_by_text("Stopped", exact=True)).to_be_visible()

    await page.reload()

    await expect(log.get_by_text("Stopped", exact=True)).to_be_visible()
    await log.get_by_role("button", name="Answer again").click()
    await expect(log.get_by_text("Stopped", exact=True)).to_have_count(0)
    await expect(log.get_by_text(re.compile("word40$"))).to_be_visible()
    await expect(log.get_by_text("Stopped", exact=True)).to_have_count(0)


async def test_an_answer_that_asks_says_that_it_waits(page: Page) -> None:
    log = page.get_by_role("log")
    for title in ("One", "Two", "Three"):
        await page.request.post("/api/tasks", data={"title": title})
    await say(page, "delete all tasks")
    await expect(log.get_by_text("Waits for your answer")).to_be_visible()
    await log.get_by_role("button", name="Delete 3 tasks", exact=True).click()
    await expect(log.get_by_role("button", name="Undo 3 changes")).to_be_visible()
    await expect(log.get_by_text("Waits for your answer")).to_have_count(0)


async def test_a_call_shows_what_it_changed_from_what_to_what(page: Page) -> None:
    log = page.get_by_role("log")
    await page.request.post("/api/tasks", data={"title": "Buy milk"})
    await say(page, "complete task 1")
    await log.get_by_role("button", name=re.compile("Completed #1 Buy milk")).click()
    await expect(log.get_by_text("version 2")).to_be_visible()
    await expect(log.get_by_text(re.compile("To do → Done"))).to_be_visible()
