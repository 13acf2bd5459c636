"""Who answers: chosen for a conversation, checked and counted in the settings."""

import re

import pytest
from playwright.async_api import Page, expect

from taskchat.standin.server import StandIn
from tests.api.serving import StartServer
from tests.browser.conftest import OpenBrowser, Person, say, task

pytestmark = pytest.mark.anyio

DEFAULT = "gemini-3.5-flash-lite"
OTHER = "gemini-3.5-flash"


@pytest.fixture
async def ann(start_server: StartServer, open_browser: OpenBrowser, endpoint: StandIn) -> Person:
    server = await start_server(
        gemini_api_key=endpoint.api_key,
        gemini_base_url=endpoint.base_url,
        gemini_model=DEFAULT,
        gemini_models=OTHER,
        daily_tokens=100_000,
    )
    return await open_browser(server.url)


async def choose(page: Page, name: str) -> None:
    await page.get_by_role("combobox", name="Who answers").click()
    await page.get_by_role("option", name=re.compile(f"^{re.escape(name)}( |\n|$)")).click()


async def test_the_model_that_was_chosen_is_asked_and_the_conversation_keeps_it(
    page: Page, endpoint: StandIn
) -> None:
    log = page.get_by_role("log")
    picker = page.get_by_role("combobox", name="Who answers")
    await expect(picker).to_have_text(DEFAULT)
    await choose(page, OTHER)
    await say(page, "hello there")
    asked = await endpoint.request_with("hello there")
    assert asked.body["model"] == OTHER
    await expect(log.get_by_text(OTHER, exact=True)).to_be_visible()

    await page.reload()

    await expect(picker).to_have_text(OTHER)
    await choose(page, DEFAULT)
    await say(page, "hello again")
    assert (await endpoint.request_with("hello again")).body["model"] == DEFAULT
    # Now that two have answered, each answer says whose it is.
    await expect(log.get_by_text(DEFAULT)).to_be_visible()
    await expect(log.get_by_text(OTHER, exact=True)).to_be_visible()


async def test_an_answer_is_given_again_by_who_was_chosen_since(
    page: Page, endpoint: StandIn
) -> None:
    log = page.get_by_role("log")
    await say(page, "hello there")
    await expect(log.get_by_text("Nothing was changed")).to_be_visible()
    await choose(page, OTHER)
    await log.get_by_role("button", name="Answer again").click()

    await expect(log.get_by_text(f"Answered by {OTHER} instead of {DEFAULT}")).to_be_visible()
    await expect(log.get_by_text("Nothing was changed")).to_be_visible()
    assert [asked.body["model"] for asked in endpoint.requests] == [DEFAULT, OTHER]
    await log.get_by_role("button", name="Edit").click()
    await log.get_by_role("textbox", name="Edit message").fill("hello once more")
    await log.get_by_role("button", name="Save").click()
    assert (await endpoint.request_with("hello once more")).body["model"] == OTHER


async def test_what_goes_to_the_built_in_commands_does_not_leave_the_server(
    page: Page, endpoint: StandIn
) -> None:
    await page.get_by_role("combobox", name="Who answers").press("Enter")
    await expect(page.get_by_role("option", name=re.compile("Nothing leaves"))).to_be_visible()
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await say(page, "create a task called Buy milk")
    await expect(task(page, "Buy milk")).to_be_visible()
    assert endpoint.requests == []


async def test_what_an_answer_took_is_told_and_adds_up_in_the_settings(page: Page) -> None:
    log = page.get_by_role("log")
    await say(page, "create a task called Buy milk")
    await log.get_by_role("button", name="What this answer took").click()
    told = page.get_by_text(re.compile(r"^[\d,]+ tokens"))
    await expect(told).to_be_visible()
    tokens = (await told.inner_text()).split(" ", 1)[0]

    await page.goto("/settings")

    usage = page.locator("section", has=page.get_by_role("heading", name="Usage"))
    await expect(usage.get_by_text(f"{tokens} of 100,000")).to_be_visible()
    await expect(usage.get_by_text(re.compile(f"{tokens} tokens in 2 calls"))).to_be_visible()
    await usage.get_by_text("Conversations", exact=True).click()
    row = usage.get_by_role("row", name=re.compile("Buy milk"))
    await expect(row.get_by_role("cell").nth(1)).to_have_text(tokens)
    await usage.get_by_text("Tools", exact=True).click()
    await expect(usage.get_by_role("row", name=re.compile("create task"))).to_be_visible()


async def test_a_model_is_checked_from_the_settings(page: Page) -> None:
    await page.goto("/settings")
    await page.get_by_role("button", name=f"Check {DEFAULT}").click()
    await page.get_by_role("button", name="Check now").click()
    found = page.get_by_role("list", name=f"What the check of {DEFAULT} found")
    await expect(found.get_by_role("listitem").filter(has_text="Streaming")).to_contain_text("OK")
    await expect(page.get_by_text(re.compile(r"The check took [\d,]+ tokens"))).to_be_visible()


async def test_what_the_budget_refuses_goes_to_the_built_in_commands_this_once(
    start_server: StartServer, open_browser: OpenBrowser, endpoint: StandIn
) -> None:
    server = await start_server(
        gemini_api_key=endpoint.api_key,
        gemini_base_url=endpoint.base_url,
        gemini_model=DEFAULT,
        daily_tokens=100,
    )
    person = await open_browser(server.url)
    page = await person.tab()
    await person.register(page)
    await say(page, "create a task called Buy milk")
    refused = page.get_by_role("alert").filter(has_text="00:00")
    await expect(refused).to_be_visible()
    await expect(page.get_by_role("textbox", name="Message")).to_have_value(re.compile("Buy milk"))

    await refused.get_by_role("button", name="Send to built-in commands instead").click()

    log, picker = page.get_by_role("log"), page.get_by_role("combobox", name="Who answers")
    card = log.get_by_text(f"Answered by Built-in commands instead of {DEFAULT}")
    await expect(task(page, "Buy milk")).to_be_visible()
    await expect(card).to_be_visible()
    await expect(page.get_by_role("textbox", name="Message")).to_have_value("")
    await expect(picker).to_have_text(DEFAULT)
    await page.reload()
    await expect(card).to_be_visible()
    await expect(picker).to_have_text(DEFAULT)

    await log.get_by_role("button", name="Edit").click()
    await log.get_by_role("textbox", name="Edit message").fill("create a task called Buy oats")
    await log.get_by_role("button", name="Save").click()
    await refused.get_by_role("button", name="Send to built-in commands instead").click()

    await expect(task(page, "Buy oats")).to_be_visible()
    await expect(task(page, "Buy milk")).to_have_count(0)
    await expect(log.get_by_role("textbox")).to_have_count(0)
    await expect(card).to_be_visible()
    assert endpoint.requests == []
