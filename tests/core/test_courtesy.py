"""Polite words are returned, and nothing is searched for them."""

from __future__ import annotations

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.courtesy import courtesy
from rag_core.ask.rewriting.past import exchanges
from rag_core.types import Answer, Done, Turn
from tests.core.asking import World, passages

WORLD = World(*passages("The deposit is 500 euros. It is paid on signing."))


@pytest.mark.parametrize(
    ("said", "begins"),
    [
        ("thanks!", "You're welcome"), ("Great, thank you very much.", "You're welcome"), ("OK thx 🙏", "You're welcome"),
        ("thank you for your help", "You're welcome"), ("Hello there!", "Hello"), ("Good morning", "Hello"),
        ("Who are you?", "I answer"), ("what’s your name", "I answer"), ("Bye!", "Goodbye"),
        ("Thanks, that helps!", "You're welcome"), ("Hi, who are you?", "I answer"), ("你好，在吗？", "您好"), ("谢谢您的解答，再见！", "再见"),
        ("谢谢", "不客气"), ("好的，谢谢您！", "不客气"), ("明白了 多谢啦~", "不客气"), ("謝謝", "不客气"), ("你好！", "您好"), ("在吗？", "您好"),
        ("ok", "Good."), ("好的", "好的，"), ("OK, got it.", "Good."), ("Translate that, please", "I keep to"), ("can you say that in Chinese?", "I keep to"),
        ("用英文说", "我以文档"), ("能翻译成中文吗？", "我以文档"), ("说短一点", "我以文档"), ("简单点说", "我以文档"),
        ("你是谁？", "我根据"), ("请问你能做什么", "我根据"), ("再见", "再见"),
    ],
)  # fmt: skip
def test_polite_words_get_one_in_return(said: str, begins: str) -> None:
    assert courtesy(said).startswith(begins)


@pytest.mark.parametrize(
    "asked",
    [
        "Who is the landlord?", "What do you do with the deposit?", "hello world program", "thanks for what?", "Thank you, and the rent?",
        "What are you allowed to keep?", "help", "?", "...", "谢谢，那押金呢？", "你好这个词是什么意思？", "怎么用？", "谢某是谁？", "再见面的时间是几点？",
        "你是谁的房东？", "Is it good?", "Is it in English?", "用中文怎么付款？", "翻译费是多少？", "hi" * 500,
    ],
)  # fmt: skip
def test_what_may_ask_something_is_searched(asked: str) -> None:
    assert courtesy(asked) == ""


def given(question: str, *turns: Turn) -> Answer:
    last = list(answer(Asked(question, turns, (1,)), WORLD.means()))[-1]
    assert isinstance(last, Done)
    return last.answer


def test_nothing_is_searched_and_the_conversation_goes_on_as_before() -> None:
    first = Turn("How much is the deposit?", given("How much is the deposit?"))
    asked = len(WORLD.asked)
    polite = Turn("Thanks!", given("Thanks!", first))
    assert len(WORLD.asked) == asked
    assert polite.answer.courtesy and not polite.answer.refused and not polite.answer.evidence
    assert exchanges((first, polite)) == exchanges((first,))
    assert (
        given("And when is it paid?", first, polite).searched == given("And when is it paid?", first).searched
    )
