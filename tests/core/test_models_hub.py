"""Fetching from a model hub, with the hub's own client against a small hub on the loopback."""

from __future__ import annotations

import functools
import hashlib
import http.server
import json
import os
import random
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rag_core.models.folders import damaged_files
from rag_core.models.hub import answers

ROOT = Path(__file__).resolve().parents[2]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = random.Random(1).randbytes(2_000_000)
FILES = {
    "config.json": b'{"architectures": ["BertModel"]}',
    "model.safetensors": WEIGHTS,
    "model.onnx": b"not wanted",
}
# In a process of its own: the hub's client reads its environment once, when it is imported.
FETCHING = """
import dataclasses, sys
from pathlib import Path
from rag_core.models.cards import Hub, Repository
from rag_core.models.catalogue import find_card
from rag_core.models.fetch import ensure_card
from rag_core.settings import Settings
card = dataclasses.replace(find_card("m3e-small"), size_mb=2, sources=(Hub((Repository("someone/tested"),)),))
print(ensure_card(Settings(home=Path(sys.argv[1]), model_sources="hub"), card, lambda what, share: print(what, share)))
"""


class Hub:
    """What the hub holds, and what was asked of it."""

    def __init__(self) -> None:
        self.files = dict(FILES)
        self.downloads: list[str] = []
        self.breaks = 0


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, hub: Hub, *arguments: object) -> None:
        self.hub = hub
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_HEAD(self) -> None:
        self.answer(body=False)

    def do_GET(self) -> None:
        self.answer(body=True)

    def answer(self, body: bool) -> None:
        path = urlsplit(self.path).path
        rows = [self.row(name) for name in FILES]
        if path == "/":
            self.reply(b"a hub", {}, body)
        elif path.startswith("/api/models/someone/tested/revision/"):
            siblings = [{"rfilename": row["path"], **row} for row in rows]
            self.reply(
                json.dumps({"id": "someone/tested", "sha": COMMIT, "siblings": siblings}).encode(), {}, body
            )
        elif path.startswith("/api/models/someone/tested/tree/"):
            self.reply(
                json.dumps([{"type": "file", "oid": row["blobId"], **row} for row in rows]).encode(), {}, body
            )
        elif path.startswith(f"/someone/tested/resolve/{COMMIT}/"):
            self.download(path.rsplit("/", 1)[1], body)
        else:
            self.send_error(404)

    def row(self, name: str) -> dict[str, object]:
        data = FILES[name]
        row: dict[str, object] = {"path": name, "size": len(data), "blobId": hashlib.sha1(data).hexdigest()}
        if name.endswith(("safetensors", "onnx")):
            row["lfs"] = {
                "sha256": hashlib.sha256(data).hexdigest(),
                "oid": hashlib.sha256(data).hexdigest(),
                "size": len(data),
                "pointerSize": 100,
            }
        return row

    def download(self, name: str, body: bool) -> None:
        data = self.hub.files[name]
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").split("-")[0])
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{hashlib.sha256(FILES[name]).hexdigest()}"'}
        if body:
            self.hub.downloads.append(f"{name} from {start}")
            if self.hub.breaks and len(data) > 10_000:
                self.hub.breaks -= 1
                self.send_response(200)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data[:1_000_000])
                self.close_connection = True
                return
        if start:
            headers["Content-Range"] = f"bytes {start}-{len(data) - 1}/{len(data)}"
        self.reply(data[start:], headers, body, 206 if start else 200)

    def reply(self, data: bytes, headers: dict[str, str], body: bool, status: int = 200) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        return


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    held = Hub()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, held))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_HUB_DISABLE_XET", "1")
    yield held
    server.shutdown()
    server.server_close()


def fetch(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", FETCHING, str(home)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=200,
    )


def test_the_wanted_files_come_and_are_recorded(hub: Hub, tmp_path: Path) -> None:
    done = fetch(tmp_path)
    folder = tmp_path / "models" / "m3e-small"
    assert done.stdout.splitlines()[-1] == str(folder), done.stdout + done.stderr
    assert {path.name for path in folder.iterdir()} == {"config.json", "model.safetensors", "wenju.json"}
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert damaged_files(folder) == ()


def test_a_damaged_download_is_refused_and_comes_right_later(hub: Hub, tmp_path: Path) -> None:
    hub.files["model.safetensors"] = WEIGHTS[:-1] + bytes([WEIGHTS[-1] ^ 1])
    done = fetch(tmp_path)
    assert done.returncode == 1
    assert "arrived damaged" in done.stdout
    assert "model_unavailable" in done.stderr
    assert not (tmp_path / "models" / "m3e-small").exists()

    hub.files["model.safetensors"] = WEIGHTS
    assert fetch(tmp_path).returncode == 0
    assert (tmp_path / "models" / "m3e-small" / "model.safetensors").read_bytes() == WEIGHTS


def test_a_hub_that_says_no_is_given_up(hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", os.environ["HF_ENDPOINT"] + "/elsewhere")
    done = fetch(tmp_path)
    assert done.returncode == 1
    assert "model_unavailable" in done.stderr


def test_a_server_that_is_not_there_is_given_up_at_once() -> None:
    assert not answers("http://127.0.0.1:9")
