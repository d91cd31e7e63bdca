"""System: what there is, rebuilds that are really asked for, generations to go back to, and proof of deletion."""

from __future__ import annotations

import dataclasses
import io
import re
import time

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from ingest_jobs.requests import measurings, rebuilds
from ingest_jobs.submit import add_file, jobs
from rag_core.errors import UserError
from rag_core.index.build import build_generation, draft_generation
from rag_core.index.curve import Point
from rag_core.index.faiss_store import FaissStore
from rag_core.index.judge import check_generation
from rag_core.index.kind import HNSW
from rag_core.index.measured import Measured, save_measured
from rag_core.store.chunks import passages, save_embeddings, searchable_ids
from rag_core.store.documents import delete_documents
from rag_core.store.generations import Check, list_generations, published, save_generation
from rag_core.store.libraries import create_library
from tests.builders import digital_pdf
from tests.ui.conftest import EMBEDDER, Room, said

LIBRARY = 1


def embed(room: Room) -> int:
    """Gives every passage of the sample library a vector; returns how many that are."""
    ids = searchable_ids(room.desk.database, LIBRARY)
    rows = np.random.default_rng(0).normal(size=(len(ids), 384)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    save_embeddings(room.desk.database, EMBEDDER, ids.tolist(), rows)
    return len(ids)


def refuse_one(room: Room) -> int:
    """A draft that lacks a vector is refused; its id."""
    desk = room.desk
    draft = draft_generation(desk.database, LIBRARY, desk.settings.indexes, time.time(), HNSW)
    folder = desk.settings.indexes / str(LIBRARY) / str(draft.id)
    whole = FaissStore.from_persist_path(str(folder))
    short = FaissStore(384, whole.kind)
    short.add_vectors(whole.keys[1:], whole.take(whole.keys[1:]))
    short.persist(str(folder))
    with pytest.raises(UserError):
        check_generation(desk.database, draft.id, desk.settings.indexes)
    return draft.id


def choose(app: AppTest, value: str) -> None:
    """Chooses the kind in the dialog, which is open for one run."""
    app.button(key="rebuild-1").click()
    app.selectbox(key="rebuild-kind").set_value(value).run()
    assert not app.exception, app.exception


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception, app.exception


def agree(app: AppTest, opener: str, key: str) -> None:
    """Says yes in a dialog, which is open for one run."""
    app.button(key=opener).click()
    press(app, key)


def keys(app: AppTest) -> list[str]:
    return [str(button.key) for button in app.button]


def test_the_facts_are_there(room: Room) -> None:
    room.read(0, 1)
    app = room.open(page="admin")
    assert EMBEDDER in said(app) and "<dt>Documents</dt><dd>2</dd>" in said(app)
    assert "<dt>Queued" not in said(app) and "<dt>Waiting</dt><dd>0</dd>" in said(app)
    assert "worker is not running" in said(app)
    assert "No index file yet" in said(app) and "Nothing measured yet" in said(app)


def test_a_room_without_libraries_or_documents_says_so(room: Room) -> None:
    assert "There is nothing to ask about yet" in said(room.open(page="admin"))
    create_library(room.desk.database, "Empty", EMBEDDER, 1.0)
    app = room.open(page="admin", language="zh")
    assert "还没有文档" in said(app) and "rebuild-1" not in keys(app)


def test_documents_that_are_not_read_yet_are_no_empty_library(room: Room) -> None:
    library = create_library(room.desk.database, "Tea", EMBEDDER, 1.0)
    add_file(room.desk.database, room.desk.settings, library.id, "a.pdf", io.BytesIO(digital_pdf([["Tea."]])))
    told = said(room.open(page="admin"))
    assert "Nothing to index yet" in told and "No documents yet" not in told


def test_a_rebuild_is_planned_asked_for_paused_and_given_up(room: Room) -> None:
    room.read(0)
    count = len(searchable_ids(room.desk.database, LIBRARY))
    app = room.open(page="admin")
    press(app, "rebuild-1")
    assert "<dt>Will be built</dt><dd>Exact (flat)" in said(app)
    assert f"{count} passages are embedded first" in said(app)
    assert re.search(r"<dt>Time</dt><dd>[^<]*for embedding", said(app))
    choose(app, "ivfpq")
    assert "can't be trained by so few passages" in said(app)
    choose(app, "hnsw")
    assert "<dt>Will be built</dt><dd>Graph (HNSW)" in said(app) and "free</dd>" in said(app)
    app.number_input(key="parameter-hnsw-links").set_value(8)
    agree(app, "rebuild-1", "rebuild-start")
    (job,) = jobs(room.desk.database, room.desk.settings).rebuilds
    assert (job.library_id, job.state) == (LIBRARY, "waiting")
    assert (job.wish.kind, job.wish.parameters, job.wish.embedder_id) == ("hnsw", (("links", 8),), "")
    app = room.open(page="admin")
    assert "rebuild-1" not in keys(app) and "Searches go on with the old index" in said(app)
    press(app, "rebuild-pause")
    assert "Paused." in said(app)
    press(app, "rebuild-resume")
    assert rebuilds(room.desk.settings)[0].state == "waiting"
    press(app, "rebuild-pause")
    press(app, "rebuild-drop")
    assert rebuilds(room.desk.settings) == () and "rebuild-1" in keys(app)


def test_generations_are_shown_with_their_checks_and_one_goes_back(room: Room) -> None:
    room.read(0, 1)
    embed(room)
    desk = room.desk
    first = build_generation(desk.database, LIBRARY, desk.settings.indexes, 1e9)
    second = build_generation(desk.database, LIBRARY, desk.settings.indexes, 1.1e9, HNSW)
    refused = refuse_one(room)
    app = room.open(page="admin")
    cards = [part for part in said(app).split("\n") if "Generation " in part and "wenju-badge" in part]
    assert [re.findall(r"Generation (\d+) .*wenju-badge[^>]*>([^<]+)", card) for card in cards] == [
        [(str(second.id), "In use")],
        [(str(first.id), "Kept for rollback")],
        [(str(refused), "Refused")],
    ]
    assert "Not put to use: Documents: 1 documents" in cards[2]
    assert said(app).count("wenju-checks") == 3 and "✗" in said(app)
    assert len(app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")) == 2
    press(app, f"roll-back-{first.id}")
    agree(app, f"roll-back-{first.id}", "roll-back-yes")
    current = published(desk.database, LIBRARY)
    assert current is not None and current.id == first.id
    assert f"Generation {first.id} is in use" in said(app)
    app.run()
    assert f"Generation {first.id} is in use" not in said(app)


def test_the_gate_speaks_chinese_too(room: Room) -> None:
    room.read(0)
    embed(room)
    desk = room.desk
    build_generation(desk.database, LIBRARY, desk.settings.indexes, 1e9)
    refused = refuse_one(room)
    (draft,) = [one for one in list_generations(desk.database, LIBRARY) if one.id == refused]
    more = (
        Check("kind", "what fits", "flat: hnsw_sq8 needs 1000 vectors, there are 20", True),
        Check("kind", "hnsw", "flat: hnsw finds 0.900 of the nearest at most", True),
        Check("embedder", "0 of 64 chunks embedded otherwise", "1 of 64 are not what e5 makes of the words", False),
        Check("latency", "p95 ≤ 500 ms", "1.2 ms, before 1.1 ms", True),
        Check("golden", "hits@10 kept ≥ 0.9", "0.960 over 12 questions", True),
        Check("golden", "known passage among 10 hits ≥ 0.930", "0.960 over 12 questions, before 0.980", True),
        Check("files", "whole", "damaged or gone", False),
    )  # fmt: skip
    save_generation(desk.database, dataclasses.replace(draft, checks=(*draft.checks, *more)))
    page = said(room.open(page="admin", language="zh"))
    tables = " ".join(re.findall(r"<td>([^<]*)</td>", page))
    left = set(re.findall(r"[A-Za-z]{2,}", tables)) - {"MB", "hnsw", "flat", "hnsw_sq", "sq", "e5"}
    assert left == set()


def test_what_is_not_searched_is_cleared_after_asking(room: Room) -> None:
    room.read(0)
    embed(room)
    desk = room.desk
    first = build_generation(desk.database, LIBRARY, desk.settings.indexes, 1e9)
    app = room.open(page="admin")
    assert "Nothing to clear" in said(app)
    second = build_generation(desk.database, LIBRARY, desk.settings.indexes, 1.1e9)
    app = room.open(page="admin")
    assert re.search(rf"earlier generations \\?\({first.id}\\?\)", said(app))
    press(app, "clear")
    agree(app, "clear", "clear-yes")
    assert [one.id for one in list_generations(desk.database, LIBRARY)] == [second.id]
    assert "Freed " in said(app) and "Nothing to clear" in said(app)


def test_kinds_are_measured_and_compared(room: Room) -> None:
    room.read(0)
    app = room.open(page="admin")
    press(app, "compare")
    (job,) = measurings(room.desk.settings)
    assert (job.library_id, job.state) == (LIBRARY, "waiting")
    points = (
        Point("flat", 0, 1.0, 0.5, 2**20, True),
        Point("hnsw", 16, 0.9, 0.1, 2**21, False),
        Point("hnsw", 32, 0.96, 0.2, 2**21, True),
    )
    save_measured(room.desk.settings.indexes, LIBRARY, Measured(EMBEDDER, 1200, 1e9, points))
    app = room.open(page="admin")
    press(app, "compare-cancel")
    assert "Cancelled; what was measured" in said(app)
    assert f"1,200 vectors of {EMBEDDER}".replace("-", "\\-") in said(app)
    chosen = app.dataframe[-1].value
    assert list(chosen["Kind"]) == ["Exact (flat)", "Graph (HNSW)"] and list(chosen["Effort"]) == [0, 32]
    assert "Not measured, as it takes more passages to train: Coded cells" in said(app)


def test_a_word_is_looked_for_everywhere(room: Room) -> None:
    document, _ = room.read(0, 1)
    app = room.open(page="admin")

    def look(text: str) -> str:
        app.text_input(key="audit-word").set_value(text)
        next(one for one in app.button if one.label == "Look for it").click().run()
        assert not app.exception, app.exception
        return said(app)

    assert "at least two letters" in look("x")
    assert "“qzvxkjw” is nowhere in the data folder" in look("qzvxkjw")
    ids = searchable_ids(room.desk.database, LIBRARY, [document.id])
    text = " ".join(one.text for one in passages(room.desk.database, ids.tolist()))
    known = max(re.findall(r"[a-z]+", text), key=len)
    found = look(known)
    assert "stands in" in found and "page " in found and "database" in found
    delete_documents(room.desk.database, [document.id], time.time())
    assert "deleted, and can still be restored" in look(known)
