"""What is told in steps is quoted step by step, and the step that is asked for by itself."""

from __future__ import annotations

import pytest

from rag_core.ask.answer import answer
from rag_core.ask.asked import Asked
from rag_core.ask.quoting.lines_under import lines_asked
from rag_core.ask.quoting.procedures import procedures, steps_asked
from rag_core.ask.quoting.quote import quote
from tests.core.asking import ScriptedChat, World, passages

CLEANING = (
    "5 Care\n\nWipe the door every month.\n\n5.1 Cleaning the filters\n\n1. Pull the mains plug.\n2. Take out the basket.\n"
    "3. Rinse the filters. Use warm water.\n\n5.2 Descaling\n\nDescale the machine twice a year.\n\n1. Empty the tub.\n2. Pour in {} g of acid.\n"
    "3. Run the longest programme.\n\nA bad smell comes from dirty filters."
)
MACHINES = World(
    *passages(CLEANING.format(200), filename="Kestrel D400.pdf"),
    *passages(CLEANING.format(250), filename="Kestrel D600.pdf", document_id=2),
)
RECIPES = World(
    *passages(
        "Apple crumble\n\nServes six people.\n\nIngredients\n\n1 kg apples\n\n80 g sugar\n\n200 g flour\n\nMethod\n\n1. Peel the apples.\n2. Bake for an hour.\n\n"
        "Plum cake\n\nServes four people.\n\nIngredients\n\n2 kg plums\n\n3 eggs\n\n90 g butter",
        "Method\n\n1. Stone the plums.\n2. Beat the eggs.",
        "3. Bake the cake until golden.\n\nKeeps for a week.",
        filename="Sweets.pdf",
    )
)
BURNS = World(
    *passages(
        "第三章 烫伤\n\n1. 用流动的冷水冲洗。\n2. 小心脱去衣物。\n3. 盖上干净的纱布。\n\n不要涂牙膏。",
        filename="急救.pdf",
    ),
    *passages(
        "头孢颗粒\n\n服用步骤：\n1. 倒入杯中。\n2. 加温水搅拌。\n\n密封，在干燥处保存。",
        filename="头孢颗粒说明书.pdf",
        document_id=2,
    ),
)


@pytest.mark.parametrize(
    ("world", "question", "steps"),
    [
        (MACHINES, "How do I clean the filters of the D400?", ["1. Pull", "2. Take", "3. Rinse"]),
        (MACHINES, "How do I descale the D600?", ["1. Empty", "2. Pour in 250", "3. Run"]),
        (MACHINES, "What is step 2 of descaling the D600?", ["2. Pour in 250"]),
        (MACHINES, "What is the last step of cleaning the filters of the D400?", ["3. Rinse"]),
        (MACHINES, "What comes after emptying the tub of the D600?", ["1. Empty", "2. Pour in 250"]),
        (MACHINES, "What must be done before I take out the basket of the D400?", ["1. Pull", "2. Take"]),
        (MACHINES, "What is step 7 of descaling the D600?", []),
        (MACHINES, "What comes after running the longest programme?", []),
        (MACHINES, "How often must I descale the D600?", []),
        (MACHINES, "How do I repair the pump of the D400?", []),
        (RECIPES, "How do I make the plum cake?", ["1. Stone", "2. Beat", "3. Bake the cake"]),
        (RECIPES, "How is the apple crumble made?", ["1. Peel", "2. Bake for"]),
        (BURNS, "烫伤了怎么处理？", ["1. 用", "2. 小心", "3. 盖上"]),
        (BURNS, "烫伤后第三步做什么？", ["3. 盖上"]),
        (BURNS, "烫伤脱去衣物之后做什么？", ["2. 小心", "3. 盖上"]),
        (BURNS, "头孢颗粒怎么保存？", []),
    ],
)
def test_the_steps_that_are_asked_for_are_found(world: World, question: str, steps: list[str]) -> None:
    found = steps_asked(world.gathered(question))
    assert len(found) == len(steps)
    assert all(one.text.startswith(step) for one, step in zip(found, steps, strict=True))


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("Which ingredients do I need for the plum cake?", ["2 kg plums", "3 eggs", "90 g butter"]),
        ("What are the ingredients of the apple crumble?", ["1 kg apples", "80 g sugar", "200 g flour"]),
        ("How many ingredients does the plum cake have?", []),
        ("Which ingredients of the plum cake are the heaviest?", []),
        ("Which ingredients do I need for the lentil soup?", []),
        ("Which tools do I need for the plum cake?", []),
    ],
)
def test_the_lines_below_the_title_that_is_asked_for_are_found(question: str, lines: list[str]) -> None:
    assert [one.text for one in lines_asked(RECIPES.gathered(question))] == lines


FIRST_AID = World(
    *passages(
        "First aid\n\n5 Nosebleed\n\nSit up and lean forward. Pinch the nose for a while. Put a cold cloth on the neck.\n\n"
        "6 Poisoning\n\nKeep the package. Call the poison centre.\n\n第六章 中暑\n\n转移到阴凉处。解开衣领。",
        filename="Guide.pdf",
    )
)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("What do I do in case of a nosebleed?", 3),
        ("What should I do after poisoning?", 1),
        ("中暑了怎么办？", 2),
        ("What do I do in case of a snake bite?", 0),
        ("How long must I pinch the nose in case of a nosebleed?", 0),
        ("Who put the cloth on the neck after the nosebleed?", 0),
    ],
)
def test_a_short_section_is_told_whole_where_its_title_is_asked_about(question: str, count: int) -> None:
    assert len(lines_asked(FIRST_AID.gathered(question))) == count


def test_steps_are_quoted_in_their_order_and_nothing_else() -> None:
    quoted = quote(MACHINES.gathered("How do I clean the filters of the D400?"))
    assert quoted.text.splitlines() == [
        "1. Pull the mains plug.",
        "2. Take out the basket.",
        "3. Rinse the filters. Use warm water.",
    ]


def test_steps_that_skip_a_number_or_stand_alone_are_no_procedure() -> None:
    world = World(*passages("Cleaning\n\n1. Rinse it.\n3. Dry it.\n\nStoring\n\n1. Keep it dry."))
    assert list(procedures(world.gathered("How do I clean it?"))) == []


def test_a_model_is_shown_all_steps_however_long_they_are() -> None:
    steps = "\n".join(
        f"{n}. Turn screw {n} a quarter to the left, " + "slowly and with care, " * 12 + "and wait."
        for n in range(1, 10)
    )
    world = World(*passages(f"Loosening the cover\n{steps}", filename="press.pdf"))
    chat = ScriptedChat("Turn the screws.")
    list(answer(Asked("How do I do the loosening of the cover?", (), (1,)), world.means(chat)))
    assert all(f"Turn screw {n} " in chat.shown[0][-1].text for n in range(1, 10))
