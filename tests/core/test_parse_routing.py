"""Which pages are read by their text layer and which from their picture: none of the good ones must cost
recognition, and none of the broken ones may be believed."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable
from pathlib import Path

import pymupdf
import pytest

from rag_core.parse.digital.page_look import PageLook
from rag_core.parse.digital.pdf import PdfFile
from rag_core.parse.digital.plausible import is_scrambled, is_scraps
from tests.builders import (
    LEADING,
    LEFT,
    SIZE,
    TOP,
    digital_pdf,
    hidden_text_pdf,
    image_file,
    picture,
    scan_pdf,
)

GOOD = {
    "English": "The committee met on Tuesday and agreed that nothing in the annual report should be changed before "
    "the auditors had looked at every figure. Members asked why spending on travel had grown so quickly, and were "
    "told that most of it had been moved from another budget without being marked as such.",
    "German": "Der Ausschuss hat am Dienstag beschlossen, den Jahresbericht erst nach der Prüfung sämtlicher Zahlen "
    "zu veröffentlichen. Die Mitglieder fragten, warum die Reisekosten so stark gestiegen seien; größtenteils "
    "handelte es sich um Beträge aus früheren Haushaltsjahren, die übertragen worden waren.",
    "Polish": "Komisja zebrała się we wtorek i uzgodniła, że sprawozdanie roczne nie zostanie zmienione, zanim "
    "biegli rewidenci nie sprawdzą wszystkich liczb. Członkowie pytali, dlaczego wydatki na podróże tak szybko "
    "wzrosły, i usłyszeli, że większość przeniesiono z innego budżetu.",
    "Russian": "Комитет собрался во вторник и решил, что годовой отчет не будет изменен, пока аудиторы не проверят "
    "каждую цифру. Члены комитета спросили, почему расходы на поездки выросли так быстро, и услышали, что большая "
    "их часть была перенесена из другого бюджета без соответствующей отметки.",
    "Greek": "Η επιτροπή συνεδρίασε την Τρίτη και συμφώνησε ότι τίποτα στην ετήσια έκθεση δεν θα αλλάξει πριν οι "
    "ελεγκτές εξετάσουν όλα τα στοιχεία. Τα μέλη ρώτησαν γιατί οι δαπάνες ταξιδιών αυξήθηκαν τόσο γρήγορα.",
    "Chinese": "委员会星期二开会决定，在审计人员核对全部数字之前，年度报告不作任何修改。委员们询问差旅费用为何增长如此之快，"
    "得到的答复是，其中大部分是从另一项预算中转来的，但没有作出相应的标记。会议还讨论了明年的工作计划和人员安排。",
    "traditional Chinese": "委員會星期二開會決定，在審計人員核對全部數字之前，年度報告不作任何修改。委員們詢問差旅費用為何增長如此"
    "之快，得到的答覆是，其中大部分是從另一項預算中轉來的，但沒有作出相應的標記。會議還討論了明年的工作計劃和人員安排。",
    "Japanese": "委員会は火曜日に会合を開き、監査人がすべての数字を確認するまで年次報告書を変更しないことを決めた。委員は旅費がなぜ"
    "これほど急に増えたのかを尋ね、その大部分は別の予算から移されたものだという回答を得た。来年の計画についても議論した。",
    "Korean": "위원회는 화요일에 모여 감사인이 모든 숫자를 확인하기 전에는 연례 보고서를 변경하지 않기로 합의했다. 위원들은 "
    "출장 비용이 왜 그렇게 빨리 늘었는지 물었고 대부분이 다른 예산에서 옮겨 온 것이라는 답을 들었다.",
    "code": "def read(path): return [line.strip() for line in open(path)]; x = {k: v for k, v in d.items() if k != 'id'}; "
    "printf(\"%s:%d\\n\", fmt, argc); struct fz_ctx *ctx = NULL; for (i = 0; i < n; ++i) buf[i] ^= 0xFF; sqrt(dx*dx+dy*dy)",
    "acronyms": "NATO, UNHCR, BRICS, XML, HTTP, SQL, USB, CPU, GPU, DNS, TLS, SSH, PDF, OCR, RAM, ROM, BIOS, WWW, IBM, "
    "HSBC, KPMG, BMW, BBC, CNN, NYSE, GDP, FTSE, HTML, CSS, JSON, YAML, RPC, JVM, KVM, AMD, ARM, NVMe, SDXC, WPA",
    "figures": "2019 1,204.5 (32.1) 4.4% 2020 1,377.0 (28.6) 14.3% 2021 1,502.9 (30.0) 9.1% 2022 1,498.2 (41.7) -0.3%",
    "formulas": "f(x) = ax² + bx + c, Δ = b² − 4ac ≥ 0 ⇒ x₁,₂ = (−b ± √Δ) / 2a; ∑ᵢ xᵢ² ≤ ‖x‖², ∂f/∂x = λ ∇g, α ∈ ℝ, β ∉ ∅",
    "one word again and again": "xxx line " * 60,
}  # fmt: skip
BY_TEXT_ALONE = {
    "Arabic": "اجتمعت اللجنة يوم الثلاثاء ووافقت على عدم تغيير أي شيء في التقرير السنوي قبل أن يراجع المدققون كل رقم فيه" * 3,
    "Hebrew": "הוועדה התכנסה ביום שלישי והסכימה שדבר בדוח השנתי לא ישתנה לפני שהמבקרים יבדקו כל מספר" * 3,
    "Thai": "คณะกรรมการประชุมเมื่อวันอังคารและตกลงว่าจะไม่แก้ไขรายงานประจำปีก่อนที่ผู้สอบบัญชีจะตรวจสอบตัวเลขทุกตัว" * 3,
    "Hindi": "समिति की बैठक मंगलवार को हुई और यह तय हुआ कि लेखा परीक्षकों के जाँचने से पहले वार्षिक रिपोर्ट नहीं बदली जाएगी" * 3,
    "Vietnamese": "Ủy ban đã họp vào thứ ba và đồng ý rằng không có gì trong báo cáo thường niên được thay đổi trước khi "
    "kiểm toán viên xem xét từng con số. Các thành viên hỏi tại sao chi phí đi lại tăng nhanh như vậy." * 2,
    "Turkish": "Komite salı günü toplandı ve denetçiler her rakamı incelemeden yıllık raporda hiçbir şeyin "
    "değiştirilmemesine karar verdi. Üyeler seyahat harcamalarının neden bu kadar hızlı arttığını sordu." * 2,
}  # fmt: skip


def _shifted(step: int) -> Callable[[str], str]:
    return lambda one: chr(ord(one) + step) if one.isalnum() else one


def _permuted(one: str) -> str:
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    mixed = letters[:]
    random.Random(3).shuffle(mixed)
    return dict(zip(letters, mixed, strict=True)).get(one.lower(), one)


def _to_glyph_numbers(one: str) -> str:
    return chr(0xE000 + ord(one) % 0x1000)


# What a broken font makes of each character; None: it has no map at all.
BROKEN: dict[str, tuple[str, Callable[[str], str] | None]] = {
    "shifted by one": ("English", _shifted(1)),
    "shifted back by one": ("English", _shifted(-1)),
    "shifted by the glyph's number": ("English", _shifted(-29)),
    "letters permuted": ("English", _permuted),
    "German shifted": ("German", _shifted(3)),
    "Russian shifted": ("Russian", _shifted(2)),
    "Chinese shifted": ("Chinese", _shifted(7)),
    "Korean shifted": ("Korean", _shifted(11)),
    "private characters": ("English", _to_glyph_numbers),
    "private ideographs": ("Chinese", _to_glyph_numbers),
    "no map": ("English", None),
    "no map for ideographs": ("Chinese", None),
    "holes": ("English", lambda one: "\x03" if one in "ctr" else one),
}


@functools.cache
def _font() -> pymupdf.Font:
    return pymupdf.Font("cjk")


def mapped_pdf(text: str, change: Callable[[str], str] | None = lambda one: one) -> bytes:
    """A page that shows the text, whose font says of each character what `change` makes of it."""
    with pymupdf.open() as document:
        page = document.new_page()
        writer = pymupdf.TextWriter(page.rect)
        for at in range(0, len(text), 40):
            writer.append((72, 100 + at / 2), text[at : at + 40], font=_font(), fontsize=10)
        writer.write_text(page)
        for font in {xref for xref, *_ in page.get_fonts()}:
            kind, value = document.xref_get_key(font, "ToUnicode")
            if change is None:
                document.xref_set_key(font, "ToUnicode", "null")
            elif kind == "xref":
                document.update_stream(int(value.split()[0]), _map({one: change(one) for one in text}))
        return bytes(document.tobytes())


def _map(characters: dict[str, str]) -> bytes:
    entries = [
        f"<{_font().has_glyph(ord(one)):04x}> <{said.encode('utf-16-be').hex()}>"
        for one, said in characters.items()
    ]
    parts = [entries[at : at + 100] for at in range(0, len(entries), 100)]
    body = "\n".join(f"{len(part)} beginbfchar\n" + "\n".join(part) + "\nendbfchar" for part in parts)
    head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def"
    space = "1 begincodespacerange <0000> <FFFF> endcodespacerange"
    return f"{head}\n{space}\n{body}\nendcmap end end".encode()


def looked_at(folder: Path, data: bytes) -> PageLook:
    path = folder / "file.pdf"
    path.write_bytes(data)
    return PdfFile(path).look(1)


@pytest.mark.parametrize("language", GOOD)
def test_good_text_is_believed(tmp_path: Path, language: str) -> None:
    look = looked_at(tmp_path, mapped_pdf(GOOD[language]))
    assert not look.needs_ocr
    assert len(look.segments) >= len(GOOD[language]) // 40


@pytest.mark.parametrize("language", [*GOOD, *BY_TEXT_ALONE])
def test_no_language_is_taken_for_nonsense(language: str) -> None:
    text = (GOOD | BY_TEXT_ALONE)[language]
    assert not is_scrambled(text * 3)
    assert not is_scrambled(text.upper())


@pytest.mark.parametrize("way", BROKEN)
def test_a_broken_font_is_not_believed(tmp_path: Path, way: str) -> None:
    language, change = BROKEN[way]
    look = looked_at(tmp_path, mapped_pdf(GOOD[language], change))
    assert look.needs_ocr
    assert look.segments == ()


SCRAPS = [
    ".A:01.6e.e. tet:A•44 d-atte- ey. ..LCV WI.GL,41.44-gta*Air.",
    "N.k...O.AetAlket, ciA# o44,A4)-0-A:fcfk -777d4v, _Ali-",
]


def _scan_with(words: list[str]) -> bytes:
    """A scan of twelve lines, with these words put under the first of them."""
    scan = scan_pdf([picture(["A handwritten letter of 3 May 1943"] * 12)])
    with pymupdf.open(stream=scan, filetype="pdf") as document:
        for at, line in enumerate(words):
            document[0].insert_text((LEFT, TOP + LEADING * at), line, fontsize=SIZE, render_mode=3)
        return bytes(document.tobytes())


def test_scraps_of_old_recognition_are_read_anew_and_good_recognition_is_not(tmp_path: Path) -> None:
    assert looked_at(tmp_path, _scan_with(SCRAPS * 6)) == PageLook((), True)
    look = looked_at(tmp_path, _scan_with(["A handwritten letter of 3 May 1943"] * 12))
    assert (len(look.segments), look.needs_ocr, look.recognised) == (12, False, True)


def test_a_scan_of_which_only_the_head_was_recognised_is_read_to_the_end(tmp_path: Path) -> None:
    look = looked_at(tmp_path, _scan_with(["A handwritten letter of 3 May 1943"] * 3))
    assert (len(look.segments), look.needs_ocr) == (3, True)


@pytest.mark.parametrize("language", [*GOOD, *BY_TEXT_ALONE])
def test_ordinary_text_is_no_scraps(language: str) -> None:
    if language not in {"code", "formulas"}:
        assert not is_scraps((GOOD | BY_TEXT_ALONE)[language])


def test_one_font_without_a_map_does_not_cost_the_lines_of_the_others(tmp_path: Path) -> None:
    with (
        pymupdf.open(stream=mapped_pdf(GOOD["Chinese"][:40], None), filetype="pdf") as document,
        pymupdf.open(
            stream=digital_pdf([["A plain line of text, as good as any"] * 20]), filetype="pdf"
        ) as plain,
    ):
        document[0].show_pdf_page(pymupdf.Rect(0, 200, 595, 842), plain, 0)
        look = looked_at(tmp_path, document.tobytes())
    assert look.needs_ocr
    assert [one.line.text for one in look.segments] == ["A plain line of text, as good as any"] * 20


def test_text_on_a_background_costs_no_recognition(tmp_path: Path) -> None:
    paper = image_file([picture([])], "PNG")
    with pymupdf.open(
        stream=digital_pdf([["Words on coloured paper, quite a few of them"] * 25])
    ) as document:
        document[0].insert_image(document[0].rect, stream=paper, overlay=False)
        look = looked_at(tmp_path, document.tobytes())
    assert not look.needs_ocr
    assert len(look.segments) == 25


def test_hidden_text_without_a_picture_is_no_text(tmp_path: Path) -> None:
    look = looked_at(tmp_path, hidden_text_pdf("Shown", "Hidden", "Beyond"))
    assert [one.line.text for one in look.segments] == ["Shown"]
