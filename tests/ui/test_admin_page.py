"""System: what there is, and a rebuild that is really asked for."""

from __future__ import annotations

from ingest_jobs.submit import jobs
from tests.ui.conftest import EMBEDDER, Room, said


def test_the_facts_are_there(room: Room) -> None:
    room.read(0, 1)
    app = room.open(page="admin")
    assert "Samples" in said(app) and EMBEDDER in said(app) and "<dt>Documents</dt><dd>2</dd>" in said(app)
    assert "<dt>Queued" not in said(app) and "<dt>Waiting</dt><dd>0</dd>" in said(app)
    assert "worker is not running" in said(app)


def test_a_rebuild_is_asked_of_the_worker(room: Room) -> None:
    room.read(0)
    app = room.open(page="admin")
    app.button(key="rebuild-1").click().run()
    assert not app.exception
    assert [(job.library_id, job.state) for job in jobs(room.desk.database, room.desk.settings).rebuilds] == [
        (1, "waiting")
    ]
    assert "rebuild-1" not in [button.key for button in app.button]
