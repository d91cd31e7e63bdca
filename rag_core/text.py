"""Text as it is read, split and compared: Chinese and Latin scripts side by side."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence

from rag_core.errors import InputError
from rag_core.pages import UNIT

CJK = r"\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003134f"
_CJK = re.compile(f"[{CJK}]")
_WIDE = rf"{CJK}\u3000-\u303f\uff00-\uffef\u2018-\u201d\u2026"
_SOFT_BREAK_IN_CJK = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\n\f][ \t]*(?=[{_WIDE}])")
_BREAK_IN_FIGURE = re.compile(rf"(?<=\d)[ \t]*[\n\f][ \t]*(?={UNIT})")
_HYPHEN_BREAK = re.compile(r"(?<=[a-z])-[\n\f](?=[a-z])")
_HYPHEN_AT_BREAK = re.compile(r"(?<=[A-Za-z\d]-)[\n\f](?=[A-Z\d])")
_SPACE = re.compile(r"\s+")
_CLOSERS = "”’\"')）】》」』]"
# What opens an entry of a list at the start of a line.
_LIST_MARK = (
    r"[ \t]*(?:[•·●▪◆■□○◦‣▸▶►➢➤✓✔★☆※◇–—*-][ \t]|[•●▪◆■◦‣▸▶►➢➤✓✔](?=\w)|○(?=[A-Za-z])|\d{1,2}(?:[)）、．]|\.[ \t\u3400-\u9fff])|[(（]\d{1,2}[)）]"
    r"|[(（]?[一二三四五六七八九十]{1,3}[)）、]|[①-⑳]|第[一二三四五六七八九十百\d]{1,4}[条章节]"
    r"|(?:[(（](?:[a-z]|[ivx]{2,4})[)）]|[a-z](?:[)）、．]|\.(?! ?[a-z]\.)))(?:[ \t](?!(?:above|below|and|or|of)\b)|(?=[\u3400-\u9fff])))"
)
_ENTRY = re.compile(_LIST_MARK)
# What names a field at the start of a line of a label or a notice.
_LABEL = r"【[^【】\n\f]{1,12}】"
# The day and the time that open a message of a chat; on a line of their own with no more than who wrote it.
_STAMP = r"\[?(?:(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?|\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d\d),?[ \t]\d{1,2}:\d\d"
_STAMP_LINE = re.compile(rf"(?:^|(?<=[\n\f])){_STAMP}[^\n\f。！？!?]{{0,24}}[\n\f]")
# A line of running text may begin so, too ("c. 1850", "under paragraph (b)"), where the line above it goes on.
_LETTERED = re.compile(r"[ \t]*[(（]?[a-z]{1,4}[)）.、．]")
_MAY_BE_FOLLOWED = re.compile(r"(?:[.:;,，；：。、]|\b(?:and|or)|[和或及])\s*$")
# A short line that begins like an entry and holds no punctuation, above a long one, is a heading.
_HEADING_LINE = re.compile(
    rf"(?:^|(?<=[\n\f])){_LIST_MARK}[^\n\f，。；：、,;:.!?！？]{{1,10}}[\n\f](?=[^\n\f]{{16}})"
)
_LONGEST_BRACKET = 80
_BARE_MARK = re.compile(r"\s*(?:(?:Section|Clause|Article|SECTION|CLAUSE|ARTICLE) )?\d{1,3}\.")
# The full stop of an abbreviation ends no sentence before what it belongs to: "et al. (2019)", "Dec. 2022", "Eq. 5".
_SHORTENED = re.compile(
    r"\b(?:(?P<al>al)|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[Ff]igs?|[Ee]qs?|[Ss]ecs?|[Rr]efs?|[Tt]abs?|Chap|Nos|Doc|Art|App|Eds?)\.$"
)
_LONGEST_SHORTENED = 5
_BELONGS_TO_SHORTENED = re.compile(r"\s+(?:[\d(\[]|No\b)")
_BEHIND_AL = re.compile(r"\s+(?!(?:The|This|These|That|We|In|It|They|Our|However|An?)\b)\S")
# An entry of a list of references, at the start of its line, ends where the next one begins.
_REFERENCE = re.compile(r"(?:^|(?<=[\n\f]))\[(\d{1,3})\] ?(?=\S)")
_LONGEST_REFERENCE = 400
# "Notice period. Either side may …": one to three words that open a line and name what the rest of it says.
_RUN_IN_HEADING = re.compile(
    r"(?:^|(?<=[\n\f])|[ \t]*[\n\f])\s*(?:\d{1,2}(?:\.\d{1,2})*\.? )?[A-Z][\w'’&/-]*(?: [\w'’&/-]+){0,2}\."
)
_GOES_ON = re.compile(r"[ \t]+[A-Z\d]")
# Stands between texts of which one does not go on with the other, where there is room for one sign alone.
APART = "\x1e"
_SENTENCE_END = re.compile(
    rf"(?:[。！？；!?…]+[{re.escape(_CLOSERS)}]*"
    rf"|(?<![A-Z])(?<!\b[A-Za-z])(?<!Mr)(?<!Dr)(?<!Ms)(?<!Mrs)(?<!No)(?<!vs)(?<!Fig)(?<!\bSt)(?<!Prof)(?<!approx)(?<!\bVol)(?<!\bpp)(?<!\bcf)(?<!e\.g)(?<!i\.e)\.[{re.escape(_CLOSERS)}]*(?=\s|$)"
    rf"|(?:(?<=[A-Z]{{2}})|(?<=\d[A-Z])|(?<=[\d°] [A-Z])|(?<=°[A-Z])|(?<=\d [a-zµkKMG][A-Z]))\.(?=\s+[A-Z])|\n\n+|{APART}|(?<= \|)[\n\f]|[\n\f](?={_LIST_MARK}|\| |{_LABEL}|{_STAMP}))"
)
_RAISED = re.compile("(?<=\\d)[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_ENDS = re.compile(rf"[。！？；.!?…:：][{re.escape(_CLOSERS)}]*\s*$")
_CLAUSE_NUMBER = re.compile(
    r"\s*(?:第[一二三四五六七八九十百零\d]{1,4}[条條章节節款项項编編篇]|[一二三四五六七八九十]{1,3}[、.．]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|(?:Article|Section|Clause|Chapter|Part|Annex|Appendix|Schedule|ARTICLE|SECTION|CLAUSE|CHAPTER|§) ?(?:\d+(?:\.\d+)*|[IVXLC]+)\b[.:)]?"
    r"|[(（](?:[a-z]|[ivx]{2,4})[)）]|[a-z](?:[)）、．]|\.(?=\s|[\u4e00-\u9fff]))"
    r"|\d{1,2}(?:[)、．]|\.(?=\s|[\u4e00-\u9fff]))|\d{1,2}(?:\.\d{1,2})+(?= +[A-Z\u4e00-\u9fff]))\s*"
)
_ROW = re.compile(rf"(?:^|(?<=[\n\f{APART}]))\| [^\n\f{APART}]*")
_CELL = re.compile(r"(?<=\| )[^|\s](?:[^|]*[^|\s])?")


def is_cjk(text: str) -> bool:
    """Whether the text is written mostly in Chinese, Japanese or Korean script."""
    wide = len(_CJK.findall(text))
    latin = len(re.findall(r"[A-Za-z]+", text))
    return wide > latin


def cjk_share(text: str) -> float:
    """The share (0 to 1) of Chinese, Japanese and Korean characters among all that are no white space."""
    bare = _SPACE.sub("", text)
    return len(_CJK.findall(bare)) / max(len(bare), 1)


def shares_script(question: str, text: str) -> bool:
    """Whether the text is written in the question's script: for a Chinese question also where only some of it is, as
    in a row of codes, and where there are no letters at all."""
    if not is_cjk(question):
        return not is_cjk(text)
    return 10 * len(_CJK.findall(text)) >= len(re.findall(r"[A-Za-z]+", text))


def flow(text: str) -> str:
    """The text as a reader says it: line breaks joined (without a space between Chinese characters or before a unit),
    hyphenated words mended, names and numbers that break at their own hyphen joined with it, white space single."""
    whole = _HYPHEN_AT_BREAK.sub("", _HYPHEN_BREAK.sub("", _SOFT_BREAK_IN_CJK.sub("", text)))
    whole = _BREAK_IN_FIGURE.sub("", whole)
    return _SPACE.sub(" ", whole).strip()


def has_words(text: str) -> bool:
    """Whether there is a letter or a figure in it: signs and pictograms alone ask nothing."""
    return any(map(str.isalnum, text))


# What Unicode calls explicit formatting: embeddings, overrides, isolates, and their ends.
_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def one_line(text: str, most: int) -> str:
    """The text in one line, as a name or a note is kept: without control characters, and without those that would
    turn what stands after it round. Raises InputError text_too_long for more characters than that."""
    line = " ".join("".join(one for one in text if one.isspace() or not _controls(one)).split())
    if len(line) > most:
        raise InputError("text_too_long", str(most))
    return line


def _controls(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc" or unicodedata.bidirectional(letter) in _TURNING


def normalise(text: str) -> str:
    """The text as it is compared: NFKC and case folded."""
    return unicodedata.normalize("NFKC", text).casefold()


def without_raised(text: str) -> str:
    """The text without the raised digits of powers and note marks: NFKC would make them part of the number
    before them."""
    return _RAISED.sub("", text)


def sentence_spans(text: str) -> tuple[tuple[int, int], ...]:
    """The sentences of the text as (start, end) offsets, without surrounding white space. A line break
    does not end a sentence, unless an entry of a list or a message of a chat begins after it, or a heading stands before
    it; a blank line does, and so does the end of a table's row. A heading on the line of the text that it heads
    belongs to that text's first sentence. Sentences do not overlap and leave out only white
    space."""
    spans: list[tuple[int, int]] = []
    start = 0
    rows = [match.span() for match in _ROW.finditer(text)]
    ends = [
        found for pattern in (_SENTENCE_END, _HEADING_LINE, _STAMP_LINE) for found in pattern.finditer(text)
    ]
    for match in sorted(ends, key=re.Match.end):
        if _BARE_MARK.fullmatch(text, start, match.end()):
            continue  # the full stop of "3." or "Section 3." belongs to what it numbers
        if _RUN_IN_HEADING.fullmatch(text, start, match.end()) and _GOES_ON.match(text, match.end()):
            continue
        if _inside(rows, match.end()) or _cuts_a_line(text, match):
            continue
        if match.group() == "；" and _inside_brackets(text[start : match.start()]):
            continue
        if match.group() == "." and _shortens(text, match):
            continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return tuple(_whole_references(text, spans))


def begins_entry(text: str) -> bool:
    """Whether the text begins as an entry of a list does."""
    return bool(_ENTRY.match(text))


def entry_mark(text: str) -> str:
    """The kind of the mark that the text begins with as an entry of a list does: "1.", "(1)", "a", "(a)", "一", "①",
    "clause" or the mark itself; "" for none. Entries of one list have marks of one kind."""
    found = _ENTRY.match(text)
    if found is None:
        return ""
    mark = found.group().strip()
    if mark[0] == "第":
        return "clause"
    if mark[0] in "(（":
        return "(1)" if mark[1].isdigit() else "(a)" if mark[1].isascii() else "(一)"
    if "①" <= mark[0] <= "⑳":
        return "①"
    if mark[0].isdigit():
        return "1."
    return "一" if mark[0] in "一二三四五六七八九十" else "a" if mark[0].isalpha() else mark[0]


def clause_number(text: str) -> int:
    """How many characters at the text's beginning number it, as a clause or an entry of a list; 0 for none. Such a
    number is no figure that the text gives."""
    found = _CLAUSE_NUMBER.match(text)
    return found.end() if found else 0


def ends_sentence(text: str) -> bool:
    """Whether a sentence ends where the text does."""
    return bool(_ENDS.search(text))


def is_row(text: str) -> bool:
    """Whether the text is a table's row, as pages.Block writes them."""
    return text.startswith("| ")


