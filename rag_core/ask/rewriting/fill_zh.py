"""What a Chinese fragment (那第二大股东呢) takes the place of in the question before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.bare import bare
from rag_core.ask.language.topic import ASKING_ZH, segments
from rag_core.ask.rewriting.like import holds_period, other_ordinal, other_period
from rag_core.ask.rewriting.past import Exchange
from rag_core.ask.rewriting.subject import subject

_LEAST_SHARED = 2
# The longest piece of the last question that a fragment is held against.
_LONGEST_OLD = 40
_AROUND = " ?？,，.。!！"
_WORD = re.compile(r"\w")
_AGAIN = re.compile("，(?:为什么|为何|为啥|什么原因)？$")
_ASKING_ONLY = re.compile(f"{ASKING_ZH}|的|是|了")
# What a thing has, as against a thing.
_AMOUNT = re.compile(
    "(?:率|额|量|总数|人数|次数|度|费用?|价格?|金|利润|收入|产值|面积|人口|成本|工资|年龄|期限|寿命|比例|编制|学分|分数|排名|支出|余额|"
    "(?<!试用)(?<!实习)(?<!哺乳)(?<![孕学假周日长短定])期)$"
)
QUALITY = re.compile(
    rf"{_AMOUNT.pattern}|(?:时间|地点|地址|电话|日期|总部|院长|校长|董事长|总经理|经理|主任|负责人|作者|导演|原因|条件|流程|标准|要求|方式|方法|"
    "好处|缺点|优点|特点|历史|名称|待遇|补贴|职责|权限|范围|材料|手续|课程|方向)$"
)
# What is asked of one of these can be asked of another of them only: how long, how much money, how many, who, where.
_SORTS = (
    re.compile("(?:期限|寿命|年龄|时间|日期|期)$"),
    re.compile("(?:费用?|价格?|金额?|[^人]额|利润|收入|产值|成本|工资|支出|待遇|补贴)$"),
    re.compile("(?:总数|人数|次数|人口|编制|学分|分数|面积)$"),
    re.compile("(?:院长|校长|董事长|经理|主任|负责人|作者|导演)$"),
    re.compile("(?:地点|地址|总部)$"),
    re.compile("(?:率|比例)$"),
)
# A party or a person by what they do, before what they do.
_PART = r"(?:[\u4e00-\u9fff]{0,5}?(?:[长人者员师手官理监方工]|主任|书记|教授|司机))"
_PART_ALONE = re.compile(rf"^{_PART}$")
_PART_DOING = re.compile(rf"^{_PART}(?=[去在要可能应须需的每多负提出是有每管教])")
_PREDICATE = re.compile("(?:是|有|为|由|归|谁|能|可以|可不|要|该|怎么|如何|多|几|什么|哪|吗).*$")
_WHICH = re.compile("^(?:哪些|哪个|哪几[个项种])")
# An error code, a model, a clause: E5, A-12.
_CODE = re.compile(r"(?<![A-Za-z\d])[A-Za-z]{1,3}-?\d{1,4}(?![A-Za-z\d])")


def fill_zh(fragment: str, history: Sequence[Exchange]) -> str:
    """The last question that says something, with the fragment in the place of what is like it: a period for a
    period, a third for a second, a thing for what ends in the same noun, a party for a party, a quality for a quality,
    else for the subject. What is asked stays as it was; a fragment without a word asks the last question again."""
    last, fragment = _spoken(history), fragment.strip(_AROUND)
    if not _WORD.search(fragment):
        return last
    filled = (
        _code(last, fragment)
        or other_period(last, fragment)
        or _whole(last, fragment)
        or _alike_zh(last, fragment)
        or other_ordinal(last, fragment)
        or _party(last, fragment)
    )
    if filled and filled != last:
        return filled
    about = subject(history)
    if QUALITY.search(fragment) and about:
        return _quality(last, fragment, about)
    return _thing(last, fragment, about)


def asked_again(asking: str, history: Sequence[Exchange]) -> str:
    """The last question, of which a bare 为什么 asks more."""
    return f"{_spoken(history).rstrip(_AROUND)}，{asking}？"


def _spoken(history: Sequence[Exchange]) -> str:
    """The last question that says something, without what was asked more of it (为什么, 多少钱)."""
    said = [past.question for past in history if _ASKING_ONLY.sub("", past.question).strip(_AROUND)]
    last = (said or [history[-1].question])[-1]
    before, _, asking = last.rpartition("，")
    added = bare(asking)
    return f"{before}？" if before and added and added.wordless else _AGAIN.sub("？", last)


def _whole(last: str, fragment: str) -> str:
    """A quality of a thing, for all that the last question was about; a thing of another period, for that thing."""
    owner, _, thing = fragment.rpartition("的")
    if len(thing) > 1 and thing in last and not QUALITY.search(thing):
        before, rest = last.split(thing, 1)
        return f"{fragment}{rest}" if not before or holds_period(before) else ""
    asked = _PREDICATE.search(last)
    return f"{fragment}{asked.group()}" if len(owner) > 1 and len(thing) > 1 and asked else ""


def _party(last: str, fragment: str) -> str:
    old = _PART_DOING.match(last) if _PART_ALONE.match(fragment) else None
    return f"{fragment}{last[old.end() :]}" if old else ""


def _thing(last: str, fragment: str, about: str) -> str:
    at = last.find(about) if about else -1
    if at < 0:
        return f"{fragment}{last}"
    which = _WHICH.match(last)
    rest = last[at + len(about) :].rstrip(_AROUND)
    if which and which.end() == at and rest:
        # Of those that were asked for, whether it is one.
        return f"{fragment}{rest}吗？"
    if QUALITY.search(about) and at == 0:
        return f"{fragment}的{last}"
    return f"{last[:at]}{fragment}{last[at + len(about) :]}"


def _quality(last: str, fragment: str, about: str) -> str:
    """保研率, after 经管学院的院长是谁: the quality asked of what the last question was about; for a quality of its
    kind what is asked of it stays."""
    head = f"{about}的"
    begin = last.find(head) + len(head) if head in last else last.find(about)
    old = about if head not in last else next(iter(segments(last[begin:])), "")
    alike = _sort(fragment) == _sort(old) and bool(QUALITY.search(old))
    if begin >= 0 and alike and last.startswith(old, begin):
        return f"{last[:begin]}{fragment}{last[begin + len(old) :]}"
    if QUALITY.search(about):
        head = ""
    return f"{head}{fragment}{'是多少' if _AMOUNT.search(fragment) else '是什么'}？"


def _sort(quality: str) -> int:
    """Which of the sorts the quality is of; what is of none differs from them all, an amount from the rest too."""
    found = next((at for at, sort in enumerate(_SORTS) if sort.search(quality)), None)
    return found if found is not None else -1 - bool(_AMOUNT.search(quality))


def _code(last: str, fragment: str) -> str:
    old = _CODE.search(last)
    return f"{last[: old.start()]}{fragment}{last[old.end() :]}" if old and _CODE.fullmatch(fragment) else ""


def _alike_zh(last: str, fragment: str) -> str:
    """第二大股东 for 第一大股东: from where both begin alike to where both end alike."""
    best: tuple[int, int, int] | None = None
    for segment in segments(last):
        begin = last.find(segment)
        for start in range(len(segment)):
            for end in range(start + 1, min(start + _LONGEST_OLD, len(segment)) + 1):
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
