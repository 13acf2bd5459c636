"""Every page for everybody: no barrier that axe can find, no sideways scrolling on a phone."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.api.serving import StartServer
from tests.browser.conftest import OpenBrowser, say, task

pytestmark = pytest.mark.anyio

AXE = Path("web/node_modules/axe-core/axe.min.js").read_text("utf-8")
RUN_AXE = "() => axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html))"
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
    for path in ("/chat", "/settings", "/nowhere"):
        await page.goto(server.url + path)
        await expect(page.get_by_role("heading").first).to_be_visible()
        found[path] = await barriers(page)

    assert [problem for problems in found.values() for problem in problems] == []


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
