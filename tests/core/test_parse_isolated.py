"""The reader against files that take its child down: the page fails, everything else goes on."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import psutil
import pytest

from rag_core.errors import InputError, ParserFailure, PasswordNeeded, Problem
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.settings import Settings, read_settings
from tests.builders import blank_pdf, digital_pdf, encrypted_pdf, image_file, picture, scan_pdf

UNRULY = "tests.core.unruly_child"


def saved(tmp_path: Path, data: bytes, name: str = "file") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def children() -> list[psutil.Process]:
    """The reading processes alive; other tests may have left children of their own kind."""
    found = psutil.Process().children(recursive=True)
    alive = [one for one in found if one.status() != psutil.STATUS_ZOMBIE]
    return [one for one in alive if {"rag_core.parse.reader.child", UNRULY} & set(one.cmdline())]


def test_it_reads_a_document(reader: IsolatedReader, tmp_path: Path) -> None:
    path = saved(tmp_path, digital_pdf([["First page"], ["Second page"], []]))
    inspection = reader.inspect(path, "any name.exe")
    assert (inspection.page_count, inspection.media_type) == (3, "application/pdf")
    results = reader.read_text(path, [1, 2, 3])
    assert [(one.number, one.state, one.page and one.page.text) for one in results] == [
        (1, "read", "First page"),
        (2, "read", "Second page"),
        (3, "empty", ""),
    ]
    assert all(one.engine == "text-layer" and one.problem is None for one in results)
    assert reader.render(path, 1, 50).startswith(b"\x89PNG")
    assert reader.peak_mb > 1


def test_it_says_what_is_wrong_with_a_file(reader: IsolatedReader, tmp_path: Path) -> None:
    for data, code in [(b"", "file_empty"), (b"\0\1\2", "file_binary"), (b"%PDF-1.4", "file_damaged")]:
        with pytest.raises(InputError) as caught:
            reader.inspect(saved(tmp_path, data), "x.pdf")
        assert caught.value.problem.code == code
    with pytest.raises(InputError) as caught:
        reader.inspect(tmp_path / "gone", "x.pdf")
    assert caught.value.problem == Problem("file_missing")


def test_a_locked_file_gets_a_copy_without_password(reader: IsolatedReader, tmp_path: Path) -> None:
    path = saved(tmp_path, encrypted_pdf([["Secret words"]], "open sesame"))
    with pytest.raises(PasswordNeeded):
        reader.inspect(path, "locked.pdf")
    with pytest.raises(PasswordNeeded):
        reader.decrypt(path, "wrong", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    assert reader.inspect(path, "locked.pdf", "open sesame").encrypted
    reader.decrypt(path, "open sesame", tmp_path / "copy")
    (result,) = reader.read_text(tmp_path / "copy", [1])
    assert result.page and result.page.text == "Secret words"


def test_a_file_that_vanishes_is_missing(reader: IsolatedReader, tmp_path: Path) -> None:
    path = saved(tmp_path, digital_pdf([["First page"]]))
    reader.read_text(path, [1])
    path.unlink()
    for call in (lambda: reader.read_text(path, [1]), lambda: reader.read_scan(path, 1)):
        with pytest.raises(InputError) as caught:
            call()
        assert caught.value.problem == Problem("file_missing")


def test_a_file_that_is_replaced_is_read_anew(reader: IsolatedReader, tmp_path: Path) -> None:
    path = saved(tmp_path, digital_pdf([["The old text"]]))
    reader.read_text(path, [1])
    saved(tmp_path, digital_pdf([["The new text, longer"]]))
    (result,) = reader.read_text(path, [1])
    assert result.page and result.page.text == "The new text, longer"


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("hang", "page_time"),
        ("crash", "page_failed"),
        ("eat", "page_memory"),
        ("lie", "page_failed"),
        ("babble", "page_failed"),
        ("pickle", "page_failed"),
        ("code", "page_failed"),
    ],
)
def test_a_page_that_breaks_the_child_fails_alone(
    settings: Settings, tmp_path: Path, behaviour: str, code: str
) -> None:
    reader = IsolatedReader(dataclasses.replace(settings, page_seconds=1, page_memory_mb=300), UNRULY)
    path = saved(tmp_path, behaviour.encode())
    try:
        results = reader.read_text(path, [1, 2, 3])
        assert [one.state for one in results] == ["empty", "failed", "empty"]
        assert results[1].problem is not None
        assert results[1].problem.code == code
        scan = reader.read_scan(path, 2)
        assert (scan.state, scan.problem and scan.problem.code) == ("failed", code)
        assert reader.read_scan(path, 3).state == "empty"
    finally:
        reader.close()
    assert children() == []


@pytest.mark.weights
def test_a_page_that_breaks_the_child_when_it_is_recognised_keeps_its_text(
    settings: Settings, tmp_path: Path
) -> None:
    reader = IsolatedReader(dataclasses.replace(settings, models_dir=read_settings().models), UNRULY)
    path = saved(tmp_path, b"overdrawn")
    assert reader.read_scan(path, 2).state == "read"
    assert reader.read_scan(path, 2, anew=True).state == "failed"
    reader.close()


def test_a_call_is_over_when_its_time_has_come(settings: Settings, tmp_path: Path) -> None:
    reader = IsolatedReader(settings, UNRULY)
    path = saved(tmp_path, b"hang")
    reader.read_text(path, [1])
    reader.until = time.monotonic() + 1
    (result,) = reader.read_text(path, [2])
    reader.close()
    assert result.problem is not None
    assert result.problem.code == "page_time"


def test_a_child_is_replaced_after_a_number_of_pages(settings: Settings, tmp_path: Path) -> None:
    reader = IsolatedReader(dataclasses.replace(settings, reader_recycle_pages=3))
    path = saved(tmp_path, blank_pdf(4))
    seen = set()
    for number in (1, 2, 3, 4):
        reader.read_text(path, [number])
        seen |= {one.pid for one in children()}
    reader.close()
    assert len(seen) == 2
    assert children() == []


def test_a_child_killed_while_idle_is_replaced(reader: IsolatedReader, tmp_path: Path) -> None:
    path = saved(tmp_path, digital_pdf([["Still here"]]))
    reader.read_text(path, [1])
    for child in children():
        child.kill()
        child.wait()
    (result,) = reader.read_text(path, [1])
    assert result.page and result.page.text == "Still here"


def test_the_child_dies_with_its_parent(settings: Settings, tmp_path: Path) -> None:
    program = (
        "import sys, time, psutil\n"
        "from pathlib import Path\n"
        "from rag_core.parse.reader.isolated import IsolatedReader\n"
        "from rag_core.settings import Settings\n"
        "reader = IsolatedReader(Settings(home=Path(sys.argv[1])))\n"
        "reader.read_text(Path(sys.argv[2]), [1])\n"
        "print(psutil.Process().children()[0].pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    path = saved(tmp_path, blank_pdf())
    command = [sys.executable, "-c", program, str(settings.home), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        os.kill(parent.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while psutil.pid_exists(child) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def test_the_child_gets_no_secrets(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENJU_CHAT_KEY", "sk-secret")
    reader = IsolatedReader(settings)
    reader.read_text(saved(tmp_path, blank_pdf()), [1])
    (child,) = children()
    assert "WENJU_CHAT_KEY" not in child.environ()
    reader.close()


def test_without_a_model_a_scan_says_so(settings: Settings, tmp_path: Path) -> None:
    reader = IsolatedReader(dataclasses.replace(settings, models_dir=tmp_path / "none"))
    result = reader.read_scan(saved(tmp_path, scan_pdf([picture(["Some words"])])), 1)
    reader.close()
    assert (result.state, result.problem) == ("failed", Problem("ocr_unavailable"))


def test_drawing_a_page_that_is_not_there_fails(reader: IsolatedReader, tmp_path: Path) -> None:
    with pytest.raises((InputError, ParserFailure)):
        reader.render(saved(tmp_path, blank_pdf()), 5, 72)


def test_an_image_too_large_is_refused_before_it_is_decoded(reader: IsolatedReader, tmp_path: Path) -> None:
    path = saved(tmp_path, image_file([np.zeros((12_000, 12_000, 3), np.uint8)], "PNG"))
    with pytest.raises(InputError) as caught:
        reader.inspect(path, "bomb.png")
    assert caught.value.problem.code == "page_too_large"
    assert reader.peak_mb < 400


@pytest.mark.weights
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_images_are_read(reader: IsolatedReader, tmp_path: Path, kind: str) -> None:
    pictures = [picture(["The first sheet of paper"]), picture(["The second one"])]
    path = saved(tmp_path, image_file(pictures, kind))
    count = reader.inspect(path, "x").page_count
    assert count == (2 if kind == "TIFF" else 1)
    assert [one.state for one in reader.read_text(path, range(1, count + 1))] == ["needs_ocr"] * count
    result = reader.read_scan(path, count)
    assert result.page is not None
    assert result.page.text == ("The second one" if kind == "TIFF" else "The first sheet of paper")
    assert result.confidence > 0.9
