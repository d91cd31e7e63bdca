"""Ask from a terminal, check an exported answer, and look after an installation:
python -m rag_core ask|verify|backup|doctor

Exit status: 0 answered (or all is well), 1 an error, 2 bad use, 3 refused: the documents don't hold the answer.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rag_core.engine import open_asking
from rag_core.errors import InputError, UserError
from rag_core.messages import Language, sentence as say
from rag_core.models.defaults import QUOTE
from rag_core.settings import Settings, read_settings
from rag_core.store.db import open_database
from rag_core.store.files import FileStore
from rag_core.text import is_cjk
from rag_core.types import Answer, Citation, Done, Region, Searching, Token

if TYPE_CHECKING:
    from rag_core.bundle.check import Shelf

ANSWERED, FAILED, BAD_USE, REFUSED = 0, 1, 2, 3


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    arguments = _parser().parse_args(words)
    try:
        match arguments.command:
            case "doctor":
                return _doctor()
            case "verify":
                return _verify(arguments)
            case "backup":
                return _back_up(arguments.folder)
            case _:
                return _ask(arguments)
    except UserError as error:
        language: Language = "zh" if is_cjk(getattr(arguments, "question", "")) else "en"
        print(f"error: {say(error.problem, language)}", file=sys.stderr)
        return BAD_USE if isinstance(error, InputError) else FAILED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m rag_core", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    ask = commands.add_parser("ask", help="answer a question over a library")
    ask.add_argument("question")
    ask.add_argument(
        "--library", required=True, action="append", metavar="NAME", help="may be given more than once"
    )
    ask.add_argument("--document", type=int, nargs="+", metavar="ID", help="only these documents")
    ask.add_argument(
        "--quote", action="store_true", help="answer with the documents' own sentences, without a model"
    )
    ask.add_argument("--json", action="store_true", help="print one JSON object instead")
    verify = commands.add_parser("verify", help="check that an exported answer bundle is as it was made")
    verify.add_argument("file", type=Path, metavar="FILE")
    verify.add_argument("--seal", default="", help="the seal that was noted down when the file was exported")
    backup = commands.add_parser("backup", help="copy documents and conversations into a new data folder")
    backup.add_argument(
        "folder", type=Path, metavar="FOLDER", help="a folder that does not exist yet, or is empty"
    )
    commands.add_parser("doctor", help="say what is here, what is missing, and what to do")
    return parser


def _doctor() -> int:
    from rag_core.doctor import run  # noqa: PLC0415 (asking needs none of it)

    return run(read_settings())


def _back_up(folder: Path) -> int:
    """0: all is copied; 1: the stored files of some documents were gone or damaged already; they are named."""
    from rag_core.store.backup import back_up  # noqa: PLC0415 (asking needs none of it)

    settings = read_settings()
    database = open_database(settings.database)
    copied = back_up(database, FileStore(settings.files), folder)
    database.dispose()
    for filename in copied.missing:
        print(
            f"MISSING  {_inert(filename)}: its stored file is gone or damaged; what was read from it is copied"
        )
    print(
        f"{copied.documents} documents and {copied.conversations} conversations, {copied.bytes / 2**20:.0f} MB"
    )
    print(f"To use the copy, start with WENJU_HOME={folder.absolute()}")
    return FAILED if copied.missing else ANSWERED


def _verify(arguments: argparse.Namespace) -> int:
    """0: nothing has changed; 1: a part has, and is named. Documents and the seal are compared with the data folder's."""
    from rag_core.bundle.check import HOW, check_bundle  # noqa: PLC0415 (asking needs none of it)

    settings = read_settings()
    with _shelf(settings) as shelf:
        report = check_bundle(arguments.file, shelf, arguments.seal)
        told = shelf is not None
    for finding in report.findings:
        print(f"CHANGED  {_inert(finding.part)}: {HOW[finding.how]}")
    for filename in report.documents:
        print(f"here     {_inert(filename)}: compared with the data folder")
    for filename in report.elsewhere:
        print(f"not here {_inert(filename)}: the bundle alone was checked")
    for place in report.reread:
        print(
            f"note     {_inert(place)}: its text was corrected or read anew since; the quote still stands there"
        )
    if report.other_look:
        print("note     index.html: another version laid it out; it was not compared with conversation.json")
    print(f"seal     {report.seal or 'none'}")
    if report.export is not None:
        moment = f"{datetime.fromtimestamp(report.export.exported_at).astimezone():%Y-%m-%d %H:%M}"
        print(f"kept     this is the file exported {moment} from “{_inert(report.export.title)}”")
    elif told and not report.findings:
        print("note     no export with this seal is kept in the data folder")
    print("FAILED" if report.findings else f"OK: {report.parts} parts are as they were")
    return FAILED if report.findings else ANSWERED


