"""What a Chinese conversation is about: its subject, the thing of a kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.rewrite_past import REACH, Exchange
from rag_core.ask.topic import names, segments, topic
from rag_core.text import CJK

_KIND = re.compile(
    "大学|学院|学校|中学|小学|公司|集团|银行|医院|法院|研究所|委员会|中心|专业|课程|项目|计划|条例|办法|规定|合同|协议|系统|平台|"
    "基金|大厦|图书馆|博物馆|(?<=..)[院校系局厅署县市省镇村区国河江山湖岛桥厂馆所法]"
)
_POINTING = re.compile("^(?:这|那|该|此|本|贵|我|各|哪|某|几|其|每|多少|全|有|到|在|对|从|和|与)+")
_LEADING = re.compile(
    "^(?:请问|那么|那|还有|另外|我们|我|你|您|想|要|再|先|来|喜欢|说说|聊聊|谈谈|讲讲|看看|介绍|了解|认识|关于|对于)+"
)
_PARTICLE = re.compile("[啊嘛吧呀呢哦啦哈都]+$")
_MODAL = re.compile("不?能|不?可以|应该|应当|必须|不得|需要|会不会|要不要")
_PERIOD = re.compile(
    r"(?:(?:1\d|20)\d\d|[去今明前上本])年度?|第?[一二三四1-4]季度|[一二三四五六七八九十\d]+月份?|[上下]半年"
)
_SHORTEST = 2


def subject_zh(question: str) -> str:
    """What the question is about, without its period; "" where nothing is seen."""
    found = entity(question) or topic(_LEADING.sub("", question.strip()))
    bare = _PARTICLE.sub("", _LEADING.sub("", found))
    modal = _MODAL.search(bare, _SHORTEST)
    if modal:
        bare = bare[: modal.start()]
    bare = _PERIOD.sub("", bare) or bare
    return "" if len(bare) < _SHORTEST or _POINTING.match(bare) else bare


def entity(text: str) -> str:
    """What a Chinese question names by its kind (国学院, 海鸿公司) or in quotation marks; "" for none."""
    titles = [name for name in names(text) if name[0] in "《“「"]
    if titles:
        return titles[0]
    for segment in segments(text):
        ends = [match.end() for match in _KIND.finditer(segment)]
        named = segment[: ends[-1]].strip() if ends else ""
        bare = _POINTING.sub("", named)
        if bare == named and bare and not _KIND.fullmatch(bare) and len(bare) > 2:
            return bare
    return ""


def of_kind(noun: str, history: Sequence[Exchange]) -> str:
    """The latest thing named whose name ends in the noun: 学院 finds 国学院. "" for none."""
    ends = re.compile(rf"[{CJK}A-Za-z0-9·]{{1,18}}{re.escape(noun)}")
    for past in reversed(list(history)[-REACH:]):
        for said in (past.question, past.answer[:400]):
            for segment in segments(said):
                match = ends.match(_POINTING.sub("", segment.strip()))
                if match and len(match.group()) > len(noun):
                    return match.group()
    return ""
