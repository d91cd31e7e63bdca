"""Chinese phrases that point to a document: 员工手册里, 根据2025年合同, 劳动合同规定."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.pointing.phrase import Pointing, Run, one_place
from rag_core.simplified import simplify
from rag_core.text import CJK

# What documents are called. A name without such a word (a person's, a product's) may well be what is asked about.
KINDS = (
    "(?:合同|协议|合约|手册|说明书|说明|指南|教程|报告|报告单|年报|季报|月报|纪要|记录|条款|保单|菜谱|食谱|课程表|时间表|日程表|日程|"
    "流水|对账单|账单|清单|明细|明细表|简历|通知|通知书|公告|告示|规定|规则|规范|标准|制度|办法|章程|守则|方案|计划|计划书|证明|证书|收据|发票|"
    "论文|文章|书信|来信|邮件|申请表|申请书|登记表|表格|报价单|预算|大纲|讲义|课件|笔记|日志|日记|白皮书|招股书|招股说明书|判决书|起诉状|病历|"
    "化验单|检验单|处方|文件|文档|备忘录|图纸|目录|名单|名册|价目表|菜单)"
)
_KIND = re.compile(f"{KINDS}$")
_FILLED = re.compile("年度|年|月份|月|号|的|会议|会|份|版本|版")
_DIGITS = re.compile(r"\d+")
_PIECE = re.compile(f"[{CJK}A-Za-z]+")
_LED = re.compile(
    "(?:(?:总结|概括|概述|归纳|梳理|介绍)(?:一下|下)?|根据|按照|依照|依据|参照|查看|看看|知道|想问|在|从|据|按|依|看|查|请问|那么|那)?(?:我们|公司|他们)?(?:我|你|他|她)?的?(?:这份|那份|这个|那个|这本|那本|该|本)?(?:旧的?|老的?|原来?的?|之前的?|以前的?|上一份|上份|新的?|最新的?|现在的?|现行的?)?《?$"
)
_OF_AGE = re.compile(
    "(?P<older>旧的?|老的?|原来?的?|之前的?|以前的?|上一份|上份)《?$|(?:新的?|最新的?|现在的?|现行的?)《?$"
)
# What is said of several documents is looked for in all of them.
_COMPARES = re.compile("[两兩二三几各每]份|[两兩]个|哪份|哪个|比|分别|都|不同|区别|差别|另")
_WITHIN = re.compile(
    "》?(?:(?:里面|里边|里头|当中|之中|里|中|上|内)(?:的|对|关于)?|(?:规定|约定|写明|写|说明|说|提到|提及|要求|显示|记载|列出|注明)(?:的|了|着)?|[，,：:；]|的|》)"
)
# What may follow a document's name where it is the subject, as against the rest of a longer name (劳动合同法).
_GOES_ON = re.compile(
    "$|[，,。？?！!、：:；]|可以|可|能|会|是|有|要|需|什|怎|多|几|何|哪|谁|允许|到期|从|应|吗|呢|对|关于|如何"
)
_LONGER = re.compile("[法书員员表人工期日]")
# Kinds of documents that are also what is done.
_DOES = re.compile(
    "(?:规定|说明|通知|记录|计划|标准|证明|预算|报告|指南|介绍|公告|告示|规则|规范|制度|办法|方案)$"
)
_INSIDE = re.compile("》?(?:里面|里边|里头|当中|之中|里|中|内)")
_CHARACTER = re.compile(f"[{CJK}]$")
_FEWEST, _BARE, _ALONE, _SURELY = 2, 2, 4, 6


def pointing_zh(question: str, stems: Sequence[str]) -> Pointing | None:
    """The documents that one phrase of the question points to; None for no phrase, or several that differ."""
    asked = simplify(question).casefold()
    if len(asked) != len(question):  # Some letters are two when made small.
        asked = simplify(question)
    if _COMPARES.search(asked):
        return None
    names = {stem: simplify(stem).casefold() for stem in stems}
    runs = _runs(asked, names)
    place = one_place(asked, runs, _OF_AGE, stems)
    if place is None:
        return None
    run, aged = place
    rest = _without(question, asked, run) if len(runs) == 1 else ""
    loose = run.end - run.start <= _BARE and not aged
    return Pointing(run.stems, question[run.start : run.end], rest, loose)


def _runs(asked: str, names: dict[str, str]) -> list[Run]:
    found: list[Run] = []
    at = 0
    while at < len(asked):
        begun = asked[at : at + _FEWEST]
        ends = {stem: _end(asked, at, name) for stem, name in names.items() if begun in name}
        end = max(ends.values(), default=at)
        fitting = frozenset(stem for stem, reached in ends.items() if reached == end)
        if end > at and _is_name(asked, at, end, [names[stem] for stem in fitting]):
            found.append(Run(at, end, fitting))
            at = end
        else:
            at += 1
    return found


def _end(asked: str, start: int, name: str) -> int:
    """How far the question runs from there in pieces of the name; `start` where it does not."""
    at = end = start
    while at < len(asked):
        step = _step(asked, at, name)
        if step:
            at = end = at + step
        elif end > start and (filled := _FILLED.match(asked, at)):
            at = filled.end()
        else:
            break
    return end


def _step(asked: str, at: int, name: str) -> int:
    """How many characters from there make a number or a piece of the name; 0 for none."""
    if number := _DIGITS.match(asked, at):
        return len(number.group()) if number.group() in _DIGITS.findall(name) else 0
    most = _PIECE.match(asked, at)
    rest = len(most.group()) if most else 0
    length = 0
    while length < rest and asked[at : at + length + 1] in name:
        length += 1
    return length if length >= _FEWEST else 0


def _is_name(asked: str, start: int, end: int, names: Sequence[str]) -> bool:
    """Whether it names documents: a kind of document that is looked into, or one with what tells it apart; a name in 《》."""
    said = asked[start:end]
    if asked[:start].endswith("《") and asked[end:].startswith("》"):
        return said in names or bool(_KIND.search(said))
    if not _KIND.search(said) or _is_cut(asked, start) or _LONGER.match(asked, end):
        return False
    aged = _OF_AGE.search(asked, 0, start)
    if len(said) <= _BARE and not aged:
        return not _DOES.search(said) and bool(_INSIDE.match(asked, end))
    if _WITHIN.match(asked, end) or _DIGITS.search(said) or len(said) >= _SURELY:
        return True
    return bool(aged or len(said) >= _ALONE) and bool(_GOES_ON.match(asked, end))


def _is_cut(asked: str, start: int) -> bool:
    """Whether a longer name may begin before it (体检 before 报告)."""
    return _led(asked, start) == start and bool(_CHARACTER.search(asked[:start]))


def _without(question: str, asked: str, run: Run) -> str:
    """The question without the phrase; "" where it can't be left out."""
    within = _WITHIN.match(asked, run.end)
    told_apart = bool(_DIGITS.search(asked[run.start : run.end]))
    if within is None and not told_apart:
        return ""
    return question[: _led(asked, run.start)] + question[within.end() if within else run.end :]


def _led(question: str, end: int) -> int:
    """Where the words before the name begin that lead to it."""
    found = _LED.search(question, 0, end)
    return found.start() if found else end
