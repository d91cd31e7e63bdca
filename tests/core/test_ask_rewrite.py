"""Follow-ups are made whole; questions that stand alone are left alone."""

from __future__ import annotations

import pytest

from rag_core.ask.rewriting.choice import choose
from rag_core.ask.rewriting.keep import keeps
from rag_core.ask.rewriting.model import rewrite_with_model
from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.rewrite import propose
from tests.core.asking import ScriptedChat, World, passages


@pytest.mark.parametrize(
    ("last", "answer", "question", "wanted"),
    [
        ("合同第一年的租金是多少？", "每月5000元。", "那第二年呢？", "合同第二年的租金是多少？"),
        ("租金每个月是多少？", "5000元。", "那押金呢？", "押金每个月是多少？"),
        ("公司第一大股东是谁？", "远川集团。", "那第二大股东呢？", "公司第二大股东是谁？"),
        ("经管学院的院长是谁？", "高云。", "那保研率呢？", "经管学院的保研率是多少？"),
        ("海鸿股份的营业收入是多少？", "8亿元。", "净利润呢？", "海鸿股份的净利润是多少？"),
        ("海鸿股份的董事长是谁？", "公司董事长为陈立新，2016年加入。", "他多大年纪？", "陈立新多大年纪？"),
        ("国学院的院长是谁？", "院长在2019年上任。", "他教什么课？", "国学院的院长教什么课？"),
        ("2018年的营业收入是多少？", "3亿元。", "那2019年呢", "2019年的营业收入是多少？"),
        ("北岭的人口是多少？", "2100人。", "南岭呢？", "南岭的人口是多少？"),
        ("XJ-9型打印机什么时候发布？", "2020年。", "它多少钱？", "XJ-9型打印机多少钱？"),
        ("《海边的灯》的作者是谁？", "林向东。", "他出生于哪一年？", "林向东出生于哪一年？"),
        ("文献学院有哪些系？", "古典学系。", "该院有哪些特色", "文献学院有哪些特色"),
        ("What was the revenue in 2018?", "$3 million.", "and in 2019?", "What was the revenue in 2019?"),
        ("Who is the largest shareholder?", "Acme.", "And the second largest shareholder?", "Who is the second largest shareholder?"),
        ("Are dogs allowed on the Kestrel ferry?", "No.", "And cats?", "Are cats allowed on the Kestrel ferry?"),
        ("Can I work in the U.S.?", "Yes.", "How about in Canada?", "Can I work in Canada?"),
        ("Who was Anna Reil?", "She taught in February.", "Where was she born?", "Where was Anna Reil born?"),
        ("What is the population of Freeland?", "6 million.", "What about Norwick?", "What is the population of Norwick?"),
        ("Who wrote The Salt Road?", "Mira Kovač wrote it.", "When was she born?", "When was Mira Kovač born?"),
        ("When was the Harwick mill opened?", "In 2019.", "How many people does it employ?", "How many people does the Harwick mill employ?"),
    ],
)  # fmt: skip
def test_follow_ups_become_whole(last: str, answer: str, question: str, wanted: str) -> None:
    proposal = propose(question, [Exchange(last, answer)])
    assert (proposal.searched, proposal.certain) == (wanted, True)


