"""What a person does on the first day, in a real browser, against a real server."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from taskchat.standin.server import StandIn
from tests.api.serving import StartServer
from tests.browser.conftest import OpenBrowser, Person, say, task

pytestmark = pytest.mark.anyio

TASK = "create a task called test migration due tomorrow at 5pm"


@pytest.fixture(params=["commands", "gemini"])
async def ann(
    request: pytest.FixtureRequest,
    start_server: StartServer,
    open_browser: OpenBrowser,
    endpoint: StandIn,
) -> Person:
    """Once with the built-in commands, once with a model behind a socket."""
    model: dict[str, object] = {}
    if request.param == "gemini":
        model = {"gemini_api_key": endpoint.api_key, "gemini_base_url": endpoint.base_url}
    server = await start_server(**model)
    return await open_browser(server.url)


async def test_from_signing_up_to_signing_out(ann: Person) -> None:
    page = await ann.tab()
    await page.wait_for_url("**/login**")
    await ann.register(page)

    await say(page, TASK)
    log = page.get_by_role("log")
    card = log.get_by_role("button", name=re.compile("Created #1 test migration .* Done"))
    await expect(card).to_be_visible()
    await expect(log.get_by_role("paragraph").last).to_contain_text("test migration")
    await expect(task(page, "test migration")).to_be_visible()
    await expect(page.get_by_role("main").get_by_text("Tomorrow 17:00")).to_be_visible()

    await page.reload()
    await expect(log.get_by_text(TASK)).to_be_visible()
    await expect(card).to_be_visible()
    await expect(task(page, "test migration")).to_be_visible()

    second = await ann.tab("/dashboard")
    await expect(task(second, "test migration")).to_be_visible()
    await say(page, "add water the plants")
    await expect(task(second, "water the plants")).to_be_visible()

    await page.get_by_role("button", name=re.compile("account", re.IGNORECASE)).click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await page.wait_for_url("**/login**")
    await page.goto(ann.url + "/dashboard")
    await page.wait_for_url("**/login**")


async def test_the_task_that_the_chat_made_is_due_tomorrow_at_five_on_the_persons_clock(
    ann: Person,
) -> None:
    page = await ann.tab()
    await ann.register(page)
    await say(page, TASK)
    await expect(task(page, "test migration")).to_be_visible()

    answer = await page.request.get(ann.url + "/api/tasks")
    (made,) = (await answer.json())["items"]
    berlin = ZoneInfo("Europe/Berlin")
    tomorrow = (datetime.now(berlin) + timedelta(days=1)).date()
    due = datetime.fromisoformat(made["due"])
    assert (due.date(), due.hour, made["timezone"]) == (tomorrow, 17, "Europe/Berlin")


async def test_deleting_everything_happens_on_the_persons_click_only(ann: Person) -> None:
    page = await ann.tab()
    await ann.register(page)
    for title in ("milk", "eggs"):
        await say(page, f"add {title}")
        await expect(task(page, title)).to_be_visible()

    await say(page, "delete all tasks")
    confirm = page.get_by_role("button", name="Delete 2 tasks", exact=True)
    await expect(confirm).to_be_visible()
    await expect(task(page, "milk")).to_be_visible()
    await confirm.click()
    await expect(page.get_by_role("log").get_by_text("Deleted 2 tasks.")).to_be_visible()
    await expect(confirm).to_have_count(0)
    await expect(task(page, "milk")).to_have_count(0)


async def test_conversations_are_kept_renamed_and_deleted(ann: Person) -> None:
    page = await ann.tab()
    await ann.register(page)
    await say(page, "help")
    await expect(page.get_by_role("button", name="New chat")).to_be_enabled()
    await page.get_by_role("button", name="New chat").click()
    await say(page, "add milk")
    await expect(task(page, "milk")).to_be_visible()

    threads = await page.request.post(
        ann.url + "/api/chatkit",
        data={"type": "threads.list", "params": {}},
        headers={"content-type": "application/json"},
    )
    titles = [thread["title"] for thread in (await threads.json())["data"]]
    assert titles == ["Add milk", "Help"]
    await page.get_by_role("button", name="Conversations").click()
    await page.get_by_role("button", name="Help").first.click()
    await expect(page.get_by_role("log").get_by_text("help", exact=True)).to_be_visible()
