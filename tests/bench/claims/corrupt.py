"""Claims that say something else than their sentence, by kind of change: what a checker must flag."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.claims.sentences import Place

_DIGITS = re.compile(r"(?<![\d.A-Za-z-])\d[\d,]*(?:\.\d+)?(?![\d.A-Za-z]*[A-Za-z])")
_DATE_ZH = re.compile(r"(\d{1,4})(年|月|日)")
_YEAR_EN = re.compile(r"(?<=[a-z,] )(1[0-9]\d\d|20[0-2]\d)(?![\d,-])(?! [a-z]*s\b)")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH_EN = re.compile(rf"\b({'|'.join(_MONTHS)})\b(?=[ ,.])")
_UNITS = (
    ("平方公里", "平方米"), ("公里", "英里"), ("千米", "米"), ("厘米", "毫米"), ("亿元", "万元"), ("万元", "亿元"), ("美元", "欧元"), ("公斤", "克"),
    ("万人", "亿人"), ("小时", "分钟"), ("分钟", "小时"), ("公顷", "平方公里"), ("个月", "年"), ("吨", "公斤"), ("英里", "公里"), ("米", "公里"),
    ("元", "美元"), ("％", "‰"), ("%", "‰"), ("亿", "万"), ("万", "亿"), ("天", "个月"), ("岁", "个月"), ("节", "公里"), ("年", "个月"),
    ("kilometres", "miles"), ("kilometers", "miles"), ("km", "miles"), ("miles", "kilometres"), ("metres", "feet"), ("meters", "feet"),
    ("feet", "metres"), ("square miles", "acres"), ("acres", "square miles"), ("million", "billion"), ("billion", "million"), ("thousand", "million"),
    ("percent", "percentage points"), ("years", "months"), ("months", "years"), ("days", "weeks"), ("weeks", "days"), ("hours", "minutes"),
    ("minutes", "hours"), ("tons", "kilograms"), ("tonnes", "kilograms"), ("dollars", "euros"), ("degrees", "radians"), ("seconds", "minutes"),
)  # fmt: skip
_NEGATE = (
    (r"并不是|不是", "是"), (r"没有", "有"), (r"不能", "能"), (r"不会", "会"), (r"不得", "可以"), (r"未能", "得以"), (r"(?<![，。])并未", ""),
    (r"(?<![就也还但只不都凡像正要便可若而算更或总老先国])是(?![否非])", "不是"), (r"(?<![只没所拥具还含享])有(?![关的])", "没有"), (r"(?<![不才机社])能(?=[够使让被在以将从与用])", "不能"),
    (r"可以", "不可以"), (r"(?<=[，于])(?=成为|获得|包括|位于|属于|担任|采用|使用)", "没有"), (r"位于", "并不位于"), (r"成为", "没有成为"),
    (r"获得", "没有获得"), (r"参加", "没有参加"), (r"属于", "不属于"), (r"曾(?!经?[祖孙])经?", "从未"), (r"担任", "没有担任"),
    (r"\b(is|was|are|were) not\b", r"\1"), (r"\b(did|does|do|could|can|would|will|has|had|have) not\b", r"\1"), (r"\bcannot\b", "can"),
    (r"\b(is|was|are|were|could|can|would|will|should|must)\b(?! not)", r"\1 not"), (r"\b(has|had|have) (?=been|be[a-z]+|[a-z]+ed\b)", r"\1 not "),
)  # fmt: skip
_COMPARE = (
    ("超过", "不到"), ("高于", "低于"), ("大于", "小于"), ("最大", "最小"), ("最高", "最低"), ("最早", "最晚"), ("最长", "最短"), ("最多", "最少"), ("增加", "减少"),
    ("增长", "下降"), ("上升", "下降"), ("提高", "降低"), ("以上", "以下"), ("以前", "以后"), ("之前", "之后"), ("至少", "至多"), ("多于", "少于"), ("首次", "最后一次"),
    ("more than", "less than"), ("less than", "more than"), ("at least", "at most"), ("largest", "smallest"), ("highest", "lowest"), ("oldest", "youngest"),
    ("earliest", "latest"), ("longest", "shortest"), ("most", "least"), ("higher", "lower"), ("larger", "smaller"), ("greater", "smaller"),
    ("increased", "decreased"), ("rose", "fell"), ("before", "after"), ("after", "before"), ("above", "below"), ("over", "under"), ("better", "worse"),
)  # fmt: skip
_NAME_EN = re.compile(r"\b[A-Z][a-z]+(?:(?: of| the| de)? [A-Z][a-z]+)*\b")
_NAME_ZH = re.compile(
    r"《[^》]{2,20}》|[^\W\d_a-zA-Z的是在为于和与及以被由对将并了向把]{2,6}·[一-龥]{1,6}(?:·[一-龥]{1,6})?|[^\W\d_a-zA-Z的是在为于和与及从一以有被由对将并了至到向把个该其]{2,6}(?:大学|公司|医院|银行|法院|出版社|电视台|博物馆|研究所|中学)|(?:北京|上海|广州|香港|台湾|日本|美国|英国|法国|德国|俄罗斯|意大利|西班牙|韩国|澳大利亚|加拿大|印度|中国|东京|伦敦|巴黎|纽约|广东|江苏|浙江|四川|湖北|湖南|山东|河南|福建|陕西)(?=[省市人的在是与和、，。于])"
)
_NO_NAME_EN_WORDS = """
    The This That These Those It He She They We In On At By For From With During After Before Since
    While When Where As An And But Or If Some Many Most All Each Both However Although Because There
    Their His Her Its Other Such One Two Three Under Over Between Among January February March April
    May June July August September October November December Monday Sunday