@pytest.mark.parametrize(
    ("last", "question", "wanted"),
    [
        ("How much is the toll?", "and on the new bridge?", "How much is the toll on the new bridge?"),
        ("How many hours can I moor at the pier?", "What about during the regatta?", "How many hours can I moor at the pier during the regatta?"),
        ("What is the fare for adults on Sundays?", "And for pensioners?", "What is the fare for pensioners on Sundays?"),
        ("berth limit for Norwick?", "and in the Kestrel Isles?", "berth limit in the Kestrel Isles?"),
        ("How long is the stay in the 2021 permit?", "And in the 2023 permit?", "How long is the stay in the 2023 permit?"),
        ("May I fish according to the old permit?", "and under the new permit?", "May I fish under the new permit?"),
        ("Is oat porridge served on weekdays?", "And rye porridge on holidays?", "Is rye porridge served on holidays?"),
        ("who cleans the town hall?", "and the boat house?", "who cleans the boat house?"),
        ("Who mends the sails of the ferry?", "And the one of the tug?", "Who mends the sails of the tug?"),
        ("Back to the mill: is fishing allowed at the weir?", "and swimming?", "is swimming allowed at the weir?"),
        ("My bicycle was stolen. How many days do I have to report it?", "and for a boat?", "How many days do I have to report it for a boat?"),
        ("What were Mira Kovač's June takings?", "And in July?", "What were Mira Kovač's July takings?"),
        ("What were Mira Kovač's June takings?", "And Tom Ardal's?", "What were Tom Ardal's June takings?"),
        ("Who attended the April meeting?", "And in May?", "Who attended the May meeting?"),
        ("Where does Mira work?", "And before that?", "Where does Mira work before that?"),
        ("Does the mill grind oats?", "And barley?", "Does the mill grind oats? (barley)"),
        ("When does our ferry to Norwick sail?", "and back?", "When does our ferry to Norwick sail? (back)"),
        ("How many seats are there?", "What about the Kestrel?", "How many seats are there? (the Kestrel)"),
    ],
)  # fmt: skip
def test_a_fragment_takes_the_place_of_what_is_like_it_or_is_added(
    last: str, question: str, wanted: str
) -> None:
    assert propose(question, [Exchange(last, "")]).searched == wanted


@pytest.mark.parametrize(
    ("turns", "question", "wanted", "certain"),
    [
        (["What is the budget of the dredging phase?|The budget is 3 million."], "Who leads it?", "Who leads the dredging phase?", True),
        (["Which tender was accepted for the pier?"], "How much does it cost?", "How much does the tender cost?", True),
        (["Which floor is the canteen on?"], "When does it close?", "When does the canteen close?", True),
        (["What is Mira's allowance?"], "When is it paid?", "When is Mira's allowance paid?", True),
        (["How soon must I report a leak?"], "Who repairs it?", "Who repairs the leak?", True),
        (["Who chairs the mooring committee?"], "When does it meet?", "When does the mooring committee meet?", True),
        (["How long does the oat loaf rest?"], "Can I freeze it?", "Can I freeze the oat?", False),
        (["What time is check out"], "How much is it?", "How much is check?", False),
    ],
)  # fmt: skip
def test_it_is_a_thing_that_was_asked_about_and_no_verb(
    turns: list[str], question: str, wanted: str, certain: bool
) -> None:
    history = [Exchange(said, answer) for said, _, answer in (turn.partition("|") for turn in turns)]
    proposal = propose(question, history)
    assert (proposal.searched, proposal.certain) == (wanted, certain)


@pytest.mark.parametrize(
    ("turns", "question", "wanted"),
    [
        (["停车费是多少？"], "那管理费呢？", "管理费是多少？"),
        (["取暖费谁出？"], "燃气费呢", "燃气费谁出？"),
        (["远川公司的取暖费谁出？"], "燃气费呢", "远川公司的燃气费谁出？"),
        (["承租方须提前几天告知？"], "出租方呢？", "出租方须提前几天告知？"),
        (["提前几天告知？"], "丙方呢？", "丙方提前几天告知？"),
        (["队长去北岭训练补助标准是多少？"], "教练员呢？", "教练员去北岭训练补助标准是多少？"),
        (["2021年协议的违约金是多少？"], "2023年协议的定金呢？", "2023年协议的定金是多少？"),
        (["铜卡的返还率是多少？", "铁卡的返还率是多少？"], "还款期呢？", "铁卡的还款期是多少？"),
        (["犹豫期多长？"], "邮购呢？", "邮购的犹豫期多长？"),
        (["哪些项目偏低？"], "白蛋白呢？", "白蛋白偏低吗？"),
        (["肌酸高吗？"], "胆固醇呢？", "胆固醇高吗？"),
        (["哪天付的？"], "水费呢？", "水费哪天付的？"),
        (["周二第二节上什么课？"], "周四呢？", "周四第二节上什么课？"),
        (["五月例会谁主讲？", "为什么？"], "六月呢？", "六月例会谁主讲？"),
        (["豆浆好喝吗？"], "油茶呢？", "油茶好喝吗？"),
    ],
)  # fmt: skip
def test_a_chinese_fragment_keeps_what_is_asked(turns: list[str], question: str, wanted: str) -> None:
    history = [Exchange(said, "") for said in turns]
    proposal = propose(question, history)
    assert (proposal.searched, proposal.certain) == (wanted, True)


