"""What a claim says more firmly, more widely or of others than its source, though it uses the source's words."""

from __future__ import annotations

from rag_core.ask.checking.changes import misread_change
from rag_core.ask.checking.ends import ends_exchanged, other_agent
from rag_core.ask.checking.limits import bounded_otherwise
from rag_core.ask.checking.modality import overstated
from rag_core.ask.checking.parties import other_party
from rag_core.ask.checking.rates import other_rate
from rag_core.ask.checking.scope import promoted, widened
from rag_core.ask.language.figures import figures
from rag_core.ask.language.periods import is_of_dates
from rag_core.ask.language.tiles import Laid, plain
from rag_core.errors import Problem

WORDINGS = (
    "claim_bound",
    "claim_change",
    "claim_rate",
    "claim_scope",
    "claim_surer",
    "claim_party",
    "claim_scope",
    "claim_elsewhere",
)


def reworded(laid: Laid, claim: str, source: str, question: str) -> Problem | None:
    """What of the claim its source words otherwise: how a figure is bounded, by or to how much something changed, per
    what, of how many, how surely, which party; None for nothing."""
    held = plain(source).lower()
    own = [figure for figure in figures(claim) if not is_of_dates(figure)]
    beside = laid.beside(held, lambda said: any(a.agrees(b) for a in own for b in figures(said)))
    found = (
        bounded_otherwise(claim, source),
        misread_change(claim, source),
        other_rate(claim, source),
        widened(plain(claim).lower(), held, beside),
        overstated(plain(claim).lower(), held, beside, plain(question).lower()),
        other_party(claim, source),
        promoted(plain(claim).lower(), held),
        ends_exchanged(plain(claim).lower(), held) or other_agent(plain(claim).lower(), held),
    )
    return next((Problem(code, detail) for code, detail in zip(WORDINGS, found, strict=True) if detail), None)
