"""What every test may ask for: a data folder of its own, settings for it, an open database."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from rag_core.settings import Settings, read_settings
from rag_core.store.db import open_database


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder that is empty at first."""
    return tmp_path / "home"


@pytest.fixture
def settings(home: Path) -> Settings:
    """Default settings in that folder; models are looked for where the environment says."""
    given = read_settings()
    return dataclasses.replace(Settings(home=home), models_dir=given.models)


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The migrated database of that folder."""
    opened = open_database(settings.database)
    yield opened
    opened.dispose()
