"""What is told in steps ("How do I clean the filters?", 怎么更换滤网): all of them, in their order, or the one asked for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag_core.ask.evidence.gather import Gathered
from rag_core.ask.language.lists import ANNOUNCES
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import ENDS, Word, coverage, file_words, keys, question_words
from rag_core.headings import PATH_MARK
from rag_core.outline import split_heading
from rag_core.text import begins_entry, is_cjk, is_row

_HOW = re.compile(
    r"\bhow (?:do|does|can|could|should|must|to|is|are|would|will|may)\b|\bsteps?\b|\bprocedures?\b|\binstructions\b|\bin (?:what|which) order\b"
    r"|怎么|怎样|怎樣|怎麼|如何|步骤|步驟|流程|程序|做法",
    re.IGNORECASE,
)
# "What comes after filling the tank?", 关机之后做什么: the step beside the one that is named.
_DOES_EN = r"\bwhat\b[^?]*?\b(?:comes?|happens?|follows?|done|do|next|step)\b[^?]*?"
_DOES_ZH = (
    r"(?:下一步|接下来|接着|然后|再|应该?|需要|还?要|该|得)*(?:做|干|进行)?(?:什么|啥|哪一步|怎么做|怎么办)"
)
_AFTER = re.compile(
    rf"{_DOES_EN}\b(?:after|following)\b|\bwhat follows\b|(?:之后|以后|完毕?后|了?后|完了?)，?{_DOES_ZH}|(?:之后|以后|后)的?(?:下一步|步骤)是",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"{_DOES_EN}\bbefore\b|(?:之前|以前|前)，?{_DOES_ZH}", re.IGNORECASE)
_NTH = re.compile(
    r"\bstep (?P<number>\d{1,2})\b|\b(?P<ordinal>first|second|third|fourth|fifth|sixth|seventh|eighth|last) step\b"
    r"|第(?P<counted>[一二三四五六七八九十]|\d{1,2})步|(?P<last>最后一步)|步骤(?P<behind>[一二三四五六七八九十]|\d{1,2})",
    re.IGNORECASE,
)
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_COUNTED = "一二三四五六七八九十"
# Words that say that something is done, and not what.
FRAME = re.compile(
    r"\b(?:in case of|do|does|make|made|treat(?:ed)?|perform(?:ed)?|carr(?:y|ied) out|proceed|handle|prepare|using|use|with|steps?|procedures?|instructions|order|next|comes?|happens?|"
    r"after|before|follow(?:s|ing)?|must|need(?:ed)?|done|first|second|third|fourth|fifth|sixth|seventh|eighth|last)\b(?!-)"
    r"|下一步|接下来|步骤[一二三四五六七八九十\d]*|步驟|流程|程序|做法|方法|处理|處理|操作|应该|应当|需要|进行|办理|之后|以后|之前|以前|最后一步|第[一二三四五六七八九十\d]+步|[做办弄用后前]",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\s*(?:step |步骤|第)?[(（]?(?P<digits>\d{1,2}|[①-⑳])(?:[.)）、．:：]|步|(?<=[①-⑳]))(?!\d)",
    re.IGNORECASE,
)
LONGEST_TITLE = 40
# Steps are told in two or more, each right below the other; so many of them are quoted.
FEWEST, MOST = 2, 15
# What goes on with a step stands on its line; the next one a line, or an empty line, below.
_SAME, _NEXT = 1, 3
# Passages that a page's end parts are so many characters apart at most.
_OVER = 150
# So many sentences above the first step are looked at for the title over it.
_REACH = 25
# The titles above the steps hold this share of what is asked; a step that is named, of the words beyond the titles.
TITLED, STEP_NAMED = 0.6, 0.45
# What the file's name does not say of it, they say so far.
TITLED_OWN = 0.5
# Of steps under titles that say as much, those nearer in words and meaning.
_NEARNESS = 0.1


@dataclass(frozen=True, slots=True)
class Procedure:
    """Steps told below one another: `steps` holds the sentences of each, the first of which has its number; `lead`: what
    announces them, if anything; `title`: what stands right above them; `titles`: all that does, and the file's name."""

    steps: tuple[tuple[SourceSentence, ...], ...]
    lead: tuple[SourceSentence, ...]
    title: str
    titles: str

    @property
    def first(self) -> SourceSentence:
        return self.steps[0][0]


