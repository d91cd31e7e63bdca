"""An answer as HTML: what documents, models and people wrote stays text, whatever it looks like."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given, strategies as st

from pages.parts.answers import answer_html, question_html, sentences_html
from pages.parts.frame import plain
from pages.parts.text import Voice
from rag_core.types import (
    Answer,
    Box,
    Citation,
    Evidence,
    Hit,
    Passage,
    Region,
    Sentence,
    Shortfall,
    Timings,
)

EN, ZH = Voice("en"), Voice("zh")
TAGS = {"div", "span", "button", "p", "h4", "ol", "li", "small", "strong", "details", "summary", "mark"}
hostile = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<script>alert(1)</script>",
            '"><img src=x onerror=alert(1)>',
            "$\\frac{1}{2}$ **bold** [link](http://x) :smile: :red[x]",
            "</div></button>",
            "' onclick='x",
            "&lt;b&gt; &amp; 你好",
        ]
    ),
)


class Reading(HTMLParser):
    """What a browser would make of it: tags, attributes and text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def citation(number: int, filename: str = "a.pdf", quote: str = "Quote.") -> Citation:
    region = Region(3, (Box(0.1, 0.1, 0.5, 0.2),))
    return Citation(number, 1, filename, quote, 0, len(quote), (region,), "supported", "")


def answer(text: str, **changes: object) -> Answer:
    said = Sentence(0, len(text), (1,), "supported", "")
    made = Answer("Q", "Q", text, (said,), (citation(1),), (), False, False, "quote", (), Timings(total=1.25))
    return replace(made, **changes)  # type: ignore[arg-type]


def passage(text: str, filename: str) -> Evidence:
    found = Passage(7, 1, 1, filename, 0, 0, len(text), text, "", 2, 2)
    return Evidence(1, Hit(found, 0.1, 0.1, 0.1, 1, 1), (found,))


@given(hostile, hostile, hostile)
def test_nothing_written_elsewhere_becomes_markup(text: str, filename: str, quote: str) -> None:
    given_answer = answer(
        text or "x",
        question=quote,
        searched=text + quote,
        citations=(citation(1, filename, quote),),
        model_id=filename,
        looked_in=(filename, quote),
    )
    refusal = replace(given_answer, refused=True, evidence=(passage(quote, filename),))
    for html in (answer_html(given_answer, EN), answer_html(refusal, ZH), question_html(text)):
        read = Reading(html)
        assert read.tags <= TAGS
        assert read.attributes <= {
            "class",
            "lang",
            "title",
            "type",
            "data-open",
            "data-copy",
            "data-copied",
            "aria-label",
            "aria-expanded",
            "hidden",
            "role",
            "aria-level",
        }
    assert (text or "x") in Reading(answer_html(given_answer, EN)).text


def test_each_sentence_is_followed_by_its_citations() -> None:
    text = "One. Two. Three."
    sentences = (
        Sentence(0, 4, (1,), "supported", ""),
        Sentence(5, 9, (1, 2), "partly", ""),
        Sentence(10, 16, (), "unsupported", ""),
    )
    html = sentences_html(text, sentences, (citation(1), citation(2)), EN, live=False)
    read = Reading(html).text.replace(" ", "")
    assert read.startswith("One.1Two.partlysupported") and read.index("12Three.nosupportfound")
    assert html.count('data-open="cite-1"') == 2
    assert html.count("<button") == 5
    live = sentences_html(text, sentences, (citation(1), citation(2)), EN, live=True)
    assert "<button" not in live


def test_a_refusal_looks_different_and_offers_the_closest_passages() -> None:
    refusal = answer("No.", refused=True, citations=(), evidence=(passage("Near it.", "b.pdf"),))
    html = answer_html(refusal, EN)
    assert "wenju-refusal" in html and 'data-open="near-1"' in html and "b.pdf" in html
    assert "wenju-refusal" not in answer_html(answer("Yes."), EN)


def test_the_rewritten_question_is_shown_only_when_it_differs() -> None:
    assert "Searched for: and the deposit" in answer_html(answer("A.", searched="and the deposit"), EN)
    assert "Searched for" not in answer_html(answer("A.", searched="Q "), EN)


def test_where_alone_was_looked_is_said() -> None:
    for refused in (False, True):
        told = answer("A.", looked_in=("a <b>.pdf", "c.pdf"), refused=refused)
        assert "Looked only in: a &lt;b&gt;.pdf · c.pdf" in answer_html(told, EN)
    assert "Looked only in" not in answer_html(answer("A."), EN)


def test_why_an_answer_falls_short_is_said() -> None:
    short = Shortfall(1, ("rent", "tea"), ("volcano <b>",), "date")
    refusal = answer(
        "No.", refused=True, citations=(), evidence=(passage("Near.", "b.pdf"),), shortfalls=(short,)
    )
    english, chinese = Reading(answer_html(refusal, EN)).text, Reading(answer_html(refusal, ZH)).text
    assert "Speaks of “rent”, “tea”, says nothing of “volcano <b>”, gives no date." in english
    assert "提到了“rent”、“tea”，没有提到“volcano <b>”，没有日期。" in chinese


def test_what_came_closest_is_shown_where_it_speaks_of_what_was_asked() -> None:
    far = passage("The tea costs three euros.", "far.pdf")
    near = replace(
        passage("The house is old. Heating is included. Dogs need a permit.", "near.pdf"), number=2
    )
    shorts = (Shortfall(1, (), ("dogs",), ""), Shortfall(2, ("dogs",), (), ""))
    refusal = answer("No.", refused=True, citations=(), evidence=(far, near), shortfalls=shorts)
    html = answer_html(refusal, EN)
    assert "… Dogs need a permit." in html and "The house is old" not in html
    assert html.index("near.pdf") < html.index("<details>") < html.index("far.pdf")
    unrelated = replace(refusal, shortfalls=(shorts[0], replace(shorts[1], holds=())))
    assert "<details>" not in answer_html(unrelated, EN) and "The house is old" in answer_html(unrelated, EN)


def test_the_very_words_that_answer_are_marked() -> None:
    text = "It is <900> euros."
    said = Sentence(0, len(text), (1,), "supported", "", (6, 11))
    html = sentences_html(text, (said,), (citation(1),), EN, live=False)
    assert 'It is <mark class="wenju-said">&lt;900&gt;</mark> euros.' in html
    beyond = replace(said, marked=(6, 99))
    assert "<mark" not in sentences_html(text, (beyond,), (citation(1),), EN, live=False)


def test_an_answer_that_was_insisted_on_is_marked() -> None:
    assert "wenju-insisted" in answer_html(answer("Yes.", insisted=True), EN)
    assert "wenju-insisted" not in answer_html(answer("Yes."), EN)


def test_why_a_sentence_is_not_borne_out_is_there_to_be_opened() -> None:
    said = Sentence(0, 3, (), "unsupported", "not in the source: <x>")
    html = sentences_html("No.", (said,), (), EN, live=False)
    assert 'class="wenju-why" hidden' in html and html.count("not in the source: &lt;x&gt;") == 3


def test_a_label_is_shown_as_it_is_written() -> None:
    label = plain("a*b_c $x$ [l](u) :smile: <b>")
    assert ":smile:" not in label
    assert all(f"\\{letter}" in label for letter in "*_$[]<")
