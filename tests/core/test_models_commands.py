"""python -m rag_core.models, as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag_core.models.__main__ import main
from rag_core.models.folders import publish


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("WENJU_HOME", str(tmp_path))
    monkeypatch.setenv("WENJU_MODEL_SOURCES", "local")
    monkeypatch.delenv("WENJU_MODELS_DIR", raising=False)
    return tmp_path / "models"


def put(models: Path, name: str) -> Path:
    work = models / ".partial" / "work"
    work.mkdir(parents=True)
    (work / "model.safetensors").write_bytes(b"weights")
    publish(work, models / name)
    return models / name


def test_list_marks_what_is_here_and_used(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(models, "m3e-small")
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    row = next(line for line in lines if "m3e-small" in line)
    assert row.startswith("*")
    assert " yes " in row
    assert "research use" in row
    assert "answers quote the documents" in lines[-1]


def test_check_tells_damage(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 1
    folder = put(models, "m3e-small")
    assert main(["check"]) == 0
    (folder / "model.safetensors").write_bytes(b"WEIGHTS")
    assert main(["check"]) == 1
    assert "m3e-small: DAMAGED: model.safetensors" in capsys.readouterr().out
    (folder / "model.safetensors").unlink()
    assert main(["check"]) == 1
    assert "m3e-small: files are missing" in capsys.readouterr().out


def test_fetch_says_which_model_no_source_has(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(models, "m3e-small")
    assert main(["fetch", "m3e-small"]) == 0
    assert main(["fetch", "bge-m3", "nonsense"]) == 1
    said = capsys.readouterr().err
    assert "bge-m3" in said
    assert "There is no model named nonsense" in said


def test_damaged_models_are_fetched_again(models: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = put(models, "m3e-small")
    (folder / "model.safetensors").write_bytes(b"WEIGHTS")
    assert main(["fetch", "m3e-small"]) == 1  # no source to have it from
    assert "damaged, fetched again" in capsys.readouterr().out
    assert not folder.exists()


def test_a_source_that_does_not_exist_is_a_setting_error(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WENJU_MODEL_SOURCES", "ftp")
    assert main(["fetch", "m3e-small"]) == 1
    assert "WENJU_MODEL_SOURCES=ftp" in capsys.readouterr().err
