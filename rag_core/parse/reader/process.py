"""The child process of a reader, from the parent's side: started, spoken to, watched, ended."""

from __future__ import annotations

import logging
import math
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from rag_core.errors import ParserFailure
from rag_core.parse.reader import wire

CHILD_MODULE = "rag_core.parse.reader.child"
WATCH_SECONDS = 0.05
FAMILY_SECONDS = 0.25
START_SECONDS = 120
# A page may take so many times its processor seconds, for it may have to wait on a busy machine.
PATIENCE = 5
CLOSE_SECONDS = 2
# Address space is reserved far beyond what is used; what is used is watched from here.
ADDRESS_SPARE_MB = 6144
MB = 2**20
# What the child is told of its surroundings: where programs and libraries are, never a key or a password.
_ENVIRONMENT = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONHOME")

_ROOT = Path(__file__).resolve().parents[3]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """Processor seconds for the first message of an answer and for each further one, and the time
    (of time.monotonic) when all must be over."""

    first: float
    further: float
    until: float = math.inf


@dataclass(frozen=True, slots=True)
class _Clock:
    """The seconds granted, and when they are over: by time and by processor time."""

    seconds: float
    deadline: float
    processor: float


class ChildProcess:
    """A running child. Raises ParserFailure, and is over, when it dies, takes too long or too much memory."""

    def __init__(self, memory_mb: int, cache: Path, module: str = CHILD_MODULE) -> None:
        self._memory_mb = memory_mb
        command = [sys.executable, "-m", module, str(os.getpid())]
        self._process = subprocess.Popen(
            [*command, str(memory_mb + ADDRESS_SPARE_MB) if memory_mb else "0"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=_ROOT,
            env=_environment(cache),
            start_new_session=True,
        )
        self._watched = psutil.Process(self._process.pid)
        self._buffer = bytearray()
        self.peak_mb = 0.0
        self._family: tuple[psutil.Process, ...] = (self._watched,)
        self._family_at = math.inf
        self._used, self._used_until = (0.0, 0.0), 0.0
        self._receive(self._clock(START_SECONDS), "hello")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def exchange(self, request: wire.Message, limits: Limits) -> Iterator[wire.Message]:
        """The messages that answer the request. Raises the error the child tells of, or ParserFailure."""
        stream = self._process.stdin
        # Only a conversion starts further processes, and looking for them costs time.
        self._family_at = 0.0 if request.kind == "convert" else math.inf
        try:
            if stream is not None:
                stream.write(wire.pack(request))
                stream.flush()
        except OSError as error:
            self.end()
            raise ParserFailure("page_failed") from error
        seconds = limits.first
        while (message := self._receive(self._clock(seconds, limits.until))).kind != "end":
            yield message
            seconds = limits.further

    def end(self) -> None:
        """Ends the child at once, and what it has started."""
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            _log.debug("the reader's child is gone already")
        self._process.kill()
        self._process.wait()
        self._close_pipes()

    def leave(self) -> None:
        """Lets the child go when it has nothing to do, and ends it where it does not."""
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
                self._process.wait(CLOSE_SECONDS)
            except (OSError, subprocess.TimeoutExpired):
                _log.debug("the reader's child does not go by itself")
        self.end()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    _log.debug("the reader's child left a request half read")

    def _receive(self, clock: _Clock, kind: str = "") -> wire.Message:
        try:
            message = wire.unpack(lambda count: self._read(count, clock))
            if message.kind == "bug":
                _log.error("the reader's child failed:\n%s", message.fields.get("trace"))
                raise ValueError("bug")
            if message.kind == "error":
                raise wire.error_of(message)
            if kind and message.kind != kind:
                raise ValueError(message.kind)
        except ValueError as error:
            self.end()
            raise ParserFailure("page_failed") from error
        return message

    def _read(self, count: int, clock: _Clock) -> bytes:
        """Exactly so many bytes, while watching the child."""
        if len(self._buffer) < count:
            self._fill(count, clock)
        data = bytes(self._buffer[:count])
        del self._buffer[:count]
        return data

    def _fill(self, count: int, clock: _Clock) -> None:
        output = self._process.stdout
        if output is None:
            raise ValueError("no output")
        with selectors.PollSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while len(self._buffer) < count:
                ready = selector.select(WATCH_SECONDS)
                self._watch(clock)
                if ready:
                    piece = os.read(output.fileno(), max(count - len(self._buffer), 2**16))
                    if not piece:
                        raise ValueError("the child ended")
                    self._buffer += piece

    def _watch(self, clock: _Clock) -> None:
        used, processor = self._use()
        self.peak_mb = max(self.peak_mb, used)
        if self._memory_mb and used > self._memory_mb:
            self.end()
            raise ParserFailure("page_memory", str(self._memory_mb))
        if time.monotonic() > clock.deadline or processor > clock.processor:
            self.end()
            raise ParserFailure("page_time", f"{clock.seconds:g}")

    def _clock(self, seconds: float, until: float = math.inf) -> _Clock:
        deadline = min(time.monotonic() + seconds * PATIENCE, until)
        return _Clock(seconds, deadline, self._use()[1] + seconds)

    def _use(self) -> tuple[float, float]:
        """The megabytes the child and what it has started hold, and the processor seconds they have taken so far,
        as they were a moment ago at most: asking costs as much as a part of a page."""
        now = time.monotonic()
        if now < self._used_until:
            return self._used
        if now > self._family_at:
            self._family_at = now + FAMILY_SECONDS
            self._family = (self._watched, *_children_of(self._watched))
        uses = [_use_of(one) for one in self._family]
        self._used = sum(held for held, _ in uses), sum(taken for _, taken in uses)
        self._used_until = now + WATCH_SECONDS / 2
        return self._used


def _children_of(process: psutil.Process) -> list[psutil.Process]:
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []


def _use_of(process: psutil.Process) -> tuple[float, float]:
    try:
        times = process.cpu_times()
        return process.memory_info().rss / MB, float(times.user + times.system)
    except psutil.Error:
        return 0.0, 0.0


def _environment(cache: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    # What libraries leave in a home or in a folder for temporary files stays in the data folder.
    home = (cache / "reader").absolute()
    home.mkdir(parents=True, exist_ok=True)
    return {
        **kept,
        "HOME": str(home),
        "TMPDIR": str(home),
        "ORT_DISABLE_TELEMETRY": "1",
        "PYTHONPATH": os.pathsep.join([str(_ROOT), *(path for path in sys.path if path)]),
        "PYTHONSAFEPATH": "1",
        "OMP_WAIT_POLICY": "PASSIVE",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
        "PADDLE_PDX_CACHE_HOME": str(cache / "paddlex"),
    }
