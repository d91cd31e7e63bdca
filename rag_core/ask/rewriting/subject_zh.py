"""What a Chinese conversation is about: its subject, the thing of a kind."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.topic import names, segments, topic
from rag_core.ask.rewriting.past import REACH, Exchange
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
_MODAL = re.compile(
    "不?能(?![力源耗量效])|不?可以|应该|应当|必须|不得|需要|会不会|要不要|要(?![求点素件闻是])|须|提前|也(?=[很不太挺])|还(?=是)|一[周天月年共]|每个?(?:[周天月年次]|星期|季度|小时)"
)
# What is done, at the end of a thing that is asked what, or how many: 体育老师教几年级.
_DONE = re.compile("[教上做吃用买卖放交付花喝住说写学开养报赔管姓叫]$")
_OBJECT = re.compile("^(?:了|过|的)?(?:什么|几|多少|哪|啥)")
# Whether it is done, and what it is like, are no part of the thing.
_WHETHER = re.compile(r"(.)[不没]\1$")
LIKE_THIS = (
    "(?:很|太|更|最|不|偏|比较|真|算|免费|有多|超)*(?:高|低|贵|便宜|好|大|多|少|快|慢|远|近|难|正常|严重|安全|好吃|好喝|好看|好用|好玩|"
    "合法|有效|免费|达标|超标|合格)"
)
_LIKE_THIS = re.compile(f"{LIKE_THIS}$")
_ASKS_WHETHER = re.compile("[吗嘛么][？?。]?$")
# Whether it is: 整形赔吗.
_COVERED = re.compile("(?<=..)[赔退换]$")
_WHICH = re.compile("^哪[些个几]")
# These begin with a verb and name nothing.
_VERBAL = re.compile("^(?:提前|推迟|延期|违反|主持|要是|难道|为)")
_SHOWN = re.compile("^(?:显示|出现|提示|发生)(?=..)")
_WHO_FIRST = re.compile("^(?:谁|由谁|哪[位天年月日里儿])")
_PERIOD = re.compile(
    r"\d+月\d+[日号]|(?:(?:1\d|20)\d\d|[去今明前上本])年度?|第?[一二三四1-4]季度|[一二三四五六七八九十\d]+月份?|[上下]半年"
)
_SHORTEST = 2


def subject_zh(question: str) -> str:
    """What the question is about, without its period; "" where nothing is seen."""
    found = entity(question) or (
        "" if _WHO_FIRST.match(question) else topic(_LEADING.sub("", question.strip()))
    )
    bare = _PARTICLE.sub("", _LEADING.sub("", found))
    modal = _MODAL.search(bare, _SHORTEST)
    if modal:
        bare = bare[: modal.start()]
    elif _OBJECT.match(question[question.find(bare) + len(bare) :]) and len(bare) > _SHORTEST:
        bare = _DONE.sub("", bare)
    bare = _WHETHER.sub("", bare)
    if _ASKS_WHETHER.match(question[question.find(bare) + len(bare) :]) or _WHICH.match(question):
        bare = _COVERED.sub("", _LIKE_THIS.sub("", bare))
    bare = _SHOWN.sub("", bare)
    if _VERBAL.match(bare):
        return ""
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
