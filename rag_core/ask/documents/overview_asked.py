"""Whether a question asks what documents are about, as a whole."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.simplified import simplify
from rag_core.text import is_cjk

_ASKS_EN = re.compile(
    r"\b(?:summar(?:y|ies|i[sz]e|i[sz]ing)|overview|outline|tl;?dr|gist|recap|what(?:['’]s| (?:is|are|was|were))\b.*\babout|tell me what\b.*\babout"
    r"|(?:explain|describe|introduce) (?:this|these|the) (?:documents?|files?|papers?|pdfs?)|(?:main|key) (?:points?|ideas?|takeaways?|topics?|contents?)"
    r"|what (?:does|do|is|are) (?:it|they|this|that|these|those|the|in|inside)\b.*(?:say|contain|cover|in it|in this|in these|in here|documents?|files?)"
    r"|(?:what|which) (?:documents|files|papers|pdfs) (?:do (?:i|we|you) have|are (?:here|there|these)))\b",
    re.IGNORECASE,
)
# What a document says of something is asked of it.
_OF_SOMETHING = re.compile(r"\b(?:says?|states?|mentions?) (?:about|on|of)\b|\bneed\b", re.IGNORECASE)
_PLAIN = """
    a an and all are about brief briefly bullet bullets can chinese contain contains content contents could cover covers describe
    detail detailed details do document documents does english entire explain few file files five for four from gist give have
    hello here hi i idea ideas in inside into introduce is it its key like list main me my of ok one our outline overview page
    paper papers pages pdf pdfs please pls point points provide quick recap s say says sentence sentences short shortly so some
    summaries summarise summarize summarising summarizing summary takeaway takeaways tell ten text that the there these they this
    those three tl dr tldr to topic topics two us was were want we what whole which with within word words would write you
    agreement contract lease handbook manual report minutes itinerary cv resume letter invoice statement brochure article thesis
    dissertation book presentation memo email mail newsletter booklet leaflet contracts reports letters invoices statements policy
"""
_PLAIN_EN = frozenset(_PLAIN.split())
_ASKS_ZH = re.compile(
    "总结|概括|概述|归纳|摘要|概要|梳理|大意|要点|主旨|提要|主要内容|(?:讲|说|写|谈)(?:了|的是|的)(?:些)?(?:什么|啥|哪些)|讲什么|关于(?:什么|啥|哪些|哪方面)|"
    "(?:有|是)(?:什么|啥|哪些)(?:内容|文件|文档|资料)|(?:文件|文档|资料)里面?都?有(?:什么|哪些)|介绍(?:一下)?[这那本该]"
)
# 简历里要写什么 asks for advice.
_ADVICE_ZH = re.compile("[要该想]写|写什么|[你您]说|怎么写")
_KINDS_ZH = "合同|协议|手册|说明书|指南|报告|纪要|条款|论文|简历|规范|制度|通知|课件|讲义|书"
_PLAIN_ZH = re.compile(
    "请问|请|帮我|帮忙|给我|麻烦|能不能|能否|可以|可否|主要|主旨|要点|提要|概要|摘要|简要|做个?|写个?|想|要|知道|看看|你|您|我|一下|下|一个|个|[这那][份个篇本些]?|"
    f"该|本|此|it|它们?|用?[一二三四五六七八九十两几\\d]+(?:百|十)?(?:句|段|个|字|点)(?:话|以?内)?|用?(?:中文|英文)|详细|{_KINDS_ZH}|"
    "文件|文档|文章|资料|材料|全文|全部|所有|整[份个篇本]|内容|核心|重点|大概|大致|大体|大意|简单|简短|简洁|总结|概括|概述|归纳|梳理|出|到底|都|地|的|了|"
    "吗|呢|吧|啊|是|里面|里|中|上|有|哪些|哪|什么|啥|关于|方面|讲述?|说|写|谈|介绍|些|PDF|年度?",
    re.IGNORECASE,
)
_ALL = re.compile(
    r"\b(?:documents|files|pdfs|papers|all|these|those)\b|[这那]些|哪些|所有|全部", re.IGNORECASE
)
_ONE = re.compile(
    r"\b(?:this|that|it)\b|[这那][份个篇本]|[该本此](?!身)(?:文|书|合)|全文|它(?!们)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_BETWEEN = re.compile(r"[\W_]+")


def asks_for_overview(question: str, said: str = "") -> bool:
    """Whether the question asks for no more than what documents are about; `said`: the words in it that name them."""
    return left_of_overview(question.replace(said, " it ") if said else question) == ()


def left_of_overview(question: str) -> tuple[str, ...] | None:
    """What a question that asks what something is about leaves to name that: its other words, Chinese ones in runs; None
    for a question that asks something else."""
    if is_cjk(question):
        plain = simplify(question)
        asks = _ASKS_ZH.search(plain) and not _ADVICE_ZH.search(plain)
        return tuple(_WORD.findall(_PLAIN_ZH.sub(" ", plain))) if asks else None
    if not _ASKS_EN.search(question) or _OF_SOMETHING.search(question):
        return None
    return tuple(
        word for word in _WORD.findall(question) if word.lower() not in _PLAIN_EN and not word.isdigit()
    )


def are_said_in(words: Sequence[str], stem: str) -> bool:
    """Whether a file's name says all of these words, however it joins them (ULTRABLUE_2023Q4)."""
    name = simplify(_BETWEEN.sub("", stem)).casefold()
    return all(word.casefold() in name for word in words)


def asks_for_all(question: str) -> bool:
    """Whether such a question means all documents, not one that was spoken of."""
    return bool(_ALL.search(question)) and not _ONE.search(question)
