"""Worker processes: found or missed, several at once, ended in good order, started by the app."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from ingest_jobs import submit
from ingest_jobs.slots import free_slots, take_slot
from rag_core.errors import UserError
from rag_core.settings import Settings, environment
from rag_core.store import chunks, documents, generations, pages, workers
from rag_core.store.db import Database
from tests.jobs.conftest import ROOT, Add, StartWorker, wait_for, wait_until


def test_without_a_worker_documents_wait_and_it_shows(engine: Database, settings: Settings, add: Add) -> None:
    document = add("text one")
    found = submit.jobs(engine, settings)
    assert (found.workers, found.documents, found.rebuilds) == ((), (document,), ())
    assert documents.get_document(engine, document.id).state == "waiting"


@pytest.mark.slow
def test_two_workers_share_the_work_and_one_takes_over(
    engine: Database, settings: Settings, add: Add, start_worker: StartWorker
) -> None:
    papers = [add(*(f"scan {name} {number}" for number in range(6))) for name in "abcdef"]
    first, second = start_worker(0.1), start_worker(0.1)
    wait_until(lambda: len(submit.jobs(engine, settings).workers) == 2, "two workers")
    wait_until(lambda: sum(d.pages_done for d in documents.list_documents(engine, 1)) > 6, "some pages")
    second.kill()
    second.wait()
    assert first.poll() is None
    for paper in papers:
        assert wait_for(engine, paper).state == "indexed"
    reads = [pages.total_reads(engine, paper.id) for paper in papers]
    assert sum(reads) <= 6 * 6 + 1
    assert [worker.process_id for worker in submit.jobs(engine, settings).workers] == [first.pid]


@pytest.mark.slow
def test_a_worker_ends_after_the_step_in_hand(
    engine: Database, settings: Settings, add: Add, start_worker: StartWorker
) -> None:
    document = add(*(f"scan {number}" for number in range(20)))
    worker = start_worker(0.2)
    wait_until(lambda: documents.get_document(engine, document.id).pages_done > 2, "some pages")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(20) == 0
    assert workers.alive(engine, time.time()) == ()
    assert documents.get_document(engine, document.id).state == "reading"
    start_worker()
    assert wait_for(engine, document).state == "indexed"
    assert pages.total_reads(engine, document.id) == 20


@pytest.mark.slow
def test_an_idle_worker_starts_afresh_and_goes_on(
    engine: Database, settings: Settings, add: Add, start_worker: StartWorker
) -> None:
    worker = start_worker(idle_seconds=1.0)
    log = settings.logs / "worker-local-0.log"
    assert wait_for(engine, add("text one")).state == "indexed"
    wait_until(lambda: log.read_text().count("is at work") == 2, "a fresh start")
    assert "starts afresh" in log.read_text()
    assert worker.poll() is None
    assert wait_for(engine, add("text two")).state == "indexed"


@pytest.mark.slow
def test_a_worker_ends_when_its_data_is_gone(settings: Settings, start_worker: StartWorker) -> None:
    worker = start_worker()
    wait_until((settings.home / "jobs.sqlite").exists, "a worker")
    shutil.rmtree(settings.home, ignore_errors=True)
    assert worker.wait(60) is not None
    assert not (settings.home / "wenju.sqlite").exists()


@pytest.mark.slow
def test_cancel_retry_delete_and_rebuild_reach_a_running_worker(
    engine: Database, settings: Settings, add: Add, start_worker: StartWorker
) -> None:
    slow = add(*(f"scan {number}" for number in range(40)))
    start_worker(0.1)
    wait_until(lambda: documents.get_document(engine, slow.id).pages_done > 2, "some pages")
    submit.cancel_document(engine, slow.id)
    quick = wait_for(engine, add("text quick", "bad"))
    assert (quick.state, documents.get_document(engine, slow.id).state) == ("partly", "cancelled")
    done = documents.get_document(engine, slow.id).pages_done
    assert done < 40
    submit.retry_document(engine, settings, slow.id)
    wait_until(lambda: documents.get_document(engine, slow.id).pages_done > done + 2, "more pages")
    documents.delete_documents(engine, [slow.id], time.time())
    submit.restore_documents(engine, settings, [slow.id])
    assert wait_for(engine, slow).state == "indexed"
    assert pages.total_reads(engine, slow.id) <= 40 + 2
    submit.rebuild_library(engine, settings, quick.library_id)
    wait_until(lambda: generations.published(engine, quick.library_id) is not None, "a generation")
    published = generations.published(engine, quick.library_id)
    assert published is not None
    assert published.vectors == len(chunks.searchable_ids(engine, quick.library_id))
    wait_until(lambda: submit.jobs(engine, settings).rebuilds[0].state == "done", "the rebuild's end")


@pytest.mark.slow
def test_a_rebuild_that_fails_says_why(
    engine: Database, settings: Settings, add: Add, start_worker: StartWorker
) -> None:
    library_id = add("rubbish").library_id
    submit.rebuild_library(engine, settings, library_id)
    submit.rebuild_library(engine, settings, library_id)
    assert [job.state for job in submit.jobs(engine, settings).rebuilds] == ["waiting"]
    start_worker()
    wait_until(lambda: submit.jobs(engine, settings).rebuilds[0].state == "failed", "the rebuild's end")
    problem = submit.jobs(engine, settings).rebuilds[0].problem
    assert problem is not None
    assert problem.code == "no_documents"


@pytest.mark.slow
def test_the_app_starts_one_worker_and_only_when_none_is_alive(engine: Database, settings: Settings) -> None:
    code = (
        "import sys; from ingest_jobs.submit import ensure_worker; from rag_core.settings import read_settings;"
        "from rag_core.store.db import open_database; s = read_settings();"
        "print(int(ensure_worker(s, open_database(s.database))))"
    )
    variables = {**os.environ, **environment(replace(settings, start_worker=True)), "PYTHONPATH": str(ROOT)}
    apps = [
        subprocess.Popen([sys.executable, "-c", code], env=variables, stdout=subprocess.PIPE)
        for _ in range(3)
    ]
    started = [int(app.communicate()[0]) for app in apps]
    assert sum(started) == 1

    def real_workers() -> list[workers.Worker]:
        return [one for one in workers.alive(engine, time.time()) if one.id != "starting"]

    wait_until(lambda: bool(real_workers()), "a worker")
    alive = real_workers()
    assert len(alive) == 1
    assert not submit.ensure_worker(replace(settings, start_worker=True), engine)
    os.kill(alive[0].process_id, signal.SIGTERM)
    wait_until(lambda: not workers.alive(engine, time.time(), 1000), "its end")


def test_no_worker_is_started_where_none_can_report_itself(
    engine: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise UserError("disk_full")

    started: list[Settings] = []
    monkeypatch.setattr(workers, "beat", full)
    monkeypatch.setattr(submit, "_start", started.append)
    with pytest.raises(UserError):
        submit.ensure_worker(replace(settings, start_worker=True), engine)
    assert not started


def test_no_worker_is_started_against_the_settings(engine: Database, settings: Settings) -> None:
    assert not submit.ensure_worker(settings, engine)


def test_a_slot_is_free_when_its_process_is_gone(settings: Settings) -> None:
    first, second = take_slot(settings), take_slot(settings)
    assert (first.name, second.name) == ("local-0", "local-1")
    assert list(free_slots(settings)) == []
    first.lock.close()
    assert list(free_slots(settings)) == ["local-0"]
    assert take_slot(settings).name == "local-0"


@pytest.mark.parametrize("module", ["ingest_jobs.submit", "ingest_jobs.requests"])
def test_the_app_side_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"torch", "faiss", "paddleocr", "llama_index", "dbos", "transformers", "pymupdf", "streamlit"}
    assert not heavy & set(loaded.stdout.split())
