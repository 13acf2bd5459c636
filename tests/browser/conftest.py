import os
import shutil
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from re import Pattern
from typing import Any

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    async_playwright,
    expect,
)

from taskchat.standin.server import StandIn
from tests.api.conftest import serve as serve
from tests.api.conftest import start_server as start_server
from tests.api.serving import StartServer

BUILT = Path("src/taskchat/static/index.html")
PATIENCE_MILLISECONDS = 15_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# A page asks who is signed in before anybody is, and shows in words what the server refuses; the browser
# reports such answers as errors, and that the private windows of the tests subscribe to no notifications.
EXPECTED_CONSOLE = (
    "401 (Unauthorized)",
    "409 (Conflict)",
    "422 (Unprocessable Content)",
    "429 (Too Many Requests)",
    "Push API in incognito mode",
)


def list_button(page: Page, name: str | Pattern[str]) -> Locator:
    """A button of the page itself, not of the assistant beside it."""
    return page.get_by_role("main").get_by_role("button", name=name)


async def add(page: Page, **fields: object) -> dict[str, Any]:
    """A task that is there before the story begins."""
    answer = await page.request.post("/api/tasks", data=fields)
    assert answer.status == 201, await answer.text()
    return await answer.json()


async def edit(page: Page, number: int, **fields: object) -> None:
    """From elsewhere: another program of the same person."""
    answer = await page.request.patch(f"/api/tasks/{number}", data=fields)
    assert answer.ok, await answer.text()


async def say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Message")
    await box.fill(text)
    await box.press("Enter")


def task(page: Page, title: str) -> Locator:
    """The task of that title in the list."""
    return page.get_by_role("main").get_by_role("button", name=title, exact=True)


type OpenBrowser = Callable[..., Awaitable[Person]]


class Person:
    """Somebody at a browser of their own, with any number of tabs."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.context = context
        self.url = url
        self.complaints: list[str] = []

    async def tab(self, path: str = "/") -> Page:
        page = await self.context.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("console", self._listen)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        await page.goto(self.url + path)
        return page

    async def register(self, page: Page, email: str = "ann@example.com") -> None:
        await page.get_by_role("link", name="Create one").click()
        await page.get_by_label("E-mail").fill(email)
        await page.get_by_label("Password", exact=True).fill("long enough")
        await page.get_by_role("button", name="Create account").click()
        await page.wait_for_url("**/dashboard")

    def _listen(self, message: ConsoleMessage) -> None:
        expected = any(part in message.text for part in EXPECTED_CONSOLE)
        if message.type == "error" and not expected:
            self.complaints.append(message.text)


def find_chromium() -> str:
    executable = shutil.which(os.environ.get("CHROMIUM", "chromium"))
    assert executable, "Chromium is missing: apt-get install chromium, or set CHROMIUM"
    assert BUILT.is_file(), "the web app is not built: make run"
    return executable


@pytest.fixture
async def endpoint() -> AsyncGenerator[StandIn]:
    async with StandIn() as standin:
        yield standin


@pytest.fixture(scope="session")
async def browser() -> AsyncGenerator[Browser]:
    """A missing browser is a failure: what people see would go untested."""
    executable = find_chromium()
    expect.set_options(timeout=PATIENCE_MILLISECONDS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        await browser.close()


@pytest.fixture
async def open_browser(browser: Browser) -> AsyncGenerator[OpenBrowser]:
    """Opens browsers for people; whatever a page complains about fails the test."""
    people: list[Person] = []
    async with AsyncExitStack() as stack:

        async def open_for(url: str, **options: object) -> Person:
            context = await browser.new_context(
                **{"timezone_id": "Europe/Berlin", "locale": "en-GB", "base_url": url, **options}  # pyright: ignore[reportArgumentType]
            )
            stack.push_async_callback(context.close)
            people.append(Person(context, url))
            return people[-1]

        yield open_for
    assert [complaint for person in people for complaint in person.complaints] == []


@pytest.fixture
async def ann(start_server: StartServer, open_browser: OpenBrowser) -> Person:
    server = await start_server()
    return await open_browser(server.url)


@pytest.fixture
async def page(ann: Person) -> Page:
    """Ann's list, on her first day."""
    page = await ann.tab()
    await ann.register(page)
    return page
