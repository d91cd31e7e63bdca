"""The doctor: finds what is wrong, and says what to do."""

from __future__ import annotations

import dataclasses
import socket
from pathlib import Path

import pytest

from rag_core.doctor import examine, run
from rag_core.parse.formats import office
from rag_core.settings import Settings


def findings(settings: Settings) -> dict[str, str]:
    return {finding.what: finding.grade for finding in examine(settings)}


def test_an_empty_installation_lacks_its_models(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(home=tmp_path / "home", device="cpu")
    assert run(settings) == 1
    said = capsys.readouterr().out
    assert "BAD   embedder: multilingual-e5-small is not here" in said
    assert "python -m rag_core.models fetch multilingual-e5-small" in said
    assert "note  chat: none here" in said
    assert not list((tmp_path / "home").iterdir())


def test_models_put_there_satisfy_it(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, device="cpu", chat="quote")
    embedder = settings.models / "multilingual-e5-small"
    embedder.mkdir(parents=True)
    (embedder / "model.safetensors").write_bytes(b"weights")
    for name in ("PP-OCRv6_small_det", "PP-OCRv6_small_rec", "PP-LCNet_x1_0_doc_ori"):
        (settings.models / "PP-OCRv6-small" / name).mkdir(parents=True)
        (settings.models / "PP-OCRv6-small" / name / "inference.onnx").write_bytes(b"weights")
    grades = findings(settings)
    assert "bad" not in grades.values()
    assert grades["chat: quotations, as set"] == "ok"
    assert run(settings) == 0


def test_an_office_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(office, "FOLDERS", ())
    assert findings(Settings(home=tmp_path, device="cpu"))["LibreOffice: not installed"] == "note"
    program = folder / "soffice"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    assert findings(Settings(home=tmp_path, device="cpu"))[f"LibreOffice: {program}"] == "ok"


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    grades = findings(Settings(home=tmp_path / "file" / "home", device="cpu"))
    assert [grade for what, grade in grades.items() if what.startswith("Data folder")] == ["bad"]


def test_a_taken_port_is_noted(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind(("127.0.0.1", 8501))
        except OSError:
            pytest.skip("port 8501 belongs to somebody else at the moment")
        other.listen()
        assert findings(Settings(home=tmp_path, device="cpu"))["Port 8501 is taken"] == "note"


def test_unknown_names_are_found(tmp_path: Path) -> None:
    settings = dataclasses.replace(Settings(home=tmp_path, device="cpu"), embedder="no-such-model")
    assert findings(settings)["embedder: no model is named no-such-model"] == "bad"
