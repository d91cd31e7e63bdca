"""Questions for how much or when something is, and sentences that state just that: "The deposit is $900", 押金为3,000元."""

from __future__ import annotations

import functools
import re

from rag_core.text import CJK, is_cjk

_ASKED_EN = re.compile(
    r"^\W*(?:(?:so|and|please|then),? )*(?:what(?:['’]s| is| are| was| were)|how (?:much|long|high|large|big) (?:is|are|was|were)|when (?:is|are|was|were))"
    r" (?:the |an? )?(?:[^?]{1,60}?['’]s? )?(?P<term>[a-z][\w-]*(?: [a-z][\w-]*){0,2}?)(?: (?:of|for|in|under|to|payable|due)\b[^?]*)?\s*\?*$",
    re.IGNORECASE,
)
_ASKED_ZH = re.compile(
    rf"(?:^|的|[，,])(?P<term>(?:(?!的)[{CJK}]){{2,8}}?)(?:一共|总共|合计)?(?:是|为|為|有|要|需要)?(?:多少|多久|多长|多長|几[{CJK}]|什么时候|何时|哪[天年])"
)
_HAN = "〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟"


def states(question: str, sentence: str) -> bool:
    """Whether the sentence says right behind what the question asks for how much, how long or when it is."""
    stating = _stating(question)
    return stating is not None and bool(stating.search(sentence))


@functools.lru_cache(maxsize=64)
def _stating(question: str) -> re.Pattern[str] | None:
    """What such a sentence says; None where the question asks for something else."""
    asked = (_ASKED_ZH.search if is_cjk(question) else _ASKED_EN.match)(question)
    return _said_of(asked["term"]) if asked else None


def _said_of(term: str) -> re.Pattern[str]:
    it = re.escape(term)
    if is_cjk(term):
        return re.compile(
            rf"{it}(?:总额|金额|标准|期限|时间)?(?:（[^）]{{1,20}}）)?(?:应当?|均|统一|暂定|约定)?(?:(?:为|為|是|[：:]|共计|合计|计)[^，。；、\d{_HAN}]{{0,10}}|自\s?)?(?:[\d{_HAN}]|百分之)"
        )
    return re.compile(
        rf"\b{it}s?(?: \([^)]{{1,40}}\))? (?:(?:is|are|was|were|shall be|will be|amounts? to|totals?|begins?|starts?|ends?)(?: (?:set at|fixed at|equal to|on|at|from|up to|not less than|approximately|about))?|of) (?:[A-Z]{{3}} )?[$€£¥]?\d"
        rf"|\b{it}s?: (?:[A-Z]{{3}} )?[$€£¥]?\d",
        re.IGNORECASE,
    )
