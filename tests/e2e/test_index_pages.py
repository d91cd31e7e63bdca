"""The index in a browser: rebuilt, watched, its checks read, rolled back; golden questions run beside it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from rag_core.settings import Settings
from rag_core.store.db import open_database
from rag_core.store.workers import alive
from tests.builders import digital_pdf
from tests.e2e.driving import DESKTOP, PHONE, App, open_page, picture

pytestmark = [pytest.mark.browser, pytest.mark.weights, pytest.mark.slow]

HANDBOOK = (
    "These are the rules of the Northgate Cycling Club.",
    "The annual membership fee is 84 euros.",
    "Members may borrow a cargo bike for three days.",
    "The workshop opens at 18:30 on Thursdays.",
)
WORK_MS, SHOW_MS = 240_000, 60_000


@pytest.fixture(scope="module")
def library(app: App, browser: Browser) -> Iterator[App]:
    """The app with a document read, uploaded through the page."""
    context, page = open_page(browser, f"{app.url}/library")
    page.locator("[data-testid=stFileUploader] input").set_input_files(
        {"name": "handbook.pdf", "mimeType": "application/pdf", "buffer": digital_pdf([HANDBOOK])}
    )
    expect(page.locator(".wenju-good", has_text="Ready")).to_have_count(1, timeout=WORK_MS)
    context.close()
    yield app


def end_workers(app: App) -> None:
    """Ends the workers and waits until they have gone: the next one takes some seconds to start."""
    database = open_database(Settings(home=app.home).database)
    ids = [worker.process_id for worker in alive(database, time.time(), 60)]
    database.dispose()
    app.stop_workers()
    until = time.monotonic() + WORK_MS / 1000
    while any(Path(f"/proc/{one}").exists() for one in ids):
        assert time.monotonic() < until
        time.sleep(0.1)


def rebuild(app: App, page: Page, kind: str) -> None:
    """Asks for an index of the kind and sees it begin."""
    end_workers(app)
    page.get_by_role("button", name="Rebuild index").click(timeout=SHOW_MS)
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("combobox").first.click()
    page.get_by_role("option", name=kind).click()
    expect(dialog.locator(".wenju-facts")).to_contain_text(kind, timeout=SHOW_MS)
    expect(dialog.locator(".wenju-facts")).to_contain_text("free", timeout=SHOW_MS)
    dialog.get_by_role("button", name="Rebuild", exact=True).click()
    expect(page.get_by_role("progressbar").first).to_be_visible(timeout=SHOW_MS)


def state(page: Page, number: int, said: str) -> None:
    """Waits until the generation's card says so."""
    card = page.locator(f".st-key-generation-{number}")
    expect(card.locator(".wenju-badge")).to_have_text(said, timeout=WORK_MS)


def test_an_index_is_rebuilt_watched_inspected_and_rolled_back(library: App, browser: Browser) -> None:
    context, page = open_page(browser, f"{library.url}/admin")
    page.set_default_timeout(SHOW_MS)
    expect(page.get_by_text("No index file yet")).to_be_visible(timeout=SHOW_MS)
    rebuild(library, page, "Exact (flat)")
    state(page, 1, "In use")
    rebuild(library, page, "Graph (HNSW)")
    page.reload()
    state(page, 2, "In use")
    expect(page.get_by_text("Generation 2 was checked and is in use.")).to_be_visible(timeout=SHOW_MS)
    state(page, 1, "Kept for rollback")
    card = page.locator(".st-key-generation-2")
    card.locator("summary", has_text="Checks").click()
    table = card.locator(".wenju-checks")
    expect(table.locator("tbody tr", has_text="Recall")).to_contain_text("recall@10 ≥ 0.940", timeout=SHOW_MS)
    expect(table.locator(".wenju-verdict.wenju-bad")).to_have_count(0)
    assert table.locator("tbody tr").count() >= 6
    picture(page, "system-checks")
    page.get_by_role("button", name="Go back to this one").click()
    page.get_by_role("dialog").get_by_role("button", name="Go back to this one").click()
    state(page, 1, "In use")
    state(page, 2, "Kept for rollback")
    expect(page.get_by_text("Generation 1 is in use.")).to_be_visible(timeout=SHOW_MS)
    picture(page, "system-rolled-back")
    context.close()


def test_golden_questions_are_written_and_run(library: App, browser: Browser) -> None:
    context, page = open_page(browser, f"{library.url}/quality")
    page.set_default_timeout(SHOW_MS)
    page.get_by_role("tab", name="Golden questions").click(timeout=SHOW_MS)
    page.get_by_role("button", name="Write one").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Question").fill("How much is the annual membership fee?")
    dialog.get_by_role("combobox").click()
    page.get_by_role("option", name="handbook.pdf").click()
    quote = dialog.get_by_label("Words that stand there (optional)")
    expect(quote).to_be_enabled(timeout=SHOW_MS)
    quote.fill("The annual membership fee is 84 euros.")
    quote.press("Tab")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_have_count(0, timeout=SHOW_MS)
    page.get_by_role("tab", name="Scores").click()
    page.get_by_role("button", name="Run").click()
    page.reload()
    scores = page.locator(".wenju-scores", has_text="Found first")
    expect(scores).to_contain_text(re.compile(r"Found first\s*100%\s*1 of 1"), timeout=WORK_MS)
    expect(scores).to_contain_text(re.compile(r"Cited rightly\s*100%"))
    picture(page, "quality")
    context.close()


@pytest.mark.parametrize(("width", "size"), [("desktop", DESKTOP), ("phone", PHONE)])
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["admin", "quality"])
def test_pages_fit_their_window(
    library: App, browser: Browser, name: str, language: str, width: str, size: tuple[int, int]
) -> None:
    context, page = open_page(browser, f"{library.url}/{name}", language, size)
    expect(page.get_by_role("tab").first).to_be_visible(timeout=SHOW_MS)
    page.wait_for_timeout(1500)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    picture(page, f"{name}-{language}-{width}")
    context.close()
