"""Tasks in and out, from the page of settings."""

import re

import pytest
from anyio import Path
from playwright.async_api import FilePayload, Page, expect

from tests.browser.conftest import add, task

pytestmark = pytest.mark.anyio

CSV = (
    "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE\n"
    "task,Buy milk @shop,,1,1,,,2030-01-07,en,Europe/Berlin\n"
    "task,Oat milk,,4,2,,,,,\n"
)


def file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "text/csv", "buffer": text.encode()}


async def test_a_file_is_looked_at_before_it_is_imported_and_the_import_is_undone(
    page: Page,
) -> None:
    await page.goto("/settings")
    chooser = page.get_by_label("File to import")
    await chooser.set_input_files(file("todoist.csv", CSV))
    preview = page.get_by_role("region", name="Preview")
    await expect(preview).to_contain_text("2 tasks will be created.")
    await preview.get_by_role("button", name="Import", exact=True).click()
    await expect(page.get_by_text("2 tasks created.")).to_be_visible()

    await page.get_by_role("link", name="Tasks").click()
    await expect(task(page, "Buy milk")).to_be_visible()
    await expect(page.get_by_text("From outside").first).to_be_visible()
    await page.keyboard.press("Control+z")
    await expect(task(page, "Buy milk")).to_have_count(0)


async def test_a_file_that_cannot_be_read_says_why(page: Page) -> None:
    await page.goto("/settings")
    await page.get_by_label("File to import").set_input_files(file("x.json", "{"))
    await expect(page.get_by_role("alert")).to_be_visible()
    await expect(page.get_by_role("region", name="Preview")).to_have_count(0)


async def test_everything_is_downloaded(page: Page) -> None:
    await add(page, title="Buy milk")
    await page.goto("/settings")
    async with page.expect_download() as waiting:
        await page.get_by_role("link", name="JSON").click()
    download = await waiting.value
    assert re.fullmatch(r"taskchat-.*\.json", download.suggested_filename)
    assert "Buy milk" in await Path(await download.path()).read_text("utf-8")


async def test_a_calendar_address_works_until_it_is_revoked(page: Page) -> None:
    await add(page, title="Buy milk", due="2030-01-07")
    await page.goto("/settings")
    await page.get_by_role("button", name="Make an address").click()
    address = await page.get_by_label("Calendar address").input_value()
    path = "/calendar/" + address.partition("/calendar/")[2]
    assert "SUMMARY:Buy milk" in await (await page.request.get(path)).text()

    await page.get_by_role("button", name="Revoke").click()
    await expect(page.get_by_role("button", name="Make an address")).to_be_visible()
    assert (await page.request.get(path)).status == 404
