"""Measures Wenju on folders of questions and documents: python -m rag_core.evaluate COMMAND DIR…"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path

from rag_core.errors import UserError
from rag_core.evaluate.common import FormError, write_json
from rag_core.messages import sentence

# Each is a module of this package with add_arguments(parser) and run(arguments) -> figures by folder.
COMMANDS = {
    "retrieval": "whether search finds the passage that holds the answer",
    "conversation": "whether follow-up questions find what they ask for",
    "answers": "whether answers are right, cited and refused where they should be",
    "support": "whether the support check tells true claims from false ones",
    "pages": "whether questions about long files are led to the right page",
    "ocr": "how well pages without text are read",
    "intake": "whether every file, however broken, comes to a decided end",
}


def main(words: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status: 0 when it finished, 2 for a folder that is not of the form."""
    words = list(sys.argv[1:] if words is None else words)
    parser = argparse.ArgumentParser(prog="python -m rag_core.evaluate", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, purpose in COMMANDS.items():
        command = commands.add_parser(name, help=purpose, description=f"Measures {purpose}.")
        if name in words[:1]:
            _module(name).add_arguments(command)
            _add_common(command)
    arguments = parser.parse_args(words)
    try:
        figures = _module(arguments.command).run(arguments)
    except FormError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except UserError as error:
        print(f"error: {sentence(error.problem, 'en')}", file=sys.stderr)
        return 1
    if arguments.out is not None:
        write_json(arguments.out, figures)
    return 0


def _module(name: str):  # type: ignore[no-untyped-def]
    return importlib.import_module(f"rag_core.evaluate.{name}")


def _add_common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, metavar="FILE.json", help="also write the figures here")
    parser.add_argument("--limit", type=_count, metavar="N", help="take the first N queries or files only")
    parser.add_argument("--seed", type=int, default=0, help="fixes any sampling (default 0)")


def _count(word: str) -> int:
    number = int(word)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
