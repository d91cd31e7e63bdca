"""Whether a question asks something of somebody or something (Daniel Okoro's e-mail, 空气炸锅的额定电压) that the documents say of others
alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from rag_core.ask.evidence.headed import EMAIL
from rag_core.ask.evidence.labelled import asked_name
from rag_core.ask.language.periods import without_periods
from rag_core.ask.language.sought import SURNAMES
from rag_core.ask.language.spans import all_cells
from rag_core.ask.language.words import file_words, keys, question_words
from rag_core.ask.refusal.other_times import without_dates
from rag_core.outline import split_heading
from rag_core.simplified import simplify
from rag_core.text import CJK, is_cjk, is_row
from rag_core.types import Hit, Passage

# A document of more passages is not gone through: it may say anything.
_MOST = 400
_TELLING = 0.6
# A longer cell, in characters, is no label.
_LONGEST_LABEL = 8
# A Chinese name holds this share of what the question calls something that is named otherwise there (租房合同).
_CALLED = 0.6
_ASKS = r"^\W*(?:what|who|when|where|which|how much)(?:['’]s| is| are| was| were)"
_NOUN = r"(?P<asked>[A-Za-z][\w.'’/-]*(?: [\w.'’/-]+){0,4}?)"
_NAME = r"(?P<owner>[A-Z][\w.&-]*(?: [\w.&-]+){0,6}?)"
_ASKED_EN = (
    re.compile(rf"{_ASKS} {_NAME}['’]s? {_NOUN}\W*$", re.IGNORECASE),
    re.compile(
        rf"{_ASKS} the {_NOUN} (?:of|for|on) (?:the |an? )?(?P<owner>[^?]{{2,60}}?)\W*$", re.IGNORECASE
    ),
    re.compile(
        rf"^\W*(?:what|which|how many) {_NOUN} (?:does|do|did|has|have) (?:the )?{_NAME} (?:have|take|use|need|get)\W*$",
        re.IGNORECASE,
    ),
)
_LEAD_ZH = re.compile("^(?:请问|我想知道|想问一下|查一下|告诉我|那么?)[，,]?")
_ASKED_ZH = re.compile(rf"(?P<owner>[^，,。？?]{{2,30}})的(?P<asked>[{CJK}A-Za-z]{{2,8}})$")
# "Telephone: …", 开户行（人民币）：….
_LABEL = re.compile(
    rf"(?:^|[\s|·;；，,。])([{CJK}]{{2,10}}|[A-Z][A-Za-z .'’/-]{{1,30}}?)(?:\s?[（(][^（()）]{{1,12}}[)）])?\s*[:：]",
    re.MULTILINE,
)
_BRACKETED = re.compile(r"\s*[（(][^（()）]*[)）]")
# What documents give without saying what it is.
_UNSAID = """
    address date time name title price amount cost total sum fee number place location author subject content purpose reason
    地址 住址 日期 时间 名称 名字 姓名 标题 价格 金额 费用 总价 数量 地点 位置 内容 用途 原因 作用 特点 意思 情况 要求 结果 结论
