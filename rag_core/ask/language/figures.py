"""Numbers, dates and units in Chinese and English, in one comparable form."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rag_core.text import without_raised

_ENGLISH_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_ENGLISH_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ENGLISH_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth"
_MONTH_NAMES = "january february march april may june july august september october november december"
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "兩": 2,
}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_SCALES = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8, "千": 10**3, "百": 10**2, "兆": 10**12}
_HAN = "零〇一二三四五六七八九十百千万萬亿億两兩"
_ENGLISH_SCALES = {
    "thousand": 10**3,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "hundred": 10**2,
}
_ENGLISH = {word: value for value, word in enumerate(_ENGLISH_NUMBERS.split())} | {
    word: 10 * (i + 2) for i, word in enumerate(_ENGLISH_TENS.split())
}
_ORDINALS = {word: value for value, word in enumerate(_ENGLISH_ORDINALS.split(), start=1)}
_MONTHS = {
    name: value for value, month in enumerate(_MONTH_NAMES.split(), start=1) for name in (month, month[:3])
}
UNITS = {
    "%": "percent", "percent": "percent", "per cent": "percent", "个百分点": "point", "percentage points": "point",
    "年": "year", "years": "years", "year": "years", "岁": "years", "歲": "years", "周年": "years",
    "月": "month", "个月": "months", "months": "months", "month": "months",
    "日": "day", "号": "day", "號": "day", "天": "days", "days": "days", "day": "days",
    "小时": "hours", "小時": "hours", "hours": "hours", "hour": "hours", "h": "hours",
    "分钟": "minutes", "分鐘": "minutes", "minutes": "minutes", "minute": "minutes", "min": "minutes",
    "秒": "seconds", "seconds": "seconds", "second": "seconds", "周": "weeks", "weeks": "weeks", "个工作日": "workdays", "個工作日": "workdays",
    "working days": "workdays", "business days": "workdays", "week": "weeks",
    "元": "yuan", "人民币": "yuan", "rmb": "yuan", "yuan": "yuan", "美元": "dollar", "美金": "dollar",
    "dollars": "dollar", "dollar": "dollar", "usd": "dollar", "欧元": "euro", "歐元": "euro", "euros": "euro",
    "euro": "euro", "港元": "hkd", "日元": "yen", "yen": "yen", "英镑": "pound", "pounds": "pound",
    "公里": "km", "千米": "km", "km": "km", "kilometres": "km", "kilometers": "km", "米": "m", "metres": "m",
    "meters": "m", "m": "m", "厘米": "cm", "cm": "cm", "公分": "cm", "毫米": "mm", "mm": "mm", "miles": "mile",
    "英里": "mile", "feet": "foot", "ft": "foot", "英尺": "foot", "吨": "ton", "噸": "ton", "tons": "ton",
    "tonnes": "ton", "公斤": "kg", "千克": "kg", "kg": "kg", "克": "g", "g": "g", "mg": "mg", "毫克": "mg",
    "升": "litre", "毫升": "ml", "ml": "ml", "°c": "celsius", "℃": "celsius", "摄氏度": "celsius",
    "平方公里": "km2", "平方千米": "km2", "km2": "km2", "km²": "km2", "平方米": "m2", "m2": "m2", "亩": "mu",
    "‰": "permille", "世纪": "century", "世紀": "century", "centuries": "century", "century": "century", "decades": "decade",
    "decade": "decade", "年代": "decade", "公顷": "hectare", "公頃": "hectare", "hectares": "hectare", "hectare": "hectare",
    "acres": "acre", "acre": "acre", "英亩": "acre", "英畝": "acre", "inches": "inch", "inch": "inch", "英寸": "inch", "英吋": "inch",
    "yards": "yard", "yard": "yard", "kilograms": "kg", "kilogram": "kg", "grams": "g", "gram": "g", "centimetres": "cm",
    "centimeters": "cm", "millimetres": "mm", "millimeters": "mm", "litres": "litre", "liters": "litre", "公升": "litre",
    "square kilometres": "km2", "square kilometers": "km2", "square miles": "mile2", "平方英里": "mile2", "square feet": "foot2",
    "square metres": "m2", "square meters": "m2", "公尺": "m", "里": "li", "海里": "nmile", "英呎": "foot", "節": "knot", "节": "knot",
    "时": "clock", "點": "clock", "点": "clock", "分": "fen", "°": "degree", "度": "degree", "degrees": "degree", "metre": "m",
    "人": "people", "名": "people", "位": "people", "people": "people", "persons": "people", "个": "count", "個": "count",
    "只": "count", "隻": "count", "座": "count", "家": "count", "所": "count", "项": "count", "項": "count", "种": "count",
    "種": "count", "条": "count", "條": "count", "部": "count", "件": "count", "张": "count", "張": "count", "辆": "count",
    "支": "count", "台": "count", "套": "count", "份": "count", "间": "count", "間": "count", "艘": "count", "架": "count",
    "次": "times", "倍": "times", "times": "times", "级": "grade", "級": "grade", "层": "floor", "層": "floor",
    "kw": "kw", "千瓦": "kw", "mw": "mw", "v": "volt", "伏": "volt", "mb": "mb", "gb": "gb",
}  # fmt: skip
_UNIT = "|".join(sorted((re.escape(unit) for unit in UNITS), key=len, reverse=True))
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = "[百千]?[万萬亿億兆]|千|百|thousand|million|billion|trillion"
_WORDY = "|".join(sorted([*_ENGLISH, *_ENGLISH_SCALES], key=len, reverse=True))
_FIGURE = re.compile(
    rf"(?P<iso>(?<!\d)(?:1\d|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12]\d|3[01]|0?[1-9])(?!\d))"
    rf"|\b(?P<mdy>(?:{_MONTH})\b\.?)(?:\s+(?P<mday>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,\d))?"
    rf"|(?<!\d)(?P<dday>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<dmonth>{_MONTH})\b"
    rf"|第(?P<nth>[{_HAN}]+|\d+)"
    rf"|(?:(?P<money>[$€¥￥£])\s?)?(?P<number>{_NUMBER})(?:st|nd|rd|th)?\s*(?P<scale>{_SCALE})?\s*(?P<unit>(?:{_UNIT})(?![a-z]))?"
    rf"(?:(?=\s?(?:to|[-–—至到~])\s?[$€¥￥£]?\s?(?:{_NUMBER})\s?(?P<later>{_SCALE})))?"
    rf"|(?P<tenths>[一二两兩三四五六七八九])成(?P<half>[一二三四五六七八九半])?(?![立为為功员員本果长長绩績都交分年人熟就语語型份千百])"
    rf"|(?P<han>[{_HAN}]+)(?:分之(?P<part>[{_HAN}]+))?(?P<hanunit>{_UNIT})?"
    rf"|\b(?P<wordy>(?:{_WORDY})(?:(?:[\s-]+(?:and\s+)?)(?:{_WORDY}))*)\b(?:[\s-]+(?P<wordunit>{_UNIT})\b)?"
    rf"|\b(?P<ordinal>{'|'.join(_ORDINALS)})\b"
)
NTH = "nth"
# Units of what only says when.
TIMES = frozenset({"year", "month", "day"})
_MONEY = {"$": "dollar", "€": "euro", "¥": "yuan", "￥": "yuan", "£": "pound"}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit ("" where none is known) and the words it was written in."""

    value: float
    unit: str
    written: str

    def agrees(self, other: Figure) -> bool:
        """Whether both say the same: equal values, and units that are equal or not given; five o'clock may be 17:00."""
        if "clock" in (self.unit, other.unit) and {self.unit, other.unit} <= {"clock", ""}:
            return (self.value - other.value) % 12 == 0
        same = abs(self.value - other.value) <= 1e-9 * max(abs(self.value), abs(other.value), 1.0)
        return same and (not self.unit or not other.unit or self.unit == other.unit)


