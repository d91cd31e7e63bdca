"""What a Chinese fragment (那第二大股东呢) takes the place of in the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.rewrite_like import other_ordinal, other_period
from rag_core.ask.rewrite_past import Exchange
from rag_core.ask.rewrite_subject import subject
from rag_core.ask.topic import segments

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
        or other_period(last, fragment)
        or _alike_zh(last, fragment)
        or other_ordinal(last, fragment)
    )
    if filled and filled != last:
        return filled
    if _QUALITY.search(fragment):
        return _quality(last, fragment, history)
    if about and about in last:
        return last.replace(about, fragment, 1)
    return f"{fragment} {last}"


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
