"""Fragments that hold no word, or one of another kind than what was asked, leave a question that can be asked."""

from __future__ import annotations

import time

import pytest

from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.person import person
from rag_core.ask.rewriting.rewrite import propose

_EN = "When was the mill opened?"
_ZH = "租金是多少？"


@pytest.mark.parametrize("last", [_EN, _ZH, "?", "the", "😀"])
@pytest.mark.parametrize(
    "question",
    ["What about ...?", "how about .", "and what about !", "and ...?", "and -?", "what about 😀?",
     "！呢", "…呢？", "那！呢", "😀呢？", "、呢", "?", "...", "呢？", "and", "And the?", "那", "😀", " ", ""],
)  # fmt: skip
def test_a_question_without_a_word_is_no_crash_and_adds_nothing(last: str, question: str) -> None:
    assert propose(question, [Exchange(last, "")]).searched in (question, last)


@pytest.mark.parametrize(
    "question", ["What about .\tin", "and one in?", "and one of?", "what about the ,in it"]
)
def test_a_fragment_that_ends_early_is_no_crash(question: str) -> None:
    assert propose(question, [Exchange(_EN, "")]).searched


@pytest.mark.parametrize(
    ("last", "question"),
    [
        (_EN, "What about ...?"),
        (_EN, "how about ."),
        (_EN, "and what about !"),
        (_ZH, "还有！呢"),
        (_ZH, "另外…呢？"),
    ],
)
def test_a_fragment_without_a_word_asks_the_last_question_again(last: str, question: str) -> None:
    assert propose(question, [Exchange(last, "")]).searched == last


@pytest.mark.parametrize(
    ("last", "question"),
    [
        (f"Who is {'A' * 2000}@", "When was he born?"),
        (f"Who is {'A ' * 1000}@", "When was he born?"),
        ("租金" * 1000, "面积呢？"),
    ],
)
def test_a_long_question_takes_no_long_time(last: str, question: str) -> None:
    begun = time.process_time()
    propose(question, [Exchange(last, "")])
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    ("last", "question", "wanted"),
    [
        ("When was Acme founded?", "And the subsidiary?", "When was Acme founded? (the subsidiary)"),
        ("When was Acme sold?", "And the subsidiary?", "When was Acme sold? (the subsidiary)"),
        ("When was Acme built?", "And the depot?", "When was Acme built? (the depot)"),
        ("Is Harwick heated?", "And the hall?", "Is Harwick heated? (the hall)"),
        ("When was the mill renovated?", "And the hall?", "When was the hall renovated?"),
        ("Where can I park in May Street on Sunday?", "and in June?", "Where can I park in May Street on Sunday in June?"),
        ("What does error E1 mean?", "And E2?", "What does error E2 mean?"),
        ("合同期限是多久？", "租金呢？", "租金是多少？"),
        ("租金是多少元？", "期限呢？", "期限是多少？"),
        ("租金是多少元？", "押金呢？", "押金是多少元？"),
        ("公司年收入是多少元？", "人数呢？", "人数是多少？"),
        ("合同期限是多久？", "那2022年的合同呢？", "2022年的合同期限是多久？"),
        ("2021年的合同期限是多久？", "那2022年的合同呢？", "2022年的合同期限是多久？"),
        ("李明的工资是多少？", "她的工资呢？", "李明的工资是多少？"),
    ],
)  # fmt: skip
def test_a_fragment_keeps_what_is_done_and_asked(last: str, question: str, wanted: str) -> None:
    assert propose(question, [Exchange(last, "")]).searched == wanted


@pytest.mark.parametrize("thing", ["许可证", "方便面", "江苏省", "金融部", "文件夹", "余额宝", "段落号"])
def test_a_thing_that_begins_like_a_surname_is_no_person(thing: str) -> None:
    assert not person([Exchange(f"{thing}是什么？", "")])
    assert person([Exchange("李玉书是做什么的？", "")]) == "李玉书"


@pytest.mark.parametrize(
    ("last", "question", "wanted"),
    [
        (
            "What was the firm's net income in the fourth quarter of fiscal 2022?",
            "And for the full year?",
            "What was the firm's net income in the full year of fiscal 2022?",
        ),
        (
            "What was the firm's net income for the full year?",
            "What about earnings per share?",
            "What was the firm's earnings per share for the full year?",
        ),
        (
            "What were the sales in 2022?",
            "In the fourth quarter?",
            "What were the sales in the fourth quarter of 2022?",
        ),
        ("What were the sales in Q4 2022?", "And in FY2021?", "What were the sales in FY2021?"),
        ("What's the fee?", "In the fourth quarter?", "What's the fee in the fourth quarter?"),
        ("2023年上半年营业收入是多少？", "全年呢？", "2023年全年营业收入是多少？"),
        ("2023年营业收入是多少？", "那第四季度呢？", "2023年第四季度营业收入是多少？"),
        ("上半年营业收入是多少？", "2022年前三季度呢？", "2022年前三季度营业收入是多少？"),
    ],
)
def test_a_quarter_or_a_half_takes_the_place_of_another_and_keeps_its_year(
    last: str, question: str, wanted: str
) -> None:
    assert propose(question, [Exchange(last, "")]).searched == wanted


def test_what_only_opens_with_a_period_is_a_question_of_its_own() -> None:
    asked = "In 2021 who repaired the Harwick mill?"
    assert propose(asked, [Exchange("What were the sales in 2022?", "")]).searched == asked