def _inert(text: str) -> str:
    """The text in one line, without what would steer a terminal: a bundle's names come from anywhere."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


@contextmanager
def _shelf(settings: Settings) -> Iterator[Shelf | None]:
    """The documents of the data folder; None where there is none yet: checking must not make one."""
    from rag_core.bundle.check import Shelf  # noqa: PLC0415
    from rag_core.page_images import PageImages  # noqa: PLC0415
    from rag_core.parse.reader.isolated import IsolatedReader  # noqa: PLC0415

    if not settings.database_url and not (settings.home / "wenju.sqlite").exists():
        yield None
        return
    database, files, reader = (
        open_database(settings.database),
        FileStore(settings.files),
        IsolatedReader(settings),
    )
    try:
        yield Shelf(database, files, PageImages(reader, files, settings.cache).get)
    finally:
        reader.close()
        database.dispose()


def _ask(arguments: argparse.Namespace) -> int:
    settings: Settings = read_settings()
    if arguments.quote:
        settings = dataclasses.replace(settings, chat=QUOTE, chat_url="")
    asking = open_asking(settings)
    try:
        libraries = asking.library_ids(arguments.library)
        given: Answer | None = None
        written = False
        for event in asking.ask(arguments.question, (), libraries, arguments.document):
            match event:
                case Searching(searched) if searched != arguments.question and not arguments.json:
                    print(f"({searched})", file=sys.stderr)
                case Token(text) if not arguments.json:
                    print(text, end="", flush=True)
                    written = True
                case Done(answer):
                    given = answer
    finally:
        asking.close()
    if given is None:
        return FAILED
    if arguments.json:
        print(json.dumps(as_json(given), ensure_ascii=False, indent=1))
    else:
        _print_rest(given, written)
    return REFUSED if given.refused else ANSWERED


def _print_rest(answer: Answer, written: bool) -> None:
    """What the stream did not say: the text where it was replaced, then citations, or what came closest."""
    if not written or answer.model_id == "quote" or answer.refused:
        print(("\n\n" if written else "") + answer.text, end="")
    print("\n")
    for citation in answer.citations:
        print(f"[{citation.number}] {citation.filename}, {_pages(citation.regions)} ({citation.support})")
        print(f"    {citation.quote}")
    if answer.refused:
        for evidence in answer.evidence:
            passage = evidence.hit.passage
            print(f"- {passage.filename}, p. {passage.first_page}: {' '.join(passage.text.split())[:200]}")


def _pages(regions: Sequence[Region]) -> str:
    return "p. " + ", ".join(str(region.page_number) for region in regions) if regions else "p. ?"


def as_json(answer: Answer) -> dict[str, object]:
    """The answer as the command prints it. Boxes are [x0, y0, x1, y1] in fractions of the page."""
    return {
        "question": answer.question,
        "searched": answer.searched,
        "looked_in": list(answer.looked_in),
        "answer": answer.text,
        "refused": answer.refused,
        "model": answer.model_id,
        "sentences": [
            {
                "text": answer.text[sentence.start : sentence.end],
                "citations": list(sentence.citations),
                "support": sentence.support,
                "why": sentence.why,
            }
            for sentence in answer.sentences
        ],
        "citations": [_citation_json(citation) for citation in answer.citations],
        "closest": [
            {"document": e.hit.passage.filename, "page": e.hit.passage.first_page, "text": e.hit.passage.text}
            for e in answer.evidence
            if answer.refused
        ],
        "timings": dataclasses.asdict(answer.timings),
    }


def _citation_json(citation: Citation) -> dict[str, object]:
    return {
        "number": citation.number,
        "document": citation.filename,
        "document_id": citation.document_id,
        "page": citation.regions[0].page_number if citation.regions else None,
        "regions": [
            {"page": region.page_number, "boxes": [[b.x0, b.y0, b.x1, b.y1] for b in region.boxes]}
            for region in citation.regions
        ],
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "support": citation.support,
        "why": citation.why,
    }


if __name__ == "__main__":
    sys.exit(main())
