"""The models' command line: list, fetch, check."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from rag_core.errors import UserError
from rag_core.messages import sentence
from rag_core.models.catalogue import CARDS, find_card
from rag_core.models.defaults import default_ids, default_ids_to_fetch
from rag_core.models.fetch import ensure
from rag_core.models.folders import damaged_files, discard, find, read_manifest
from rag_core.settings import Settings, read_settings

LINE_SECONDS = 1.0


def main(arguments: list[str]) -> int:
    """Run one command; 0 when all is well, 1 when a model is missing or damaged, 2 for wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m rag_core.models", description="The models Wenju uses.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="show every known model, what it is for and whether it is here")
    fetching = commands.add_parser("fetch", help="fetch models (without names: those this machine needs)")
    fetching.add_argument("ids", nargs="*", metavar="ID", help="a model's name, as `list` shows it")
    fetching.add_argument("--all-defaults", action="store_true", help="those this machine needs, too")
    commands.add_parser("check", help="read every file of the models that are here and compare its hash")
    chosen = parser.parse_args(arguments)
    try:
        settings = read_settings()
        match chosen.command:
            case "list":
                return _list(settings)
            case "check":
                return _check(settings)
            case _:
                return _fetch(settings, chosen.ids, chosen.all_defaults)
    except UserError as error:
        print(sentence(error.problem, "en"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. Run it again to go on.", file=sys.stderr)
        return 130


def _list(settings: Settings) -> int:
    used = default_ids(settings)
    print(f"{'':2}{'model':<30}{'role':<10}{'MB':>7}  {'licence':<13}{'here':<6}about")
    for card in CARDS:
        mark = "*" if card.id in (used.embedder, used.reranker, used.chat, used.ocr, used.layout) else ""
        here = "yes" if find(settings, card.id) else ""
        print(
            f"{mark:2}{card.id:<30}{card.role:<10}{card.size_mb:>7}  {card.licence:<13}{here:<6}{card.note}"
        )
    print(f"* used now. Models lie in {settings.models}")
    if not used.chat:
        print("No chat model is used: answers quote the documents.")
    return 0


def _fetch(settings: Settings, ids: list[str], all_defaults: bool) -> int:
    if all_defaults or not ids:
        wanted = default_ids_to_fetch(settings)
        chat = "" if settings.chat_url else wanted.chat
        roles = (wanted.embedder, wanted.ocr, wanted.layout, chat, wanted.reranker)
        ids = [*ids, *(name for name in roles if name)]
    failed = False
    for model_id in dict.fromkeys(ids):
        failed |= not _fetch_one(settings, model_id)
    return int(failed)


def _fetch_one(settings: Settings, model_id: str) -> bool:
    folder = find(settings, model_id)
    if folder and damaged_files(folder):
        print(f"{model_id}: damaged, fetched again")
        discard(folder)
    started = time.monotonic()
    try:
        folder = ensure(settings, model_id, _Printed(model_id).tell)
    except UserError as error:
        print(f"{model_id}: {sentence(error.problem, 'en')}", file=sys.stderr)
        return False
    print(f"{model_id}: {folder} ({time.monotonic() - started:.0f} s)")
    return True


class _Printed:
    """Progress as lines, at most one a second unless something new happens."""

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id
        self.last = ""
        self.at = 0.0

    def tell(self, what: str, fraction: float) -> None:
        if what == self.last and time.monotonic() - self.at < LINE_SECONDS:
            return
        self.last, self.at = what, time.monotonic()
        print(f"{self.model_id}: {fraction:4.0%}  {what}", flush=True)


def _check(settings: Settings) -> int:
    bad = False
    here = [(card, folder) for card in CARDS if (folder := find(settings, card.id))]
    for card, folder in here:
        bad |= not _check_one(card.id, folder)
    broken = [
        folder.name
        for folder in sorted(settings.models.glob("*"))
        if find_card(folder.name) and not find(settings, folder.name)
    ]
    for name in broken:
        print(f"{name}: files are missing. Run: python -m rag_core.models fetch {name}")
    if not here and not broken:
        print(f"No models in {settings.models}. Run: python -m rag_core.models fetch")
    return int(bad or bool(broken) or not here)


def _check_one(name: str, folder: Path) -> bool:
    recorded = read_manifest(folder)
    if not recorded:
        print(f"{name}: put there by hand, no hashes to compare")
        return True
    damaged = damaged_files(folder)
    if damaged:
        print(f"{name}: DAMAGED: {', '.join(damaged)}. Run: python -m rag_core.models fetch {name}")
        return False
    print(f"{name}: {len(recorded)} files as fetched")
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