"""
# What is always given by its name, wherever it is given.
_PARTICULARS = re.compile(
    r"(?:身份证|护照|驾驶证|社保|医保|银行卡|手机|电话|微信|QQ|工)号?码?|联系(?:电话|方式)|(?:电子)?(?:邮箱|邮件)(?:地址)?|微信号?|血型|婚姻状况|政治面貌|民族|国籍|月薪|年薪|工资|开户银?行(?:和账号)?|(?:银行)?账号|税号|车牌号?码?|紧急联系人"
    r"|(?:tele)?phone(?: number)?|mobile(?: number)?|e-?mail(?: address)?|fax(?: number)?|passport number|IBAN|BIC|SWIFT code|sort code|VAT number|tax number|blood (?:group|type)|marital status|nationality"
    r"|NHS number|account number|licence number|salary|next of kin|job title",
    re.IGNORECASE,
)
# What people put for one another; a telephone and an e-mail address show what they are, too.
_SAME = tuple(
    frozenset(line.split())
    for line in (
        "电话 手机 手机号 手机号码 电话号码 联系电话 联系方式 热线",
        "邮箱 电子邮箱 邮件 电子邮件 邮箱地址",
        "生日 出生日期 出生年月",
        "职位 职务 岗位 工作",
        "学校 院校 毕业院校 毕业学校 大学",
        "老家 籍贯 户籍 户籍地",
        "工资 薪资 薪水 月薪 年薪 薪酬 待遇",
        "账号 帐号 卡号 账户",
        "税号 纳税人识别号 税务登记号 统一社会信用代码",
        "phone telephone mobile tel cell",
        "e-mail email mail",
        "birthday birth born",
        "job occupation profession position role work employed",
        "salary pay wage wages earnings",
        "sex gender",
        "doctor physician gp",
        "spouse husband wife partner",
        "medication medicine medicines drug drugs tablets",
        "holiday leave vacation",
        "weight weighs weigh heavy mass",
        "size dimensions measurements width",
        "warranty guarantee",
        "outstanding due owed balance",
    )
)
_PHONE = re.compile(r"\d{3,5}[-\s]\d{3,4}[-\s]?\d{3,5}|(?<!\d)1\d{10}(?!\d)")
_SHOWN = (
    (re.compile(r"电话|手机|联系方式|phone|mobile", re.IGNORECASE), _PHONE),
    (re.compile("邮箱|邮件|mail", re.IGNORECASE), EMAIL),
)


@dataclass(frozen=True, slots=True)
class _Of:
    """What is asked, of whom or of what, and both as the question has them."""

    owner: str
    asked: str
    written: str


@dataclass(frozen=True, slots=True)
class _Told:
    """A document: the words of its file's name, its text, the words of both, what its fields, rows and columns are called, and
    its lines, each with the names of its table's columns."""

    name: str
    text: str
    words: frozenset[str]
    labels: frozenset[str]
    lines: tuple[tuple[str, str], ...]


def missing_of(question: str, hits: Sequence[Hit], whole: Callable[[int], Sequence[Passage]]) -> str:
    """What the question asks for of somebody or something, as it is written there, where those of the documents found that name
    them have no word of it, and another gives it by its name, or it is always given so; or the name, where no document has it,
    but one its namesake; "" for neither."""
    of = _asked(question)
    if of is None:
        return ""
    documents = [whole(each) for each in dict.fromkeys(hit.passage.document_id for hit in hits)]
    if any(len(one) > _MOST for one in documents):
        return ""
    told = [_told(one) for one in documents if one and is_cjk(one[0].text) == is_cjk(question)]
    homes = [one for one in told if _names(one.name, keys(one.name), of.owner)]
    homes = homes or [one for one in told if _names(one.text, one.words, of.owner)]
    if not homes:
        return of.owner if any(_has_namesake(one.text, of.owner) for one in told) else ""
    if any(_says(one, of.asked) for one in homes):
        return of.written if all(_lacks_beside(one, of) for one in homes) else ""
    elsewhere = any(_gives(one, of.asked) for one in told if one not in homes)
    return of.written if elsewhere or _PARTICULARS.fullmatch(of.asked) else ""


def _asked(question: str) -> _Of | None:
    if is_cjk(question):
        text = _LEAD_ZH.sub("", asked_name(question))
        found = _ASKED_ZH.search(text)
    else:
        text = question.strip()
        found = next((found for one in _ASKED_EN if (found := one.search(text))), None)
    if found is None or found["asked"].lower() in _UNSAID.split():
        return None
    # Of a time alone it is only asked when.
    bare = without_dates(without_periods(found["owner"]))
    if not any(word.weight >= _TELLING for word in question_words(bare)) or not bare.strip():
        return None
    start, end = min(found.start("owner"), found.start("asked")), max(found.end("owner"), found.end("asked"))
    verb = re.search(r" (?:does|do|did|has|have) ", text[start:end])
    return _Of(found["owner"], found["asked"], found["asked"] if verb else text[start:end])


def _told(passages: Sequence[Passage]) -> _Told:
    name = simplify(file_words(passages[0].filename))
    lines = tuple(
        (simplify(line), simplify(split_heading(one.heading)[1]))
        for one in passages
        for line in one.text.split("\n")
    )
    headings = (simplify(one.heading) for one in passages)
    text = "\n".join((name, *dict.fromkeys(headings), *(line for line, _ in lines)))
    words = keys(name).union(*(keys(f"{one.heading} {one.text}") for one in passages))
    return _Told(name, text, words, frozenset(_labels(text.split("\n"))), lines)


