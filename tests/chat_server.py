"""A server on the loopback that speaks as much of OpenAI's protocol as chat needs."""

from __future__ import annotations

import functools
import json
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

Mood = Literal["well", "refuses", "breaks", "garbage", "silent"]
PIECES = tuple(f"第{n}句 sentence {n}. " for n in range(60))


class ChatServer:
    """Streams PIECES, at most max_tokens of them, in the mood it is in. `closed` is set when a listener left early."""

    def __init__(self, mood: Mood = "well", model: str = "tiny", context: int = 2048) -> None:
        self.mood: Mood = mood
        self.model = model
        self.context = context
        self.closed = threading.Event()
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Handler, self))
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> ChatServer:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, server: ChatServer, *arguments: Any) -> None:
        self.chat = server
        super().__init__(*arguments)

    def do_GET(self) -> None:
        row = {"id": self.chat.model, "object": "model", "created": 0, "owned_by": "test"}
        row["max_model_len"] = self.chat.context
        self._send(200, json.dumps({"object": "list", "data": [row]}).encode())

    def do_POST(self) -> None:
        self.chat.keys.append(self.headers.get("Authorization", ""))
        self.chat.requests.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        match self.chat.mood:
            case "refuses":
                body = {
                    "error": {
                        "message": f"Incorrect API key: {self.chat.keys[-1]}",
                        "code": "invalid_api_key",
                    }
                }
                self._send(401, json.dumps(body).encode())
            case "garbage":
                self._send(200, b"<html>a login page</html>", "text/event-stream")
            case "silent":
                self._wait_for_the_end()
            case _:
                self._stream(self.chat.requests[-1]["max_tokens"])

    def _wait_for_the_end(self) -> None:
        self.connection.settimeout(20)
        if not self.connection.recv(1):
            self.chat.closed.set()

    def _stream(self, count: int) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        if self.chat.mood == "breaks":
            self.send_header("Content-Length", "1000000")
        self.end_headers()
        try:
            for place, piece in enumerate(PIECES[:count]):
                if self.chat.mood == "breaks" and place == 3:
                    self.connection.shutdown(socket.SHUT_RDWR)
                    return
                self._event({"content": piece}, None)
                time.sleep(0.01)
            self._event({}, "stop")
            self.wfile.write(b"data: [DONE]\n\n")
        except OSError:
            self.chat.closed.set()

    def _event(self, delta: dict[str, str], finish: str | None) -> None:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        reply = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [choice],
        }
        self.wfile.write(f"data: {json.dumps(reply)}\n\n".encode())
        self.wfile.flush()

    def _send(self, status: int, body: bytes, kind: str = "application/json") -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        return
