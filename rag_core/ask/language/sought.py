"""What kind of thing a question asks for, and whether a text holds one that the question does not name itself."""

from __future__ import annotations

import re
from typing import Literal

from rag_core.ask.language.figures import TIMES, Figure, beyond, figures
from rag_core.text import CJK, clause_number, normalise

Kind = Literal["date", "number", "person", "place", "reason", "other"]
# What a text either holds or not; persons, places and reasons are told too badly.
EXACT_KINDS: tuple[Kind, ...] = ("number", "date")

_IS = (
    r"\bwhat(?:['’]s| (?:is|are|was|were))\b(?:(?!\b(?:of|that|to|by|which|who|with|some|for)\b)[^?]){0,60}?"
)
_NUMBERED = (
    r"\b(?:phone|telephone|fax|mobile|account|room|flight|serial|part|order|invoice|stock|zip|postal|tracking|reference|policy|"
    r"licen[cs]e|registration|membership|customer|booking|ticket|passport|batch|sort|tax)"
)
_MEASURE = (
    r"\b(?:price|cost|fee|salary|weight|height|length|width|population|temperature|percentage|speed|capacity|distance|revenues?|income|"
    r"profit|sales|earnings|turnover|margin|deposit|rent|budget|rate)"
)
_NUMBERED_ZH = (
    r"(?:(?:电话|電話|手机|手機|传真|傳真|账号|帳號|邮编|郵編|股票代码|股票代碼|房间号?|航班号?)(?:号码|號碼|号|號)?"
    r"|[编編单單订訂卡票证證户戶税稅学學工批货貨照员員牌][号號]码?)"
)
_MEASURE_ZH = r"(?:价格|價格|租金|费用|費用|金额|金額|押金|利率|税率|稅率|人口|面积|面積|重量|高度|长度|長度|温度|溫度|工资|工資|学费|學費|预算|預算|收入|利润|利潤)"
# A few words for it are all that is asked: not how the account number is changed.
_BARE = r"^(?:(?!\b(?:how|who|whose|when|where|why|which|do|does|did|can|is|are|was|has|have)\b).)*"
# Asked for by the name of what is counted or measured, and by nothing more: not what the deposit is for.
_BY_NAME = (
    rf"{_IS}{_NUMBERED} (?:number|code)\b(?!\s+(?:used|polic|format|mean))|{_IS}{_MEASURE}(?:\s+(?:of|in|for|at|on|during|per)\s+\w|\s*[?.!]*$)"
    rf"|(?:{_NUMBERED_ZH}|{_MEASURE_ZH})(?:是什么|是什麼|是|为|為)[？?]*$"
    rf"|{_BARE}{_NUMBERED} (?:number|no\.?|code)\s*[?.]*$"
)

# "When is the fee due?", "what is it and when does it end"; not the case that another question tells ("what do I do when …").
_WHEN = (
    r"^(?:(?!\b(?:what|how|which|who|why|where|can|could|may|must|should|do|does|did|is|are|was|were|will|would)\b)[^?])*?\bwhen\b"
    r"|(?:\b(?:and|or|since|until|exactly|know|tell|say|remember|me|out)|,)\s+when\b"
)
# When something is not so, or may not be: a case is asked for and no date.
_CASE = re.compile(
    r"\bwhen (?:is|are|was|were|must|may|can|should|do|does|need)\b(?: (?:there|I|you|we|they))? (?:no|not|never)\b|\bwhen (?:is|are|must|may|can|should|do|does)\b[^?,]*\b(?:not|never|no longer)\b"
    r"|(?:什么时候|什麼時候|何时|何時)(?:可以|能)?(?:不|无|無|免)",
    re.IGNORECASE,
)

