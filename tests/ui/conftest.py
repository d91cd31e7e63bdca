"""The app as a test drives it: its own data folder, no worker, answers without models."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import engine
from pages.parts.engine import Desk
from rag_core import sample
from rag_core.settings import Settings
from rag_core.store.db import open_database
from rag_core.store.libraries import create_library
from rag_core.types import Document
from tests.ui.room import FakeAsking, read_in, read_scan

ROOT = Path(__file__).resolve().parents[2]
EMBEDDER = "multilingual-e5-small"


@dataclass(frozen=True)
class Room:
    """A desk and a way to open the app on it."""

    desk: Desk

    def open(self, language: str = "en", page: str = "", **address: object) -> AppTest:
        """The app in the language, on the page, with the address given; `number` stands for the address's page."""
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
        app.context["locale"] = "zh-CN" if language == "zh" else "en-US"
        if "number" in address:
            address["page"] = address.pop("number")
        for name, value in address.items():
            app.query_params[name] = str(value)
        app.run()
        if page:
            kept = dict(app.query_params)
            app.switch_page(f"pages/{page}.py")
            for name, value in {**kept, **address}.items():
                app.query_params[name] = str(value)
            app.run()
        assert not app.exception, app.exception
        return app

    def read(self, *places: int) -> tuple[Document, ...]:
        """Some of the sample's documents with a text layer, read, in a library of their own."""
        library = create_library(self.desk.database, "Samples", EMBEDDER, 1.0)
        files = sample.files()
        return tuple(
            read_in(
                self.desk.database, self.desk.files, library.id, files[place].filename, files[place].content
            )
            for place in places
        )

    def read_scan(self, *pages: Sequence[tuple[str, float]]) -> Document:
        """A document of recognised pages, each a sequence of lines with their confidence."""
        library = create_library(self.desk.database, "Scans", EMBEDDER, 1.0)
        return read_scan(self.desk.database, self.desk.files, library.id, "scan.pdf", pages)


@pytest.fixture
def room(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setenv("WENJU_HOME", str(settings.home))
    monkeypatch.setenv("WENJU_MODELS_DIR", str(settings.models))
    monkeypatch.setenv("WENJU_START_WORKER", "0")
    monkeypatch.setattr(engine, "open_asking", _fake_asking)
    engine.open_desk.clear()
    desk = engine.open_desk()
    yield Room(desk)
    engine.open_desk.clear()
    desk.reader.close()
    desk.asking.close()
    desk.database.dispose()


def _fake_asking(settings: Settings) -> FakeAsking:
    return FakeAsking(open_database(settings.database))


def said(app: AppTest) -> str:
    """All that the page says in HTML, boxes and captions."""
    kinds = ("html", "markdown", "error", "warning", "success", "info", "caption", "title", "subheader")
    elements = [element for kind in kinds for element in app.get(kind)]
    parts = [getattr(element, "body", None) or getattr(element, "value", "") for element in elements]
    written = [str(part) for part in parts if not str(part).startswith("<style>")]
    return "\n".join([*written, *answers(app)])


def answers(app: AppTest) -> list[str]:
    """The HTML of each finished answer."""
    return [data["html"] for data in components(app, "wenju_answer")]


def components(app: AppTest, name: str) -> list[dict[str, str]]:
    """What each component of that name was given."""
    protos = [element.proto for element in app.get("bidi_component")]
    return [json.loads(proto.json) for proto in protos if proto.component_name == name]
