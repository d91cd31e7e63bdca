"""Whether the evidence can answer is decided before anything is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.refusal.by_language import by_language
from rag_core.ask.refusal.other_times import names_other_month, names_other_quarter, names_other_year
from rag_core.ask.refusal.refuse import ALONE, ANSWER_FROM, NO_SIGNS, Signs, answerable, refusal_text, signs
from rag_core.ask.retrieval.scale import USUAL_SCALES
from tests.core.asking import World, passages

WORLD = World(
    *passages(
        "The Meridian pump lifts 40 litres a minute. Its filter must be changed every 6 months.",
        "子午线水泵每分钟抽水40升。滤芯应每六个月更换一次。",
        "The garden is open from April to October.",
    )
)


def chance(question: str) -> float:
    gathered = WORLD.gathered(question)
    return answerable(signs(gathered, WORLD.search(question).hits))


@pytest.mark.parametrize("question", ["How often must the filter be changed?", "水泵的滤芯多久更换一次？"])
def test_answers_what_the_documents_hold(question: str) -> None:
    assert chance(question) >= ANSWER_FROM


@pytest.mark.parametrize(
    "question", ["Which opera premiered in Leipzig during the drought?", "哪位作家获得了文学奖金？"]
)
def test_refuses_what_they_do_not_hold(question: str) -> None:
    assert chance(question) < ANSWER_FROM


MILLS = World(
    *passages("The net income of the Harwick mills was 3 million in 2021 and 4 million in 2023."),
    *passages("哈维克工厂2021年的净利润为三百万元，2023年的净利润为四百万元。", document_id=2),
)


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("What was the net income of the Harwick mills in 2021?", True),
        ("What was the net income of the Harwick mills in 2015?", False),
        ("哈维克工厂2023年的净利润是多少？", True),
        ("哈维克工厂2015年的净利润是多少？", False),
    ],
)
def test_a_year_beyond_those_of_the_passages_is_refused(question: str, answered: bool) -> None:
    found = signs(MILLS.gathered(question), MILLS.search(question).hits)
    assert found.year == float(not answered)
    assert (answerable(found) >= ANSWER_FROM) is answered


def test_an_amount_is_no_year_and_a_year_between_is_none_beyond() -> None:
    assert not names_other_year("Who pays the 1,800?", ["It costs 1,525 since 2021."])
    assert not names_other_year("Who paid in 2015?", ["Nobody says when."])
    assert not names_other_year("Who paid in 2022?", ["Paid in 2021.", "Paid in 2023."])
    assert names_other_year("Who paid in 2015?", ["Paid in 2021."])
    assert names_other_year("Gill's tax for 2023-24?", ["Tax year 2024/25: 4,071."])
    assert not names_other_year("Gill's tax for 2023-24?", ["Tax year 2023/2024: 4,071.", "2024-25: 3,900."])
    assert names_other_year("2015年的净利润是多少？", ["2021年的净利润为三百万元。"])


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("How much was the net pay in July?", "Pay slip for August 2025. Net pay: 1,900.", True),
        ("8月的水费是多少？", "2025年9月水费单。应付水费：91元。", True),
        ("8月的水费是多少？", "账单日期：2025-09-12。应付水费：91元。", True),
        ("8月的水费是多少？", "账单日期：2025/8/12。应付水费：91元。", False),
        ("How much was the net pay in October?", "Paid on 12/10/2025: 1,900.", False),
        ("What is the rent in August?", "The monthly rent is 1,450 from March 2024.", False),
        ("8月的租金是多少？", "租金每月1450元，2024年3月首付。", False),
        ("Was the pump repaired in May?", "It was repaired in April.", False),
        ("How much was sold in May?", "Sales from March to September came to 31 tons.", False),
        ("How much was sold in May?", "Sales came to 31 tons.", False),
    ],
)
def test_a_month_that_no_passage_names_is_another(question: str, text: str, other: bool) -> None:
    assert names_other_month(question, [text]) == other


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("插座可以接1000W的电热器吗？", "插座的功率不超过2000W。"),
        ("Can the hall seat 1200 guests?", "The hall seats up to 1500 guests."),
        ("租赁合同在2025年还有效吗？", "合同自2020年7月1日起生效，租期十年。"),
        ("2025年的租金是多少？", "合同自2020年7月1日起生效，租期十年。"),
        ("2015年以后购买的设备质保期多久？", "2010年以后购买的设备质保三年。"),
        ("What was sold in 2019 compared with 2023?", "In 2023 ten mills were sold, in 2022 nine."),
    ],
)
def test_what_may_hold_for_a_year_is_not_refused_for_it(question: str, text: str) -> None:
    assert not names_other_year(question, [text])


def test_nothing_found_is_refused() -> None:
    empty = World()
    assert signs(empty.gathered("Why?"), ()) == NO_SIGNS
    assert answerable(NO_SIGNS) < ANSWER_FROM


def test_better_evidence_never_lowers_the_chance() -> None:
    poor = Signs(near=0.2, lead=0.0, passage=0.3, lacking=0.9)
    rich = Signs(near=0.9, lead=0.4, passage=0.9, lacking=0.0)
    assert 0 < answerable(poor) < answerable(rich) < 1


def test_refuses_in_the_language_of_the_question() -> None:
    assert "资料" in refusal_text("谁设计了它？")
    assert "documents" in refusal_text("Who designed it?")


def test_evidence_without_sentences_has_no_signs() -> None:
    gathered = WORLD.gathered("How often must the filter be changed?")
    bare = Gathered(gathered.question, gathered.evidence, (), gathered.rare)
    assert signs(bare, WORLD.search(gathered.question).hits) == NO_SIGNS


def test_without_cosines_the_words_decide() -> None:
    assert answerable(Signs(near=0.0, lead=0.0, passage=0.9, lacking=0.0)) >= ANSWER_FROM
    assert answerable(Signs(near=0.0, lead=0.0, passage=0.2, lacking=0.9)) < ANSWER_FROM


def test_across_languages_words_that_are_not_shared_do_not_count() -> None:
    apart = Signs(near=1.0, lead=0.3, passage=0.0, lacking=1.0, dense=0.6, kind=0.0)
    assert answerable(apart) < ANSWER_FROM <= answerable(replace(apart, foreign=1.0))
    assert answerable(replace(apart, near=0.5, foreign=1.0)) < ANSWER_FROM


def test_across_languages_a_near_sentence_in_a_passage_that_is_not_near_does_not_answer() -> None:
    assert (
        answerable(Signs(near=0.9, lead=0.3, passage=0.0, lacking=1.0, dense=-0.5, foreign=1.0)) < ANSWER_FROM
    )


def test_a_cosine_counts_by_the_languages_of_question_and_text() -> None:
    english = World(*passages("The Meridian pump needs a new filter every 6 months."))
    gathered = english.gathered("Meridian水泵的滤芯多久更换一次？")
    told = tuple(replace(one, cosine=USUAL_SCALES.chinese_to_english.answering) for one in gathered.sentences)
    hits = english.search(gathered.question).hits
    assert signs(replace(gathered, sentences=told), hits).near == pytest.approx(1.0)
    codes = tuple(replace(one, text="| 5 | type12 |") for one in told)
    chinese = WORLD.gathered(gathered.question)
    beside = replace(chinese, sentences=codes)
    assert signs(beside, WORLD.search(gathered.question).hits).near < 0.5


def test_a_figure_takes_better_evidence() -> None:
    found = Signs(near=0.8, lead=0.2, passage=0.5, lacking=0.0)
    assert answerable(replace(found, precise=1.0)) < answerable(found)


def test_the_lead_is_that_of_the_best_sentence_over_other_evidence() -> None:
    gathered = WORLD.gathered("How often must the filter be changed?")
    hits = WORLD.search(gathered.question).hits
    told = tuple(
        replace(one, cosine=scale.answering if one.number == 1 else scale.unrelated)
        for one in gathered.sentences
        for scale in [USUAL_SCALES.of(gathered.question, gathered.evidence[one.number - 1].hit.passage.text)]
    )
    found = signs(replace(gathered, sentences=told), hits)
    assert found.near == pytest.approx(1.0)
    assert found.lead == pytest.approx(1.0 if len({one.number for one in told}) > 1 else ALONE)
    assert signs(replace(gathered, sentences=told[:1]), hits).lead == pytest.approx(ALONE)
    assert (found.latin, found.precise, found.foreign) == (1.0, 1.0, 0.0)


def test_another_version_that_says_the_same_takes_no_lead_away() -> None:
    leases = World(
        *passages("The rent of the flat is 1,150 a month.", filename="old.pdf", document_id=1),
        *passages("The rent of the flat is 1,240 a month.", filename="new.pdf", document_id=2),
        *passages("The rent of a boat is due in May.", filename="boat.pdf", document_id=3),
    )
    question = "What is the rent of the flat?"
    gathered, hits = leases.gathered(question), leases.search(question).hits
    scale = USUAL_SCALES.of(question, gathered.sentences[0].text)
    told = tuple(
        replace(one, cosine=scale.unrelated if "boat" in one.text else scale.answering)
        for one in gathered.sentences
    )
    assert len({one.number for one in told}) == 3
    assert signs(replace(gathered, sentences=told), hits).lead == pytest.approx(1.0)


TOWN = World(
    *passages(
        "Tom Ardal is the captain of the ferry Kestrel. The ferry Kestrel sails from Harwick.",
        "航海人物：林向东是宁溪号渡轮的船长。宁溪号渡轮开往海棠岛。",
    )
)


@pytest.mark.parametrize(
    "question",
    ["When was Tom Ardal born?", "林向东是哪一年出生的？", "How many cars does the ferry Kestrel carry?"],
)
def test_no_date_or_figure_where_one_is_asked_for_lowers_the_chance(question: str) -> None:
    found = signs(TOWN.gathered(question), TOWN.search(question).hits)
    assert found.kind == 0.0
    assert answerable(found) < ANSWER_FROM
    assert answerable(replace(found, kind=1.0)) > answerable(found)


def test_other_questions_ask_for_no_figure() -> None:
    question = "Who is the captain of the ferry Kestrel?"
    assert signs(TOWN.gathered(question), TOWN.search(question).hits).kind == 1.0
    assert (
        signs(
            WORLD.gathered("How often must the filter be changed?"),
            WORLD.search("How often must the filter be changed?").hits,
        ).kind
        == 1.0
    )


def test_of_two_questions_in_one_the_one_that_is_answered_decides() -> None:
    both = "滤芯多久更换一次？Cobalt 什么时候涨价？"
    gathered, hits = WORLD.gathered(both), WORLD.search(both).hits
    assert signs(gathered, hits).lacking == pytest.approx(
        signs(replace(gathered, question="滤芯多久更换一次？"), hits).lacking
    )
    assert answerable(signs(gathered, hits)) > answerable(
        signs(replace(gathered, question="Cobalt 什么时候涨价？"), hits)
    )
    nothing = "Who wrote the zebra opera? When was the volcano sold?"
    assert answerable(signs(WORLD.gathered(nothing), WORLD.search(nothing).hits)) < ANSWER_FROM


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("What was the net income in the second quarter?", "Fourth quarter: 34.8 million.", True),
        ("What was the net income in Q2 2022?", "In the second quarter it was 31 million, in the fourth 34.8.", False),
        ("What was the net income in Q2 2022?", "In the full year it was 124 million.", False),
        ("What is the rent in the second quarter?", "Rent is paid quarterly, first on the first quarter day.", False),
        ("Did it grow in the second quarter?", "It grew in the fourth quarter.", False),
        ("上半年营业收入是多少？", "2023年下半年营业收入为4.1亿元。", True),
        ("上半年营业收入是多少？", "2023年半年度营业收入为4.1亿元，第四季度为2亿元。", False),
        ("上半年营业收入是多少？", "2023年1-6月营业收入为4.1亿元，第四季度为2亿元。", False),
        ("前三季度营业收入是多少？", "第四季度营业收入为2亿元。", True),
    ],
)  # fmt: skip
def test_a_quarter_that_no_passage_names_is_another(question: str, text: str, other: bool) -> None:
    assert names_other_quarter(question, [text]) == other


def test_of_many_slips_those_count_that_say_most_of_what_is_asked() -> None:
    held = World(
        *passages("Pay slip of Dean Marlow for August 2025. Net pay: 1,900.", filename="slip.pdf"),
        *passages("The summer fair takes place in July.", filename="fair.pdf", document_id=2),
    )
    found = held.search("What was Dean Marlow's net pay in July?").hits
    assert signs(held.gathered("What was Dean Marlow's net pay in July?"), found).month == 1
    assert signs(held.gathered("What was Dean Marlow's net pay in August?"), found).month == 0


def test_what_is_quoted_is_judged_by_its_own_language() -> None:
    question = "哈维克工厂2023年的净利润是多少？"
    gathered, hits = MILLS.gathered(question), MILLS.search(question).hits
    own, foreign = by_language(gathered, hits)
    assert by_language(gathered, hits, quoted="2023年的净利润为四百万元。") == [own]
    assert by_language(gathered, hits, quoted="It was 4 million in 2023.") == [foreign]
