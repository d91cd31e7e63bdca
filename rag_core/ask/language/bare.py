"""Follow-ups that say what kind of thing is asked for, and of what only the conversation can tell: by when? 几点到几点？"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag_core.ask.language.sought import SURNAMES
from rag_core.ask.language.words import keys
from rag_core.simplified import simplify
from rag_core.text import CJK, is_cjk

_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?"
_COUNTED = r"(?:\d[\d,.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|[一二两三四五六七八九十半]+)"
_CLOCK = r"\d{1,2}[:：]\d\d|\b\d{1,2}\s?(?:am|pm|a\.m|p\.m|o['’]clock)|\d点|[上下]午\d|\b(?:noon|midnight)\b"
_SPAN = (
    rf"{_COUNTED}[\s-]?(?:working |business |calendar )?(?:min|minutes?|hours?|days?|weeks?|months?|years?|h)\b"
    r"|[\d一二两三四五六七八九十半]\s?(?:秒|分钟|分半|个?小时|天|日|周|个?星期|个?月|年|个?工作日)"
)
_WHEN = (
    rf"{_CLOCK}|{_SPAN}|\d月|\d[日号]|(?:周|星期|礼拜)[一二三四五六日天末]|当[天日]|\b(?:{_MONTH}|{_DAY})\b|\b(?:19|20)\d\d\b"
    r"|\b(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|last) (?:working )?day\b"
)
_MONEY = (
    r"[$€£¥￥]\s?\d|\d[\d,.]*\s?[千万亿]?(?:元|美元|欧元|块|英镑|港元)|\d\s?(?:dollars|euros|pounds|USD|EUR|GBP|RMB|yuan|CNY)\b"
    r"|免费|不收费|无需付费|\bfree\b|\bno (?:extra )?(?:cost|charge)\b"
)
_SHARE = r"\d\s?[%％‰]|[百万千]分之|[一二三四五六七八九]成|\b(?:half|per cent|percent)\b|一半"
_SURNAME = f"{SURNAMES}柳"
_WHO = (
    rf"[甲乙丙]方|经理|主管|总监|主任|部门?|负责人|联系人|公司|个人|本人|自己|教师|老师|师傅|客服|售后|(?<![{CJK}])[{_SURNAME}][{CJK}]{{1,2}}(?![{CJK}])|[由被为][{_SURNAME}][{CJK}]{{1,2}}"
    rf"|(?<![{CJK}])[{_SURNAME}][{CJK}]{{1,2}}(?=负责|担任|主持|记录|签|提交|完成|批准)"
    r"|\b[A-Z][a-z]+ [A-Z][a-z]+\b|\b(?:landlord|tenant|manager|head|director|company|office|police|employees?|employer|department|desk|service|instructor|insurer|buyer|seller|authority|team)\b"
)
_WHERE = (
    rf"地[点址]|位于|[在到于往][^，,。；;]{{1,12}}|[{CJK}\d](?:[室楼厅馆门站店库层座寨]|教室|酒店|客栈|地下)"
    rf"|(?i:\broom\b|\baddress\b|\bfloor\b|\bplatform\b)|\b(?:in|at|from|to|near|on|off) (?:the )?(?:(?!(?:{_MONTH}|{_DAY})\b)[A-Z][\w-]+|north|south|east|west|hotel|hall|office|basement|station|library|gate|\w+ [A-Z]?\d+\b)"
)
_HOW = r"通过|拨打|提交|填写|申请|书面|办法|联系|[用按]|可以|须|\b(?:by|via|online|using|through|with|call|write|turn|press|open|close|ask|send|fill|What to do)\b"
_PHONE = r"\d{3,}[-\s]\d{3,}|\d{7,}|分机|\bext(?:ension|\.)? ?\d"
_COUNT = rf"{_COUNTED}\b|\d"

_MEASURE = (
    r"\d\s?(?:平方|立方|公|千|厘|毫)?(?:米|里|升|克|斤|岁|寸|亩|吨|顷)|\d\s?(?:m²|m2|㎡|sq|km|cm|mm|kg|m|g|l|ft|lb|lbs|tons?|inch(?:es)?|feet|miles?|acres?"
    r"|hectares?|(?:square |kilo|centi|milli)?(?:met(?:re|er)s?|grams?)|lit(?:re|er)s?)(?![a-z])"
)
MONEY = re.compile(_MONEY)


@dataclass(frozen=True, slots=True)
class Bare:
    """What such a follow-up asks: as it says it, what a text must hold to answer it (a pattern), the words of its own that an
    answer must have, those that it may have. `leaning`: it has a pronoun in it."""

    asking: str
    holds: re.Pattern[str]
    must: frozenset[str]
    may: frozenset[str]
    leaning: bool

    @property
    def wordless(self) -> bool:
        """Whether there is nothing in it that could be searched for."""
        return not self.must and not self.leaning


_SORTS_ZH = (
    ("多久一次|多长时间一次|几[天周年]一次", r"每|一次"),
    ("几点(?:钟)?(?:到几点(?:钟)?)?", _CLOCK),
    ("什么时候|什么时间|何时|哪一?天|几号|几月几[日号]", _WHEN),
    ("多少钱|多少费用|费用(?:是|要)?多少|价格(?:是)?多少|贵不贵|要钱|收费|多少元", _MONEY),
    ("多久|多长时间|多少天|几(?:天|周|年|个月|个小时)", _SPAN),
    ("多少比例|百分之几|比例(?:是)?多少|占比(?:是)?多少", _SHARE),
    ("电话(?:号码)?(?:是)?多少|号码(?:是)?多少|怎么联系|联系方式(?:是什么)?", _PHONE),
    ("(?:联系|由|找)?谁|哪一?位", _WHO),
    ("哪里|哪儿|什么地方|(?<=[在去到])哪", _WHERE),
    ("多大|多[高长宽深远重]|多大面积|面积(?:是)?多少", _MEASURE),
    ("多少", r"(?<![\d:：])\d+(?![\d:：]|\s?[月日号年])|[一二两三四五六七八九十半][个元天人成倍]|分之"),
    ("怎么办|怎么(?!样)|如何", _HOW),
)
_LEAD_ZH = "(?:请问|那么|那(?!个|些|里|位|年)|然后|还有|另外|好的|嗯|哦|对了|所以|具体|大概|大约|一般|最晚|最早|最迟|一共|总共|需要|要|得|应该|会|是|在|到|从|由|占|能|可以|截止)[，,\\s]*"
_TAIL_ZH = "(?:之前|以前|之内|为止|左右|前|内|才能|的|了|呢|啊|呀|吗|来着)*"
_ASKED_ZH = tuple(
    (
        re.compile(
            rf"^(?P<lead>(?:{_LEAD_ZH})*)(?P<before>[{CJK}]{{0,2}}?)(?P<asking>{asking})(?P<own>[{CJK}]{{0,4}}?)(?P<tail>{_TAIL_ZH})[？?。!！\s]*$"
        ),
        re.compile(holds),
    )
    for asking, holds in _SORTS_ZH
)
# How something is done, who does it and where, nearly every sentence seems to say.
_LOOSE = (_HOW, _WHO, _WHERE)
_OF_ZH = tuple((re.compile(asking), re.compile(holds)) for asking, holds in _SORTS_ZH if holds not in _LOOSE)
_LEADS_ZH = re.compile(f"^(?:{_LEAD_ZH})+")
_CUT_ZH = re.compile("能|可以|需要|要|应该|会|得|是|有|的|在|，")
# What can be done with anything.
_ANYTHING_ZH = re.compile(
    "^(?:完成|开始|结束|出发|到达|到期|生效|负责|处理|办理|解决|提交|支付|缴纳|进行|举行|要|能|可以|算|弄|做好?|付款?|[交付退签到去开买卖走办还写教管拿用出做弄来发])?$"
)
_LED_EN = r"(?:(?:and|so|ok|okay|then|but|also|or|well|now|please|exactly|sorry)[,\s]+)*"
_SORTS_EN = (
    (r"how (?:often|frequently|many times)", r"每|一次|(?i:\b(?:every|once|twice|daily|weekly|monthly|yearly|times an?|an? (?:day|week|month|year))\b)"),
    (r"from when to when|(?:at |from |by |until |to )?what time|when exactly", _CLOCK),
    (r"(?:by|until|till|since|from|before|to|on)?\s*(?:when|(?:what|which) (?:date|day))", _WHEN),
    (r"how much(?: extra| more| money)?|what(?:['’]s| is) the (?:price|cost)", _MONEY),
    (r"(?:for )?how long|(?:for |within )?how many (?:minutes|hours|days|weeks|months|years)", _SPAN),
    (r"what (?:share|percentage)|how many percent", _SHARE),
    (r"what(?:['’]s| is) the (?:phone |telephone )?number|on (?:what|which) number", _PHONE),
    (r"(?:(?:by|to|with|from|for|at) )?whom?", _WHO),
    (r"(?:from |to )?where", _WHERE),
    (r"how(?! (?:many|much|long|often|about|come|old|far|big|large|high|hot|deep|fast|tall|wide|heavy|loud|soon))|in what way", _HOW),
    (r"how (?:hot|cold|warm)", r"°|℃|(?i:\bdegrees?|\bcelsius)"),
    (r"how (?:loud|noisy)", r"(?i:\bdb\b|\bdecibels?)"),
    (r"how (?:heavy|much does (?:it|that|this) weigh)", r"(?i:\d\s?(?:kg|g|lbs?|tons?|tonnes?|(?:kilo)?grams?|pounds)\b)"),
    (r"how (?:big|large|far|tall|high|wide|deep)", _MEASURE),
    (r"how many", _COUNT),
)  # fmt: skip
_PRONOUN_EN = r"(?:it|that one|this one|that|this|they|them|those|he|she)"
_AUXILIARY_EN = r"(?:is|are|was|were|will|would|does|do|did|can|could|should|must|has|have)"
_REST_EN = (
    rf"(?:\s+{_AUXILIARY_EN})?(?:\s+(?P<pronoun>{_PRONOUN_EN}|i|we|you))?(?:\s+(?:be|have to|need to|get to))?"
    rf"(?:\s+(?P<own>[a-z]+))?(?:\s+(?:for\s+)?(?P<object>{_PRONOUN_EN}))?(?:\s+(?:exactly|then|back|there|by|to|from|with|for|in))?"
)
_ASKED_EN = tuple(
    (re.compile(rf"^{_LED_EN}(?P<asking>{asking})(?P<rest>{_REST_EN})\W*$", re.IGNORECASE), re.compile(holds))
    for asking, holds in _SORTS_EN
)
_OF_EN = tuple(
    (re.compile(rf"^{_LED_EN}(?:{asking})\b", re.IGNORECASE), re.compile(holds))
    for asking, holds in _SORTS_EN
    if holds not in _LOOSE
)
_ANYTHING_EN = re.compile(
    r"^(?:cost|costs|take|takes|last|lasts|start|starts|end|ends|begin|begins|finish|happen|happens|done|due|ready|be|responsible|exactly|then|extra|total|it|that|this|is|are|was|does|do)?$"
)


def bare(question: str) -> Bare | None:
    """What a follow-up asks that names nothing; None for any other question."""
    said = question.strip()
    return _zh(simplify(said)) if is_cjk(said) else _en(said)


def asked_of(question: str) -> tuple[re.Pattern[str], str] | None:
    """What a text must hold to answer a question for a figure, a time or a number to call, and the words that say of what
    (行李 in 行李能带多重); None where no such thing is asked for, or of nothing."""
    said = question.strip()
    if not is_cjk(said):
        found = next((one for one in ((asked.match(said), holds) for asked, holds in _OF_EN) if one[0]), None)
        return (found[1], said[found[0].end() :]) if found and found[0] else None
    said = simplify(said)
    for asking, holds in _OF_ZH:
        if found_zh := asking.search(said):
            before = _LEADS_ZH.sub("", said[: found_zh.start()])
            thing = next((one for one in _CUT_ZH.split(before) if len(one) > 1), "")
            return (holds, thing) if thing else None
    return None


def _zh(said: str) -> Bare | None:
    for asked, holds in _ASKED_ZH:
        if found := asked.match(said):
            before, own = found["before"], found["own"]
            new = [one for one in (before, own) if len(one) > 1 and not _ANYTHING_ZH.match(one)]
            asking = said[len(found["lead"]) :].rstrip("？?。!！ ")
            return Bare(asking, holds, keys(" ".join(new)), frozenset(f"{before}{own}"), leaning=False)
    return None


def _en(said: str) -> Bare | None:
    for asked, holds in _ASKED_EN:
        if found := asked.match(said):
            own = (found["own"] or "").lower()
            new = "" if _ANYTHING_EN.match(own) else own
            asking = said[found.start("asking") :].rstrip("?!. ").lower()
            leaning = bool(found["pronoun"] or found["object"])
            return Bare(asking, holds, keys(new), keys(own), leaning)
    return None
