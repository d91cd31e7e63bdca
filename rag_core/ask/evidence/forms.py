"""Forms laid out as tables: names and values fill their rows, and the first one names no columns."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag_core.ask.language.figures import TIMES, figures
from rag_core.ask.language.spans import all_cells
from rag_core.headings import PATH_MARK
from rag_core.text import is_row

_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"\D*(?:19|20)\d\d\D*")
_BRACKETED = re.compile(r"[(（][^()（）]*[)）]")
_WORD = re.compile(r"[^\W\d]")
_FEWEST = 2
# Labels of forms: what begins one says whose it is, above others. Below the name of a column stand no labels.
_WHO = re.compile(
    r"(?:姓名|名称|名稱|[甲乙丙]方)$|\b(?:name|guest|patient|customer|client|tenant|employee|member|applicant|student|holder|insured)$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"(?:日期|时间|期限|试用期|号|号码|编号|电话|手机|传真|微信|邮箱|邮编|地址|住址|籍贯|户籍地|部门|职位|职务|岗位|单位|学历|专业|院校|学校|状况|银行|账号|帐号|联系人|性别|年龄|民族|类型|方式|识别号|代码|签名|备注|金额)$"
    r"|\b(?:date|birth|age|sex|gender|address|street|city|postcode|phone|telephone|tel|mobile|fax|e-?mail|number|no\.?|id|occupation|job|title|position|department|employer|allergies|medication|"
    r"kin|contact|nationality|status|type|group|account|bank|signature|notes?|amount|total)$",
    re.IGNORECASE,
)
# A cell with so many letters for each digit says more than a figure with its unit.
_WORDY = 2


def is_form(header: str, texts: Sequence[str]) -> bool:
    """Whether what a table's columns are called is the first row of a form: one of its cells gives a figure as no other
    does (9 Mill Lane; but 2023 | 2024, 7-15 | 15-23) that is no date, above cells that are no figures, or says whose form it is (Name | Anna Reil). `texts`: lines of the table's
    passage."""
    names = all_cells(header)
    if PATH_MARK in header or sum(map(bool, names)) < _FEWEST or any(_YEAR.fullmatch(name) for name in names):
        return False
    rows = [cells for text in texts if is_row(text) and (cells := all_cells(text)) != names]
    given = [_DIGITS.sub("0", "".join(_WORD.split(name))) for name in names]
    return _opens(names, rows) or any(
        any(figure.unit not in TIMES for figure in figures(_BRACKETED.sub("", name)))
        and given.count(given[at]) == 1
        and _are_texts([cells[at] for cells in rows if len(cells) > at])
        for at, name in enumerate(names)
    )


def whose(header: str, texts: Sequence[str]) -> str:
    """Whose form it is, as its first row says ("Full name Anna Reil"): what the other rows say, they say of them; "" for none."""
    names = all_cells(header)
    rows = [cells for text in texts if is_row(text) and (cells := all_cells(text)) != names]
    return " ".join(names[:2]) if _opens(names, rows) else ""


def _opens(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row says whose form it is: a label for a name with a name beside it, most of the cells below labels, too."""
    labels = [_BRACKETED.sub("", one).strip() for one in (*names[:2], *(cells[0] for cells in rows))]
    if len(names) < _FEWEST or len(rows) < _FEWEST or not _WHO.search(labels[0]):
        return False
    beside = _WHO.search(labels[1]) or _LABEL.search(labels[1])
    return not beside and 2 * sum(bool(_LABEL.search(one)) for one in labels[2:]) >= len(rows)


def _are_texts(cells: Sequence[str]) -> bool:
    """Whether most of a column's cells that hold anything are more than figures."""
    filled = [cell for cell in cells if cell]
    texts = [cell for cell in filled if len(_WORD.findall(cell)) >= _WORDY * sum(map(str.isdigit, cell))]
    return bool(filled) and 2 * len(texts) > len(filled)
