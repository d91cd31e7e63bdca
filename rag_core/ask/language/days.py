"""The days that a text names: 12 March 2025, 3月12日, 2025-03-12, 12/03/2025."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
_YEAR = r"(?:19|20)\d\d"
DAY = re.compile(
    rf"(?P<zy>{_YEAR})\s?年\s?(?P<zm>\d{{1,2}})\s?月\s?(?P<zd>\d{{1,2}})\s?[日号號]?|(?<!\d)(?P<zm2>\d{{1,2}})\s?月\s?(?P<zd2>\d{{1,2}})\s?[日号號]"
    rf"|(?<![\d.])(?P<iy>{_YEAR})[-/.](?P<im>\d{{1,2}})[-/.](?P<id>\d{{1,2}})(?!\d)"
    r"|(?<!\d)(?P<cy>20\d\d)(?P<cm>0[1-9]|1[0-2])(?P<cd>0[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?<![\d.])(?P<d1>\d{{1,2}})[-/.](?P<d2>\d{{1,2}})[-/.](?P<dy>{_YEAR}|\d\d)(?!\d)"
    rf"|(?<![\d:.])(?P<ed>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH.format('em')}(?:,?\s+(?P<ey>{_YEAR}))?"
    rf"|\b{_MONTH.format('am')}\s+(?:the\s+)?(?P<ad>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]?\d)(?:,?\s+(?P<ay>{_YEAR}))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day of a month; `year` is 0 where none is named."""

    year: int
    month: int
    day: int

    def may_be(self, other: Day) -> bool:
        """Whether both may be the same day."""
        same = (self.month, self.day) == (other.month, other.day)
        return same and (self.year == other.year or not self.year or not other.year)


def days(text: str) -> frozenset[Day]:
    """The days named in the text; of 12/03/2025 both that it may be."""
    return frozenset(day for found in DAY.finditer(text) for day in days_of(found))


def days_of(found: re.Match[str]) -> list[Day]:
    """The days that a match of DAY may mean."""
    read = {name: said for name, said in found.groupdict().items() if said}
    if "d1" in read:
        first, second, year = int(read["d1"]), int(read["d2"]), int(read["dy"])
        year += 2000 if year < 100 else 0
        return [one for one in (Day(year, second, first), Day(year, first, second)) if _is_real(one)]
    year = next((int(read[name]) for name in ("zy", "iy", "cy", "ey", "ay") if name in read), 0)
    month = next(read[name] for name in ("zm", "zm2", "im", "cm", "em", "am") if name in read)
    day = next(int(read[name]) for name in ("zd", "zd2", "id", "cd", "ed", "ad") if name in read)
    number = int(month) if month.isdecimal() else _NAMES.index(month[:3].lower()) + 1
    made = Day(year, number, day)
    return [made] if _is_real(made) else []


def _is_real(day: Day) -> bool:
    return 1 <= day.month <= 12 and 1 <= day.day <= 31