@pytest.mark.parametrize(
    ("last", "question", "wanted"),
    [
        ("体育老师教几年级？", "健康课在哪里上？", "体育老师的健康课在哪里上？"),
        ("谁主讲五月的讲座？", "谁记录的？", "谁记录的？"),
        ("保费贵不贵？", "怎么付？", "保费怎么付？"),
        ("显示F3怎么办？", "怎么修？", "F3怎么修？"),
        ("豆腐要炖多久？", "放多少盐？", "豆腐放多少盐？"),
        ("尿素是多少？", "正常吗？", "尿素正常吗？"),
        ("尿素是多少？", "肌酸的参考范围是多少？", "肌酸的参考范围是多少？"),
        ("苏海是谁？", "林敬之是做什么的？", "林敬之是做什么的？"),
    ],
)
def test_a_chinese_subject_is_no_verb_and_is_left_out_where_there_is_another(
    last: str, question: str, wanted: str
) -> None:
    assert propose(question, [Exchange(last, "")]).searched == wanted


@pytest.mark.parametrize(
    ("last", "question", "wanted"),
    [
        ("Which tug was bought for the pier?", "why?", "Which tug was bought for the pier? (why)"),
        ("Which tug was bought? (the Kestrel)", "And why not?", "Which tug was bought? (why not)"),
        ("Where does Mira work?", "since when?", "Where does Mira work? (since when)"),
        ("滤芯可以水洗吗？", "为什么？", "滤芯可以水洗吗，为什么？"),
        ("滤芯可以水洗吗？", "那为什么呢", "滤芯可以水洗吗，为什么？"),
    ],
)
def test_a_bare_why_asks_the_last_question_again(last: str, question: str, wanted: str) -> None:
    proposal = propose(question, [Exchange(last, "")])
    assert (proposal.searched, proposal.certain) == (wanted, True)
    history = [Exchange("五月例会谁主讲，为什么？", "")]
    assert propose("六月呢？", history).searched == "六月例会谁主讲？"


def test_a_bare_question_word_is_passed_over() -> None:
    history = [Exchange("Where does Mira work? (since when)", "")]
    assert propose("And before that?", history).searched == "Where does Mira work before that?"
    history = [Exchange("Where does Mira work?", ""), Exchange("where?", "")]
    assert propose("And before that?", history).searched == "Where does Mira work before that?"


def test_what_a_fragment_added_makes_room_for_the_next() -> None:
    history = [Exchange("Does the mill grind oats? (barley)", "No.")]
    assert propose("and rye?", history).searched == "Does the mill grind oats? (rye)"


def test_a_chinese_subject_is_no_part_of_an_english_question() -> None:
    said = [Exchange("租金每个月是多少？", "5000元。")]
    assert propose("What happens if I pay late?", said).searched == "What happens if I pay late?"


@pytest.mark.parametrize(
    ("last", "question"),
    [
        ("What is the population of Freeland?", "When did the Kestrel ferry first sail to Norwick harbour?"),
        ("When was the mill opened?", "Is it true that the Kestrel ferry carries 60 cars to Norwick?"),
        ("北岭的人口是多少？", "《海边的灯》这本书是由哪家出版社出版的？"),
        ("北岭的人口是多少？", "海棠桥在2016年通车时的总投资以及其资金来源分别是什么？"),
    ],
)
def test_questions_that_stand_alone_are_left_alone(last: str, question: str) -> None:
    assert propose(question, [Exchange(last, "yes")]).searched == question


@pytest.mark.parametrize(
    ("last", "question", "wanted"),
    [
        ("国学院有哪些系？", "保研率是多少", "国学院的保研率是多少"),
        ("国学院有哪些系？", "有多少位教师？", "国学院有多少位教师？"),
        ("国学院有哪些系？", "学院有多少位教师？", "国学院有多少位教师？"),
        ("海鸿股份2021年的营业收入是多少？", "员工有多少人？", "海鸿股份的员工有多少人？"),
        ("When was the Maritime Museum opened?", "Who runs the museum?", "Who runs the Maritime Museum?"),
        ("What is Endianness?", "Which is more important?", "Which is more important? (Endianness)"),
    ],
)
def test_a_question_that_names_too_little_may_lean_on_the_subject(
    last: str, question: str, wanted: str
) -> None:
    proposal = propose(question, [Exchange(last, "")])
    assert (proposal.searched, proposal.certain) == (wanted, False)


