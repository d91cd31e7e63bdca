"""Takes the outer wrapper off bombs that are kept compressed: python -m tests.bench.unpack_bombs FROM TO

One layer of .bz2, then one of .zip, as far as the caps allow: what a person would upload after unpacking. What
is larger is cut off at the cap, which leaves a file that a reader must survive as well.
"""

from __future__ import annotations

import argparse
import bz2
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MB = 2**20
PIECE = MB


def unpack(source: Path, target: Path, most_file: int, most_all: int) -> Iterator[tuple[str, int]]:
    """Writes what is in the wrappers to the target folder, under names of our own; tells name and bytes."""
    left = most_all
    for path in sorted(source.iterdir()):
        for name, stream in _inside(path, target, min(most_file, left)):
            written = _write(stream, target / name, min(most_file, left))
            left -= written
            yield name, written


def _inside(path: Path, target: Path, most: int) -> Iterator[tuple[str, BinaryIO]]:
    """The contents of a wrapper; a ZIP in a .bz2 counts as one."""
    name = path.name
    if name.endswith(".bz2"):
        name = name.removesuffix(".bz2")
        outer = target / f"{name}.unwrapped"
        with bz2.open(path) as stream:
            _write(stream, outer, most)
    else:
        outer = path
    is_archive = name.endswith(".zip") and zipfile.is_zipfile(outer)
    if is_archive:
        with zipfile.ZipFile(outer) as archive:
            for number, entry in enumerate(archive.infolist()[:100]):
                if not entry.is_dir():
                    with archive.open(entry) as part:
                        yield f"{name}__{number}__{Path(entry.filename).name}", part
    if outer is not path:
        with outer.open("rb") as whole:
            yield name, whole
        outer.unlink()


def _write(stream: BinaryIO, target: Path, most: int) -> int:
    written = 0
    with target.open("wb") as file:
        try:
            while written < most and (piece := stream.read(min(PIECE, most - written))):
                file.write(piece)
                written += len(piece)
        except (OSError, EOFError, zipfile.BadZipFile) as error:
            print(f"{target.name}: {error}")
    return written


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--file-mb", type=int, default=600)
    parser.add_argument("--all-mb", type=int, default=3000)
    arguments = parser.parse_args()
    arguments.target.mkdir(parents=True, exist_ok=True)
    for name, written in unpack(
        arguments.source, arguments.target, arguments.file_mb * MB, arguments.all_mb * MB
    ):
        print(f"{written:>12,}  {name}")


if __name__ == "__main__":
    main()
