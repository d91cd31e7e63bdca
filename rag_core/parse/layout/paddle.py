"""PaddleOCR's layout detection (PP-DocLayout, the first stage of PP-StructureV3), run by onnxruntime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rag_core.errors import ModelUnavailable
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.recognition.ocr import paddleocr
from rag_core.protocols import ImageArray
from rag_core.types import BlockKind, Box

_KINDS: dict[str, BlockKind] = {
    "doc_title": "title",
    "paragraph_title": "title",
    "figure_title": "text",
    "table_title": "text",
    "chart_title": "text",
    "title": "title",
    "table": "table",
    "image": "figure",
    "figure": "figure",
    "chart": "figure",
    "seal": "figure",
    "header_image": "figure",
    "footer_image": "figure",
    "header": "header",
    "footer": "footer",
    "number": "footer",
    "reference": "list",
    "list": "list",
}


class PaddleLayout:
    """Finds the regions of a page's picture. `folder` holds the folder of one PP-DocLayout model, which is
    named as PaddleOCR names the model.

    Raises ModelUnavailable where it is missing or damaged.
    """

    def __init__(self, folder: Path, threads: int = 1) -> None:
        found = sorted(path.parent for path in folder.glob("*/inference.onnx"))
        if not found:
            raise ModelUnavailable("model_unavailable", folder.name)
        self.id = folder.name
        try:
            self._model = paddleocr().LayoutDetection(
                model_name=found[0].name,
                model_dir=str(found[0]),
                device="cpu",
                engine="onnxruntime",
                engine_config={"intra_op_num_threads": threads, "inter_op_num_threads": 1},
            )
        except (RuntimeError, ValueError, OSError, KeyError) as error:
            raise ModelUnavailable("model_damaged", folder.name) from error

    def regions(self, image: ImageArray) -> tuple[LayoutRegion, ...]:
        """What stands where on the picture; see regions.PageLayout."""
        height, width = image.shape[:2]
        (result,) = self._model.predict(image, layout_nms=True)
        found = [_region(row, width, height) for row in result["boxes"]]
        return tuple(sorted((one for one in found if one), key=lambda region: -region.score))


def _region(row: Any, width: int, height: int) -> LayoutRegion | None:
    x0, y0, x1, y1 = (float(value) for value in row["coordinate"])
    box = Box(
        min(max(x0 / width, 0.0), 1.0),
        min(max(y0 / height, 0.0), 1.0),
        min(max(x1 / width, 0.0), 1.0),
        min(max(y1 / height, 0.0), 1.0),
    )
    if box.x1 <= box.x0 or box.y1 <= box.y0:
        return None
    return LayoutRegion(_KINDS.get(str(row["label"]), "text"), box, float(row["score"]))
