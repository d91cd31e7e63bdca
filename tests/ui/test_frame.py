"""What stands around the pages: what Streamlit is told, and that a start loads nothing heavy."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.parts.engine import open_desk
from rag_core.settings import Settings
from tests.ui.conftest import Room

ROOT = Path(__file__).resolve().parents[2]
HEAVY = (
    "torch",
    "transformers",
    "faiss",
    "llama_index",
    "paddleocr",
    "FlagEmbedding",
    "pymupdf",
    "dbos",
    "cv2",
)


def test_streamlit_listens_here_only_and_reports_nothing() -> None:
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
    assert config["server"]["address"] == "127.0.0.1"
    assert config["server"]["enableXsrfProtection"] is True
    assert config["server"]["maxUploadSize"] == Settings().upload_limit_mb
    assert config["browser"]["gatherUsageStats"] is False


def test_the_first_paint_loads_nothing_heavy() -> None:
    code = (
        "import sys, pages.parts.engine, pages.parts.welcome, pages.parts.citations, pages.parts.stream;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_what_is_drawn_without_its_page_says_its_problem_too() -> None:
    def script() -> None:
        from pages.parts.frame import guarded
        from pages.parts.text import Voice
        from rag_core.errors import UserError

        def draw(code: str) -> None:
            raise UserError(code)

        guarded(draw, Voice("zh"))("disk_full")

    app = AppTest.from_function(script).run()
    assert not app.exception and "磁盘空间不足" in app.error[0].value


def test_a_data_folder_that_cannot_be_used_is_said(room: Room) -> None:
    with sqlite3.connect(room.desk.settings.home / "wenju.sqlite") as database:
        database.execute("UPDATE alembic_version SET version_num = 'from-the-future'")
    open_desk.clear()
    assert "written by a newer version" in room.open().error[0].value
