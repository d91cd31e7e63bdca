"""Answering without a chat model: the sentences that answer best, word for word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rag_core.ask.checking.parties import other_party
from rag_core.ask.evidence.clauses import clause_asked, openings
from rag_core.ask.evidence.gather import Gathered, less_topical, said_throughout
from rag_core.ask.evidence.rows import named_so, wanted_rows
from rag_core.ask.evidence.similar import Similarity
from rag_core.ask.language.asking import beside, parts
from rag_core.ask.language.figures import beyond as beyond_figures, figures
from rag_core.ask.language.lists import ANNOUNCES
from rag_core.ask.language.ranged import falls_in_range
from rag_core.ask.language.sought import EXACT_KINDS, asks_how_often, offers, sought, tells_how_often
from rag_core.ask.language.spans import SourceSentence
from rag_core.ask.language.words import Word, coverage, keys, question_words, rarity, words
from rag_core.ask.quoting.brought import beyond, brought, context
from rag_core.ask.quoting.cards import more_lines
from rag_core.ask.quoting.chaptered import stands_in
from rag_core.ask.quoting.dated import days_above, with_days
from rag_core.ask.quoting.decided import decision
from rag_core.ask.quoting.defining import defined, defines
from rag_core.ask.quoting.extremes import extreme_rows
from rag_core.ask.quoting.given import given_field
from rag_core.ask.quoting.lines_under import lines_asked
from rag_core.ask.quoting.listed import LISTING, NOTHING_MORE, asks_for_cases, with_entries, with_lines
from rag_core.ask.quoting.owned import names_row, own_rows_first
from rag_core.ask.quoting.procedures import steps_asked
from rag_core.ask.quoting.quoted import Quoted, written
from rag_core.ask.quoting.stated import states
from rag_core.ask.quoting.titled import LOOKED_AT, under_titles
from rag_core.ask.quoting.told_next import LEANS_BACK, told_next

QUOTES_LIMIT = 3
# A further sentence is quoted when it scores this share of the best one's and, of a question that asks for one thing,
# says this share more of what is asked for. The best one goes when it then says no more than NOTHING_MORE beyond it.
NEARLY_AS_GOOD, WORTH_A_LOOK = 0.92, 0.85
WORTH_ADDING = 0.15
# Of a list, a further sentence is quoted when most of its words of this weight are new.
TELLING = 0.6
# One of several questions in one is answered by a sentence that holds this share of its own words.
PART_HELD = 0.4
# Fitted on half of open sets of questions with their evidence, and rounded.
BESIDE_WEIGHT = 0.5
LACKS_KIND = 0.3
# What says of a term what it is goes before what only speaks of it.
DEFINES = 0.3
# So does what says how much or when the thing is that is asked for.
STATES = 0.4
# So does what names a place where one is asked for, though that is told less surely.
PLACED = 0.15
# And a row of the name that is asked for.
ROW_NAMED = 1.0
# Of cases, what announces a list of them; what another of two parties does is not asked for.
ANNOUNCED, OTHER_PARTY = 0.1, 0.3
# What begins with the number that is asked for goes before what has more of the question's words.
NUMBERED = 0.8
# So does what stands in the chapter asked about.
IN_CHAPTER = 0.4


def rank(gathered: Gathered, part: str = "") -> list[tuple[float, SourceSentence]]:
    """The sentences with how well each answers the question, best first: what stands beside the asking word tells the
    sentence that answers from others on the same matter. With `part`, how well each answers that part of it."""
    question = part or gathered.question
    kind, term, often = sought(question), defined(question), asks_how_often(question)
    wanted, asked, all_asked = beside(question), question_words(question), question_words(gathered.question)
    among = rarity(sentence.text for sentence in gathered.sentences)
    rows = wanted_rows(gathered, question)
    numbered, cases = frozenset(openings(gathered)), asks_for_cases(question)
    placed = kind == "place"
    sides, dated = said_throughout(all_asked, gathered.rare), days_above(gathered, question)
    scored: list[tuple[float, SourceSentence]] = []
    for sentence in gathered.sentences:
        known, said = sides | context(sentence), keys(sentence.led)
        near = BESIDE_WEIGHT * coverage(less_topical(wanted, known), said, among)
        score = sentence.score + (0.0 if sentence.title else near)
        if part:
            own, whole = (
                coverage(less_topical(one, known), said, gathered.rare) for one in (asked, all_asked)
            )
            score += own - whole
        lacks = (
            not tells_how_often(sentence.led)
            if often
            else kind in EXACT_KINDS and sentence not in dated and not offers(sentence.text, kind, question)
        )
        gains = DEFINES if term and defines(term, sentence.text) else 0.0
        gains += STATES if states(question, sentence.text) and _says_whose(asked, known | said) else 0.0
        gains += ROW_NAMED * named_so(rows[sentence.document_id], sentence) if rows else 0.0
        gains += PLACED if placed and offers(sentence.text, "place", question) else 0.0
        gains += NUMBERED if sentence in numbered else 0.0
        gains += IN_CHAPTER if stands_in(question, sentence.heading) else 0.0
        gains += ANNOUNCED if cases and ANNOUNCES.search(sentence.text) else 0.0
        gains -= OTHER_PARTY if other_party(question, f"{sentence.above}\n{sentence.text}") else 0.0
        scored.append((score - (LACKS_KIND if lacks else 0.0) + gains, sentence))
    return sorted(scored, key=lambda pair: -pair[0])


def quote(gathered: Gathered, similarity: Similarity | None = None) -> Quoted:
    """The one to three sentences that answer best, in the order of the documents; a clause that is asked for by its number
    whole."""
    clause = clause_asked(gathered)
    if clause:
        return written(gathered, dict.fromkeys(clause, gathered.question if len(clause) == 1 else ""))
    steps = steps_asked(gathered) or lines_asked(gathered)
    if steps:
        return written(gathered, dict.fromkeys(steps, ""))
    if similarity is not None and len(parts(gathered.question)) == 1:
        best = [sentence for _, sentence in rank(gathered)[:LOOKED_AT]]
        gathered = under_titles(gathered, best, similarity)
    chosen = _each_part(gathered) or _alone(gathered)
    if not chosen:
        return Quoted("", ())
    for sentence in list(chosen):
        before = _before(gathered, sentence) if chosen[sentence] else None
        if before is not None and before not in chosen and _leans(gathered, sentence, before):
            chosen[before] = ""
    chosen = with_days(gathered, with_lines(gathered, with_entries(gathered, chosen)))
    single = len(parts(gathered.question)) == 1
    if single and not _names_first(gathered, chosen) and not _says_all(gathered, next(iter(chosen))):
        ranked = [sentence for _, sentence in rank(gathered)]
        more = more_lines(gathered, ranked, chosen)
        # Where no line is sure to answer, no words of one are.
        chosen = dict.fromkeys((*chosen, *more), "") if more else chosen
    first = next(iter(chosen)).number
    order = sorted(chosen, key=lambda one: (one.number != first, one.number, one.start))
    return written(gathered, {sentence: chosen[sentence] for sentence in order})


def _names_first(gathered: Gathered, chosen: Mapping[SourceSentence, str]) -> bool:
    """Whether all that is quoted is a row of a table that the question names, or into whose range its figure falls: nothing
    is missing beside it."""
    (first, *others) = chosen
    return not others and (names_row(gathered.question, first, gathered.rare) or _falls(gathered, first))


def _falls(gathered: Gathered, row: SourceSentence) -> bool:
    return falls_in_range(gathered.question, gathered.sentences, row)


def _first_falling(
    gathered: Gathered, ranked: Sequence[tuple[float, SourceSentence]]
) -> SourceSentence | None:
    """The best sentence, where the question's figure falls into its range."""
    return ranked[0][1] if ranked and _falls(gathered, ranked[0][1]) else None