def cell_spans(row: str) -> tuple[tuple[int, int], ...]:
    """The (start, end) of each cell that is not empty in a table's row."""
    return tuple(match.span() for match in _CELL.finditer(row))


def readable_rows(text: str) -> str:
    """The text with the rows of tables as their cells, for people to read."""
    lines = text.split("\n")
    return "\n".join(
        " · ".join(line[start:end] for start, end in cell_spans(line)) if is_row(line) else line
        for line in lines
    )


def _cuts_a_line(text: str, end: re.Match[str]) -> bool:
    """Whether the line break stands before letters that number no entry: the line above runs on, and is no entry either."""
    if end.group() not in ("\n", "\f") or not _LETTERED.match(text, end.end()):
        return False
    above = text[max(text.rfind("\n", 0, end.start()), text.rfind("\f", 0, end.start())) + 1 : end.start()]
    return not _MAY_BE_FOLLOWED.search(above) and not _LETTERED.match(above)


def _shortens(text: str, stop: re.Match[str]) -> bool:
    """Whether the full stop is that of a shortened word, which goes on with what it belongs to."""
    found = _SHORTENED.search(text, max(stop.start() - _LONGEST_SHORTENED, 0), stop.end())
    behind = _BEHIND_AL if found and found["al"] else _BELONGS_TO_SHORTENED
    return found is not None and behind.match(text, stop.end()) is not None


