"""The sample library: sound documents, the same each time, that hold what the suggested questions ask."""

from __future__ import annotations

from pathlib import Path

from rag_core import sample
from rag_core.messages import Language
from rag_core.parse.digital.pdf import PdfFile

ANSWERS: dict[Language, tuple[str, ...]] = {
    "en": ("Descale the machine every 90 days", "A flashing amber light means"),
    "zh": ("租期为五年", "相当于两个月租金的违约金"),
}


def text_of(content: bytes, path: Path) -> str:
    path.write_bytes(content)
    pdf = PdfFile(path)
    looks = [pdf.look(number) for number in range(1, pdf.page_count + 1)]
    pdf.close()
    return "" if looks[0].needs_ocr else "".join(part.line.text for look in looks for part in look.segments)


def test_the_documents_hold_the_answers(tmp_path: Path) -> None:
    texts = {one.filename: text_of(one.content, tmp_path / "one.pdf") for one in sample.files()}
    assert tuple(texts) == sample.FILENAMES
    assert all(answer in texts[sample.MANUAL] for answer in ANSWERS["en"])
    assert all(answer in texts[sample.LEASE] for answer in ANSWERS["zh"])
    assert texts[sample.POLICY] == ""


def test_the_documents_are_the_same_each_time() -> None:
    assert sample.files() == sample.files()


def test_no_line_leaves_the_paper(tmp_path: Path) -> None:
    for one in sample.files()[:2]:
        (tmp_path / "one.pdf").write_bytes(one.content)
        pdf = PdfFile(tmp_path / "one.pdf")
        for number in range(1, pdf.page_count + 1):
            for segment in pdf.look(number).segments:
                assert 0.1 < segment.line.box.x0 < segment.line.box.x1 < 0.9 and segment.line.box.y1 < 0.97


def test_there_are_questions_in_both_languages() -> None:
    assert len(sample.questions("en")) == len(sample.questions("zh")) >= 3
