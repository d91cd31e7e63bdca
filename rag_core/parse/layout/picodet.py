"""A small layout model on the picture of a page: PicoDet, trained on CDLA, run by onnxruntime.

It sees what words alone don't tell: pictures and charts, tables, captions, running heads.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from rag_core.errors import ModelUnavailable
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.protocols import ImageArray
from rag_core.types import BlockKind, Box

FILE = "layout_cdla.onnx"
LEAST_SCORE = 0.4
MOST_REGIONS = 200
_MEAN = np.array([0.485, 0.456, 0.406], np.float32) * 255
_SPREAD = np.array([0.229, 0.224, 0.225], np.float32) * 255
_STRIDES = (8, 16, 32, 64)
_SAME = 0.5
_KINDS: dict[str, BlockKind] = {
    "text": "text",
    "title": "title",
    "figure": "figure",
    "figure_caption": "text",
    "table": "table",
    "table_caption": "text",
    "header": "header",
    "footer": "footer",
    "reference": "list",
    "equation": "text",
}

Numbers = npt.NDArray[np.float32]


class ScanLayout:
    """Finds the regions of a page's picture. `folder` holds the model's file.

    Raises ModelUnavailable where it is missing or damaged.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        path = folder / FILE
        if not path.is_file():
            raise ModelUnavailable("model_unavailable", folder.name)
        self.id = folder.name
        self._session = _session(path, threads)
        self._name = self._session.get_inputs()[0].name
        _, _, self._height, self._width = self._session.get_inputs()[0].shape
        listed = self._session.get_modelmeta().custom_metadata_map.get("character", "")
        self._labels = listed.split("\n")

    def regions(self, image: ImageArray) -> tuple[LayoutRegion, ...]:
        """What stands where on the picture (height × width × 3, BGR, the right way up), surest first."""
        small = cv2.resize(image, (self._width, self._height), interpolation=cv2.INTER_AREA)
        pixels = (small[:, :, ::-1].astype(np.float32) - _MEAN) / _SPREAD
        found = self._session.run(None, {self._name: pixels.transpose(2, 0, 1)[None]})
        scores, boxes = self._decoded(found)
        regions = [
            LayoutRegion(_KINDS.get(label, "text"), Box(*box), score)
            for index, label in enumerate(self._labels)
            for box, score in _distinct(boxes, scores[:, index])
        ]
        return tuple(sorted(regions, key=lambda region: -region.score)[:MOST_REGIONS])

    def _decoded(self, found: list[Numbers]) -> tuple[Numbers, Numbers]:
        """A row of scores and a box in fractions for each place that may hold a region."""
        levels = len(found) // 2
        scores = np.concatenate([level[0] for level in found[:levels]])
        boxes: list[Numbers] = []
        for stride, level in zip(_STRIDES, found[levels:], strict=False):
            across, down = -(-self._width // stride), -(-self._height // stride)
            x, y = np.meshgrid((np.arange(across) + 0.5) * stride, (np.arange(down) + 0.5) * stride)
            reach = _reach(level[0]) * stride
            x, y = x.ravel(), y.ravel()
            boxes.append(np.stack([x - reach[:, 0], y - reach[:, 1], x + reach[:, 2], y + reach[:, 3]], 1))
        size = np.array([self._width, self._height] * 2, np.float32)
        return scores, np.clip(np.concatenate(boxes) / size, 0, 1).astype(np.float32)


def _session(path: Path, threads: int) -> Any:
    import onnxruntime  # noqa: PLC0415 (takes a while to import)
    from onnxruntime.capi import onnxruntime_pybind11_state as failures  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except (
        failures.Fail,
        failures.InvalidArgument,
        failures.InvalidGraph,
        failures.InvalidProtobuf,
        failures.NotImplemented,
        RuntimeError,
    ) as error:
        raise ModelUnavailable("model_damaged", path.parent.name) from error


def _reach(spread: Numbers) -> Numbers:
    """How far a region reaches left, up, right and down, from the model's four distributions over distances."""
    rows = spread.reshape(len(spread), 4, -1)
    weights = np.exp(rows - rows.max(axis=2, keepdims=True))
    steps = np.arange(rows.shape[2], dtype=np.float32)
    return np.asarray((weights * steps).sum(axis=2) / weights.sum(axis=2), np.float32)


def _distinct(boxes: Numbers, scores: Numbers) -> list[tuple[tuple[float, float, float, float], float]]:
    """The boxes with a good score that are not the same as a better one."""
    order = np.flatnonzero(scores > LEAST_SCORE)
    order = order[np.argsort(-scores[order])][:MOST_REGIONS]
    kept: list[tuple[tuple[float, float, float, float], float]] = []
    while len(order):
        best, order = order[0], order[1:]
        x0, y0, x1, y1 = boxes[best].tolist()
        if x1 > x0 and y1 > y0:
            kept.append(((x0, y0, x1, y1), float(scores[best])))
        order = order[_likeness(boxes[best], boxes[order]) <= _SAME]
    return kept


def _likeness(box: Numbers, others: Numbers) -> Numbers:
    """The share of the area that the box and each other one have in common."""
    sides = np.minimum(box[2:], others[:, 2:]) - np.maximum(box[:2], others[:, :2])
    shared = np.clip(sides, 0, None).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1)
    return np.asarray(shared / np.maximum((box[2:] - box[:2]).prod() + areas - shared, 1e-9), np.float32)
