"""What is said to be polite (hello, thank you, who are you), or wants other words, and asks nothing of the documents."""

from __future__ import annotations

import re

from rag_core.text import is_cjk

# In messages.Language's order: the English reply, the Chinese one.
_WELCOME = ("You're welcome. Ask on whenever you like.", "不客气，欢迎随时继续提问。")
_GO_ON = ("Good. Ask on whenever you like.", "好的，欢迎随时继续提问。")
_HELLO = (
    "Hello! Ask a question about your documents: every sentence of the answer leads to the lines that support it.",
    "您好！请就您的文档提问，回答的每句话都会指向支持它的原文。",
)
_ABLE = (
    "I answer questions from your documents. Every sentence leads to the lines that support it; where the documents don't "
    "hold the answer, I say so.",
    "我根据您的文档回答问题：每句话都指向支持它的原文；文档中没有答案时，我会直接说明。",
)
_IN_OTHER_WORDS = (
    "I keep to what the documents say and don't translate or reword an answer. Ask about any part of it, and I look for the "
    "lines that tell it.",
    "我以文档原文为准，不翻译、也不改写已有的回答。想了解其中哪一点，请直接就它提问。",
)
_GOODBYE = ("Goodbye!", "再见！")
_PRAISE = r"(?:ok(?:ay)?|great|perfect|excellent|good|cool|nice|super|wonderful|brilliant|fine|all right|alright|got it|i see|(?:that is|that's) (?:great|good|fine|perfect|all))"
_PRAISE_ZH = "(?:好的?|行|嗯+|哦|可以|明白了?|知道了|了解了?|收到|太好了|太棒了|非常好|很好)"
_REPLIES = tuple(
    (re.compile(pattern, re.IGNORECASE), reply)
    for pattern, reply in (
        (
            rf"(?:{_PRAISE} )*(?:many |a lot of )?(?:thanks?|thank you|thx|cheers)(?: (?:a lot|so much|very much|again|a million|for (?:your|the|all your) (?:help|answers?)))*(?: {_PRAISE})*",
            _WELCOME,
        ),
        (
            f"(?:{_PRAISE_ZH} )*(?:非常|十分|太|很|多)?(?:谢谢|感谢|多谢|谢|謝謝|感謝|多謝|辛苦)(?:你|您|啦|了|哈|呀|啊|的|帮助|幫助|回答|解答)*",
            _WELCOME,
        ),
        (r"(?:hi|hello|hey|good (?:morning|afternoon|evening|day))(?: (?:there|again|wenju|all))*", _HELLO),
        ("(?:你好|您好|嗨|哈喽|哈啰|大家好|早上好|早安|上午好|中午好|下午好|晚上好|在吗|在嗎|在么)(?:呀|啊|吗|文据)*", _HELLO),
        (r"(?:who|what) are you|what (?:can|do) you do(?: for me)?|how can you help(?: me)?|what(?: is|'s) your name", _ABLE),
        ("(?:请问)?[你您](?:是谁|是誰|是什么|是什麼|是做什么的|能做什么|能做什麼|会做什么|可以做什么|能干什么|会什么|有什么功能|叫什么(?:名字)?)", _ABLE),
        (r"(?:(?:can|could) you |please |now )*(?:translate (?:that|this|it)(?: (?:in)?to (?:english|chinese))?|(?:say|put|write) (?:that|this|it) (?:in (?:english|chinese|other words|simpler words)|shorter|more (?:simply|briefly))|in (?:english|chinese|other words)|(?:make (?:that|it) )?(?:shorter|simpler))(?: please)?", _IN_OTHER_WORDS),
        ("(?:请|能不能|能|可以|麻烦|你|您|帮我)*(?:把)?(?:它|这个|这句话?|上面的?(?:话|内容)?|答案|回答)?(?:用(?:英文|英语|中文|汉语)(?:说|回答|讲|写|表达)?|(?:翻译|译)(?:成|为)?(?:英文|英语|中文|汉语)?|(?:说|讲|写)(?:得)?(?:简短|简单|短|通俗)(?:一?点|一?些)?|(?:简短|简单|短|通俗)(?:一?点|一?些)(?:说|讲)?|换(?:个|一种)说法)(?:一下|一遍|出来)*[吗吧呢]?", _IN_OTHER_WORDS),
        ("(?:good)?bye(?: bye)?|see you(?: later| soon)?|再见|再見|拜拜", _GOODBYE),
    )
)  # fmt: skip
_ONLY_PRAISE = re.compile(rf"{_PRAISE}|{_PRAISE_ZH}|that helps|very helpful|please", re.IGNORECASE)
_PARTS = re.compile(r"[,.!?;:~，。！？；：～\n]+")
_SIGNS = re.compile(r"[^\w'’]+|_+")


def courtesy(said: str) -> str:
    """The reply to what is said only to be polite, in its language; "" where it may ask something."""
    parts = [
        plain for part in _PARTS.split(said.replace("’", "'")) if (plain := _SIGNS.sub(" ", part).strip())
    ]
    replies = [
        next((reply for pattern, reply in _REPLIES if pattern.fullmatch(part)), None) for part in parts
    ]
    polite = all(reply or _ONLY_PRAISE.fullmatch(part) for part, reply in zip(parts, replies, strict=True))
    given = [reply for reply in replies if reply] or [_GO_ON]
    return given[-1][is_cjk(said)] if parts and polite else ""