_ASKING: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "date",
        re.compile(
            r"哪一?年|什么时候|什么時候|何时|何時|几月|幾月|哪一?天|哪一?日|日期|年份|哪个世纪|\b(?:what|which) (?:year|date|day|month|century)"
            rf"|{_WHEN}",
            re.IGNORECASE,
        ),
    ),
    (
        "reason",
        re.compile(
            r"为什么|為什麼|为何|為何|原因|\bwhy\b|\bwhat (?:caused|causes)\b|\breasons?\b", re.IGNORECASE
        ),
    ),
    (
        "number",
        re.compile(
            r"多少|(?<!哪)几[个位名条家次种岁人座所届层]|(?<!哪)幾[個位名條家次種歲人]|多[大高长長远遠久重深宽寬]|百分之|第几|\bhow (?:many|much|old|long|tall|high|far|large|big|deep|wide|heavy|thick|fast|often)\b|\bwhat percentage\b|\bnumber of\b|\bpopulation\b"
            rf"|{_BY_NAME}",
            re.IGNORECASE,
        ),
    ),
    ("person", re.compile(r"谁|誰|哪一?位|何人|\bwho(?:m|se)?\b", re.IGNORECASE)),
    (
        "place",
        re.compile(
            r"哪里|哪裡|哪儿|何处|何處|什么地方|在哪|哪一?[个個座]?(?:国家|國家|国|城市|省|市|县|区|地区|地方|洲)|地址|\bwhere\b|\b(?:which|what) (?:city|country|state|place|town|continent|province|region)\b",
            re.IGNORECASE,
        ),
    ),
)
_HOW_OFTEN = re.compile(
    r"\bhow (?:often|frequently)\b|\bat what intervals?\b|(?:多久|多长时间|多少天|几[天周年]|[几幾多]个月)[^，。？?]{0,12}一?次|频率|間隔多久|间隔多久",
    re.IGNORECASE,
)
_OFTEN = re.compile(
    r"每|\b(?:every|each|once|twice|daily|weekly|monthly|quarterly|yearly|annual(?:ly)?|hourly)\b|\b(?:per|times an?|a) (?:day|week|month|year)\b|一次",
    re.IGNORECASE,
)
_NAME = re.compile(rf"[{CJK}]+(?:·[{CJK}]+)+|\b[A-Z][\w'’.-]+(?:\s+[A-Z][\w'’.-]*)*")
SURNAMES = (
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇卢盧蒋蔣蔡"
    "贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文"
)
_HAN_NAME = re.compile(rf"(?<![{CJK}])[{SURNAMES}][{CJK}]{{1,2}}(?![{CJK}])|[由被][{SURNAMES}][{CJK}]{{1,2}}")
_PLACE = re.compile(
    rf"位于|位於|坐落|地处|地處|地址|[{CJK}](?:省|市|县|縣|区|區|镇|鎮|路|街|州|国|國|岛|島|山|城)|在[{CJK}\d]{{0,10}}(?:室|厅|廳|楼|樓|馆|館|店|校|院|园|園|场|場|站)|\b(?:in|at|near|on|from|of) (?:the )?[A-Z]|\blocated\b"
)
_REASON = re.compile(
    r"因为|因為|由于|由於|因此|所以|因[^，。]{2,}|导致|導致|使得|造成|\b(?:because|due to|since|caused?|in order to|so that|as a result|led to|therefore)\b",
    re.IGNORECASE,
)
# How much or how many of something that is no time: dates are no answer.
_AMOUNT = re.compile(
    rf"多少|几[个位名条家次种]|幾[個位名條家次種]|\bhow (?:many|much)\b|{_BY_NAME}", re.IGNORECASE
)
_OF_TIME = re.compile(
    r"(?:多少|[几幾])[个個]?(?:[天日月年岁歲周週]|小时|小時|分钟|分鐘|时间|時間)"
    r"|\bhow (?:many|much) (?:\w+ )?(?:days?|weeks?|months?|years?|hours?|minutes?|time)\b",
    re.IGNORECASE,
)
# What is asked for in units of one measure: no age is a price, and no number of times a depth.
_MEASURED: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (
        re.compile(
            r"多少钱|多少錢|几块钱|幾塊錢|\bhow much (?:does|do|did|will|is|are)\b.*\b(?:cost|pay|fee|price|ticket|fare)",
            re.IGNORECASE,
        ),
        frozenset({"yuan", "dollar", "euro", "hkd", "yen", "pound", "percent"}),
    ),
    (
        re.compile(
            r"(?<![许許很更最])多[深高宽寬远遠]|\bhow (?:deep|high|tall|wide|thick|far)\b", re.IGNORECASE
        ),
        frozenset(
            {
                "m",
                "cm",
                "mm",
                "km",
                "mile",
                "foot",
                "inch",
                "yard",
                "li",
                "nmile",
                "floor",
                "grade",
                "percent",
            }
        ),
    ),
    (
        re.compile(r"多重|\bhow heavy\b", re.IGNORECASE),
        frozenset({"g", "kg", "mg", "ton"}),
    ),
)
# A year behind a word or a day that says that it is one.
_YEAR_OF_DATE = re.compile(
    r"(?:\b(?:in|since|until|during|before|after|fiscal|FY|year|quarter|Q[1-4])\s+|\b(?-i:[A-Z])[a-z]+\.? \d{1,2}, ?)(?:1\d|20)\d\d(?![\d,%]|\.\d)"
    r"(?!\s+(?!and\b|to\b|the\b|was\b)[a-z]+s\b)",
    re.IGNORECASE,
)


