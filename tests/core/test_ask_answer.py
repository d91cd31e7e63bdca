"""From a question to a cited, checked or refused answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked, Means
from rag_core.errors import InputError
from rag_core.types import Answer, Checked, Done, Event, Found, Searching, Token, Turn
from tests.core.asking import WHERE, ScriptedChat, World, passages

LAMP = World(
    *passages(
        "The Aurora lamp was designed by Mira Kovač in 1974. It weighs 2.4 kg. The shade is made of blown glass.",
        "Aurora lamps were made in Trieste until 1991. Spare parts are not sold any more.",
        "The Borealis chair is made of ash wood. It costs 320 euros.",
    )
)
LEASE = World(
    *passages(
        "租赁合同第一年的租金为每月5000元，第二年的租金为每月5300元。",
        "乙方应当于每月五日前支付租金。逾期超过十五日的，甲方有权解除合同。",
        filename="租赁合同.pdf",
    )
)


def run(
    question: str, means: Means, turns: Iterable[Turn] = (), **options: Any
) -> tuple[list[Event], Answer]:
    events = list(answer(Asked(question, tuple(turns), (1,)), means, **options))
    last = events[-1]
    assert isinstance(last, Done)
    return events, last.answer


def test_quote_mode_answers_with_the_sentence_word_for_word() -> None:
    events, given = run("Who designed the Aurora lamp?", LAMP.means())
    assert given.text == "The Aurora lamp was designed by Mira Kovač in 1974."
    assert given.model_id == "quote" and not given.refused
    assert [c.quote for c in given.citations] == [given.text]
    assert given.citations[0].regions == (WHERE,)
    assert [type(e) for e in events] == [Searching, Found, Token, Checked, Done]
    assert given.generations == (7,)
    assert 0 < given.timings.first_token <= given.timings.total


@pytest.mark.parametrize("mark", ["8.2 ", "3.5%", "2. ", "- "])
def test_a_sentence_is_checked_without_its_mark_but_with_its_number(mark: str) -> None:
    number = mark if mark[2:3].isdigit() else ""
    world = World(
        *passages(f"转租须经甲方同意。\n\n{number}转租给关联公司的，无须甲方同意。", filename="合同.pdf")
    )
    chat = ScriptedChat("转租须经甲方同意。", f"\n{mark}转租给关联公司的，无须甲方同意。")
    _, given = run("乙方转租给关联公司须经甲方同意吗？", world.means(chat))
    assert given.model_id == chat.id
    assert [one.support for one in given.sentences] == ["supported", "supported"]


def test_quote_mode_in_chinese() -> None:
    _, given = run("逾期多少日甲方可以解除合同？", LEASE.means())
    assert given.text == "逾期超过十五日的，甲方有权解除合同。"
    passage = LEASE.held[1]
    citation = given.citations[0]
    assert passage.text[citation.start - passage.start : citation.end - passage.start] == citation.quote


def test_written_sentences_are_cited_by_code_and_marks_are_stripped() -> None:
    chat = ScriptedChat("Mira Kovač designed ", "the Aurora lamp in 1974 [", "3]. ", "It weighs 2.4 kg.[1]")
    events, given = run("Who designed the Aurora lamp and what does it weigh?", LAMP.means(chat))
    assert given.text == "Mira Kovač designed the Aurora lamp in 1974. It weighs 2.4 kg."
    assert "".join(e.text for e in events if isinstance(e, Token)).strip() == given.text
    assert [s.support for s in given.sentences] == ["supported", "supported"]
    assert [given.text[s.start : s.end] for s in given.sentences] == [
        "Mira Kovač designed the Aurora lamp in 1974.", "It weighs 2.4 kg.",
    ]  # fmt: skip
    assert [c.quote for c in given.citations] == [
        "The Aurora lamp was designed by Mira Kovač in 1974.", "It weighs 2.4 kg.",
    ]  # fmt: skip


def test_a_sentence_is_checked_before_the_next_has_been_written() -> None:
    chat = ScriptedChat("It weighs 2.4 kg. ", "Aurora", " lamps were made in Trieste until 1991.")
    events, _ = run("What does the Aurora lamp weigh?", LAMP.means(chat))
    kinds = [type(e) for e in events]
    assert kinds.index(Checked) < len(kinds) - 1 - kinds[::-1].index(Token)


def test_a_wrong_figure_is_not_cited() -> None:
    chat = ScriptedChat("The Aurora lamp was designed by Mira Kovač in 1974. It weighs 3.9 kg.")
    _, given = run("Who designed the Aurora lamp and what does it weigh?", LAMP.means(chat))
    assert [s.support for s in given.sentences] == ["supported", "unsupported"]
    assert given.sentences[1].citations == ()
    assert "3.9" in given.sentences[1].why


def test_an_answer_nothing_bears_out_gives_way_to_the_source() -> None:
    chat = ScriptedChat("Napoleon Bonaparte built it on the moon.")
    _, given = run("Who designed the Aurora lamp?", LAMP.means(chat))
    assert given.text == "The Aurora lamp was designed by Mira Kovač in 1974."
    assert given.model_id == "quote"


@pytest.mark.parametrize(("chance", "refused"), [(0.9, True), (0.97, False)])
def test_what_says_that_nothing_is_found_is_no_answer_though_its_words_stand_in_the_source(
    monkeypatch: pytest.MonkeyPatch, chance: float, refused: bool
) -> None:
    monkeypatch.setattr("rag_core.ask.viewing.answerable", lambda signs: chance)
    chat = ScriptedChat("Of the Aurora lamp, designed by Mira Kovač in 1974, the price is not provided.")
    _, given = run("What is the price of the Aurora lamp?", LAMP.means(chat))
    assert given.refused is refused and "not provided" not in given.text
    assert bool(given.citations) is not refused


def test_that_a_source_says_of_itself_that_it_does_not_state_something_is_an_answer() -> None:
    chat = ScriptedChat("The price of the Aurora lamp is not stated.")
    lamp = World(*passages("The Aurora lamp weighs 2 kg. The price of the Aurora lamp is not stated."))
    _, given = run("What is the price of the Aurora lamp?", lamp.means(chat))
    assert given.text == "The price of the Aurora lamp is not stated." and given.model_id == chat.id


def test_what_nothing_bears_out_across_languages_is_refused() -> None:
    lease = World(*passages("Aurora 公寓的租金为每月5000元。乙方应当于每月五日前支付租金。"))
    question = "What does the Aurora flat cost?"

    def written(*, insist: bool) -> Answer:
        chat = ScriptedChat("Explicit is better than implicit.")
        means = replace(lease.means(chat), answer_from=lambda: 0.0)
        *_, last = answer(Asked(question, (), (1,), insist=insist), means)
        assert isinstance(last, Done) and chat.shown
        return last.answer

    given = written(insist=False)
    assert given.refused and not given.citations and not given.sentences
    insisted = written(insist=True)
    assert not insisted.refused and insisted.citations


def test_the_same_span_keeps_its_number() -> None:
    chat = ScriptedChat("The Aurora lamp was designed in 1974. Mira Kovač designed the Aurora lamp.")
    _, given = run("Who designed the Aurora lamp?", LAMP.means(chat))
    assert [s.citations for s in given.sentences] == [(1,), (1,)]
    assert len(given.citations) == 1


def test_refuses_what_the_documents_do_not_hold_and_shows_what_came_closest() -> None:
    chat = ScriptedChat("Paris.")
    _, given = run("What is the boiling point of tungsten hexafluoride made by chemists?", LAMP.means(chat))
    assert given.refused and "do not answer" in given.text
    assert given.evidence and not given.citations
    assert chat.shown == []
    _, chinese = run("谁发明了蒸汽机？合同", LEASE.means())
    assert chinese.refused and "没有找到" in chinese.text


def test_stopping_keeps_what_was_written() -> None:
    chat = ScriptedChat("It weighs 2.4 kg. ", "Aurora lamps ", "were made in Trieste.")
    _, given = run("What does the Aurora lamp weigh?", LAMP.means(chat), cancelled=lambda: chat.given >= 2)
    assert given.stopped and not given.refused
    assert given.text == "It weighs 2.4 kg. Aurora lamps"
    assert chat.closed == 1 and chat.given == 2


def test_closing_the_answer_closes_the_model() -> None:
    chat = ScriptedChat("It weighs 2.4 kg. ", "Aurora lamps ", "were made in Trieste.")
    stream = answer(Asked("What does the Aurora lamp weigh?", (), (1,)), LAMP.means(chat))
    for event in stream:
        if isinstance(event, Token):
            break
    stream.close()  # type: ignore[attr-defined]
    assert chat.closed == 1


def test_a_follow_up_is_searched_whole() -> None:
    _, first = run("租赁合同第一年的租金是多少？", LEASE.means())
    events, second = run("那第二年呢？", LEASE.means(), [Turn(first.question, first)])
    assert second.searched == "租赁合同第二年的租金是多少？"
    assert [e.searched for e in events if isinstance(e, Searching)] == ["租赁合同第二年的租金是多少？"]
    assert "5300" in second.text


@pytest.mark.parametrize(
    ("question", "libraries", "code"),
    [
        ("  ", (1,), "question_empty"),
        ("?! 👍 。。。", (1,), "question_wordless"),
        ("x" * 2001, (1,), "question_too_long"),
        ("Why?", (), "no_library"),
    ],
)
def test_bad_questions_are_told_so_at_once(question: str, libraries: tuple[int, ...], code: str) -> None:
    with pytest.raises(InputError) as caught:
        answer(Asked(question, (), libraries), LAMP.means())
    assert caught.value.problem.code == code
