"""Building on a GPU, where FAISS was made for one and one is there; what comes back is the same index on the CPU."""

from __future__ import annotations

import logging
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
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
