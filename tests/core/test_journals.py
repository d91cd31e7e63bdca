"""Diaries, chats and mails: what is told on which day, who wrote what, and what stands in the head of a mail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag_core.ask.evidence.pieces import sentence_pieces
from rag_core.ask.evidence.stamped import stamped
from rag_core.ask.language.days import Day, days
from tests.core.asking import World, passages

DIARY = passages(
    "Diary\n\n12 March 2025 (Wednesday)\n\nTook the train to Calder to see Aunt Rose. She gave me a barometer.\n\n22 March 2025\n\nPlanted potatoes.",
    filename="diary.md",
    document_id=1,
)
RIJI = passages(
    "2025年3月12日 星期三 晴\n\n上午去打了流感疫苗。晚上看完了小说。\n\n2025年3月15日 星期六 小雨\n\n带孩子去动物园。",
    filename="日记.txt",
    document_id=2,
)
MAIL = passages(
    "Subject: Re: Roof quote\n\nFrom: Ana Ruiz <ana@example.com>\n\nTo: Max Hale <max@example.com>\n\nSent: Fri, 14 Mar 2025 18:22:07 +0000\n\n"
    "Attachments: quote_v2.pdf, tiles.jpg\n\nHi Max,\n\nNorwood came down to £6,450. The chimney flashing has to be replaced.\n\n"
    "On Tue, 11 Mar 2025 at 09:05, Max Hale <max@example.com> wrote:\n\nAna, the roof quote of £7,200 is too much for me.",
    filename="Re_ Roof quote.eml",
    document_id=3,
)
YOUJIAN = passages(
    "主题：期中家长会\n\n发件人：李文静 <li@example.cn>\n\n收件人：三班家长 <p3@example.cn>\n\n日期：Fri, 18 Apr 2025 16:05:00 +0800\n\n家长会定在4月25日晚上7点。",
    filename="家长会.eml",
    document_id=4,
)
CHAT = passages(
    "[12/04/2025, 09:14:03] Josie: Has anyone booked the flights?\n[12/04/2025, 09:16:41] Ben Carter: I did. £148 each with bags\n[13/04/2025, 18:43:20] Josie: I bring the adapter",
    filename="chat.txt",
    document_id=5,
)
QUN = passages(
    "2025-05-01 10:25:40 小雨\n要吃药吗？\n\n2025-05-01 10:27:02 妈妈\n先观察一个月\n\n2025-05-02 19:46:50 爸爸\n我去车站接你",
    filename="群聊.txt",
    document_id=6,
)
WORLD = World(*DIARY, *RIJI, *MAIL, *YOUJIAN, *CHAT, *QUN)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on 12 March 2025", Day(2025, 3, 12)), ("March 12th, 2025", Day(2025, 3, 12)), ("3月12日", Day(0, 3, 12)), ("2025年3月12号", Day(2025, 3, 12)),
        ("2025-03-12 10:00", Day(2025, 3, 12)), ("[13/04/2025, 09:00]", Day(2025, 4, 13)), ("13.4.25", Day(2025, 4, 13)), ("纪要20250412", Day(2025, 4, 12)), ("the 2nd of May", Day(0, 5, 2)),
    ],
)  # fmt: skip
def test_days_that_a_text_names(text: str, day: Day) -> None:
    assert days(text) == {day}


@pytest.mark.parametrize("text", ["in March 2025", "2025年3月", "version 2.5.3", "at 12:30", "31.13.2025"])
def test_what_names_no_day(text: str) -> None:
    assert not days(text)


def entries(text: str) -> list[tuple[str, str]]:
    texts = [text[start:end] for start, end in sentence_pieces(text)]
    return [(one.author, texts[one.told[0]] if one.told else "") for one in stamped(texts)]


def test_entries_and_who_wrote_them() -> None:
    assert entries(DIARY[0].text) == [
        ("", "Took the train to Calder to see Aunt Rose."),
        ("", "Planted potatoes."),
    ]
    assert entries(QUN[0].text) == [
        ("小雨", "要吃药吗？"),
        ("妈妈", "先观察一个月"),
        ("爸爸", "我去车站接你"),
    ]
    assert [author for author, _ in entries(CHAT[0].text)] == ["Josie", "Ben Carter", "Josie"]
    assert [author for author, _ in entries(MAIL[0].text)] == ["Ana Ruiz", "Max Hale"]


@pytest.mark.parametrize(
    "text",
    [
        "2 May 2025\n\nDear parents,\n\nThe trip is in June.", "March 2019 – today\n\nLed a team.\n\nMay 2014 – February 2019\n\nDrew maps.",
        "On 2 May 2025 the court met.\n\nOn 5 May 2025 it decided.", "| 2 May 2025 | rent |\n| 5 May 2025 | food |",
    ],
)  # fmt: skip
def test_a_date_alone_makes_no_diary(text: str) -> None:
    assert entries(text) == []


def test_of_two_days_that_digits_may_mean_the_one_that_the_others_bear_out() -> None:
    texts = CHAT[0].text.split("\n")
    assert stamped(texts)[0].days == {Day(2025, 4, 12)}


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What did I do on 12 March?", "12 March 2025 (Wednesday)\nTook the train to Calder to see Aunt Rose. She gave me a barometer."),
        ("3月12日我做了什么？", "2025年3月12日 星期三 晴\n上午去打了流感疫苗。晚上看完了小说。"),
        ("3月12日晚上我做了什么？", "2025年3月12日 星期三 晴\n晚上看完了小说。"),
        ("What did Ana write about the chimney?", "Sent: Fri, 14 Mar 2025 18:22:07 +0000\nThe chimney flashing has to be replaced."),
        ("What did Max write to Ana on 11 March?", "On Tue, 11 Mar 2025 at 09:05, Max Hale <max@example.com> wrote:\nAna, the roof quote of £7,200 is too much for me."),
        ("What did Josie say about the adapter?", "[13/04/2025, 18:43:20] Josie: I bring the adapter"),
        ("妈妈说了什么？", "2025-05-01 10:27:02 妈妈\n先观察一个月"),
        ("When did Ana send her mail about the roof?", "Sent: Fri, 14 Mar 2025 18:22:07 +0000"),
        ("When did Max send his mail about the roof?", "On Tue, 11 Mar 2025 at 09:05, Max Hale <max@example.com> wrote:"),
        ("Which attachments does the mail about the roof have?", "Attachments: quote_v2.pdf, tiles.jpg"),
        ("李老师什么时候发的家长会邮件？", "日期：Fri, 18 Apr 2025 16:05:00 +0800"),
        ("家长会的邮件是发给谁的？", "收件人：三班家长 <p3@example.cn>"),
        ("家长会的邮件是谁发的？", "发件人：李文静 <li@example.cn>"),
    ],
)  # fmt: skip
def test_what_is_told_on_a_day_or_by_somebody(question: str, said: str) -> None:
    found = WORLD.answered(question)
    assert found.text == said and found.citations


@pytest.mark.parametrize(
    "question",
    [
        "What did I do on 14 March?", "3月20日我做了什么？", "What did Josie write about the roof?", "What did Ana write about the adapter?",
        "What did Carla write in the chat?", "What is attached to the mail about 家长会?",
    ],
)  # fmt: skip
def test_a_day_without_an_entry_and_what_somebody_else_wrote_are_no_answers(question: str) -> None:
    assert WORLD.answered(question).refused


def test_the_row_of_a_day_is_told_and_a_day_that_the_plan_lacks_is_not() -> None:
    header = "| 日期 | 安排 | 住宿 |"
    rows = [
        "| 7月14日 | 宽窄巷子 | 锦江宾馆 |",
        "| 7月15日 | 看熊猫 | 锦江宾馆 |",
        "| 7月16日 | 乐山大佛 | 嘉州宾馆 |",
    ]
    (plan,) = passages("\n".join([header, *rows]), filename="成都行程.md")
    world = World(replace(plan, heading=header))
    told = {day: world.answered(f"7月{day}日去哪里？") for day in (16, 19)}
    assert told[16].text == "7月16日 · 安排：乐山大佛 · 住宿：嘉州宾馆" and told[19].refused


def test_when_it_was_is_told_with_the_day_of_its_entry() -> None:
    assert WORLD.answered("When did I plant the potatoes?").text == "22 March 2025\nPlanted potatoes."
    assert WORLD.answered("我什么时候打的流感疫苗？").text == "2025年3月12日 星期三 晴\n上午去打了流感疫苗。"
