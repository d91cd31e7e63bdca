"""The real app as a process, and a browser's way about it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from rag_core.settings import Settings
from rag_core.store.db import open_database
from rag_core.store.workers import alive

ROOT = Path(__file__).resolve().parents[2]
ARTIFACTS = ROOT / "test-artifacts"
START_SECONDS = 90
DESKTOP, PHONE = (1280, 860), (390, 844)
REST_MS = 40_000
OWN = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "file:", "about:")

asked_outside: list[str] = []
"""The addresses that are not the app's own and that a page has asked for."""


@dataclass
class App:
    """A running server on a data folder."""

    home: Path
    models: Path
    extra: dict[str, str] = field(default_factory=dict)
    url: str = ""
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "app.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "streamlit",
                    "run",
                    "app.py",
                    f"--server.port={port}",
                    "--server.headless=true",
                ],
                cwd=ROOT,
                env={
                    **os.environ,
                    "WENJU_HOME": str(self.home),
                    "WENJU_MODELS_DIR": str(self.models),
                    **self.extra,
                },
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise TimeoutError((self.home / "app.log").read_text("utf-8"))

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(30)

    def stop_workers(self) -> None:
        """Ends the workers that this data folder's app started: they outlive it by design."""
        database = open_database(Settings(home=self.home).database)
        for worker in alive(database, time.time(), 60):
            try:
                os.kill(worker.process_id, signal.SIGTERM)
            except ProcessLookupError:
                continue
        database.dispose()


def _note_outside(request: Request) -> None:
    if not request.url.startswith(OWN):
        asked_outside.append(request.url)


def open_page(
    browser: Browser, url: str, language: str = "en", size: tuple[int, int] = DESKTOP
) -> tuple[BrowserContext, Page]:
    """A fresh browser with that language and width, on the address."""
    context = browser.new_context(
        locale="zh-CN" if language == "zh" else "en-US", viewport={"width": size[0], "height": size[1]}
    )
    context.on("request", _note_outside)
    page = context.new_page()
    page.goto(url)
    return context, page


def at_rest(page: Page) -> None:
    """Waits until the page is drawn: a click on what the next drawing takes away is lost."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=REST_MS)


def picture(page: Page, name: str) -> None:
    """Keeps a screenshot for eyes to see."""
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