def steps_asked(gathered: Gathered) -> list[SourceSentence]:
    """The steps that the question asks for: all of those whose titles say what it asks how to do, the one of the number
    it names, or the one it names with the one behind or before it. None where it asks for no such thing, and where no
    titles say enough of what is asked."""
    question = gathered.question
    nth, after, before = _NTH.search(question), _AFTER.search(question), _BEFORE.search(question)
    if not (nth or after or before or _HOW.search(question)):
        return []
    wanted = _wanted(question)
    told = list(procedures(gathered))
    if (after or before) and not nth:
        return _beside(gathered, told, wanted, 1 if after else -1)
    best = titled_so(gathered, told, wanted)
    if best is None:
        return []
    if nth:
        at = _counted(nth, len(best.steps))
        return list(best.steps[at]) if at is not None else []
    return [*best.lead, *(one for step in best.steps[:MOST] for one in step)]


def missing_step(gathered: Gathered) -> str:
    """The step that the question asks for by its number, as it is written there, where the procedure that it means has fewer;
    "" where it has it, or none is found."""
    nth = _NTH.search(gathered.question)
    if nth is None:
        return ""
    wanted = _wanted(gathered.question)
    best = titled_so(gathered, list(procedures(gathered)), wanted)
    return nth.group() if best is not None and _counted(nth, len(best.steps)) is None else ""


def _wanted(question: str) -> tuple[Word, ...]:
    """What the titles above the steps are to say: the question without the number of a step, and that it is done."""
    return question_words(FRAME.sub(" ", _NTH.sub(" ", question)))


def procedures(gathered: Gathered) -> Iterator[Procedure]:
    """Whatever the evidence tells in numbered steps, the first one numbered 1."""
    for sentences in in_order(gathered):
        at = 0
        while at < len(sentences):
            steps = _steps(sentences, at)
            if len(steps) >= FEWEST:
                yield Procedure(steps, _lead(sentences, at), *titles_above(sentences, at))
            at += max(sum(map(len, steps)), 1)


def in_order(gathered: Gathered) -> Iterator[list[SourceSentence]]:
    """The sentences of each document as they stand in it, whatever evidence they are of."""
    documents: dict[int, dict[int, SourceSentence]] = {}
    for one in gathered.sentences:
        documents.setdefault(one.document_id, {}).setdefault(one.start, one)
    for found in documents.values():
        yield [found[start] for start in sorted(found)]


def _steps(sentences: Sequence[SourceSentence], at: int) -> tuple[tuple[SourceSentence, ...], ...]:
    """The steps that begin with the sentence at the place; none where it is no first one."""
    found: list[list[SourceSentence]] = []
    for one in sentences[at:]:
        gap = one.start - found[-1][-1].end if found else 0
        number = _number(one)
        if number == len(found) + 1 and gap <= (
            _NEXT if not found or one.number == found[-1][-1].number else _OVER
        ):
            found.append([one])
        elif found and not number and not is_row(one.raw) and gap <= _SAME:
            found[-1].append(one)
        else:
            break
    return tuple(map(tuple, found))


def _number(sentence: SourceSentence) -> int:
    """The number that the sentence begins with as a step does; 0 for none."""
    found = _NUMBER.match(sentence.text)
    if found is None or sentence.title or is_row(sentence.raw):
        return 0
    digits = found["digits"]
    return int(digits) if digits.isdecimal() else ord(digits) - ord("①") + 1


def _lead(sentences: Sequence[SourceSentence], at: int) -> tuple[SourceSentence, ...]:
    """What announces the steps that begin at the place."""
    before = sentences[max(at - 1, 0) : at]
    near = bool(before) and sentences[at].start - before[0].end <= _NEXT
    return tuple(before) if near and ANNOUNCES.search(before[0].text) and not before[0].title else ()


def titles_above(sentences: Sequence[SourceSentence], at: int) -> tuple[str, str]:
    """The titles above the place among a document's sentences: the nearest one, where that stands over several parts
    ("Method") with the next above it, and both with the file's name; those of the passage where none is found."""
    first = sentences[at]
    named = [at - 1 - back for back in range(_above(sentences, at)) if is_titling(sentences, at - 1 - back)]
    path = split_heading(first.heading)[0].split(PATH_MARK)
    found: list[str] = []
    for place in named:
        found.append(sentences[place].text)
        if not _repeats(sentences, sentences[place]):
            break
    else:
        found += path[-1:]
    return "\n".join(found), "\n".join(
        (*found, *(path if not named else path[:1]), file_words(first.filename))
    )


