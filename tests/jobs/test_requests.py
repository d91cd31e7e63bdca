"""The job engine's own file, as the app and the workers find it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from dbos import DBOSClient
from sqlalchemy.exc import OperationalError

from ingest_jobs.requests import make_database, rebuilds, request_rebuild, sqlite_path
from rag_core.errors import UserError
from rag_core.settings import Settings

HEADER = 100


def torn(content: bytes) -> bytes:
    return content[: len(content) // 2]


def foreign(content: bytes) -> bytes:
    return b"no database at all".ljust(len(content), b"?")


def flipped(content: bytes) -> bytes:
    return content[:HEADER] + bytes(one ^ 255 for one in content[HEADER:])


@pytest.mark.parametrize("damage", [torn, foreign, flipped])
def test_a_damaged_job_file_is_put_aside_and_made_anew(
    settings: Settings, damage: Callable[[bytes], bytes]
) -> None:
    make_database(settings)
    path = sqlite_path(settings)
    assert path is not None
    content = damage(path.read_bytes())
    path.write_bytes(content)
    make_database(settings)
    request_rebuild(settings, 1)
    assert [one.state for one in rebuilds(settings)] == ["waiting"]
    assert path.with_name("jobs.sqlite.damaged").read_bytes() == content


def test_a_sound_job_file_stays(settings: Settings) -> None:
    request_rebuild(settings, 1)
    make_database(settings)
    assert len(rebuilds(settings)) == 1


def test_a_full_disk_is_said(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        full = sqlite3.OperationalError("database or disk is full")
        full.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("INSERT", {}, full)

    monkeypatch.setattr(DBOSClient, "enqueue", refuse)
    with pytest.raises(UserError, match="disk_full"):
        request_rebuild(settings, 1)