def figures(text: str) -> tuple[Figure, ...]:
    """The figures of the text in order; a date gives its year, month and day. A bare "one" (一) is left out."""
    found: list[Figure] = []
    for match in _FIGURE.finditer(_plain(text)):
        found += _read(match)
    return tuple(found)


def beyond(some: Iterable[Figure], known: Sequence[Figure]) -> list[Figure]:
    """Those figures that agree with none of the known ones."""
    return [figure for figure in some if not any(figure.agrees(one) for one in known)]


def without_figures(text: str) -> str:
    """What the text says besides its figures, in lower case."""
    return _FIGURE.sub(" ", _plain(text))


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", without_raised(text)).lower()


def _read(match: re.Match[str]) -> list[Figure]:
    written = match.group().strip()
    if match["iso"] or match["mdy"] or match["dmonth"]:
        return _date(match, written)
    if match["number"]:
        return [_arabic(match, written)]
    if match["nth"]:
        return [Figure(_han_value(match["nth"]), NTH, written)]
    if match["tenths"]:
        half = {"半": 5}.get(match["half"] or "") or _DIGITS.get(match["half"] or "零", 0)
        return [Figure(10.0 * _DIGITS[match["tenths"]] + half, "percent", written)]
    if match["han"]:
        return _han(match, written)
    return _worded(match, written)