def _above(sentences: Sequence[SourceSentence], at: int) -> int:
    """How many sentences stand above the place, without a gap, within reach."""
    for back in range(min(at, _REACH)):
        if sentences[at - back].start - sentences[at - back - 1].end > _OVER:
            return back
    return min(at, _REACH)


def is_titling(sentences: Sequence[SourceSentence], at: int) -> bool:
    """Whether the sentence at the place is a title, or a short line right above the first of some steps, or one that
    stands above others, too."""
    one = sentences[at]
    line = len(one.text) <= LONGEST_TITLE and not ENDS.search(one.text) and not is_row(one.raw)
    over = _number(sentences[at + 1]) == 1 or _repeats(sentences, one)
    return one.title or (line and not begins_entry(one.text) and over)


def _repeats(sentences: Sequence[SourceSentence], title: SourceSentence) -> bool:
    """Whether other parts of the document have a title of the same words."""
    return any(one is not title and one.text == title.text for one in sentences)


def titled_so(gathered: Gathered, told: Sequence[Procedure], wanted: Sequence[Word]) -> Procedure | None:
    """The procedure whose titles say most of what is asked, and enough of it."""
    scored = [(_titled(gathered, one, wanted), one) for one in told if _speaks_of(gathered, one, wanted)]
    best = max(scored, key=lambda pair: pair[0] + _NEARNESS * _nearest(pair[1]), default=None)
    return best[1] if best is not None and best[0] >= TITLED else None


def _titled(gathered: Gathered, procedure: Procedure, wanted: Sequence[Word]) -> float:
    """The share of what is asked that the procedure's titles and what announces it say."""
    lead = " ".join(one.text for one in procedure.lead)
    return coverage(wanted, keys(f"{procedure.titles} {lead}"), gathered.rare)


def _speaks_of(gathered: Gathered, procedure: Procedure, wanted: Sequence[Word]) -> bool:
    """Whether it is not only the file's name that speaks of what is asked."""
    name = keys(file_words(procedure.first.filename))
    # A pair that joins the name to the next word (机安 in 洗碗机安装) is no word of its own.
    ends, starts = {word.end for word in wanted if word.key in name}, {word.start for word in wanted}
    own = [
        word
        for word in wanted
        if word.key not in name
        and not (is_cjk(word.key) and word.start + 1 in ends and word.start + 1 in starts)
    ]
    if own:
        return _titled(gathered, procedure, own) >= TITLED_OWN
    return coverage(wanted, keys(procedure.title), gathered.rare) > 0


def _nearest(procedure: Procedure) -> float:
    return max(one.score for step in procedure.steps for one in step)


def _beside(
    gathered: Gathered, told: Sequence[Procedure], wanted: Sequence[Word], by: int
) -> list[SourceSentence]:
    """The step that the question names and the one `by` steps further, in their order."""
    best, found = 0.0, (0, told[0]) if told else None
    for one in told:
        titles = keys(one.titles)
        own = [word for word in wanted if word.key not in titles] or list(wanted)
        for at, step in enumerate(one.steps):
            said = keys(" ".join(sentence.text for sentence in step))
            named = coverage(own, said, gathered.rare)
            score = named + coverage(wanted, titles | said, gathered.rare)
            if named >= STEP_NAMED and score > best:
                best, found = score, (at, one)
    if not best or found is None or not 0 <= found[0] + by < len(found[1].steps):
        return []
    low = min(found[0], found[0] + by)
    return [one for step in found[1].steps[low : low + 2] for one in step]


def _counted(nth: re.Match[str], count: int) -> int | None:
    """Which of so many steps is meant, from 0; None where there is no such one."""
    said = nth["number"] or nth["counted"] or nth["behind"]
    if nth["last"] or (nth["ordinal"] or "").lower() == "last":
        return count - 1
    if said:
        at = int(said) if said.isdecimal() else _COUNTED.index(said) + 1
    else:
        at = _ORDINALS.index(nth["ordinal"].lower()) + 1
    return at - 1 if 0 < at <= count else None
