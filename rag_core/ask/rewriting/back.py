"""Questions that go back to something by its name: back to the lease: who pays the water? 回到红烧肉：放多少糖？"""

from __future__ import annotations

import re

_BACK_EN = re.compile(
    r"^\W*(?:(?:ok|okay|so|now|and|but|well)\W+)*(?:(?:let(?:['’]s| us) )?(?:go |going |coming |come |get )?back to|returning to|as for|regarding|concerning|about)\s+"
    r"(?P<topic>[^:,;?]{2,60}?)(?: again)?\s*[:,;–—]\s*(?P<rest>.+)$",
    re.IGNORECASE,
)
_BACK_ZH = re.compile(
    r"^(?:好的?|那么?|嗯|对了)?[，,]?(?:我们?)?(?:再)?(?:回到|说回|回过头来?[看说]|再说说?|再来?看看?|关于|至于)(?P<topic>[^：:，,？?]{2,20}?)(?:的(?:事|问题|话题))?吧?[：:，,]\s*(?P<rest>.+)$"
)


def led_back(question: str) -> tuple[str, str]:
    """What the question goes back to, and what it asks of that; ("", question) where it goes back to nothing."""
    found = _BACK_EN.match(question) or _BACK_ZH.match(question)
    return (found["topic"], found["rest"]) if found else ("", question)