def _worded(match: re.Match[str], written: str) -> list[Figure]:
    if match["ordinal"]:
        return [Figure(float(_ORDINALS[written]), NTH, written)]
    value = _english(match["wordy"])
    return [Figure(value, UNITS.get(match["wordunit"] or "", ""), written)] if value != 1 else []


def _date(match: re.Match[str], written: str) -> list[Figure]:
    if match["iso"]:
        parts = re.split(r"[-/.]", written)
        units = ("year", "month", "day")
        return [Figure(float(part), unit, written) for part, unit in zip(parts, units, strict=True)]
    if match["dmonth"]:
        month = float(_MONTHS[match["dmonth"]])
        return [Figure(float(match["dday"]), "day", written), Figure(month, "month", written)]
    name = match["mdy"].rstrip(".")
    if name in ("may", "march", "mar") and not match["mday"]:
        return []
    found = [Figure(float(_MONTHS[name]), "month", written)]
    if match["mday"]:
        found.append(Figure(float(match["mday"]), "day", written))
    return found


def _arabic(match: re.Match[str], written: str) -> Figure:
    value = float(match["number"].replace(",", ""))
    # Of "26 to 29 million" both are millions.
    later = "" if match["unit"] or match["scale"] else match["later"]
    for word in re.findall(r"[a-z]+|.", match["scale"] or later or ""):
        value *= _SCALES.get(word, 0) or _ENGLISH_SCALES.get(word, 1)
    unit = UNITS.get(match["unit"] or "", "") or _MONEY.get(match["money"] or "", "")
    return Figure(value, unit, written)


def _han(match: re.Match[str], written: str) -> list[Figure]:
    value = _han_value(match["han"])
    unit = UNITS.get(match["hanunit"] or "", "")
    if match["part"]:
        part = _han_value(match["part"])
        return [Figure(part, "percent", written)] if value == 100 else [Figure(part, "", written)]
    alone = len(match["han"]) == 1
    said = not alone or (value > 1 and bool(unit) and match["han"] not in "百千万萬亿億")
    return [Figure(value, unit, written)] if said else []


def _han_value(text: str) -> float:
    if text[0].isdecimal():
        return float(text)
    if all(character in _DIGITS for character in text):
        return float("".join(str(_DIGITS[character]) for character in text))
    total, section, digit = 0.0, 0.0, 0.0
    for character in text:
        if character in _DIGITS:
            digit = _DIGITS[character]
        elif character in _POWERS:
            section += (digit or 1) * _POWERS[character]
            digit = 0
        else:
            total = (total + section + digit or 1) * _SCALES[character]
            section = digit = 0
    return total + section + digit


def _english(text: str) -> float:
    total, section = 0.0, 0.0
    for word in re.findall(r"[a-z]+", text):
        if word == "hundred":
            section = (section or 1) * 100
        elif word in _ENGLISH_SCALES:
            total += (section or 1) * _ENGLISH_SCALES[word]
            section = 0
        else:
            section += _ENGLISH.get(word, 0)
    return total + section