@pytest.mark.parametrize(
    ("last", "question", "wanted"),
    [
        ("显示E5怎么办？", "E2呢？", "显示E2怎么办？"),
        ("海鸿股份的员工有多少人？", "Kestrel呢？", "Kestrel的员工有多少人？"),
        ("打印机的保修期是多久？", "Laser Jet Pro呢", "Laser Jet Pro的保修期是多久？"),
    ],
)
def test_a_foreign_word_is_put_in_chinese_by_its_ending(last: str, question: str, wanted: str) -> None:
    assert propose(question, [Exchange(last, "")]).searched == wanted


def test_what_a_chinese_sentence_writes_on_to_a_foreign_name_is_not_of_the_name() -> None:
    assert keeps("Kestrel呢？", "Kestrel有多长？")
    assert not keeps("Kestrel呢？", "渡轮有多长？")


def test_the_person_asked_for_is_not_what_was_named_in_the_question() -> None:
    history = [
        Exchange("Who is the captain of the Kestrel ferry?", "The captain of the Kestrel is Tom Ardal.")
    ]
    assert propose("When was he born?", history).searched == "When was Tom Ardal born?"


@pytest.mark.parametrize(
    ("turns", "question", "wanted"),
    [
        (["What is Mira's salary?", "How many days holiday are there?"], "Who is her boss?", "Who is Mira's boss?"),
        (["Who is the owner?|Owner: Mira Kovač, 4 Mill Road, Norwick (the \"Owner\")"], "Where does she live?", "Where does Mira Kovač live?"),
        (["When does our ferry to Norwick leave?"], "Where does he live?", "Where does he live?"),
        (["Is rust covered?|Signed by Tom Ardal"], "Is he insured?", "Is Tom Ardal insured?"),
        (["What is the notice period?"], "What is her notice period?", "What is her notice period?"),
        (["林敬之的工资是多少？", "加班怎么算？"], "他可以提前离职吗？", "林敬之可以提前离职吗？"),
        (["苏海是谁？", "林敬之是做什么的？"], "他什么时候入职的？", "林敬之什么时候入职的？"),
        (["谁主持五月的会议？|主持人：苏海 记录人：高云"], "他负责什么？", "苏海负责什么？"),
        (["金额是多少？", "周五几点放学？"], "他是谁？", "周五是谁？"),
    ],
)  # fmt: skip
def test_he_and_she_are_the_person_named_last(turns: list[str], question: str, wanted: str) -> None:
    history = [Exchange(said, answer) for said, _, answer in (turn.partition("|") for turn in turns)]
    proposal = propose(question, history)
    assert proposal.searched == wanted
    # Where no person was named, retrieval decides.
    assert proposal.certain == (wanted not in (question, "周五是谁？"))


def test_of_two_persons_the_one_is_meant_that_the_answer_spoke_of() -> None:
    history = [Exchange("林敬之和苏海什么时候入职的？", "苏海2019年入职。")]
    assert propose("他多大年纪？", history).searched == "苏海多大年纪？"


def test_a_word_that_holds_a_pronoun_stays_whole() -> None:
    proposal = propose("其他应收款为什么增加？", [Exchange("那第二大股东呢？", "海鸿源。")])
    assert "其他应收款为什么增加" in proposal.searched


def test_without_a_conversation_nothing_is_rewritten() -> None:
    assert propose("那第二年呢？", []).searched == "那第二年呢？"


def test_a_rewrite_must_keep_names_and_numbers() -> None:
    assert keeps("What did Mira Kovač do in 1974?", "What did Mira Kovač design in 1974?")
    assert not keeps("What did Mira Kovač do in 1974?", "What did Mira Kovač do?")
    assert not keeps("What did Mira Kovač do in 1974?", "What did she do in 1974?")
    assert not keeps("《海边的灯》2019年的销量", "这本书2019年的销量")


def test_a_rewrite_must_keep_a_negation() -> None:
    assert not keeps("哪些费用不能报销？", "哪些费用能报销？")
    assert keeps("哪些费用不能报销？", "差旅中哪些费用不得报销？")
    assert keeps("他是不是院长？", "林敬之是否为院长？")
    assert not keeps("Which rooms are not heated?", "Which rooms are heated?")
    assert keeps("Isn't it heated?", "Is the Harwick mill heated?")
    assert keeps("Why doesn't it start?", "Why does the pump not start?")
    assert not keeps("Why doesn't it start?", "Why does the pump start?")


