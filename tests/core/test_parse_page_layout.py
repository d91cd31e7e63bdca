"""Layout models: what they see, in fractions of the page as it was given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import yaml

from rag_core.errors import ModelUnavailable
from rag_core.models.defaults import default_ids
from rag_core.models.folders import find
from rag_core.parse.layout.page_layout import open_layout, regions_on
from rag_core.parse.layout.picodet import FILE, ScanLayout
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.protocols import ImageArray
from rag_core.settings import read_settings
from rag_core.types import Box, Line
from tests.onnx_files import constant_model

SIDE = 64
LABELS = ["text", "title", "figure", "header"]


def _picodet(folder: Path) -> Path:
    """A model of 64 × 64 pixels that sees a figure twice, and a header less surely."""
    scores: dict[str, np.ndarray] = {}
    reaches: dict[str, np.ndarray] = {}
    for stride in (8, 16, 32, 64):
        count = (SIDE // stride) ** 2
        scores[f"score{stride}"] = np.zeros((1, count, len(LABELS)), np.float32)
        reaches[f"reach{stride}"] = np.zeros((1, count, 32), np.float32)
    for place, score in (
        (27, 0.9),
        (28, 0.8),
    ):  # row 3, columns 3 and 4 of 8: middles at (28, 28) and (36, 28)
        scores["score8"][0, place, 2] = score
        for side in range(4):
            reaches["reach8"][0, place, side * 8 + 2] = 50.0  # two strides to each side
    scores["score8"][0, 4, 3] = 0.45  # row 0, column 4: middle at (36, 4)
    for side in range(4):
        reaches["reach8"][0, 4, side * 8 + 1] = 50.0
    folder.mkdir(parents=True)
    data = constant_model(
        {"image": (1, 3, SIDE, SIDE)}, {**scores, **reaches}, {"character": "\n".join(LABELS)}
    )
    (folder / FILE).write_bytes(data)
    return folder


def _doc_layout(folder: Path) -> Path:
    """A model of PaddleOCR's kind that sees a title and a chart on pictures of 200 × 100 pixels."""
    model = folder / "PP-DocLayout-S"
    model.mkdir(parents=True)
    boxes = np.array([[0, 0.9, 20, 10, 180, 20], [1, 0.8, 50, 40, 150, 90], [2, 0.1, 0, 0, 9, 9]], np.float32)
    shapes = {"image": (-1, 3, -1, -1), "scale_factor": (-1, 2)}
    data = constant_model(shapes, {"boxes": boxes, "count": np.array([3], np.int32)})
    (model / "inference.onnx").write_bytes(data)
    description = {
        "Global": {"model_name": model.name},
        "mode": "paddle",
        "draw_threshold": 0.5,
        "arch": "PicoDet",
        "Preprocess": [
            {"interp": 2, "keep_ratio": False, "target_size": [SIDE, SIDE], "type": "Resize"},
            {
                "is_scale": True,
                "mean": [0.5] * 3,
                "norm_type": "mean_std",
                "std": [0.5] * 3,
                "type": "NormalizeImage",
            },
            {"type": "Permute"},
        ],
        "label_list": ["paragraph_title", "chart", "text"],
    }
    (model / "inference.yml").write_text(yaml.safe_dump(description), "utf-8")
    return folder


def test_picodet_sees_each_region_once(tmp_path: Path) -> None:
    regions = open_layout(_picodet(tmp_path / "tiny")).regions(np.full((90, 70, 3), 255, np.uint8))
    assert [(one.kind, round(one.score, 2)) for one in regions] == [("figure", 0.9), ("header", 0.45)]
    figure, header = (one.box for one in regions)
    assert np.allclose((figure.x0, figure.y0, figure.x1, figure.y1), np.array([12, 12, 44, 44]) / SIDE)
    assert np.allclose((header.x0, header.y0, header.x1, header.y1), np.array([28, 0, 44, 12]) / SIDE)


def test_doc_layout_is_run_by_paddleocr(tmp_path: Path) -> None:
    layout = open_layout(_doc_layout(tmp_path / "paddle"))
    assert layout.id == "paddle"
    regions = layout.regions(np.full((100, 200, 3), 255, np.uint8))
    assert [(one.kind, one.box, round(one.score, 4)) for one in regions] == [
        ("title", Box(0.1, 0.1, 0.9, 0.2), 0.9),
        ("figure", Box(0.25, 0.4, 0.75, 0.9), 0.8),
    ]


@pytest.mark.parametrize("name", [FILE, "PP-DocLayout-S/inference.onnx"])
def test_damaged_weights_are_told(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_bytes(b"no model")
    with pytest.raises(ModelUnavailable):
        open_layout(tmp_path)


def test_missing_weights_are_told(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable):
        open_layout(tmp_path)
    with pytest.raises(ModelUnavailable):
        ScanLayout(tmp_path)


class _Corner:
    """Sees a figure in the top left corner of whatever it is shown."""

    id = "corner"

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def regions(self, image: ImageArray) -> tuple[LayoutRegion, ...]:
        self.shapes.append(image.shape)
        return (LayoutRegion("figure", Box(0.0, 0.0, 0.25, 0.1), 0.9),)


def _line(turn: int, text: str) -> Line:
    edges = tuple(np.linspace(0.1, 0.9, len(text) + 1).tolist())
    if turn in (180, 270):
        edges = edges[::-1]
    return Line(text, Box(0.1, 0.1, 0.9, 0.9), "ocr", 0.9, edges, turn in (90, 270))


@pytest.mark.parametrize(
    ("turn", "text", "shape", "box"),
    [
        (0, "upright words", (40, 80, 3), Box(0.0, 0.0, 0.25, 0.1)),
        (90, "clockwise", (80, 40, 3), Box(0.9, 0.0, 1.0, 0.25)),
        (180, "upside down", (40, 80, 3), Box(0.75, 0.9, 1.0, 1.0)),
        (270, "counterclockwise", (80, 40, 3), Box(0.0, 0.75, 0.1, 1.0)),
        (90, "直排的中文", (40, 80, 3), Box(0.0, 0.0, 0.25, 0.1)),
    ],
)
def test_the_model_is_shown_the_page_the_right_way_up(
    turn: int, text: str, shape: tuple[int, ...], box: Box
) -> None:
    layout = _Corner()
    (region,) = regions_on(layout, np.zeros((40, 80, 3), np.uint8), [_line(turn, text)])
    assert layout.shapes == [shape]
    assert np.allclose(
        (region.box.x0, region.box.y0, region.box.x1, region.box.y1), (box.x0, box.y0, box.x1, box.y1)
    )


@pytest.mark.weights
def test_the_real_model_sees_a_picture_between_lines() -> None:
    settings = read_settings()
    folder = find(settings, "PicoDet-CDLA")
    assert folder, "run: python -m rag_core.models fetch PicoDet-CDLA"
    assert default_ids(settings).layout
    page = np.full((1100, 850, 3), 255, np.uint8)
    random = np.random.default_rng(3)
    for y in [*range(90, 360, 22), *range(720, 1000, 22)]:
        for x in range(90, 760, 12):
            page[y : y + 11, x : x + 9] = random.integers(0, 255, (11, 9, 1))
    shades = np.linspace(40, 200, 300, dtype=np.uint8)
    page[390:690, 200:650] = (shades[:, None] // 2 + np.linspace(0, 90, 450, dtype=np.uint8))[:, :, None]
    figures = [one for one in open_layout(folder).regions(page) if one.kind == "figure"]
    assert any(abs(one.box.y0 - 390 / 1100) < 0.05 and abs(one.box.x1 - 650 / 850) < 0.05 for one in figures)
