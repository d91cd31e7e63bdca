"""The child process that opens hostile files: `python -m rag_core.parse.reader.child`, started by parse.reader.isolated.

It answers requests from standard input on standard output until that closes. Its limits are set before the
first file is opened; whatever still goes wrong in here ends this process and nothing else.
"""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from rag_core.errors import InputError, ModelUnavailable, ParserFailure, UserError
from rag_core.parse import source as sources
from rag_core.parse.digital.pdf import PdfFile, damage_met
from rag_core.parse.formats.media import media_type
from rag_core.parse.layout.page_layout import open_layout
from rag_core.parse.layout.regions import PageLayout
from rag_core.parse.reader import wire
from rag_core.parse.recognition.image import encode_png
from rag_core.parse.recognition.remembered import RememberedEngine
from rag_core.parse.results import PAGED, Inspection, MediaType, PageResult, failed
from rag_core.protocols import OcrEngine

MOST_FILE_BYTES = 2 * 2**30
ORPHAN_SECONDS = 0.5
_SPARE_CPU_SECONDS = 10
_MOST_TRACE = 8000
# A page makes thousands of values and drops them again: to look for circles among them ten times a page is in vain.
_NEW_VALUES = 50_000


class Child:
    """Answers requests. One file stays open between them."""

    def __init__(self) -> None:
        self._source: sources.Source | None = None
        self._media: MediaType = "application/pdf"
        self._key: tuple[object, ...] = ()
        self._engine: OcrEngine | None = None
        self._layout: PageLayout | None = None

    def answer(self, request: wire.Message) -> Iterator[wire.Message]:
        """The messages that answer the request."""
        path = Path(wire.text_field(request.fields, "path"))
        match request.kind:
            case "inspect":
                yield self._inspect(request, path)
            case "read_text":
                source = self._open(path)
                for number in _numbers(request):
                    damage_met()
                    yield wire.page_message(_whole(sources.read_text(source, number)))
            case "hash":
                source = self._open(path)
                yield wire.hashes_message([source.page_hash(number) for number in _numbers(request)])
            case "read_scan":
                yield from self._read_scan(request, path)
            case "render":
                yield self._render(request, path)
            case "decrypt":
                yield self._decrypt(request, path)
            case "convert":
                yield _convert(request, path)
            case _:
                raise ValueError(request.kind)

    def _inspect(self, request: wire.Message, path: Path) -> wire.Message:
        media = media_type(path, wire.text_field(request.fields, "filename"))
        if media not in PAGED:
            return wire.inspection_message(Inspection(0, media, False))
        source = sources.open_as(path, media, wire.text_field(request.fields, "password"))
        try:
            return wire.inspection_message(Inspection(source.page_count, media, source.encrypted))
        finally:
            source.close()

    def _read_scan(self, request: wire.Message, path: Path) -> Iterator[wire.Message]:
        (number,) = _numbers(request)
        layout = self._layout_model(request)
        engine: OcrEngine | None = None
        with contextlib.suppress(ModelUnavailable):
            engine = self._recogniser(request)
        yield wire.Message("ready", {})
        anew = request.fields.get("anew") is True
        damage_met()
        yield wire.page_message(_whole(sources.read_scan(self._open(path), number, engine, anew, layout)))

    def _recogniser(self, request: wire.Message) -> OcrEngine:
        if self._engine is None:
            from rag_core.parse.recognition.ocr import PaddleOcrEngine  # noqa: PLC0415 - seconds, and few files need it

            folder = wire.text_field(request.fields, "ocr_folder")
            if not folder:
                raise ModelUnavailable("model_unavailable", "ocr")
            threads = int(wire.number_field(request.fields, "threads"))
            self._engine = RememberedEngine(PaddleOcrEngine(Path(folder), threads))
        return self._engine

    def _layout_model(self, request: wire.Message) -> PageLayout | None:
        """The layout model; without it pages are read by geometry alone."""
        folder = wire.text_field(request.fields, "layout_folder")
        if self._layout is None and folder:
            threads = int(wire.number_field(request.fields, "threads"))
            with contextlib.suppress(ModelUnavailable):
                self._layout = open_layout(Path(folder), threads)
        return self._layout

    def _render(self, request: wire.Message, path: Path) -> wire.Message:
        (number,) = _numbers(request)
        dpi = wire.number_field(request.fields, "dpi")
        return wire.Message("image", {}, encode_png(self._open(path).picture(number, dpi)))

    def _decrypt(self, request: wire.Message, path: Path) -> wire.Message:
        source = PdfFile(path, wire.text_field(request.fields, "password"))
        try:
            source.decrypt(Path(wire.text_field(request.fields, "target")))
        finally:
            source.close()
        return wire.Message("done", {})

    def _open(self, path: Path) -> sources.Source:
        try:
            found = path.stat()
        except OSError as error:
            raise InputError("file_missing") from error
        key = (str(path), found.st_ino, found.st_size, found.st_mtime_ns)
        if self._source is None or key != self._key:
            if self._source is not None:
                self._source.close()
                self._source = None
            self._source, self._media = sources.open_source(path)
            self._key = key
        return self._source


