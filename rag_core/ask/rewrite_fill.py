"""What a fragment ("and in 2019?", 那第二大股东呢) takes the place of in the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.figures import figures
from rag_core.ask.rewrite_past import Exchange
from rag_core.ask.rewrite_subject import subject
from rag_core.ask.rewrite_subject_en import naming, runs
from rag_core.ask.topic import names, segments
from rag_core.ask.words import keys
from rag_core.text import is_cjk

_PERIOD = re.compile(
    r"(?<!\d)(?:1\d|20)\d\d(?:年度?)?(?!\d)|第?[一二三四1-4]季度|[一二三四五六七八九十\d]+月份?|[上下]半年|[去今明前]年|\bQ[1-4]\b"
)
_ORDINAL = re.compile(
    r"第[一二三四五六七八九十百\d]+|\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last|final|next|"
    r"\d+(?:st|nd|rd|th))\b",
    re.IGNORECASE,
)
_PLACE_EN = re.compile(r"^(in|for|on|at|of|by|from|to|with|during|after|before|under)\s+(.+)$", re.IGNORECASE)
_DETERMINERS = re.compile(r"^(?:the|a|an|their|its|his|her|this|that)\s+", re.IGNORECASE)
_TOKEN = re.compile(r"[\w'’$%.-]*\w%?")
_LEAST_SHARED = 2
_AROUND = " ?？,，.。!！"
# What a thing has, as against a thing.
_AMOUNT = re.compile(
    "(?:率|额|量|总数|人数|次数|度|费用?|价格?|金|利润|收入|产值|面积|人口|成本|工资|年龄|期限|寿命|比例|编制|学分|分数|排名)$"
)
_QUALITY = re.compile(
    rf"{_AMOUNT.pattern}|(?:时间|地点|地址|电话|日期|总部|院长|校长|董事长|总经理|经理|主任|负责人|作者|导演|原因|条件|流程|标准|要求|方式|方法|"
    "好处|缺点|优点|特点|历史|名称|待遇|补贴|职责|权限|范围|材料|手续|课程|方向)$"
)
# An error code, a model, a clause: E5, A-12.
_CODE = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{1,3}-?\d{1,4}(?![A-Za-z\d])")
_PREDICATE = re.compile("(?:是|有|为)(?:多少|谁|什么|哪|几).*$|多少.*$|怎么.*$|如何.*$")


def fill_zh(fragment: str, history: Sequence[Exchange]) -> str:
    """The last question with the fragment in the place of what is like it: a period for a period, a third for a
    second, a thing for what ends in the same noun, a quality for a quality, else for the subject."""
    last, fragment = history[-1].question, fragment.strip(_AROUND)
    about = subject(history)
    filled = (
        _code(last, fragment)
        or _period(last, fragment)
        or _alike_zh(last, fragment)
        or _ordinal(last, fragment)
    )
    if filled and filled != last:
        return filled
    if _QUALITY.search(fragment):
        return _quality(last, fragment, history)
    if about and about in last:
        return last.replace(about, fragment, 1)
    return f"{fragment} {last}"


def fill_en(fragment: str, history: Sequence[Exchange]) -> str:
    """As fill_zh, for English fragments."""
    last, fragment = history[-1].question, fragment.strip(_AROUND)
    bare = _DETERMINERS.sub("", fragment)
    filled = _period(last, bare) or _alike_en(last, bare) or _ordinal(last, bare)
    if filled and filled != last:
        return filled
    named = bool(names(bare)) or any(letter.isdigit() for letter in bare)
    old = _DETERMINERS.sub("", subject([history[-1]])) if named else next(iter(_common(last)), "")
    if old and old in last and not (figures(bare) and not figures(old)):
        return last.replace(old, bare, 1)
    return f"{last.rstrip('?.! ')}, {fragment}?"


def _common(last: str) -> list[str]:
    """The runs of words of the last question that name things without being names."""
    named = " ".join(names(last))
    return [run for run in runs(last) if run.islower() and run not in named]


def _quality(last: str, fragment: str, history: Sequence[Exchange]) -> str:
    """保研率, after 经管学院的院长是谁: the quality asked of what the last question was about."""
    about = subject(history)
    if not about:
        return f"{fragment} {last}"
    head = f"{about}的"
    asked = last[last.find(head) + len(head) :] if head in last else ""
    predicate = _PREDICATE.search(asked)
    same = predicate and bool(_AMOUNT.search(fragment)) == bool(_AMOUNT.search(asked[: predicate.start()]))
    if predicate and same:
        return f"{head}{fragment}{predicate.group()}"
    return f"{head}{fragment}{'是多少' if _AMOUNT.search(fragment) else '是什么'}？"


def _code(last: str, fragment: str) -> str:
    old = _CODE.search(last)
    return f"{last[: old.start()]}{fragment}{last[old.end() :]}" if old and _CODE.fullmatch(fragment) else ""


def _period(last: str, fragment: str) -> str:
    new, old = _PERIOD.search(fragment), _PERIOD.search(last)
    if new is None:
        return ""
    rest = (fragment[: new.start()] + fragment[new.end() :]).strip(" 的")
    if len(_TOKEN.findall(rest)) > 1 or (is_cjk(rest) and len(rest) > 1):
        return ""
    if old is None:
        return f"{fragment}{last}" if is_cjk(last) else f"{last.rstrip('?.! ')} {_within(fragment)}?"
    written = new.group()
    if old.group().endswith("年") and not written.endswith(("年", "度", "月", "份")):
        written += "年"
    return last[: old.start()] + written + last[old.end() :]


def _within(period: str) -> str:
    return period if _PLACE_EN.match(period) else f"in {period}"


def _alike_zh(last: str, fragment: str) -> str:
    """第二大股东 for 第一大股东: from where both begin alike to where both end alike."""
    best: tuple[int, int, int] | None = None
    for segment in segments(last):
        begin = last.find(segment)
        for start in range(len(segment)):
            for end in range(start + 1, len(segment) + 1):
                shared = _shared(segment[start:end], fragment)
                if shared >= _LEAST_SHARED and (
                    best is None or (shared, start - end) > (best[0], best[1] - best[2])
                ):
                    best = (shared, begin + start, begin + end)
    if best is None:
        return ""
    _, start, end = best
    old = last[start:end]
    if old[0] != fragment[0]:
        # Only the ends are alike: what stands before the shared end names the old thing.
        start = max((last.find(one) for one in segments(last) if old in one), default=start)
    if old[-1] != fragment[-1]:
        end = max((last.find(one) + len(one) for one in segments(last) if old in one), default=end)
    return last[:start] + fragment + last[end:]


def _shared(one: str, other: str) -> int:
    """How many characters both begin and end with, together; 0 where neither ends, or begins, them alike."""
    head = 0
    while head < min(len(one), len(other)) and one[head] == other[head]:
        head += 1
    tail = 0
    while tail < min(len(one), len(other)) - head and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    return head + tail if head + tail < max(len(one), len(other)) else 0


def _alike_en(last: str, fragment: str) -> str:
    """ "the second largest shareholder" for "the largest shareholder", "in Norwick" for "in Freeland"."""
    placed = _PLACE_EN.match(fragment)
    if placed:
        place = rf"\b(?i:{placed[1]})\s+(?:the\s+)?"
        named = list(re.finditer(rf"{place}[A-Z0-9][\w'’-]*(?:[ .][A-Z0-9][\w'’-]*)*\.?(?=[^\w]|$)", last))
        olds = named or list(re.finditer(rf"{place}[\w'’-]+", last))
        if not olds:
            return ""
        end = olds[-1].end() - (
            1 if olds[-1].group().endswith(".") and "." not in olds[-1].group()[:-1] else 0
        )
        return last[: olds[-1].start()] + fragment + last[end:]
    tokens = _TOKEN.findall(fragment)
    spans = [match.span() for match in _TOKEN.finditer(last)]
    there = [keys(last[start:end]) for start, end in spans]
    if not tokens or keys(tokens[-1]) not in there:
        return ""
    at = len(there) - 1 - there[::-1].index(keys(tokens[-1]))
    begin = at
    while begin > 0 and _describes(last[slice(*spans[begin - 1])]):
        begin -= 1
    if begin == 0 or not _DETERMINERS.match(f"{last[slice(*spans[begin - 1])]} "):
        begin = at
    return last[: spans[begin][0]] + fragment + last[spans[at][1] :]


def _describes(word: str) -> bool:
    """Whether the word may stand between an article and its noun."""
    return bool(_ORDINAL.fullmatch(word) or naming(word))


def _ordinal(last: str, fragment: str) -> str:
    new, old = _ORDINAL.search(fragment), _ORDINAL.search(last)
    if new is None or old is None:
        return ""
    rest = (fragment[: new.start()] + fragment[new.end() :]).strip(" 的个")
    if rest and rest.casefold() not in ("one", "ones", "种", "条", "位", "项", "章"):
        return ""
    return last[: old.start()] + new.group() + last[old.end() :]
