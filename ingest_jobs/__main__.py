"""python -m ingest_jobs: a worker; with `add` or `status`: documents from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rag_core.errors import UserError
from rag_core.messages import sentence
from rag_core.settings import read_settings


def main(arguments: Sequence[str]) -> int:
    """Runs the command; returns the exit code: 0 done, 1 something was rejected, 2 could not start."""
    options = _parse(arguments)
    try:
        settings = read_settings()
        if options.command == "add":
            from ingest_jobs.commands import add  # noqa: PLC0415

            return add(settings, options.files, options.library, options.wait, options.password)
        if options.command == "status":
            from ingest_jobs.commands import status  # noqa: PLC0415

            return status(settings)
        from ingest_jobs.engine import open_bench  # noqa: PLC0415
        from ingest_jobs.worker import run  # noqa: PLC0415

        run(settings, open_bench)
    except UserError as error:
        print(sentence(error.problem, "en"), file=sys.stderr)
        return 2
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m ingest_jobs", description=__doc__)
    parser.set_defaults(command="work")
    commands = parser.add_subparsers(
        metavar="COMMAND", help="without one: run a worker until it is told to stop"
    )
    adding = commands.add_parser("add", help="add files to a library")
    adding.add_argument("files", nargs="+", type=Path, metavar="FILE")
    adding.add_argument("--library", required=True, metavar="NAME", help="made when it does not exist")
    adding.add_argument("--wait", action="store_true", help="show the progress until all are read")
    adding.add_argument("--password", default="", help="opens those of the files that are encrypted")
    adding.set_defaults(command="add")
    showing = commands.add_parser("status", help="show workers and unfinished documents")
    showing.set_defaults(command="status")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
