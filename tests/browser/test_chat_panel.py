"""The chat panel while answers are on their way."""

import re

import pytest
from playwright.async_api import Page, expect

from taskchat.standin.server import StandIn
from tests.api.serving import StartServer
from tests.browser.conftest import OpenBrowser, Person, say

pytestmark = pytest.mark.anyio

SLOW = "[[slow]] tell me"
WHOLE = " ".join(f"word{number}" for number in range(1, 41))


@pytest.fixture
async def ann(start_server: StartServer, open_browser: OpenBrowser, endpoint: StandIn) -> Person:
    server = await start_server(gemini_api_key=endpoint.api_key, gemini_base_url=endpoint.base_url)
    return await open_browser(server.url)


async def test_an_answer_goes_on_after_a_reload_to_the_last_word(page: Page) -> None:
    await say(page, SLOW)
    log = page.get_by_role("log")
    await expect(log.get_by_text("word1")).to_be_visible()

    await page.reload()

    await expect(log.get_by_text(SLOW)).to_be_visible()
    await expect(log.get_by_text(WHOLE, exact=True)).to_be_visible()


async def test_a_second_tab_sees_the_answer_come_in(ann: Person, page: Page) -> None:
    await say(page, "hello")
    await expect(page.get_by_role("button", name="Good answer")).to_be_visible()
    second = await ann.tab(page.url.removeprefix(ann.url))
    await expect(second.get_by_role("log").get_by_text("hello")).to_be_visible()

    await say(page, SLOW)

    await expect(second.get_by_role("log").get_by_text("word1")).to_be_visible()
    await expect(second.get_by_role("log").get_by_text(WHOLE, exact=True)).to_be_visible()


async def test_stopping_keeps_what_was_said_also_after_a_reload(page: Page) -> None:
    await say(page, SLOW)
    log = page.get_by_role("log")
    said = log.get_by_text(re.compile("^word1 word2"))
    await expect(said).to_be_visible()

    await page.get_by_role("button", name="Stop").click()
    await expect(page.get_by_role("button", name="Stop")).to_have_count(0)
    kept = await said.inner_text()
    assert WHOLE.startswith(kept)
    assert kept != WHOLE

    await page.reload()
    await expect(log.get_by_text(kept, exact=True)).to_be_visible()


async def test_a_failure_says_what_happened_and_a_retry_answers(page: Page) -> None:
    await say(page, "hello [[fault:503_once]]")
    retry = page.get_by_role("button", name=re.compile("retry|try again", re.IGNORECASE))
    answer = page.get_by_role("log").get_by_text("I can help you keep track")
    await expect(retry.or_(answer).first).to_be_visible()
    await say(page, "again [[fault:mid_error_obj]]")
    await expect(retry.first).to_be_visible()


async def test_which_assistant_answers_is_on_the_page(page: Page) -> None:
    await expect(page.get_by_text("gemini-3.5-flash-lite").first).to_be_visible()
