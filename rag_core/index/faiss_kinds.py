"""The kinds of index in FAISS: made, filled, asked, written and read.

Similarity is the inner product: the cosine, since vectors come L2-normalised.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from rag_core.index.device import MOST_FOUND, OnDevice, copy_to_device, fill_on_device, has_device
from rag_core.index.kind import LEAST_TRAINED, Kind
from rag_core.index.rows import Rows

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]

_INDEX, _ROWS = "vectors.faiss", "rows.npy"
# An approximate search that must leave out what it meets goes astray: up to so many allowed places are compared
# one by one instead, which takes some milliseconds.
FEW_PLACES = 16_384
_MOST_CANDIDATES = 1024
# So many vectors a cell are learned from: more make the cells no better and the training slower.
_LEARNED_A_CELL = 64
_TURNING_ROUNDS = 8
_CODING_ROUNDS, _LEARNED_A_CODE = 12, 64


@dataclass(frozen=True, slots=True)
class Selection:
    """The places of an index that a search may return: as numbers, and as bits of `all_of`."""

    places: IdArray
    bitmap: npt.NDArray[np.uint8]
    all_of: int


class VectorIndex:
    """Vectors under their places (0 to n - 1) in one FAISS index. A place is never given to another vector.

    A kind that has to be trained compares every vector until there are enough to train it.
    """

    def __init__(self, dimension: int, kind: Kind) -> None:
        self.dimension = dimension
        self.kind = kind
        self.faiss = _new_index(dimension, kind)
        # What the index holds as codes only.
        self._rows = Rows(dimension) if kind.is_coded else None
        self._device: OnDevice | None = None

    def __len__(self) -> int:
        return self.faiss.ntotal if self._rows is None else len(self._rows)

    def add(self, vectors: FloatArray) -> None:
        """Adds rows (n, dimension) at the next places. A mapped index must not be added to: FAISS ends the process."""
        rows = np.ascontiguousarray(vectors, np.float32)
        if self._rows is not None:
            self._rows.add(rows)
            if not self.faiss.is_trained:
                rows = self._rows.all()
                if len(rows) < max(LEAST_TRAINED[self.kind.name], 39 * self.kind.cells):
                    return
                if self._is_filled_on_device(rows):
                    return
                self.faiss.train(_sample(rows, self.kind))
        self.faiss.add(rows)

    def _is_filled_on_device(self, rows: FloatArray) -> bool:
        # Graphs are built one vector after another: there a GPU gains nothing.
        if self.kind.name != "ivfpq" or not has_device():
            return False
        filled = fill_on_device(self.faiss, _sample(rows, self.kind), rows)
        if filled is None:
            self.faiss = _new_index(self.dimension, self.kind)
            return False
        self.faiss = filled
        return True

    def take(self, places: IdArray) -> FloatArray:
        """The vectors at these places, as they were added."""
        if self._rows is not None:
            return self._rows.take(places)
        found: FloatArray = self.faiss.reconstruct_batch(places)
        return found

    def search(self, row: FloatArray, limit: int, selection: Selection) -> tuple[IdArray, FloatArray]:
        """The nearest of the selected places and their cosines, best first: `limit` of them, or all there are.
        `row` is (1, dimension)."""
        chosen = len(selection.places)
        limit = min(limit, chosen)
        if limit <= 0:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        if self._is_better_compared(selection):
            return self.compare(row, limit, selection.places)
        wanted = min(self.kind.depth_of(limit), chosen)
        cosines, places = self._found(row, wanted, selection)
        found = places[0] >= 0
        if np.count_nonzero(found) < limit:
            # The way there led through too much that is left out.
            return self.compare(row, limit, selection.places)
        if self.kind.is_coded:
            return self.compare(row, limit, places[0][found])
        return places[0][found], cosines[0][found]

    def _found(self, row: FloatArray, wanted: int, selection: Selection) -> tuple[FloatArray, IdArray]:
        whole = len(selection.places) == selection.all_of
        # A GPU's index knows no selections.
        if self._device is not None and whole and wanted <= MOST_FOUND:
            return self._device.search(row, wanted, self.kind.effort)
        found: tuple[FloatArray, IdArray] = self.faiss.search(
            row, wanted, params=_parameters(self.kind, wanted, selection)
        )
        return found

    def compare(self, row: FloatArray, limit: int, places: IdArray) -> tuple[IdArray, FloatArray]:
        """The same by comparing with the vector at each of the places."""
        parts = [places[low : low + 65_536] for low in range(0, len(places), 65_536)]
        cosines = np.concatenate([self.take(part) @ row[0] for part in parts])
        best = np.argsort(-cosines, kind="stable")[:limit]
        return places[best], cosines[best].astype(np.float32)

    def _is_better_compared(self, selection: Selection) -> bool:
        if not self.faiss.is_trained:
            return True
        chosen = len(selection.places)
        return self.kind.name != "flat" and chosen < selection.all_of and chosen <= FEW_PLACES

    def save(self, folder: Path) -> None:
        faiss.write_index(self.faiss, str(folder / _INDEX))
        if self._rows is not None:
            self._rows.save(folder / _ROWS)

    @classmethod
    def load(cls, folder: Path, kind: Kind, mapped: bool) -> VectorIndex:
        """What save() wrote; mapped, it is read from the files as it is needed, also when they have been
        deleted. Raises OSError, EOFError, ValueError or RuntimeError for files that are not whole."""
        by_kind = faiss.IO_FLAG_MMAP if kind.name == "ivfpq" else faiss.IO_FLAG_MMAP_IFC
        found = faiss.read_index(str(folder / _INDEX), by_kind if mapped else 0)
        if mapped and kind.name == "ivfpq":
            # Threads started at each search to fetch cells ahead cost more than what they fetch.
            cells: Any = faiss.extract_index_ivf(found)
            lists: Any = faiss.downcast_InvertedLists(cells.invlists)
            lists.prefetch_nthread = 0
        rows = Rows.load(folder / _ROWS, mapped) if kind.is_coded else None
        if rows is not None and found.ntotal != (len(rows) if found.is_trained else 0):
            raise ValueError(f"{found.ntotal} codes for {len(rows)} rows: {folder}")
        index = cls(found.d, kind)
        index.faiss, index._rows = found, rows
        # A graph is walked step by step: there a GPU gains nothing.
        if mapped and found.is_trained and kind.name in ("flat", "ivfpq") and has_device():
            index._device = copy_to_device(found)
        return index


def _new_index(dimension: int, kind: Kind) -> Any:
    metric = faiss.METRIC_INNER_PRODUCT
    match kind.name:
        case "flat":
            return faiss.IndexFlatIP(dimension)
        case "ivfpq":
            return _new_cells(dimension, kind)
        case "hnsw_sq8":
            index = faiss.index_factory(dimension, f"HNSW{kind.links}_SQ8", metric)
        case _:
            index = faiss.index_factory(dimension, f"HNSW{kind.links},Flat", metric)
    graph: Any = index
    graph.hnsw.efConstruction = kind.build_candidates
    return graph


def _new_cells(dimension: int, kind: Kind) -> Any:
    turned = f"OPQ{kind.pieces}," if kind.turned else ""
    name = f"{turned}IVF{kind.cells},PQ{kind.pieces}x8"
    index: Any = faiss.index_factory(dimension, name, faiss.METRIC_INNER_PRODUCT)
    cells: Any = faiss.downcast_index(faiss.extract_index_ivf(index))
    cells.pq.cp.niter, cells.pq.cp.max_points_per_centroid = _CODING_ROUNDS, _LEARNED_A_CODE
    # It orders codes for a search by their bits, which is not done here, and takes most of the training's time.
    cells.do_polysemous_training = False
    if kind.turned:
        turning: Any = faiss.downcast_VectorTransform(index.chain.at(0))
        turning.niter = _TURNING_ROUNDS
    return index


def _sample(rows: FloatArray, kind: Kind) -> FloatArray:
    """What a kind is trained on, the same each time."""
    most = max(_LEARNED_A_CELL * max(kind.cells, 256), LEAST_TRAINED[kind.name])
    if len(rows) <= most:
        return rows
    chosen = np.random.default_rng(0).choice(len(rows), most, replace=False)
    return rows[np.sort(chosen)]


def _parameters(kind: Kind, wanted: int, selection: Selection) -> Any:
    bits = selection.bitmap
    share = len(selection.places) / selection.all_of
    made: Any = faiss
    selector = None if share == 1 else made.IDSelectorBitmap(len(bits), made.swig_ptr(bits))
    match kind.name:
        case "flat":
            return made.SearchParameters(sel=selector)
        case "ivfpq":
            probes = min(ceil(kind.effort / share), kind.cells)
            inner = made.SearchParametersIVF(sel=selector, nprobe=probes)
            return made.SearchParametersPreTransform(index_params=inner) if kind.turned else inner
        case _:
            # What the selection leaves out still takes up candidates.
            candidates = min(max(kind.effort, wanted) / share, max(_MOST_CANDIDATES, wanted))
            return made.SearchParametersHNSW(sel=selector, efSearch=int(candidates))