def sought(question: str) -> Kind:
    """What kind of thing the question asks for; "other" where its words do not tell."""
    kinds = (kind for kind, asking in _ASKING if asking.search(question))
    return next((kind for kind in kinds if kind != "date" or not _CASE.search(question)), "other")


def asks_how_often(question: str) -> bool:
    """Whether the question asks how often something is done or happens."""
    return bool(_HOW_OFTEN.search(question))


def tells_how_often(text: str) -> bool:
    """Whether the text says how often: every week, 每6个月, once a year."""
    return bool(_OFTEN.search(text))


def offers(text: str, kind: Kind, question: str) -> bool:
    """Whether the text holds something of the kind that the question does not name itself."""
    if kind in ("date", "number"):
        return any(_is_of(figure, kind, question) for figure in _told(text, kind, question))
    if kind == "person":
        return _names_someone(text, question)
    if kind == "place":
        return bool(_PLACE.search(text))
    return kind == "other" or bool(_REASON.search(text))


def _told(text: str, kind: Kind, question: str) -> list[Figure]:
    """The figures of the text that the question does not name itself."""
    said = text[clause_number(text) :]
    if kind == "number" and _asks_amount(question):
        said = _YEAR_OF_DATE.sub(" ", said)
    return beyond(figures(said), figures(question))


def _is_of(figure: Figure, kind: Kind, question: str) -> bool:
    if kind == "date":
        return is_time(figure)
    measured = next((units for asking, units in _MEASURED if asking.search(question)), None)
    if measured is not None and figure.unit and figure.unit not in measured:
        return False
    in_date = figure.unit in ("month", "day") or (figure.unit == "year" and figure.value >= 1000)
    return not (in_date and _asks_amount(question))


def _asks_amount(question: str) -> bool:
    return bool(_AMOUNT.search(question)) and not _OF_TIME.search(question)


def is_time(figure: Figure) -> bool:
    """Whether the figure only says when; a bare number may be a year."""
    return figure.unit in TIMES or (not figure.unit and 1000 <= figure.value <= 2100)


def _names_someone(text: str, question: str) -> bool:
    asked = normalise(question)
    named = [match.group() for match in _NAME.finditer(text)] + [
        match.group().lstrip("由被") for match in _HAN_NAME.finditer(text)
    ]
    return any(
        not set(re.findall(rf"[{CJK}]+|\w+", normalise(name))) <= _words_of(asked, name) for name in named
    )


def _words_of(asked: str, name: str) -> set[str]:
    """The words of the name that the question holds."""
    return {word for word in re.findall(rf"[{CJK}]+|\w+", normalise(name)) if word in asked}