def _labels(lines: Iterable[str]) -> Iterable[str]:
    """What the fields and the rows and columns of tables are called."""
    for line in lines:
        if is_row(line):
            cells = (_BRACKETED.sub("", cell).lower() for cell in all_cells(line))
            yield from (cell for cell in cells if cell and not any(map(str.isdigit, cell)))
        else:
            yield from (found[1].strip().lower() for found in _LABEL.finditer(line))


def _names(text: str, words: frozenset[str], owner: str) -> bool:
    """Whether the text, which has these words, names the owner."""
    if is_cjk(owner):
        told = [word for word in question_words(owner) if word.weight >= _TELLING]
        held = sum(word.key in words for word in told)
        return owner in text or (not _is_person(owner) and bool(told) and held >= _CALLED * len(told))
    told = [word for word in question_words(owner) if word.weight >= _TELLING]
    return bool(told) and all(word.key in words for word in told)


def _says(told: _Told, asked: str) -> bool:
    """Whether the document has a word of what is asked for."""
    shown = any(kind.search(asked) and one.search(told.text) for kind, one in _SHOWN)
    return (
        shown or _speaks_of(told.text, told.words, asked) or any(_is_like(one, asked) for one in told.labels)
    )


def _speaks_of(text: str, words: frozenset[str], asked: str) -> bool:
    """Whether the text, which has these words, has a word of what is asked for: of 额定电压 the last two characters say what it is."""
    if is_cjk(asked):
        same = {asked, asked[-2:]}.union(*(group for group in _SAME if asked in group))
        return any(one in text for one in same)
    own = [word.key for word in question_words(asked) if word.weight >= _TELLING]
    if any(keys(one) & words for group in _SAME if group & set(asked.lower().split()) for one in group):
        return True
    return all(key in words for key in own)


def _is_like(label: str, asked: str) -> bool:
    """Whether a Chinese label may be another word for what is asked for: one begins as the other ends (净重, 重量). Words of one kind
    begin or end alike (工位, 工号; 电压, 气压)."""
    if not is_cjk(asked) or not is_cjk(label) or len(label) > _LONGEST_LABEL:
        return False
    head = asked[-2:]
    return label[0] == head[-1] or label[-1] == head[0]


def _lacks_beside(told: _Told, of: _Of) -> bool:
    """Whether the document tells of the owner in a row or a line of fields of its own that has no such thing, and nowhere else
    together with it, while it gives it elsewhere: a column that the table lacks, the telephone of the other party."""
    own = [(line, header) for line, header in told.lines if of.owner in line]
    if any(_speaks_of(f"{line} {header}", keys(f"{line} {header}"), of.asked) for line, header in own):
        return False
    rows = [line for line, header in own if header and _is_of_row(line, of.owner)]
    fields = [set(_LABEL.findall(line)) for line, _ in own if not is_row(line)]
    mine = [one for one in fields if len(one) > 1]
    if rows and is_cjk(of.asked) and of.asked in told.text:
        return True
    beside = [set(_LABEL.findall(line)) for line, _ in told.lines if not is_row(line)]
    return any(of.asked in other and one & other for one in mine for other in beside)


def _is_of_row(line: str, owner: str) -> bool:
    """Whether the line is the row of a table that the owner begins."""
    return is_row(line) and owner in next(iter(all_cells(line)), "")


def _gives(told: _Told, asked: str) -> bool:
    """Whether the document has a field, a row or a column of that name, or of one word more."""
    if is_cjk(asked):
        return asked in told.labels
    own = set(asked.lower().split())
    return any(own <= (label := set(one.split())) and len(label) <= len(own) + 1 for one in told.labels)


def _is_person(owner: str) -> bool:
    return re.fullmatch(rf"[{SURNAMES}][{CJK}]{{1,2}}", owner) is not None


def _has_namesake(text: str, owner: str) -> bool:
    """Whether the text has a name that is the owner's but for one character, or for the first or the last name."""
    if is_cjk(owner):
        ways = (f"{re.escape(owner[:at])}[{CJK}]{re.escape(owner[at + 1 :])}" for at in range(1, len(owner)))
        return len(owner) > 2 and _is_person(owner) and any(re.search(one, text) for one in ways)
    first, _, last = owner.partition(" ")
    if not last or " " in last or not owner.istitle():
        return False
    other = r"[A-Z][a-z'’]+"
    return bool(re.search(rf"\b(?:{other} {re.escape(last)}|{re.escape(first)} {other})\b", text))
