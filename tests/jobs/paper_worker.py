"""A worker process with the paper bench: python tests/jobs/paper_worker.py"""

from __future__ import annotations

import os

from ingest_jobs.worker import IDLE_SECONDS, run
from rag_core.settings import read_settings
from tests.jobs.paper import IDLE, open_paper_bench

if __name__ == "__main__":
    run(read_settings(), open_paper_bench, float(os.environ.get(IDLE, IDLE_SECONDS)))
