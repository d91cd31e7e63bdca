"""What reading a scanned page costs beside recognition itself: python -m tests.bench.ocr_stage [FILE…] [--pages N]

Reads the first pages of the PDFs or images (without any: the sample library, printed and scanned) twice, page
by page in turn: with a bare call of PaddleOCR on the picture of the page, ready in memory, with the same models
and one thread; and through the product (draw the page, recognise, order, encode, a process between). Then the
same pages, again and again, with one reading process and with two. Prints pages a second and the two ratios; asserts
nothing.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import numpy as np

from rag_core import sample
from rag_core.models.defaults import default_ids
from rag_core.models.folders import find
from rag_core.parse.reader.isolated import IsolatedReader
from rag_core.parse.recognition import ocr
from rag_core.parse.source import open_source
from rag_core.protocols import ImageArray
from rag_core.settings import Settings, read_settings
from tests.builders import scan_pdf

DPI = 200
# A usual setting for scanned pages: larger ones take more memory than a page may have.
BARE_SIDE = 1536
# Two processes end a page apart: over so many pages that is little.
LONG = 40

Place = tuple[Path, int]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--side", type=int, default=BARE_SIDE, help="the bare call's detection side")
    parser.add_argument("--pages", type=int, default=8, metavar="N", help="how many pages in all (default 8)")
    arguments = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    settings = read_settings()
    with tempfile.TemporaryDirectory() as folder:
        places = list(pages(arguments.files or [sample_scan(Path(folder))]))[: arguments.pages]
        beside_bare(settings, places, arguments.side)
        two_beside_one(settings, list(islice(cycle(places), LONG)))


def sample_scan(folder: Path) -> Path:
    """The sample library's pages as one scanned document."""
    pictures: list[ImageArray] = []
    for index, file in enumerate(sample.files()):
        path = folder / f"{index}.pdf"
        path.write_bytes(file.content)
        source, _ = open_source(path)
        pictures += [source.picture(number, DPI) for number in range(1, source.page_count + 1)]
        source.close()
    scan = folder / "scan.pdf"
    scan.write_bytes(scan_pdf(pictures))
    return scan


def pages(files: list[Path]) -> Iterator[Place]:
    for file in files:
        source, _ = open_source(file)
        yield from ((file, number) for number in range(1, source.page_count + 1))
        source.close()


def beside_bare(settings: Settings, places: list[Place], side: int) -> None:
    """Each page by the bare call and by the product, in turn."""
    bare = bare_call(settings, side)
    with readers(settings, 1) as (reader,):
        first, number = places[0]
        bare(picture(first, number))
        reader.read_scan(first, number)
        spent = {"bare": 0.0, "product": 0.0}
        for path, number in places:
            pixels = picture(path, number)
            spent["bare"] += timed(lambda: bare(pixels))  # noqa: B023 - called at once
            spent["product"] += timed(lambda: reader.read_scan(path, number))  # noqa: B023 - called at once
    for name, seconds in spent.items():
        print(f"{name:8}{len(places) / seconds:6.2f} pages/s")
    print(f"product / bare: {spent['product'] / spent['bare']:.2f}")


def two_beside_one(settings: Settings, places: list[Place]) -> None:
    """All pages by one process, then by two; who is free takes the next page, as a worker's readers do."""
    spent: dict[int, float] = {}
    for count in (1, 2):
        with readers(settings, count) as opened, ThreadPoolExecutor(count) as threads:
            warm = [threads.submit(reader.read_scan, *places[0]) for reader in opened]
            _ = [one.result() for one in warm]
            free = SimpleQueue[IsolatedReader]()
            for reader in opened:
                free.put(reader)

            def read(place: Place) -> None:
                reader = free.get()  # noqa: B023 - called at once
                reader.read_scan(*place)
                free.put(reader)  # noqa: B023

            spent[count] = timed(lambda: list(threads.map(read, places)))
        print(f"{count} process{'es' if count > 1 else '  '}{len(places) / spent[count]:6.2f} pages/s")
    print(f"two / one: {spent[1] / spent[2]:.2f}")


def bare_call(settings: Settings, side: int) -> Callable[[ImageArray], object]:
    """PaddleOCR as its own pipeline, on the product's models."""
    folder = find(settings, default_ids(settings).ocr)
    if folder is None:
        raise SystemExit("no recognition model: python -m rag_core.models fetch")
    models = {ending: next(folder.glob(f"*{ending}")) for ending in ocr.ENDINGS}
    options: dict[str, Any] = {
        f"{role}_model_{key}": str(value)
        for role, ending in zip(
            ("text_detection", "text_recognition", "doc_orientation_classify"), ocr.ENDINGS, strict=True
        )
        for key, value in (("name", models[ending].name), ("dir", models[ending]))
    }
    engine = ocr.paddleocr().PaddleOCR(
        **options,
        use_doc_orientation_classify=True,
        use_doc_unwarping=False,
        use_textline_orientation=False,
        device="cpu",
        engine="onnxruntime",
        engine_config={"intra_op_num_threads": 1, "inter_op_num_threads": 1},
        text_det_limit_type="max",
        text_det_limit_side_len=side,
        text_recognition_batch_size=1,
    )
    return lambda pixels: engine.predict(pixels, return_word_box=True)


def picture(path: Path, number: int) -> ImageArray:
    source, _ = open_source(path)
    pixels = source.scan(number)
    source.close()
    return np.ascontiguousarray(pixels)


@contextmanager
def readers(settings: Settings, count: int) -> Iterator[list[IsolatedReader]]:
    opened = [IsolatedReader(settings, threads=1) for _ in range(count)]
    try:
        yield opened
    finally:
        for reader in opened:
            reader.close()


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
