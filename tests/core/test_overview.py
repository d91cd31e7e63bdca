"""What documents are about, told by their titles and sentences spread over them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.documents.overview import PARTS
from rag_core.ask.documents.overview_asked import are_said_in, asks_for_all, asks_for_overview
from rag_core.types import Answer, Done, Turn
from tests.core.asking import ScriptedChat, World, passages

HANDBOOK = passages(
    "Staff handbook",
    "Leave is requested two weeks in advance. It is granted by the line manager within five days.",
    "The following is refunded:\n\n| Item | Limit |\n| Dinner | 45 |",
    "Staff may work from home up to three days a week. Passwords have at least fourteen characters.",
    "____________________",
    filename="staff handbook.pdf",
    document_id=1,
)
LEASE = passages(
    "房屋租赁合同",
    "租赁期自2025年5月1日起至2027年4月30日止。乙方应于签约当日支付押金。",
    filename="租赁合同2025.pdf",
    document_id=2,
)
MANUAL = passages("Kettle K2", "Fill it with water up to the mark.", filename="kettle.pdf", document_id=3)
WORLD = World(*HANDBOOK, *LEASE, *MANUAL)


def given(question: str, *turns: Turn, world: World = WORLD, chat: ScriptedChat | None = None) -> Answer:
    last = list(answer(Asked(question, turns, (1,)), world.means(chat)))[-1]
    assert isinstance(last, Done)
    return last.answer


@pytest.mark.parametrize(
    "question",
    [
        "What is this document about?", "Summarise it", "tl;dr", "What are the main points?", "Summarize the contract.",
        "Give me a short summary of this PDF, please", "What does this document say?", "What is in these files?", "What’s this report about?",
        "Summarize this in 3 bullet points", "Which files are there?", "Explain this document", "用三句话总结一下", "介绍一下这份文件", "这本书讲什么",
        "总结一下", "这份文件讲了什么？", "帮我总结一下这份文档的要点", "这些文件是关于什么的？", "有哪些文件？", "這份合同的主要內容", "概括这份合同",
    ],
)  # fmt: skip
def test_what_asks_for_an_overview(question: str) -> None:
    assert asks_for_overview(question)


@pytest.mark.parametrize(
    "question",
    [
        "Summarise the deposit rules", "What is the deposit about?", "Tell me about Lisbon", "about", "What is it?", "What is this?",
        "What do you say?", "What is the document number?", "How many documents are there?", "What does it cost?",
        "What about the lease?", "What about this one?", "What does it say about notice?", "What is the budget?", "What does this document need?",
        "简历里要写什么？", "写什么", "What is the warranty for it?",
        "总结试用期的规定", "押金是什么？", "是什么？", "有什么？", "有什么要求", "文件编号是什么？", "合同里写了多少钱？",
    ],
)  # fmt: skip
def test_what_asks_for_something_in_particular(question: str) -> None:
    assert not asks_for_overview(question)


def test_the_words_that_name_a_document_are_no_question_of_their_own() -> None:
    assert asks_for_overview("Summarise the staff handbook", "staff handbook")
    assert asks_for_overview("2025年租赁合同讲了什么？", "2025年租赁合同")
    assert not asks_for_overview("Summarise the leave rules of the staff handbook", "staff handbook")
    assert asks_for_all("What are these documents about?") and asks_for_all("有哪些文件？")
    assert not asks_for_all("What is this document about?")


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What is the kettle about?", "kettle.pdf"), ("Summarise the staff file", "staff handbook.pdf"),
        ("kettle讲了什么？", "kettle.pdf"), ("概括2025年租赁", "租赁合同2025.pdf"),
    ],
)  # fmt: skip
def test_words_of_a_files_name_are_enough_to_sum_it_up(question: str, name: str) -> None:
    assert given(question).looked_in == (name,)


def test_one_document_is_summed_up_by_its_name_too() -> None:
    assert given("Summarise the staff handbook", world=World(*HANDBOOK)).overview
    assert not given("Summarise the toaster handbook", world=World(*HANDBOOK)).overview


def test_an_overview_needs_no_search() -> None:
    asked = len(WORLD.asked)
    assert given("Summarise the staff handbook").overview and len(WORLD.asked) == asked


def test_the_same_document_twice_is_told_once() -> None:
    twin = [replace(one, document_id=9, id=one.id + 900, library_id=2) for one in MANUAL]
    assert (
        given("What are these documents about?", world=World(*MANUAL, *twin)).text
        == "Kettle K2\nFill it with water up to the mark."
    )


def test_what_no_file_is_called_is_no_overview() -> None:
    assert given("What is the toaster about?").looked_in == ()
    assert are_said_in(("ultra", "Blue"), "ULTRABLUE_2023Q4") and not are_said_in(
        ("red",), "ULTRABLUE_2023Q4"
    )


def test_dates_and_headings_of_contents_are_no_titles() -> None:
    world = World(
        *passages(
            "12 March 2024\n\nContents\n\nRules of the house", "Quiet is kept from ten.", filename="h.pdf"
        )
    )
    assert given("Summarise it", world=world).text.startswith("Rules of the house")


def test_a_document_is_told_by_its_title_and_sentences_that_can_be_read_by_themselves() -> None:
    found = given("Summarise the staff handbook")
    lines = found.text.split("\n")
    assert lines[0] == "Staff handbook" and len(lines) == PARTS
    assert set(lines[1:]) == {
        "Leave is requested two weeks in advance.",
        "It is granted by the line manager within five days.",
        "Staff may work from home up to three days a week.",
        "Passwords have at least fourteen characters.",
    }
    assert found.looked_in == ("staff handbook.pdf",) and not found.refused
    assert [citation.quote for citation in found.citations] == lines
    assert {one.support for one in found.sentences} == {"supported"}


def test_several_documents_are_told_one_by_one_under_their_names() -> None:
    found = given("What are these documents about?")
    told = [part.split("\n") for part in found.text.split("\n\n")]
    assert [one[0] for one in told] == ["staff handbook.pdf", "租赁合同2025.pdf", "kettle.pdf"]
    assert told[2] == ["kettle.pdf", "Kettle K2", "Fill it with water up to the mark."]
    quotes = {citation.number: citation.quote for citation in found.citations}
    assert [found.text[one.start : one.end] for one in found.sentences] == [
        quotes[number] for one in found.sentences for number in one.citations
    ]


def test_this_document_is_the_one_that_the_last_answer_cites() -> None:
    asked = "Up to which mark is it filled with water?"
    first = Turn(asked, given(asked))
    assert not first.answer.refused
    assert given("What is this document about?", first).looked_in == ("kettle.pdf",)
    polite = Turn("Thanks!", given("Thanks!", first))
    assert given("What is this document all about?", first, polite).looked_in == ("kettle.pdf",)
    assert len(given("What are these documents about?", first).citations) > 2


def test_a_chat_model_is_shown_what_would_be_quoted() -> None:
    chat = ScriptedChat("Leave is requested two weeks in advance.")
    found = given("Summarise the staff handbook", chat=chat)
    assert found.text == "Leave is requested two weeks in advance."
    assert "Staff may work from home" in chat.shown[-1][-1].text
    silent = given("Summarise the staff handbook", chat=ScriptedChat("The sources do not mention it."))
    assert silent.text.startswith("Staff handbook\n") and not silent.refused


def test_a_table_alone_is_told_by_its_rows_and_nothing_by_nothing() -> None:
    rows = World(
        *passages("Price list", "| Item | Price |\n| Hat | 5 |\n| Coat | 9 |", filename="prices.pdf")
    )
    assert "Hat" in given("What is this document about?", world=rows).text
    title = World(*passages("Price list", filename="prices.pdf"))
    assert given("Summarise it", world=title).text == "Price list"


def test_of_too_many_documents_no_overview_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag_core.ask.summing.MOST_DOCUMENTS", 2)
    assert not given("What are these documents about?").overview
    assert given("What is the kettle about?").overview