def _each_part(gathered: Gathered) -> dict[SourceSentence, str]:
    """For each of several questions in one, the sentence that answers it best, with that question; none where only one
    is asked or no sentence speaks of what one of them asks for."""
    found: dict[SourceSentence, str] = {}
    asked = parts(gathered.question)
    for part in asked if len(asked) > 1 else ():
        ranked = rank(gathered, part)
        if not ranked:
            continue
        best = ranked[0][1]
        others = keys(" ".join(other for other in asked if other != part))
        own = [word for word in beyond(part, context(best)) if word.key not in others]
        if not own or coverage(own, keys(best.text), gathered.rare) >= PART_HELD:
            found.setdefault(best, part)
    return found


def _alone(gathered: Gathered) -> dict[SourceSentence, str]:
    """The sentence that answers best, marked by its question, and those that bring more of what is asked for."""
    ranked = own_rows_first(gathered.question, _below_titles(gathered, rank(gathered)))
    extreme = extreme_rows(gathered, [sentence for _, sentence in ranked[:LOOKED_AT]])
    if extreme:
        return dict.fromkeys(extreme, "")
    given = given_field(gathered.question, ranked) or _first_falling(gathered, ranked)
    if given is not None:
        return {given: gathered.question}
    following = told_next(gathered, ranked)
    if following:
        return following
    numbered = _numbered(gathered, ranked)
    if numbered:
        return dict.fromkeys(numbered, gathered.question)
    listing = bool(LISTING.search(gathered.question))
    chosen = [sentence for _, sentence in ranked[:1]]
    for score, sentence in ranked[1:8]:
        near = score >= (NEARLY_AS_GOOD if listing else WORTH_A_LOOK) * ranked[0][0]
        if near and len(chosen) < (QUOTES_LIMIT if listing else 2) and _adds(gathered, chosen, sentence):
            chosen.append(sentence)
    decided = decision(gathered, chosen[0]) if chosen else None
    if decided is not None:
        return {chosen[0]: "", decided: ""}
    if (
        len(chosen) > 1
        and not listing
        and (_says_all(gathered, chosen[0]) or _alone_offers(gathered, chosen))
    ):
        chosen = chosen[:1]
    elif len(chosen) > 1 and not listing and brought(gathered, chosen[1:], chosen[:1]) <= NOTHING_MORE:
        chosen = chosen[1:]
    return {sentence: "" if place else gathered.question for place, sentence in enumerate(chosen)}