"""
_NO_NAME_EN = frozenset(_NO_NAME_EN_WORDS.split())


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What stands in the corpus beside the sentence's document: names by language, and sentences."""

    names: Sequence[str]
    others: Sequence[Place]


def corruptions(place: Place, elsewhere: Elsewhere, chance: random.Random) -> dict[str, str]:
    """Claims by kind of change; kinds that do not fit the sentence are left out."""
    made: dict[str, str] = {}
    for kind, way in _WAYS.items():
        claim = way(place, elsewhere, chance)
        if claim and claim != place.sentence and claim not in place.source:
            made[kind] = claim
    return made


def names_in(sentence: str, chinese: bool) -> list[str]:
    """Names in the order of the sentence; an English sentence's first word is left out."""
    if chinese:
        return [match.group() for match in _NAME_ZH.finditer(sentence)]
    return [
        match.group()
        for match in _NAME_EN.finditer(sentence)
        if match.start() and match.group().split()[0] not in _NO_NAME_EN and len(match.group()) > 3
    ]


def _number(place: Place, _elsewhere: Elsewhere, chance: random.Random) -> str:
    spots = [m for m in _DIGITS.finditer(place.sentence) if not _in_date(place, m)]
    if not spots:
        return ""
    spot = chance.choice(spots)
    old = spot.group()
    new = old
    while float(new.replace(",", "")) == float(old.replace(",", "")) or new in place.source:
        at = chance.choice([i for i, c in enumerate(old) if c.isdigit()])
        digit = str((int(old[at]) + chance.randrange(1, 10)) % 10)
        new = old[:at] + (digit if at or digit != "0" else "1") + old[at + 1 :]
        if chance.random() < 0.02:
            return ""
    return place.sentence[: spot.start()] + new + place.sentence[spot.end() :]


def _in_date(place: Place, spot: re.Match[str]) -> bool:
    after = place.sentence[spot.end() : spot.end() + 1]
    before = place.sentence[: spot.start()].rstrip()
    return (
        (after in "年月日" and bool(after))
        or bool(re.fullmatch(r"1\d\d\d|20\d\d", spot.group()))
        or before.endswith(tuple(_MONTHS))
    )


def _unit(place: Place, _elsewhere: Elsewhere, chance: random.Random) -> str:
    for one, other in _UNITS:
        between = r"\s*" if place.chinese else r"[\s-]"
        found = list(
            re.finditer(
                rf"(?<=\d)({between})[万亿]?{re.escape(one)}(?![\w%年])"
                if not place.chinese
                else rf"(?<=\d)({between}){re.escape(one)}(?![度级代])",
                place.sentence,
            )
        )
        if one == "年":
            found = [
                m
                for m in found
                if not re.search(r"\d{3,4}$", place.sentence[: m.start()])
                and place.sentence[m.end() : m.end() + 1] not in "0123456789代"
            ]
        if found:
            spot = chance.choice(found)
            return (
                place.sentence[: spot.start()]
                + spot.group().replace(one, other)
                + place.sentence[spot.end() :]
            )
    return ""


