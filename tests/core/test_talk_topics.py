"""Follow-ups about one of two things, about what the conversation goes back to, and about whom or what it names."""

from __future__ import annotations

import pytest

from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.person import person
from rag_core.ask.rewriting.rewrite import propose
from rag_core.ask.rewriting.subject import subject

CARS = (Exchange("What does the Heron cost?", "€4,200"), Exchange("What does the Kite cost?", "€3,900"))
CARDS = (Exchange("月卡多少钱？", "30元"), Exchange("年卡多少钱？", "300元"))


@pytest.mark.parametrize(
    ("history", "question", "wanted"),
    [
        (CARS, "How heavy is the other one?", "How heavy is Heron?"),
        (CARS, "And the first one?", "What does the Heron cost?"),
        ((*CARS, Exchange("Can Kite be towed?", "")), "And the other one?", "Can Heron be towed?"),
        (CARS, "Does the cheaper one float?", "Does Kite float?"),
        (CARS, "Does the more expensive one float?", "Does Heron float?"),
        ((*CARS, Exchange("How heavy is the Heron?", "")), "How long is the other one?", "How long is Kite?"),
        (CARDS, "便宜的那个可以转让吗？", "月卡可以转让吗？"),
        (CARDS, "第二个可以转让吗？", "年卡可以转让吗？"),
        (CARDS, "另一个可以转让吗？", "月卡可以转让吗？"),
        (CARS[:1], "How heavy is the other one?", "How heavy is the other one?"),
        (CARDS, "第二个月可以转让吗？", "年卡的第二个月可以转让吗？"),
    ],
)
def test_one_of_two_things_is_known_by_what_was_asked_of_both(
    history: tuple[Exchange, ...], question: str, wanted: str
) -> None:
    assert propose(question, history).searched.removesuffix(" (Heron)") == wanted


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Back to the barge: how long does it sail?", "how long does the barge sail?"),
        ("ok, as for the pond, is fishing allowed?", "is fishing allowed? (pond)"),
        ("回到驳船：要多少油？", "驳船要多少油？"),
        ("关于池塘，可以钓鱼吗？", "池塘可以钓鱼吗？"),
    ],
)
def test_what_a_question_goes_back_to_takes_the_place_of_the_last_subject(question: str, wanted: str) -> None:
    last = Exchange("灯塔有多高？" if "，" in question or "：" in question else "How high is the tower?", "")
    assert propose(question, (last,)).searched == wanted


@pytest.mark.parametrize(
    ("last", "question", "wanted"),
    [
        ("When is the fee for the boat due?", "Do I get it back?", "Do I get the fee for the boat back?"),
        ("What is the capital of Norland?", "When was it founded?", "When was Norland founded?"),
        ("When is the fair according to the May minutes?", "Was it moved?", "Was the fair moved?"),
        ("What does the K20 weigh?", "And the K35?", "What does the K35 weigh?"),
        ("How long does the lamp of the K20 last?", "How do I change it?", "How do I change the lamp of the K20?"),
        ("When does the Harwick lease end?", "And the boat contract?", "When does the boat contract end?"),
        ("灯塔K7保修多久？", "And the K9?", "灯塔K9保修多久？"),
        ("K7的滤网多久换一次？", "那K9的呢？", "K9的滤网多久换一次？"),
    ],
)  # fmt: skip
def test_it_means_the_whole_thing_that_was_asked_about(last: str, question: str, wanted: str) -> None:
    assert propose(question, (Exchange(last, ""),)).searched == wanted


def test_a_person_is_the_one_named_beside_what_was_asked() -> None:
    board = "Present: Ruth Adler (chair), Colin Baker (treasurer), Dana Moss."
    assert person((Exchange("Who is the treasurer?", board),)) == "Colin Baker"
    assert person((Exchange("初级班是谁教的？", "初级班由刘洁老师负责，中级班由孙浩老师负责。"),)) == "刘洁"
    asked = Exchange("预算谁负责？", "预算64万元，由沈立新负责联系厂家。")
    assert propose("他的电话呢？", (asked,)).searched == "沈立新的电话呢？"


def test_what_was_refused_and_has_no_name_is_asked_about_no_more() -> None:
    told = Exchange("How deep is the pond?", "Two metres.")
    assert subject((told, Exchange("Where is the sauna?", "", refused=True))) == "the pond"
    assert subject((told, Exchange("Where is the Kestrel?", "", refused=True))) == "Kestrel"
    assert subject((Exchange("Where is the sauna?", "", refused=True),)) == "the sauna"
