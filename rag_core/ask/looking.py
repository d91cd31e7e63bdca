"""Where an answer is looked for: in the documents that the question points to alone, or in all that was searched."""

from __future__ import annotations

from dataclasses import replace

from rag_core.ask.asked import Searched, Work
from rag_core.ask.documents.told import told_of_documents
from rag_core.ask.following.again import again
from rag_core.ask.following.followed import asks_for_more, followed
from rag_core.ask.following.nearer import Found, asks_anew, is_filled, nearer
from rag_core.ask.pointing.party import parties_named
from rag_core.ask.pointing.pointed import lowered, pointed
from rag_core.ask.quoting.quote import rank
from rag_core.ask.viewing import View, as_shown, search_in, view_of

# A short question lies so near to hardly any sentence of another language that does not answer it.
_SURE_ACROSS = 1.3


def look(work: Work, searched: str, found: Searched) -> View:
    """The evidence in what was `found`; where the question points to documents, in these and nowhere else: what another
    one says is no answer to what the 2026 agreement says. Where another may be meant (see Pointing), all are looked in after
    all, when that one is unlikely to answer it."""
    near = again(work) or followed(work, searched)
    if near is not None:
        return replace(as_shown(work, near.gathered), shown=False, beside=near)
    named = told_of_documents(work, searched)
    if named is not None:
        return as_shown(work, named)
    place = pointed(searched, work.means.files(work.asked))
    if place is None or work.cancelled():
        view = _of_party(work, searched, found, view_of(work, searched, found))
        return view if view.looked_in else _nearer(work, searched, view)
    view = view_of(work, place.question, search_in(work, place.question, place.document_ids))
    view = replace(view, answer_from=lowered(view.answer_from), looked_in=place.filenames)
    return view_of(work, searched, found) if place.loose and view.chance < view.answer_from else view


def _of_party(work: Work, searched: str, found: Searched, view: View) -> View:
    """The likeliest view of the contracts of a party whom the question names, asked for by what they call them; `view`,
    that of the question as it is, where it is likelier and the best of it stands elsewhere or only it answers."""
    named = () if work.cancelled() else parties_named(searched, found.hits, work.means.whole)
    if not named:
        return view
    views = [
        replace(
            view_of(work, one.question, search_in(work, one.question, (one.document_id,))),
            looked_in=(one.filename,),
        )
        for one in named
    ]
    best = max(views, key=lambda one: one.chance)
    first = view.gathered.evidence[0].hit.passage.document_id
    at_home = first in {one.document_id for one in named}
    return likelier(view, best, at_home)


def likelier(view: View, best: View, at_home: bool) -> View:
    """`best`, what is found for a party's role, unless `view`, what is found for its name, is likelier. Where that stands in
    the party's contract (`at_home`), the role goes first as long as it is answered."""
    answers = at_home and best.chance >= best.answer_from
    return best if best.chance >= view.chance or answers else view


def _nearer(work: Work, searched: str, view: View) -> View:
    """The view, or that of the documents that the last answer quotes, where a follow-up is rather answered from there."""
    if asks_for_more(work, rank(view.gathered)):
        return replace(view, chance=0.0)
    views: dict[str, View] = {}

    def within(text: str, ids: tuple[int, ...]) -> Found:
        there = search_in(work, text, ids)
        views[text] = view_of(work, text, there)
        return _found(text, views[text])

    near = None if work.cancelled() else nearer(work, _found(searched, view), within)
    if near is None:
        return _across(work, _as_asked(work, searched, view))
    found, files = near
    answer_from = lowered(view.answer_from)
    there = replace(
        views[found.text],
        chance=max(found.chance, answer_from),
        answer_from=answer_from,
        looked_in=tuple(dict.fromkeys(one.filename for one in files)),
        instead=found.text,
    )
    return _as_asked(work, found.text, there)


def _across(work: Work, view: View) -> View:
    """The view; of a follow-up that would be refused, what another language than the conversation's tells it surely."""
    if view.chance >= view.answer_from or work.cancelled() or not asks_anew(work):
        return view
    other = view_of(work, work.asked.question, work.means.search(work.asked.question, work.asked))
    return (
        replace(other, instead=work.asked.question)
        if other.held.foreign and other.held.near >= _SURE_ACROSS
        else view
    )


def _as_asked(work: Work, searched: str, view: View) -> View:
    """The view; where it holds only what the conversation put into a follow-up, with the chance of the question as it was
    asked, in the document that it was found in."""
    if view.chance < view.answer_from or not is_filled(work, _found(searched, view)):
        return view
    document_id = rank(view.gathered)[0][1].document_id
    asked = work.asked.question
    return replace(view, chance=view_of(work, asked, search_in(work, asked, (document_id,))).chance)


def _found(text: str, view: View) -> Found:
    return Found(text, view.gathered, view.chance, view.answer_from)
