"""Building and searching on a GPU, where FAISS was made for one and one is there. What is built comes back as the same
index on the CPU."""

from __future__ import annotations

import logging
import threading
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]
# More candidates than this the GPU does not give.
MOST_FOUND = 2048
LOG = logging.getLogger(__name__)
_made: Any = faiss


def has_device() -> bool:
    """Whether indexes can be built on a GPU: the CPU's FAISS knows of none."""
    return hasattr(_made, "StandardGpuResources") and _made.get_num_gpus() > 0


def fill_on_device(index: Any, learned: FloatArray, rows: FloatArray) -> Any:
    """An index of coded cells, trained on `learned` and filled with `rows` on the first GPU, as one on the CPU;
    None where the GPU can't: its memory is too small, or the kind has parameters it does not know."""
    resources, options = _made.StandardGpuResources(), _made.GpuClonerOptions()
    # Tables of more than 56 codes fit into the GPU's quick memory in half precision only.
    options.useFloat16 = True
    try:
        theirs = _made.index_cpu_to_gpu(resources, 0, index, options)
        theirs.train(learned)
        theirs.add(rows)
        return _made.index_gpu_to_cpu(theirs)
    except RuntimeError as error:
        LOG.info("built on the CPU: %s", error)
        return None


def nearest_on_device(questions: FloatArray, rows: FloatArray, limit: int) -> FloatArray:
    """The cosines of the nearest rows to each question, best first, found on the first GPU by comparing all."""
    resources = _made.StandardGpuResources()
    cosines: FloatArray = _made.knn_gpu(resources, questions, rows, limit, metric=_made.METRIC_INNER_PRODUCT)[
        0
    ]
    return cosines


class OnDevice:
    """A copy of an index on the first GPU. Safe for concurrent use, one question at a time."""

    def __init__(self, resources: Any, index: Any) -> None:
        # The index needs them for as long as it is asked.
        self._resources, self._index = resources, index
        self._lock = threading.Lock()

    def search(self, row: FloatArray, wanted: int, probes: int) -> tuple[FloatArray, IdArray]:
        """The cosines and places, each (1, wanted), of the nearest to `row`; `probes` cells are looked into, where
        the index has cells."""
        with self._lock:
            if probes:
                _made.GpuParameterSpace().set_index_parameter(self._index, "nprobe", probes)
            found: tuple[FloatArray, IdArray] = self._index.search(row, wanted)
        return found


def copy_to_device(index: Any) -> OnDevice | None:
    """The index's copy on the first GPU; None where it does not fit there."""
    resources, options = _made.StandardGpuResources(), _made.GpuClonerOptions()
    # As for building. Vectors that are held whole stay exact.
    options.useFloat16 = _made.try_extract_index_ivf(index) is not None
    try:
        return OnDevice(resources, _made.index_cpu_to_gpu(resources, 0, index, options))
    except RuntimeError as error:
        LOG.info("searched on the CPU: %s", error)
        return None
