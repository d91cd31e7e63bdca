"""What the evaluation commands share: the forms of the sets, their errors, the JSON they write.

A folder that is not of the form is refused with the file and the line that is at fault.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version

import numpy as np

VERSIONS_OF = (
    "faiss-cpu",
    "llama-index-core",
    "torch",
    "transformers",
    "FlagEmbedding",
    "paddleocr",
    "PyMuPDF",
)


class FormError(Exception):
    """A file of a set is not of its form: which file, which line (0: the whole file), and why."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        super().__init__(f"{path}:{line}: {why}" if line else f"{path}: {why}")


@dataclass(frozen=True, slots=True)
class Source:
    """A row of corpus.jsonl."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """A row of queries.jsonl; with its answers where answers.jsonl has some. `relevant` are the graded
    ids of qrels.tsv, those above 0."""

    id: str
    text: str
    answers: tuple[str, ...]
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A retrieval folder."""

    name: str
    corpus: tuple[Source, ...]
    queries: tuple[Query, ...]


class Row:
    """One JSON object of a .jsonl file, whose fields are taken out with their type checked."""

    def __init__(self, path: Path, line: int, values: Mapping[str, object]) -> None:
        self.path, self.line, self._values = path, line, values

    def has(self, field: str) -> bool:
        return self._values.get(field) is not None

    def text(self, field: str, default: str | None = None) -> str:
        """The field as a string; a number is written out. Raises FormError when it is absent without a default."""
        value = self._values.get(field)
        if value is None and default is not None:
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        raise self.wrong(f'"{field}" is not a string' if value is not None else f'"{field}" is missing')

    def flag(self, field: str) -> bool:
        value = self._values.get(field)
        if not isinstance(value, bool):
            raise self.wrong(f'"{field}" is not true or false')
        return value

    def texts(self, field: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """The strings of a list, of lists within it too; a string alone is a list of one."""
        value = self._values.get(field)
        if value is None and default is not None:
            return default
        found = tuple(_strings(value))
        if value is None or (not found and value not in ([], "")):
            raise self.wrong(f'"{field}" is not a list of strings')
        return found

    def value(self, field: str) -> object:
        """The field as JSON gave it, None when absent."""
        return self._values.get(field)

    def wrong(self, why: str) -> FormError:
        return FormError(self.path, self.line, why)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
    elif isinstance(value, list):
        for one in value:
            yield from _strings(one)


def read_rows(path: Path) -> Iterator[Row]:
    """The objects of a .jsonl file; blank lines are passed over. Raises FormError."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield _row(path, number, line)
    except (OSError, UnicodeDecodeError) as error:
        raise FormError(path, 0, "can't be read as UTF-8 text") from error


def _row(path: Path, number: int, line: str) -> Row:
    try:
        values = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FormError(path, number, "not valid JSON") from error
    if not isinstance(values, dict):
        raise FormError(path, number, "not a JSON object")
    return Row(path, number, values)


def read_corpus(folder: Path) -> tuple[Source, ...]:
    """corpus.jsonl: {id, title, text}. Raises FormError; ids must be unique."""
    path = folder / "corpus.jsonl"
    found: dict[str, Source] = {}
    for row in read_rows(path):
        source = Source(row.text("id"), row.text("title", ""), row.text("text"))
        if source.id in found:
            raise row.wrong(f"the id {source.id} occurs twice")
        found[source.id] = source
    if not found:
        raise FormError(path, 0, "holds no rows")
    return tuple(found.values())


def read_qrels(path: Path, known: frozenset[str]) -> dict[str, dict[str, int]]:
    """qrels.tsv: a header, then query-id, corpus-id, score. Query id → corpus id → score above 0.
    Raises FormError, also for a corpus id that is not known."""
    found: dict[str, dict[str, int]] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise FormError(path, 0, "can't be read as UTF-8 text") from error
    if not lines or lines[0].split("\t")[:3] != ["query-id", "corpus-id", "score"]:
        raise FormError(path, 1, "the header is not query-id, corpus-id, score")
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        fields = line.split("\t")
        if len(fields) != 3 or not fields[2].strip().lstrip("-").isdecimal():
            raise FormError(path, number, "not query-id, corpus-id and a whole number, separated by tabs")
        if fields[1] not in known:
            raise FormError(path, number, f"the document {fields[1]} is not in corpus.jsonl")
        if int(fields[2]) > 0:
            found.setdefault(fields[0], {})[fields[1]] = int(fields[2])
    return found


def read_retrieval_set(
    folder: Path, limit: int | None = None, queries_from: Path | None = None
) -> RetrievalSet:
    """A retrieval folder with its first `limit` queries; the queries' texts, found by id, from another folder
    where one is given. answers.jsonl is read where it is there. Raises FormError."""
    corpus = read_corpus(folder)
    relevant = read_qrels(folder / "qrels.tsv", frozenset(source.id for source in corpus))
    answers: dict[str, tuple[str, ...]] = {}
    if (folder / "answers.jsonl").exists():
        answers = {row.text("id"): row.texts("answers", ()) for row in read_rows(folder / "answers.jsonl")}
    path = (queries_from or folder) / "queries.jsonl"
    queries = [
        Query(
            row.text("id"),
            row.text("text"),
            answers.get(row.text("id"), ()),
            relevant.get(row.text("id"), {}),
        )
        for row in read_rows(path)
    ]
    if queries_from is not None:
        queries = [query for query in queries if query.relevant]
    if not queries:
        raise FormError(path, 0, "holds no queries for this corpus")
    return RetrievalSet(folder_name(folder), corpus, tuple(queries[:limit]))


def folder_name(folder: Path) -> str:
    """The key under which a folder's figures stand."""
    return folder.resolve().name


def percentiles(seconds: Sequence[float]) -> dict[str, float]:
    """p50 and p95 in milliseconds."""
    if not seconds:
        return {"p50": 0.0, "p95": 0.0}
    p50, p95 = np.percentile(np.array(seconds) * 1000, [50, 95])
    return {"p50": round(float(p50), 2), "p95": round(float(p95), 2)}


def versions() -> dict[str, str]:
    """The versions of what shapes the figures."""
    found = {"python": python_version()}
    for name in VERSIONS_OF:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def write_json(path: Path, values: Mapping[str, object]) -> None:
    """Writes the figures; a file that is there already is replaced as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    unfinished.replace(path)


def table(header: Sequence[str], rows: Sequence[Sequence[str | float]]) -> str:
    """A table for reading: numbers with four digits, columns aligned."""
    cells = [
        list(header),
        *([f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows),
    ]
    widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def progress(what: str, total: int) -> Callable[[int], None]:
    """Tells on standard error how far `what` is: call it with the number done."""
    every = max(total // 20, 1)

    def tell(done: int) -> None:
        if done % every == 0 or done == total:
            end = "\n" if done == total else ""
            print(f"\r{what}: {done}/{total}", end=end, file=sys.stderr, flush=True)

    return tell
