"""Figures of a report are told of a quarter, a half or a year: one of another is no answer and no support."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from rag_core.ask.checking.cite import Aligned, align
from rag_core.ask.language.periods import Period, in_force, periods, without_periods
from rag_core.ask.language.words import keys
from rag_core.ask.quoting.quote import quote
from tests.core.asking import World, passages

REPORT = World(
    *passages(
        "Kestrel Reports Fourth Quarter Fiscal 2022 Results\n\nNet Income of $34.8 Million or $6.68 Per Share\n\n"
        "For the Fourth Quarter of Fiscal 2022\n\nNet income increased 17.8% to $34.8 million. The margin was 9.5%.\n\n"
        "For the Full Year of Fiscal 2022\n\nNet income increased 26.0% to $124.2 million. The margin was 8.1%.",
        filename="kestrel.pdf",
    )
)
REPORT_ZH = World(
    *passages(
        "宁溪纸业经营简报\n\n2023年上半年经营情况\n\n营业收入为3.2亿元，同比增长5%。\n\n2023年全年经营情况\n\n营业收入为7.9亿元，同比增长9%。",
        filename="宁溪纸业.pdf",
    )
)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("in the fourth quarter of fiscal year 2022", {(3, 4)}),
        ("Fourth-Quarter results", {(3, 4)}),
        ("2Q22 and Q3 2023", {(3, 2), (3, 3)}),
        ("Three Months Ended December 31", {(3, 0)}),
        ("the year-ago quarter", {(3, 0)}),
        ("a quarter of the residents", set()),
        ("the first half and the first nine months of 2021", {(6, 1), (9, 0)}),
        ("52 Weeks Ended", {(12, 0)}),
        ("quarter and year ended December 31", {(3, 0), (12, 0)}),
        ("compared to fiscal 2021", {(12, 0)}),
        ("at the end of the fourth quarter", set()),
        ("in Q4 of FY2023", {(3, 4)}),
        ("FY23 Outlook", {(12, 0)}),
        ("the annual meeting, in 2021", set()),
        ("2022年度第四季度", {(3, 4)}),
        ("前三季度及上半年", {(9, 0), (6, 1)}),
        ("1—6月、1-9月", {(6, 1), (9, 0)}),
        ("2022年度营业收入，本年度", {(12, 0)}),
        ("年度报告，两个季度，一年四季", set()),
    ],
)
def test_reads_periods(text: str, wanted: set[tuple[int, int]]) -> None:
    assert {(period.months, period.which) for period in periods(text)} == wanted


@pytest.mark.parametrize(
    "text",
    [
        "Who won the quarter-final?", "the second half of the match", "39 weeks of maternity leave", "the annual leave",
        "question Q3: why", "the half-year exam", "the last quarter mile", "全年级共三个班", "下半年刊", "第一季度假村", "二季度末",
    ],
)  # fmt: skip
def test_other_words_are_no_periods(text: str) -> None:
    assert not periods(text)


def test_hostile_text_takes_no_long_time() -> None:
    begun = time.process_time()
    for text in (
        f"first quarter{' ' * 16_000}x",
        "years ended " * 8_000,
        "end of the first quarter " * 8_000,
    ):
        periods(text)
    assert time.process_time() - begun < 2


def told_of(texts: Sequence[str], headings: Sequence[str]) -> frozenset[Period]:
    return in_force(texts, headings)[-1].periods


def test_a_sentence_is_in_the_period_that_it_or_the_nearest_title_names() -> None:
    report, quarter, entry = (
        "Results for the full year 2022",
        "Fourth Quarter Highlights",
        "Sales were 3 million.",
    )
    in_quarter, in_year = periods("fourth quarter"), periods("full year")
    assert told_of([report, quarter, entry], [""] * 3) == in_quarter
    assert told_of([report, "• Sales of the fourth quarter were 3", entry], [""] * 3) == in_year
    assert told_of([quarter, "In the full year they were 9 million."], [""] * 2) == in_year
    assert told_of([quarter, "Sales were 9 million in 2022."], [""] * 2) == frozenset()
    assert told_of([quarter, entry], ["Highlights", f"{report} › Sales"]) == in_year


@pytest.mark.parametrize(
    "compared",
    [
        "compared to $4.1 million in fiscal 2021",
        "compared with 4.1 million in 2021",
        "from 12% in the third quarter of 2021",
        "against a net loss of $2 million for fiscal 2021",
    ],
)
def test_with_what_a_figure_is_compared_is_not_of_when_it_is_told(compared: str) -> None:
    title = "For the Full Year of Fiscal 2022"
    told = in_force([title, f"Income rose to $5.3 million {compared}."], [""] * 2)[1]
    assert (told.periods, told.title, told.sure) == (periods("fiscal 2022"), title, True)


def test_a_finished_section_is_not_surely_told_of() -> None:
    texts = ["First Quarter", "Sales were 3 million.", "Staff", "The dairy employs 164 people."]
    told = in_force(texts, [""] * 4)
    assert told[1].sure and not told[3].sure
    assert not in_force(["2. First Quarter 2024", "In 2025 it expects 4 million."], [""] * 2)[1].title


@pytest.mark.parametrize(
    "claim",
    [
        "In 2024, revenue was 22.7 million pounds.",
        "The dairy employs 164 people.",
        "Park staff double to 36 in summer.",
        "The six months ended 30 June 2024 brought 9.3 million.",
    ],
)
def test_what_the_titles_say_of_the_time_is_borne_out(claim: str) -> None:
    text = (
        "Tern Dairy Report\n\n2. Full Year 2024\n\nRevenue was 22.7 million pounds.\n\n3. First Quarter 2024\n\n"
        "Revenue was 5.1 million pounds. Compared with the third quarter, park staff double in summer to 36.\n\n"
        "Six months ended 30 June 2024\n\nThe shops brought 9.3 million.\n\nStaff\n\nThe dairy employs 164 people."
    )
    world = World(*passages(text, filename="tern.pdf"))
    for question in ("What was the revenue?", "How many people does the dairy employ in the first quarter?"):
        verdict = checked(world, claim, question).verdict
        assert verdict.support == "supported", (question, verdict.why)


def checked(world: World, claim: str, question: str) -> Aligned:
    return align(claim, world.gathered(question))


@pytest.mark.parametrize(
    ("world", "claim", "support"),
    [
        (REPORT, "Net income in the fourth quarter of fiscal 2022 was $34.8 million.", "supported"),
        (REPORT, "Net income for the full year of fiscal 2022 was $124.2 million.", "supported"),
        (REPORT, "Net income for the full year of fiscal 2022 was $34.8 million.", "unsupported"),
        (REPORT, "Net income in the fourth quarter of fiscal 2022 was $124.2 million.", "unsupported"),
        (REPORT_ZH, "2023年全年营业收入为7.9亿元。", "supported"),
        (REPORT_ZH, "2023年上半年营业收入为3.2亿元。", "supported"),
        (REPORT_ZH, "2023年全年营业收入为3.2亿元。", "unsupported"),
        (REPORT_ZH, "2023年上半年营业收入为7.9亿元。", "unsupported"),
    ],
)
def test_a_figure_of_another_period_bears_nothing(world: World, claim: str, support: str) -> None:
    verdict = checked(world, claim, "What was the net income? 营业收入是多少？").verdict
    assert verdict.support == support, verdict.why
    assert verdict.reason == ("claim_period" if support == "unsupported" else "")


def test_a_claim_without_a_period_answers_for_the_one_asked_for() -> None:
    claim = "Net income increased to $34.8 million."
    asked = "What was the net income in the {}?"
    assert checked(REPORT, claim, asked.format("fourth quarter")).verdict.support == "supported"
    verdict = checked(REPORT, claim, asked.format("full year")).verdict
    assert (verdict.support, verdict.reason) == ("unsupported", "claim_period")


def test_the_columns_of_a_table_tell_of_which_period_a_cell_is() -> None:
    table = "| | Fourth quarter 2022 | Full year 2022 |\n| Net sales | 512.4 | 1,833.0 |\n| Costs | 402.1 | 1,500.7 |"
    heading = "Results › | | Fourth quarter 2022 | Full year 2022 |"
    world = World(*(replace(held, heading=heading) for held in passages(table, filename="kestrel.pdf")))
    question = "What were the net sales?"
    assert checked(world, "Net sales of the full year were 1,833.0.", question).verdict.support == "supported"
    wrong = checked(world, "Net sales of the full year were 512.4.", question).verdict
    assert (wrong.support, wrong.reason) == ("unsupported", "claim_period")


@pytest.mark.parametrize(
    ("world", "question", "figure"),
    [
        (REPORT, "What was Kestrel's net income in the fourth quarter?", "$34.8 million"),
        (REPORT, "What was Kestrel's net income for the full fiscal year?", "$124.2 million"),
        (REPORT_ZH, "宁溪纸业上半年营业收入是多少？", "3.2亿元"),
        (REPORT_ZH, "宁溪纸业全年营业收入是多少？", "7.9亿元"),
    ],
)
def test_quotes_the_figure_of_the_period_asked_for(world: World, question: str, figure: str) -> None:
    assert figure in quote(world.gathered(question)).text.replace("Million", "million")


def test_a_year_is_the_same_word_however_it_is_named() -> None:
    assert keys("sales in FY2022 and FY23") == keys("sales in 2022 and 2023")


def test_raised_digits_do_not_move_a_period() -> None:
    assert without_periods("m² and 3⁴ in the fourth quarter rose") == "m² and 3⁴ in the   rose"


def test_a_line_about_another_period_lends_no_year() -> None:
    world = World(
        *passages(
            "Our annual net income exceeded one billion dollars. Inventories, net at the end of the fourth quarter of fiscal "
            "2022, totaled $1.6 billion.",
            filename="kestrel.pdf",
        )
    )
    question = "What was the net income for the full fiscal year 2022?"
    verdict = checked(world, "Net income for the full fiscal year 2022 was $1 billion.", question).verdict
    assert verdict.support == "unsupported"
