"""The rules that keep the house readable, checked on the source itself."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from rag_core import messages
from rag_core.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("rag_core", "ingest_jobs", "pages")
CODE = [
    ROOT / "app.py",
    *sorted(
        path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if "versions" not in path.parts
    ),
]

# Each heavy library has one home; nobody else may lean on its types or quirks.
HOMES = {
    "pymupdf": (
        "rag_core/parse/digital/pdf.py",
        "rag_core/parse/formats/binding.py",
        "rag_core/parse/formats/draw.py",
        "rag_core/parse/layout/pymupdf_model.py",
        "rag_core/parse/digital/page_hash.py",
        "rag_core/parse/digital/stext.py",
        "rag_core/parse/formats/story.py",
    ),
    "paddleocr": ("rag_core/parse/recognition/ocr.py",),
    "FlagEmbedding": ("rag_core/models/embed.py", "rag_core/models/rerank.py"),
    "transformers": ("rag_core/models/",),
    "torch": ("rag_core/models/",),
    "openai": ("rag_core/models/chat_api.py",),
    "huggingface_hub": ("rag_core/models/",),
    "faiss": ("rag_core/index/faiss_kinds.py", "rag_core/index/device.py"),
    "llama_index": ("rag_core/chunk.py", "rag_core/index/"),
    "sqlalchemy": ("rag_core/store/", "rag_core/index/"),
    "alembic": ("rag_core/store/",),
    "dbos": ("ingest_jobs/",),
    "streamlit": ("app.py", "pages/"),
}


def _imports(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("library", HOMES)
def test_each_heavy_library_is_imported_only_at_home(library: str) -> None:
    strangers = [
        str(path.relative_to(ROOT))
        for path in CODE
        if library in _imports(path) and not str(path.relative_to(ROOT)).startswith(HOMES[library])
    ]
    assert strangers == []


def test_files_stay_small() -> None:
    limits = {path: 150 if path.parent == ROOT / "pages" else 300 for path in CODE}
    long = [
        f"{path.relative_to(ROOT)}: {count} lines"
        for path, limit in limits.items()
        if (count := len(path.read_text("utf-8").splitlines())) > limit
    ]
    assert long == []


def test_exceptions_are_caught_by_name() -> None:
    """`except Exception` stands once: in the worker, which must outlive any bug in a job."""
    places = [
        str(path.relative_to(ROOT))
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    ]
    assert len(places) <= 1, places
    assert all(place.startswith("ingest_jobs/") for place in places)


def test_the_top_level_is_fixed() -> None:
    folders = {path.parent for path in ROOT.glob("*/*.py")} | {ROOT / "pages"}
    assert {folder.name for folder in folders if not folder.name.startswith(".")} <= {
        "pages", "rag_core", "ingest_jobs", "tests",
    }  # fmt: skip


def test_the_gpu_set_differs_in_faiss_alone() -> None:
    def pinned(name: str) -> list[str]:
        lines = (ROOT / name).read_text("utf-8").splitlines()
        return [line for line in lines if line and not line.startswith("#")]

    assert pinned("requirements-gpu.txt") == [
        line.replace("faiss-cpu", "faiss-gpu") for line in pinned("requirements.txt")
    ]


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_every_setting_is_documented(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    missing = [
        name for field in Settings.__dataclass_fields__ if (name := f"`WENJU_{field.upper()}`") not in text
    ]
    assert missing == []


def test_every_problem_is_said_in_both_languages() -> None:
    for code, (english, chinese) in messages.SENTENCES.items():
        assert re.search(r"[\u4e00-\u9fff]", chinese), code
        assert not re.search(r"[\u4e00-\u9fff]", english), code
        assert ("{detail}" in english) == ("{detail}" in chinese), code


def test_every_problem_code_that_is_used_has_a_sentence() -> None:
    """Codes are string literals given to Problem and to the errors; a wrong one would fail only when shown."""
    raising = {
        "Problem",
        "UserError",
        "InputError",
        "PasswordNeeded",
        "ModelUnavailable",
        "ParserFailure",
        "NotFound",
    }
    unknown = [
        f"{path.relative_to(ROOT)}:{node.lineno}: {first.value}"
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in raising
        and node.args
        and isinstance(first := node.args[0], ast.Constant)
        and isinstance(first.value, str)
        and first.value
        and first.value not in messages.SENTENCES
    ]
    assert unknown == []
