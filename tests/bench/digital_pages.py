"""What reading a digital page costs: python -m tests.bench.digital_pages [FILE…] [--pages N]

Reads the pages of the PDFs (without any: one that is drawn here, in two languages) that have a text layer and
no layout for a model to look at, in runs as the worker does, through the whole stage: a child process opens the
file, finds the characters, orders them and encodes the page; the parent takes it over the pipe and decodes it.
Counts the processor seconds of both. In turn with that, the same pages by a bare page.get_text("rawdict").
Prints pages a second a core and the ratio; asserts nothing.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil
import pymupdf

from rag_core.parse.digital.pdf import PdfFile
from rag_core.parse.formats.draw import draw_pdf
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.parse.tables.gate import may_hold_table
from rag_core.settings import Settings

RUN = 20
ROUNDS = 3
MOST_PAGES = 400
SHEETS = 30


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--pages", type=int, default=MOST_PAGES, help="read so many of each file at most")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        files = given.files or [_drawn(home / "drawn.pdf")]
        reader = IsolatedReader(Settings(home=home, reader_recycle_pages=10**6))
        reader.read_text(files[0], [1])
        for path in files:
            _measure(reader, path, given.pages)
        reader.close()


def _measure(reader: IsolatedReader, path: Path, most: int) -> None:
    numbers = _plain_pages(path)[:most]
    if not numbers:
        print(f"{path.name}: no digital pages without a table")
        return
    stage = bare = 0.0
    characters = 0
    for _ in range(ROUNDS):
        characters = 0
        before = _used()
        for run in _runs(numbers):
            pages = [result.page for result in reader.read_text(path, run)]
            characters += sum(len(page.text) for page in pages if page)
        stage += _used() - before
        before = time.process_time()
        with pymupdf.open(path) as document:
            for number in numbers:
                document[number - 1].get_text("rawdict")
        bare += time.process_time() - before
    read = ROUNDS * len(numbers)
    print(
        f"{path.name}: {len(numbers)} pages of {characters / len(numbers):.0f} characters, "
        f"{read / stage:.0f} pages/s a core ({1000 * stage / read:.1f} ms a page), "
        f'bare "rawdict" {read / bare:.0f} pages/s; ratio {stage / bare:.2f}'
    )


def _plain_pages(path: Path) -> list[int]:
    """The pages that are read by their text layer alone."""
    source = PdfFile(path)
    found: list[int] = []
    for number in range(1, source.page_count + 1):
        look = source.look(number)
        if look.segments and not look.needs_ocr and not may_hold_table(look.segments, *source.size(number)):
            found.append(number)
    source.close()
    return found


def _runs(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for first in range(0, len(numbers), RUN):
        yield numbers[first : first + RUN]


def _used() -> float:
    """Processor seconds of this process and its children."""
    children = psutil.Process(os.getpid()).children(recursive=True)
    times = [child.cpu_times() for child in children]
    return time.process_time() + float(sum(one.user + one.system for one in times))


def _drawn(path: Path) -> Path:
    """Pages as dense as those of a report."""
    draw = random.Random(7)
    english = re.findall(
        r"\w+", "the quick reading of plain pages costs less than when each letter was a dictionary"
    )
    chinese = "阅读一页普通文字所需的时间应当少于逐字查词典的时间因为机器不必认识每一个字"
    sheets = []
    for number in range(SHEETS):
        if number % 2:
            texts = ["".join(draw.choices(chinese, k=220)) + "。" for _ in range(5)]
        else:
            texts = [" ".join(draw.choices(english, k=110)) + "." for _ in range(5)]
        sheets.append([f"# Page {number + 1}", *texts])
    path.write_bytes(draw_pdf(sheets))
    return path


if __name__ == "__main__":
    main()
