"""PP-OCRv6 ONNX files as the model folders that PaddleOCR reads: each `inference.onnx` gets its `inference.yml`."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

DETECTION = "PP-OCRv6_small_det"
RECOGNITION = "PP-OCRv6_small_rec"
ORIENTATION = "PP-LCNet_x1_0_doc_ori"
SPREAD = {"mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}
DECODE = {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}}


def convert_ocr(detection: Path, recognition: Path, orientation: Path, target: Path) -> None:
    """Write `target` (a new folder) with the three model folders, named as PaddleOCR names them."""
    _write(
        target / DETECTION,
        detection,
        [
            DECODE,
            {"DetResizeForTest": None},
            {"NormalizeImage": {**SPREAD, "scale": "1./255.", "order": "hwc"}},
            {"ToCHWImage": None},
        ],
        {
            "name": "DBPostProcess",
            "thresh": 0.2,
            "box_thresh": 0.45,
            "max_candidates": 3000,
            "unclip_ratio": 1.4,
        },
    )
    _write(
        target / RECOGNITION,
        recognition,
        [DECODE, {"RecResizeImg": {"image_shape": [3, 48, 320]}}],
        {"name": "CTCLabelDecode", "character_dict": _characters(recognition)},
    )
    _write(
        target / ORIENTATION,
        orientation,
        [
            {"ResizeImage": {"resize_short": 256}},
            {"CropImage": {"size": 224}},
            {"NormalizeImage": {**SPREAD, "channel_num": 3, "order": "", "scale": 1 / 255}},
            {"ToCHWImage": None},
        ],
        {"Topk": {"topk": 1, "label_list": ["0", "90", "180", "270"]}},
    )


def _characters(recognition: Path) -> list[str]:
    """The recognisable characters, which the ONNX file carries in its metadata."""
    # Unless told not to, it reports what it loads to its makers.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    session = onnxruntime.InferenceSession(str(recognition), providers=["CPUExecutionProvider"])
    characters: str = session.get_modelmeta().custom_metadata_map["character"]
    return characters.split("\n")


def _write(folder: Path, weights: Path, steps: list[object], decoding: dict[str, object]) -> None:
    import yaml

    folder.mkdir(parents=True)
    shutil.copyfile(weights, folder / "inference.onnx")
    configuration = {
        "Global": {"model_name": folder.name},
        "PreProcess": {"transform_ops": steps},
        "PostProcess": decoding,
    }
    text = yaml.safe_dump(configuration, allow_unicode=True, sort_keys=False)
    (folder / "inference.yml").write_text(text, encoding="utf-8")
