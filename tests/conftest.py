"""What every test may ask for: a data folder of its own, settings for it, an open database."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import Engine, create_engine, text

from rag_core.settings import Settings, read_settings
from rag_core.store.db import open_database

# A PostgreSQL to run the tests of store and jobs on instead; everything in it is dropped.
OTHER_DATABASE = os.environ.get("WENJU_TEST_DATABASE", "")

# How fast the machine is at the moment says nothing about the code.
hypothesis.settings.register_profile("wenju", deadline=None)
hypothesis.settings.load_profile("wenju")


# Threads of the app that may be in a model's native code.
NATIVE = ("warm", "answer", "trial")


def pytest_sessionfinish() -> None:
    """Waits for them: an interpreter that ends under native code aborts, and with it a run that passed."""
    for thread in threading.enumerate():
        if thread.name in NATIVE:
            thread.join(timeout=60)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder that is empty at first."""
    return tmp_path / "home"


@pytest.fixture
def settings(home: Path) -> Settings:
    """Default settings in that folder; models are looked for where the environment says."""
    if OTHER_DATABASE:
        _empty(OTHER_DATABASE)
    return dataclasses.replace(
        Settings(home=home), models_dir=read_settings().models, database_url=OTHER_DATABASE
    )


@pytest.fixture
def sqlite() -> None:
    """For a test that is about SQLite."""
    if OTHER_DATABASE:
        pytest.skip("runs on another database")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    """The migrated database of that folder."""
    opened = open_database(settings.database)
    yield opened
    opened.dispose()


def _empty(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in (
            "DROP SCHEMA IF EXISTS public CASCADE",
            "DROP SCHEMA IF EXISTS dbos CASCADE",
            "CREATE SCHEMA public",
        ):
            connection.execute(text(statement))
    engine.dispose()
