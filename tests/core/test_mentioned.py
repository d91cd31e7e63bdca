"""Whether documents speak of something at all, what is told of it by a pronoun, and mails' heads that answer nothing."""

from __future__ import annotations

import pytest

from tests.core.asking import World, passages

LETTER = passages(
    "Subject: Your membership\n\nFrom: FitBarn <no-reply@fitbarn.example>\n\nTo: Max <max@example.com>\n\nThe old barometer is broken. It cost £189 at Hobson's. We sold the chairs. They were brown.",
    filename="letter.eml",
    document_id=1,
)
RIJI = passages("带孩子去动物园，看了大熊猫。晚上在家。", filename="日记.txt", document_id=2)
MINUTES = passages(
    "Committee\n\nThe tap leaks.\n\nDecision: The tap is repaired.",
    filename="minutes_2025-03-05.md",
    document_id=3,
)
OTHER = passages("Committee\n\nThe roof leaks.", filename="minutes_2025-04-02.md", document_id=4)
WORLD = World(*LETTER, *RIJI, *MINUTES, *OTHER)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Is there anything about a barometer?", "The old barometer is broken."),
        ("日记里有没有提到动物园？", "带孩子去动物园，看了大熊猫。"),
        ("How much was the barometer?", "The old barometer is broken. It cost £189 at Hobson's."),
        ("Summarise the minutes of 5 March 2025", "Committee\nDecision: The tap is repaired."),
    ],
)  # fmt: skip
def test_what_is_mentioned_is_quoted(question: str, said: str) -> None:
    assert WORLD.answered(question).text.startswith(said)


def test_what_is_mentioned_nowhere_is_refused() -> None:
    assert WORLD.answered("Do the minutes say anything about hens?").refused


def test_the_head_of_a_mail_is_no_answer_to_what_is_asked_of_it() -> None:
    gathered = WORLD.gathered("What is my FitBarn membership number?")
    assert [one.title for one in gathered.sentences[:3]] == [True, True, True]
    assert not WORLD.gathered("Who wrote about the membership?").sentences[1].title
