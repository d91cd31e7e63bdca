"""Vectors as they are, under their places from 0: in memory while they come in, then mapped from a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float32]
IdArray = npt.NDArray[np.int64]


class Rows:
    """Rows of float32, one under another."""

    def __init__(self, dimension: int) -> None:
        self._array: FloatArray = np.empty((0, dimension), np.float32)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, vectors: FloatArray) -> None:
        """Adds rows (n, dimension) at the end."""
        count = self._count + len(vectors)
        if not self._count:
            # Not copied: a million rows take gigabytes.
            self._array = np.ascontiguousarray(vectors, np.float32)
        else:
            if count > len(self._array):
                grown = np.empty((max(count, 2 * self._count), self._array.shape[1]), np.float32)
                grown[: self._count] = self._array[: self._count]
                self._array = grown
            self._array[self._count : count] = vectors
        self._count = count

    def take(self, places: IdArray) -> FloatArray:
        """The rows at these places."""
        return self._array[places]

    def all(self) -> FloatArray:
        """All rows; not to be changed."""
        return self._array[: self._count]

    def save(self, path: Path) -> None:
        np.save(path, self.all())

    @classmethod
    def load(cls, path: Path, mapped: bool) -> Rows:
        """What save() wrote; mapped, rows are read from the file as they are needed, also when it has been
        deleted. Raises OSError, EOFError or ValueError for a file that is not whole."""
        array = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
        if array.ndim != 2 or array.dtype != np.float32:
            raise ValueError(f"no rows of float32: {path}")
        rows = cls(array.shape[1])
        # A plain array is quicker to pick rows from than numpy's own class for mapped ones.
        rows._array, rows._count = array.view(np.ndarray), len(array)
        return rows