def test_a_model_rewrite_that_brings_in_what_nobody_said_is_rejected() -> None:
    history = [Exchange("How long is the Kestrel pier?", "420 metres")]
    for invented in ("When was the Harwick pier built?", "When was the Kestrel pier of 1921 built?"):
        proposal = rewrite_with_model("When was it built?", history, ScriptedChat(invented), lambda: False)
        assert proposal.searched == "When was the Kestrel pier built?"
    labelled = ScriptedChat("改写后的问题：北岭大桥是哪年通车的？\n（说明）")
    bridge = [Exchange("北岭大桥有多长？", "420米")]
    assert (
        rewrite_with_model("它是哪年通车的？", bridge, labelled, lambda: False).searched
        == "北岭大桥是哪年通车的？"
    )


def test_a_model_rewrite_that_loses_a_number_is_rejected() -> None:
    history = [Exchange("What was the revenue of Kestrel in 2018?", "$3 million")]
    good = ScriptedChat("What was the revenue of Kestrel in 2019?")
    assert rewrite_with_model("and in 2019?", history, good, lambda: False).searched == (
        "What was the revenue of Kestrel in 2019?"
    )
    bad = ScriptedChat("What was the revenue of Kestrel?")
    assert "2019" in rewrite_with_model("and in 2019?", history, bad, lambda: False).searched


def test_a_doubtful_rewrite_is_kept_only_when_it_finds_its_subject() -> None:
    world = World(*passages("学院保研率为80%。", "国学院的保研率为75%。", "食堂每天开放。"))
    question = "保研率是多少"
    proposal = propose(question, [Exchange("国学院有哪些系？", "古典学系")])
    assert not proposal.certain
    raw, other = world.search(question).hits, world.search(proposal.searched).hits
    assert choose(question, proposal, raw, other)
    elsewhere = World(*passages("学院保研率为80%。", "食堂每天开放。"))
    raw, other = elsewhere.search(question).hits, elsewhere.search(proposal.searched).hits
    assert not choose(question, proposal, raw, other)


def test_a_question_on_something_new_is_not_answered_from_the_old_subject() -> None:
    world = World(*passages("出差住宿费的上限为每晚六百元。", "食堂每天开放。"))
    question = "火星的半径有多大？"
    proposal = propose(question, [Exchange("出差住宿费的上限是多少？", "每晚六百元。")])
    raw, other = world.search(question).hits, world.search(proposal.searched).hits
    assert proposal.searched != question
    assert not choose(question, proposal, raw, other)


def test_what_one_passage_answers_as_asked_is_asked_as_it_was() -> None:
    world = World(
        *passages("乙方应在签约时支付押金17200元。月租金为人民币8600元，每月五日前支付。", "食堂每天开放。")
    )
    question = "月租金是多少？"
    proposal = propose(question, [Exchange("押金是多少？", "押金为17200元。")])
    raw, other = world.search(question).hits, world.search(proposal.searched).hits
    assert proposal.searched == "押金的月租金是多少？" and not proposal.certain
    assert raw[0].passage.id == other[0].passage.id
    assert not choose(question, proposal, raw, other)


@pytest.mark.parametrize(
    ("page", "turns", "chosen"),
    [
        (
            "Animals need the written consent of the landlord. The rent of 1,525 euros falls due on the third.",
            ("Are animals allowed?", "How much rent is there to pay a month?"),
            False,
        ),
        (
            "The Kestrel pump is guaranteed for two years. The Marlin pump is guaranteed for five years.",
            ("How heavy is the Marlin pump?", "How many years of guarantee are there at the factory?"),
            True,
        ),
    ],
)
def test_what_one_passage_holds_is_asked_with_the_old_subject_only_where_both_are_said_together(
    page: str, turns: tuple[str, str], chosen: bool
) -> None:
    world = World(*passages(page, "The canteen is open every day."))
    before, question = turns
    proposal = propose(question, [Exchange(before, "Yes.")])
    raw, other = world.search(question).hits, world.search(proposal.searched).hits
    assert proposal.searched != question and not proposal.certain
    assert raw[0].passage.id == other[0].passage.id
    assert choose(question, proposal, raw, other) == chosen