def _whole(result: PageResult) -> PageResult:
    """The result; failed where nothing was found on the page and some of it is damaged."""
    if result.state == "empty" and damage_met():
        problem = ParserFailure("page_damaged").problem
        return failed(result.number, result.engine, result.seconds, problem)
    return result


def _convert(request: wire.Message, path: Path) -> wire.Message:
    from rag_core.parse.formats.convert import Workplace, convert  # noqa: PLC0415 - few files need it

    fields = request.fields
    workplace = Workplace(
        Path(wire.text_field(fields, "scratch")),
        wire.number_field(fields, "seconds"),
        int(wire.number_field(fields, "page_limit")),
        int(wire.number_field(fields, "memory_mb")),
    )
    convert(path, wire.text_field(fields, "filename"), Path(wire.text_field(fields, "target")), workplace)
    return wire.Message("done", {})


def _numbers(request: wire.Message) -> tuple[int, ...]:
    numbers = request.fields.get("numbers")
    if not isinstance(numbers, list) or not all(type(one) is int and one > 0 for one in numbers):
        raise ValueError("not page numbers")
    return tuple(numbers)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answers requests until there are no more."""
    child = Child()
    _say(answers, wire.Message("hello", {}))
    while True:
        try:
            request = wire.unpack(lambda count: _exactly(requests, count))
        except EOFError:
            return
        _limit_processor(request)
        try:
            for message in child.answer(request):
                _say(answers, message)
            _say(answers, wire.Message("end", {}))
        except UserError as error:
            _say(answers, wire.error_message(error))
        except MemoryError:
            _say(answers, wire.error_message(ParserFailure("page_memory")))
            return


def _say(answers: BinaryIO, message: wire.Message) -> None:
    answers.write(wire.pack(message))
    answers.flush()


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data


def _limit_memory(megabytes: int) -> None:
    """Bounds what the parent's watch might see too late. No core dumps: they would hold the document."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_FILE_BYTES, MOST_FILE_BYTES))
    if megabytes:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))


def _limit_processor(request: wire.Message) -> None:
    """Ends an orphan that loops in C, where no thread of ours gets to run."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = used.ru_utime + used.ru_stime + wire.number_field(request.fields, "processor_seconds")
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + _SPARE_CPU_SECONDS, hard))


def _end_with(parent: int, current: Callable[[], int] = os.getppid) -> None:
    while current() == parent:
        time.sleep(ORPHAN_SECONDS)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)  # what this process started goes with it
    os._exit(1)


def main() -> None:
    """Serves on the standard streams, out of reach of libraries that print."""
    parent, megabytes = int(sys.argv[1]), int(sys.argv[2])
    _limit_memory(megabytes)
    gc.freeze()
    gc.set_threshold(_NEW_VALUES)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(silence, stream)
    sys.excepthook = functools.partial(_tell_bug, answers)
    serve(requests, answers)


def _tell_bug(answers: BinaryIO, kind: type[BaseException], error: BaseException, trace: object) -> None:
    """The last words, for the log."""
    words = "".join(traceback.format_exception(error))[-_MOST_TRACE:]
    _say(answers, wire.Message("bug", {"trace": words}))


if __name__ == "__main__":
    main()