def _date(place: Place, _elsewhere: Elsewhere, chance: random.Random) -> str:
    sentence = place.sentence
    if place.chinese:
        spots = list(_DATE_ZH.finditer(sentence))
        if not spots:
            return ""
        spot = chance.choice(spots)
        number, unit = int(spot[1]), spot[2]
        moved = {
            "年": number + chance.choice((-7, -3, -2, -1, 1, 2, 5)),
            "月": number % 12 + 1,
            "日": number % 28 + 1,
        }[unit]
        return (
            sentence[: spot.start()] + f"{moved}{unit}" + sentence[spot.end() :]
            if moved > 0 and f"{moved}{unit}" not in place.source
            else ""
        )
    spots = [*_YEAR_EN.finditer(sentence), *_MONTH_EN.finditer(sentence)]
    if not spots:
        return ""
    spot = chance.choice(spots)
    new = (
        str(int(spot[1]) + chance.choice((-7, -2, -1, 1, 3, 10)))
        if spot[1].isdigit()
        else _MONTHS[(_MONTHS.index(spot[1]) + 3) % 12]
    )
    return sentence[: spot.start()] + new + sentence[spot.end() :] if new not in place.source else ""


def _name(place: Place, elsewhere: Elsewhere, chance: random.Random) -> str:
    here = names_in(place.sentence, place.chinese)
    if not here:
        return ""
    old = chance.choice(here)
    like = [name for name in elsewhere.names if name not in place.source and _alike(old, name)]
    return place.sentence.replace(old, chance.choice(like)) if like else ""


def _alike(one: str, other: str) -> bool:
    """Of one sort: both titles, both with a dot, both with the same last character."""
    sort = [
        (
            name[0] == "《",
            "·" in name,
            name[-2:] if name[0] > "z" and name[0] != "《" and "·" not in name else "",
        )
        for name in (one, other)
    ]
    return sort[0] == sort[1] and len(other.split()) == len(one.split())


def _negation(place: Place, _elsewhere: Elsewhere, chance: random.Random) -> str:
    fit = [
        (pattern, new)
        for pattern, new in _NEGATE
        if re.search(pattern, place.sentence) and place.chinese == bool(re.search(r"[一-龥]", pattern))
    ]
    if not fit:
        return ""
    removing = [
        pair for pair in fit if pair[0].startswith(("并不", "没有", "不", "未")) or " not" in pair[0][-8:]
    ]
    pattern, new = chance.choice(removing or fit)
    spots = list(re.finditer(pattern, place.sentence))
    spot = chance.choice(spots)
    return place.sentence[: spot.start()] + spot.expand(new) + place.sentence[spot.end() :]


def _comparison(place: Place, _elsewhere: Elsewhere, chance: random.Random) -> str:
    fit = [
        (one, other)
        for one, other in _COMPARE
        if re.search(re.escape(one) if place.chinese else rf"\b{one}\b(?! of them)", place.sentence)
        and is_same(place, one)
    ]
    if not fit:
        return ""
    one, other = chance.choice(fit)
    return re.sub(re.escape(one) if place.chinese else rf"\b{one}\b", other, place.sentence, count=1)


def is_same(place: Place, word: str) -> bool:
    return place.chinese != word.isascii()


def _subject(place: Place, _elsewhere: Elsewhere, chance: random.Random) -> str:
    """Two names of the sentence change places; where there is one only, another of its surroundings takes its place."""
    here = list(dict.fromkeys(names_in(place.sentence, place.chinese)))
    apart = [
        (one, other)
        for one in here
        for other in here
        if one < other and one not in other and other not in one and _far(place.sentence, one, other)
    ]
    if apart:
        one, other = chance.choice(apart)
        return place.sentence.replace(one, "\0").replace(other, one).replace("\0", other)
    around = [
        name
        for name in names_in(place.source, place.chinese)
        if name not in place.sentence and not any(name in old or old in name for old in here)
    ]
    pairs = [(old, name) for old in here for name in around if _alike(old, name)]
    if not pairs:
        return ""
    old, new = chance.choice(pairs)
    return place.sentence.replace(old, new)


def _far(sentence: str, one: str, other: str) -> bool:
    """Whether something is said between them: names that are only listed may change places."""
    first, last = sorted((sentence.index(one), sentence.index(other)))
    between = sentence[first:last].removeprefix(one).removeprefix(other)
    return len(re.sub(r"[、，,\s和与及/（）()]|\band\b|\bor\b", "", between)) >= 3 and not re.fullmatch(
        r"(?:\W|[A-Z]\w*|and|or|the|和|与|及|以及)*", between
    )


def _foreign(place: Place, elsewhere: Elsewhere, chance: random.Random) -> str:
    others = [
        other
        for other in elsewhere.others
        if other.document.id != place.document.id
        and other.document.title != place.document.title
        and other.sentence not in place.document.text
    ]
    return chance.choice(others).sentence if others else ""


_WAYS: dict[str, Callable[[Place, Elsewhere, random.Random], str]] = {
    "number": _number,
    "unit": _unit,
    "date": _date,
    "name": _name,
    "negation": _negation,
    "comparison": _comparison,
    "swapped subject": _subject,
    "another document": _foreign,
}