def _whole_references(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The sentences, those of an entry of a list of references as one, and two entries as two."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        own = not found or _REFERENCE.match(text, start) or not _REFERENCE.match(text, found[-1][0])
        if own or "\n\n" in text[found[-1][1] : start] or end - found[-1][0] > _LONGEST_REFERENCE:
            found += _references_in(text, start, end)
        else:
            found += _references_in(text, found.pop()[0], end)
    return found


def _references_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The sentence, cut where the entries of references behind its own begin, if it begins with one."""
    found: list[tuple[int, int]] = []
    number = 0
    for one in _REFERENCE.finditer(text, start, end) if _REFERENCE.match(text, start) else ():
        if number and int(one[1]) == number + 1:
            _append(found, text, start, one.start())
            start = one.start()
        number = int(one[1])
    _append(found, text, start, end)
    return found


def _inside(rows: list[tuple[int, int]], place: int) -> bool:
    at = bisect_right(rows, (place, 0)) - 1
    return at >= 0 and rows[at][0] < place < rows[at][1]


def _inside_brackets(text: str) -> bool:
    opened = max(text.rfind("（"), text.rfind("("))
    return opened > max(text.rfind("）"), text.rfind(")")) and len(text) - opened < _LONGEST_BRACKET


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    inner = piece.strip()
    if inner:
        low = start + piece.index(inner[0])
        spans.append((low, low + len(inner)))
