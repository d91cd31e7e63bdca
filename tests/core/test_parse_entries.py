"""Lines that say something each are paragraphs of their own; wrapped text stays whole."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from rag_core.models.folders import find
from rag_core.parse.digital.glyphs import Segment
from rag_core.parse.layout.regions import LayoutRegion
from rag_core.parse.order.flows import turn_of
from rag_core.parse.order.reading_order import blocks_of
from rag_core.parse.recognition.ocr import PaddleOcrEngine
from rag_core.settings import read_settings
from rag_core.types import Box
from tests.builders import A4, picture
from tests.core.laid_out import HEIGHT, SIZE, WIDTH, at, column, read, scanned, turned

LEFT = 0.1
EM = SIZE * HEIGHT / WIDTH
LEADING = 0.018
ENGLISH = (
    "The Reading Room of the Society was opened in May 1904 by Lord Amory, who gave it Four Thousand volumes on "
    "the Law of the Sea and on Mechanics. Members of the Board met there every Monday until the War, and a Register "
    "of all Visitors was kept by Miss Ellen Ward, who had come from Leeds. No Book has left the House since"
)
CHINESE = (
    "阅览室于1904年5月由会长捐建，藏书四千余册，以海商法和机械学为主。理事会每周一在此开会，直至战争爆发；来访者均由管理员登记在册，"
    "登记簿保存至今，共计37卷。自开馆以来没有一册图书离开过本馆，读者须在馆内阅读，并在闭馆以前归还所借图书"
)
FACTS = ["Model: AX-200", "Weight: 3 kg", "Colour: dark grey, matt", "Warranty: two years", "Power: 45 W"]
FACTS_ZH = ["型号：AX-200", "重量：3千克", "颜色：深灰色，亚光", "保修期：两年", "额定功率：45瓦"]
ADDRESS = ["Lindner Works Limited", "4 Harbour Road", "Unit 12", "Bristol BS1 6XN"]
MENU = ["番茄汤 18元", "香煎鳟鱼配杏仁和煮土豆 88元", "蔬菜沙拉 22元", "苹果派 16元"]


def width(text: str) -> float:
    return sum(EM if letter > "\u2e7f" else EM / 2 for letter in text)


def lines(texts: list[str], top: float, left: float = LEFT) -> list[Segment]:
    """The texts below one another as they are printed, from the left."""
    return [at(text, left, top + n * LEADING, left + width(text)) for n, text in enumerate(texts)]


def wrapped(
    text: str, top: float, right: float, left: float = LEFT, justified: bool = False
) -> list[Segment]:
    """The text, broken where the next word does not fit."""
    rows = [""]
    for word in re.findall(r"[\u2e80-\uffff][，。；]?|[^\s\u2e80-\uffff]+ ?", text):
        if left + width((rows[-1] + word).rstrip()) > right:
            rows[-1] = rows[-1].rstrip()
            rows.append("")
        rows[-1] += word
    found = lines(rows, top, left)
    if justified:
        boxes = [one.line.box for one in found[:-1]]
        found[:-1] = [at(row, left, box.y0, right) for row, box in zip(rows, boxes, strict=False)]
    return found


def blocks(segments: list[Segment]) -> list[str]:
    return ["\n".join(line.text for line in block.lines) for block in blocks_of(segments, WIDTH, HEIGHT)]


def whole(segments: list[Segment]) -> str:
    return "\n".join(one.line.text for one in segments)


@pytest.mark.parametrize("facts", [FACTS, FACTS_ZH, ADDRESS, MENU], ids=["en", "zh", "address", "menu"])
@pytest.mark.parametrize("seen", [False, True], ids=["digital", "scan"])
def test_each_fact_of_a_list_is_a_paragraph_of_its_own(facts: list[str], seen: bool) -> None:
    body = wrapped(CHINESE + "。", 0.1, 0.9)
    page = [*body, *lines(facts, body[-1].line.box.y0 + LEADING)]
    assert blocks([scanned(one) for one in page] if seen else page) == [whole(body), *facts]


def test_facts_on_a_page_of_nothing_else_are_told_by_their_names() -> None:
    assert blocks(lines(FACTS, 0.3)) == FACTS
    assert blocks(lines(FACTS_ZH, 0.3)) == FACTS_ZH


def test_facts_are_told_on_a_turned_page_too() -> None:
    page = [turned(one, 90) for one in [*wrapped(CHINESE + "。", 0.1, 0.9), *lines(MENU, 0.3)]]
    found = ["\n".join(line.text for line in block.lines) for block in blocks_of(page, HEIGHT, WIDTH)]
    assert found[-len(MENU) :] == MENU


def test_a_fact_that_runs_on_stays_whole() -> None:
    body = wrapped(ENGLISH + ".", 0.1, 0.9)
    facts = [
        "Model: AX-200",
        "Warranty: two years from the day of purchase, for parts and for labour",
        "Power: 45 W",
    ]
    second = wrapped(facts[1], 0.0, 0.6)
    texts = [facts[0], *(one.line.text for one in second), facts[2]]
    assert len(second) == 2
    page = [*body, *lines(texts, body[-1].line.box.y0 + LEADING)]
    assert blocks(page)[1:] == [facts[0], whole(second), facts[2]]


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
@pytest.mark.parametrize("justified", [False, True])
@pytest.mark.parametrize("right", [0.62, 0.75, 0.9])
def test_wrapped_text_is_not_torn(text: str, justified: bool, right: float) -> None:
    """Wherever it ends: its lines begin with capitals and figures, and end without a full stop."""
    for step in range(12):
        edge = right + step * 0.005
        rows = wrapped(text, 0.2, edge, justified=justified)
        assert blocks(rows) == [whole(rows)]
        assert blocks([scanned(one) for one in rows]) == [whole(rows)]


@pytest.mark.parametrize("text", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_text_in_a_narrower_measure_is_not_torn(text: str) -> None:
    body = wrapped(ENGLISH + ".", 0.1, 0.9)
    unended = re.sub("[。；]", "，", text.replace(". ", ", "))
    for step in range(12):
        quoted = wrapped(unended, body[-1].line.box.y0 + LEADING, 0.6 + step * 0.01, 0.15)
        assert blocks([*body, *quoted]) == [whole(body), whole(quoted)]


def test_a_colon_near_the_start_of_a_line_does_not_tear_wrapped_text() -> None:
    """Where it stands beside a picture, say, and each line ends early in its column."""
    body = wrapped(ENGLISH + ".", 0.1, 0.9)
    said = [
        "造成存货数量不一定等于真正的存货在报表上的",
        "数量的原因：存货成本是指存货到达可供销售以",
        "前发生的全部支出而盘点时只计实物因此两者会",
        "有差额应在年末逐一核对并说明",
    ]
    rows = lines(said, body[-1].line.box.y0 + LEADING)
    assert blocks([*body, *rows])[-1] == whole(rows)


def test_a_heading_and_a_paragraph_that_ends_in_a_note_do_not_run_into_the_text_below() -> None:
    note = wrapped(ENGLISH + ".¹²", 0.1, 0.9)
    below = wrapped(ENGLISH + ".", note[-1].line.box.y0 + 2 * LEADING, 0.9)
    head = lines(["Income taxes"], note[-1].line.box.y0 + LEADING)
    assert blocks([*note, *head, *below]) == [whole(note), "Income taxes", whole(below)]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        ("凭小票7日内可退换货（生鲜除外）", "客服电话：400-820-3366"),
        ("Kept cool and dry it lasts a year", "Hotline: 0800 4711"),
    ],
)
def test_a_field_centred_below_a_longer_line_is_one(above: str, below: str) -> None:
    """At the foot of a receipt; at the left edge it goes on with the paragraph."""
    middle = LEFT + width(above) / 2
    page = [*lines([above], 0.3), *lines([below], 0.3 + LEADING, middle - width(below) / 2)]
    assert [block.text for block in blocks_of(page, WIDTH, HEIGHT)] == [above, below]
    page = [*lines([above], 0.3), *lines([below], 0.3 + LEADING)]
    assert len(blocks_of(page, WIDTH, HEIGHT)) == 1


def test_a_line_that_goes_on_below_is_not_an_entry() -> None:
    body = column("body", 0.1, 0.9, 3, 0.1)
    for above, below in pairwise(
        ["Fees, Rents and", "Fines (see below)", "paid before May", "20", "Total of all"]
    ):
        page = [*body, *lines([above, below, "And a longer line"], 0.2)]
        assert f"{above}\n{below}" in "\n\n".join(blocks(page))


def test_formulas_and_the_marks_of_a_scale_stay_together() -> None:
    body = column("body", 0.1, 0.9, 3, 0.1)
    marks = ["10 %", "5 %", "0 %", "-5 %"]
    assert blocks([*body, *lines(marks, 0.2)])[-1] == "\n".join(marks)


def test_the_fields_of_a_form_are_parted_row_by_row() -> None:
    body = column("body", 0.1, 0.9, 4, 0.1)
    names = [("Donations", "16,000"), ("Sales", "18,000"), ("Other grants", "3,400")]
    rows = [
        one
        for n, (name, figure) in enumerate(names)
        for one in (
            at(name, 0.1, 0.25 + n * LEADING, 0.1 + width(name)),
            at(figure, 0.9 - width(figure), 0.25 + n * LEADING, 0.9),
        )
    ]
    assert blocks([*body, *rows])[-3:] == [" ".join(row) for row in names]


def test_a_cell_that_runs_on_in_chinese_is_not_torn() -> None:
    rows = [
        at("向其他金融机构拆入资金净增", 0.1, 0.25, 0.1 + 13 * EM),
        at("7,715,912.60", 0.75, 0.25, 0.9),
        at("加额合计", 0.1, 0.25 + LEADING, 0.1 + 4 * EM),
        at("收到原保险合同保费取得的", 0.1, 0.25 + 2 * LEADING, 0.1 + 12 * EM),
        at("15,096,149.30", 0.75, 0.25 + 2 * LEADING, 0.9),
    ]
    assert "向其他金融机构拆入资金净增 7,715,912.60\n加额合计" in "\n\n".join(blocks(rows))


def test_a_running_head_in_two_lines_is_one_head() -> None:
    head = lines(["Taken from the shelf on 12 July 2017", "Industry Watch 451"], 0.03)
    assert read([*head, *column("body", 0.1, 0.9, 20, 0.2)])[0] == ("header", head[0].line.text)


def test_facts_are_no_titles_even_where_the_model_says_so_and_a_line_above_text_may_be_one() -> None:
    body = [scanned(one) for one in wrapped(ENGLISH + ".", 0.3, 0.9)]
    facts = [scanned(one) for one in lines(ADDRESS, 0.3 - len(ADDRESS) * LEADING)]
    seen = tuple(LayoutRegion("title", one.line.box, 0.9) for one in facts)
    assert [kind for kind, _ in read([*facts, *body], seen)] == ["list"] * len(ADDRESS) + ["text"]
    assert [kind for kind, _ in read([facts[-1], *body], seen)] == ["title", "text"]


def test_the_fields_in_a_picture_are_told_by_their_names_and_other_words_stay_together() -> None:
    body = column("body", 0.1, 0.9, 6, 0.6)
    slip = ["Receipt of the works", "Number", "4711", "Paid by: Mr. Amory", "Amount:", "45.00", "Date: 3 May"]
    inset = [scanned(at(text, 0.3, 0.2 + n * LEADING, 0.5)) for n, text in enumerate(slip)]
    seen = (LayoutRegion("figure", Box(0.25, 0.18, 0.6, 0.4), 0.9),)
    found = blocks_of([*inset, *body], WIDTH, HEIGHT, seen)
    assert [block.kind for block in found] == ["figure"] * 4 + ["text"]
    assert [block.text for block in found[:-1]] == [
        "\n".join(slip[:3]),
        slip[3],
        "\n".join(slip[4:6]),
        slip[6],
    ]
    assert found[1].box == inset[3].line.box
    scale = [
        scanned(at(text, 0.3, 0.2 + n * LEADING, 0.5)) for n, text in enumerate(["x : 1", "y : 2", "Sum"])
    ]
    assert [block.box for block in blocks_of([*scale, *body], WIDTH, HEIGHT, seen)][:-1] == [seen[0].box]


@cache
def engine() -> PaddleOcrEngine:
    folder = find(read_settings(), "PP-OCRv6-small")
    assert folder, "run: python -m rag_core.models fetch"
    return PaddleOcrEngine(folder)


@pytest.mark.weights
def test_the_facts_of_a_scanned_list_are_read_one_by_one() -> None:
    said = [
        "This device was made for the use",
        "in dry rooms and must be kept away",
        "from water at any time.",
    ]
    found = engine().read(np.ascontiguousarray(picture([*said, *FACTS, *FACTS_ZH])))
    segments = [Segment(line, turn_of(line)) for line in found]
    read_blocks = ["".join(line.text for line in block.lines) for block in blocks_of(segments, *A4)]
    plain = ["".join(text.split()) for text in read_blocks]
    expected = ["".join("".join(said).split()), *("".join(fact.split()) for fact in (*FACTS, *FACTS_ZH))]
    assert [text.replace(":", "：") for text in plain] == [text.replace(":", "：") for text in expected]
