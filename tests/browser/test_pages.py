"""Every page for everybody: no barrier that axe can find, no sideways scrolling on a phone."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.api.serving import StartServer
from tests.browser.conftest import OpenBrowser, add, say, task

pytestmark = pytest.mark.anyio

AXE = Path("web/node_modules/axe-core/axe.min.js").read_text("utf-8")
RUN_AXE = "() => axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
# The header and the chat stay in view: only the parts of a page scroll.
IS_AS_HIGH_AS_THE_WINDOW = "() => document.documentElement.scrollHeight <= window.innerHeight"
WIDTHS = "() => [document.documentElement.scrollWidth, window.innerWidth]"


async def barriers(page: Page) -> list[str]:
    await page.evaluate(AXE)
    return await page.evaluate(RUN_AXE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_has_a_barrier_that_axe_finds(
    start_server: StartServer, open_browser: OpenBrowser, scheme: str
) -> None:
    server = await start_server()
    ann = await open_browser(server.url, color_scheme=scheme, bypass_csp=True)
    page = await ann.tab()
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    found = {"/login": await barriers(page)}
    await ann.register(page)
    await say(page, "add test migration due tomorrow at 5pm high priority #home")
    await expect(task(page, "test migration")).to_be_visible()
    await say(page, "delete all tasks")
    await expect(page.get_by_role("button", name="Delete 1 task", exact=True)).to_be_visible()
    found["/dashboard"] = await barriers(page)
    await page.get_by_role("button", name="More about #1").click()
    await page.get_by_role("menuitem", name="Select").click()
    await page.get_by_role("button", name="Filter by a query").click()
    found["a selection, a query"] = await barriers(page)
    await add(page, title="water", due="2030-01-01", recurrence="FREQ=DAILY", project="Flat")
    await page.goto("/dashboard?task=2&sort=position")
    await expect(page.get_by_role("dialog", name="Task #2")).to_be_visible()
    found["the editor"] = await barriers(page)
    for path in ("/activity", "/trash", "/chat", "/settings", "/nowhere"):
        await page.goto(server.url + path)
        await expect(page.get_by_role("heading").first).to_be_visible()
        found[path] = await barriers(page)

    assert [problem for problems in found.values() for problem in problems] == []


@pytest.mark.parametrize("path", ["/dashboard", "/dashboard?task=1", "/activity", "/settings"])
async def test_nothing_is_wider_than_a_small_phone(
    start_server: StartServer, open_browser: OpenBrowser, path: str
) -> None:
    server = await start_server()
    ann = await open_browser(server.url, viewport={"width": 360, "height": 740}, has_touch=True)
    page = await ann.tab()
    await ann.register(page)
    await add(page, title="w" * 200, due="2030-01-01", tags=["t" * 50], project="p" * 100)
    await page.goto(path)
    await expect(page.get_by_text("w" * 50).first.or_(page.get_by_role("switch").first)).to_be_attached()  # fmt: skip

    wide, window = await page.evaluate(WIDTHS)
    assert wide <= window
    assert await page.evaluate(IS_AS_HIGH_AS_THE_WINDOW)


async def test_a_phone_never_scrolls_sideways_and_reaches_the_assistant(
    start_server: StartServer, open_browser: OpenBrowser
) -> None:
    server = await start_server()
    ann = await open_browser(server.url, viewport={"width": 390, "height": 844}, has_touch=True)
    page = await ann.tab()
    await ann.register(page)
    await page.get_by_role("button", name="Ask the assistant").click()
    await say(page, "add a task with a rather long title that has to wrap on a small screen")
    await expect(page.get_by_role("log").get_by_text("Created").first).to_be_visible()

    wide, window = await page.evaluate(WIDTHS)
    assert wide <= window