def _alone_offers(gathered: Gathered, chosen: Sequence[SourceSentence]) -> bool:
    """Whether of all these the first alone has a place, where one is asked for."""
    offering = [offers(one.text, "place", gathered.question) for one in chosen]
    return sought(gathered.question) == "place" and offering[0] and not any(offering[1:])


def _says_all(gathered: Gathered, sentence: SourceSentence) -> bool:
    """Whether the sentence says of just what the question asks for how much or when it is."""
    rows = wanted_rows(gathered, gathered.question)
    if rows and named_so(rows[sentence.document_id], sentence) == 1.0:
        return True
    asked = question_words(gathered.question)
    held = said_throughout(asked, gathered.rare) | context(sentence) | keys(sentence.led)
    return states(gathered.question, sentence.text) and _says_whose(asked, held)


def _says_whose(asked: Sequence[Word], held: frozenset[str]) -> bool:
    """Whether nothing that the question names is missing: another's deposit is no answer."""
    return all(word.key in held for word in asked if word.weight >= TELLING)


def _numbered(gathered: Gathered, ranked: Sequence[tuple[float, SourceSentence]]) -> list[SourceSentence]:
    """Where the best sentence begins with the number that is asked for, it and nearly as good ones of other documents
    that do: each has its own figure 3."""
    found: dict[int, SourceSentence] = {}
    numbered = openings(gathered)
    for score, sentence in ranked[:LOOKED_AT]:
        if score >= WORTH_A_LOOK * ranked[0][0] and sentence in numbered:
            found.setdefault(sentence.document_id, sentence)
    return list(found.values())[:QUOTES_LIMIT] if ranked and ranked[0][1] in found.values() else []


def _below_titles(
    gathered: Gathered, ranked: Sequence[tuple[float, SourceSentence]]
) -> list[tuple[float, SourceSentence]]:
    """The ranking with what stands under a title in its place: a title names what is asked for and does not say it."""
    found: dict[SourceSentence, float] = {}
    for score, sentence in ranked:
        below = _first_below(gathered, sentence) if _only_leads(gathered.question, sentence) else sentence
        if below is not None:
            found.setdefault(below, score)
    return [(score, sentence) for sentence, score in found.items()] or list(ranked)


def _only_leads(question: str, sentence: SourceSentence) -> bool:
    """Whether what stands below the sentence says what it only names, as a title does, or asks without a figure of its own."""
    asks = sentence.text.endswith(("?", "？")) and not beyond_figures(
        figures(sentence.text), figures(question)
    )
    return sentence.title or asks


def _first_below(gathered: Gathered, title: SourceSentence) -> SourceSentence | None:
    """The first sentence under the title that is none itself; None where there is none in the same evidence."""
    for one in gathered.sentences[gathered.sentences.index(title) + 1 :]:
        if one.number != title.number:
            return None
        if not _only_leads(gathered.question, one):
            return one
    return None


def _before(gathered: Gathered, sentence: SourceSentence) -> SourceSentence | None:
    """The sentence that stands before it in the same paragraph."""
    place = gathered.sentences.index(sentence)
    before = gathered.sentences[place - 1] if place else None
    near = before is not None and before.number == sentence.number and 0 <= sentence.start - before.end <= 1
    return before if near else None


def _leans(gathered: Gathered, sentence: SourceSentence, before: SourceSentence) -> bool:
    """Whether the sentence speaks of something that only the one before it names."""
    asked = question_words(gathered.question)
    alone = keys(sentence.text) | context(sentence)
    more = coverage(asked, alone | keys(before.text), gathered.rare)
    return bool(LEANS_BACK.search(sentence.text)) and more > coverage(asked, alone, gathered.rare)


def _adds(gathered: Gathered, chosen: Sequence[SourceSentence], sentence: SourceSentence) -> bool:
    if LISTING.search(gathered.question):
        known = keys(gathered.question)
        own = {word.key for word in words(sentence.text) if word.weight >= TELLING and word.key not in known}
        return len(own - keys(" ".join(one.text for one in chosen))) > 0.5 * len(own)
    same = sentence.document_id == chosen[0].document_id
    return same and brought(gathered, chosen, [sentence]) >= WORTH_ADDING
