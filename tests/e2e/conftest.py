"""The real app in a real browser: its own data folder, its own worker, the models the environment names."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from rag_core.settings import read_settings
from tests.e2e.driving import App, asked_outside

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The app in quote mode: answers are the documents' own sentences, so that they can be foretold."""
    home = tmp_path_factory.mktemp("e2e") / "home"
    running = App(home, read_settings().models, {"WENJU_CHAT": "quote"})
    running.start()
    yield running
    running.stop()
    running.stop_workers()


@pytest.fixture(autouse=True)
def nothing_asked_outside() -> Iterator[None]:
    """No page may fetch anything from an address that is not the app's own."""
    asked_outside.clear()
    yield
    assert asked_outside == []
