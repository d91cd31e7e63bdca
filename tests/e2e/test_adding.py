"""Files dropped on the library one after another, in a browser. Nothing is read here: no worker runs."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from rag_core.settings import read_settings
from tests.e2e.driving import App, open_page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHOW_MS = 40_000
LARGE = b"0" * (2**20 + 1)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app with a limit of a megabyte a file."""
    extra = {"WENJU_CHAT": "quote", "WENJU_START_WORKER": "0", "WENJU_UPLOAD_LIMIT_MB": "1"}
    running = App(tmp_path_factory.mktemp("e2e") / "home", read_settings().models, extra)
    running.start()
    yield running
    running.stop()


def drop(page: Page, *files: tuple[str, bytes]) -> None:
    page.locator('input[type="file"]').last.set_input_files(
        [{"name": name, "mimeType": "text/plain", "buffer": content} for name, content in files],
        timeout=SHOW_MS,
    )


def document(page: Page, name: str) -> Locator:
    return page.locator(".wenju-document b", has_text=name)


def test_files_chosen_while_others_are_taken_in_arrive_too(shelf: App, browser: Browser) -> None:
    context, page = open_page(browser, f"{shelf.url}/library")
    with page.expect_file_chooser(timeout=SHOW_MS) as opened:
        page.locator('[data-testid="stFileUploaderDropzone"] button').click(timeout=SHOW_MS)
    for name in ("first.txt", "second.txt"):
        drop(page, (name, name.encode()))
        expect(document(page, name)).to_have_count(1, timeout=SHOW_MS)
    # The field that the files are for has been emptied twice since.
    opened.value.set_files([{"name": "third.txt", "mimeType": "text/plain", "buffer": b"Third."}])
    expect(document(page, "third.txt")).to_have_count(1, timeout=SHOW_MS)
    expect(page.locator("[data-testid=stFileUploader]").filter(visible=True)).to_have_count(1)
    context.close()


def test_a_file_too_large_is_named_also_after_those_beside_it_were_taken(
    shelf: App, browser: Browser
) -> None:
    context, page = open_page(browser, f"{shelf.url}/library")
    drop(page, ("large.txt", LARGE), ("beside it.txt", b"Small."))
    expect(page.locator(".wenju-notes")).to_contain_text("Added 1 file.", timeout=SHOW_MS)
    # The field itself is empty again, and of the other file there is only its document to see.
    expect(page.get_by_test_id("stFileChip").filter(visible=True)).to_have_text(re.compile("large.txt"))
    page.get_by_role("button", name="Remove large.txt").click()
    expect(page.get_by_test_id("stFileChip").filter(visible=True)).to_have_count(0)
    context.close()


def test_a_dialog_is_as_dark_as_its_page(shelf: App, browser: Browser) -> None:
    context, page = open_page(browser, f"{shelf.url}/library")
    drop(page, ("dark.txt", b"Dark."))
    expect(document(page, "dark.txt")).to_have_count(1, timeout=SHOW_MS)
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.locator(".st-key-icon-library button").click(timeout=SHOW_MS)
    page.get_by_text("New library").click()
    yes = page.get_by_role("dialog").get_by_role("button", name="Create")
    # Its own dark text on the light button, not white.
    expect(yes).to_have_css("color", "rgb(13, 31, 29)", timeout=SHOW_MS)
    context.close()
