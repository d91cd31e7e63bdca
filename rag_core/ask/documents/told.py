"""What is asked of a document as such, or of its entries, each told by a function of its own."""

from __future__ import annotations

from rag_core.ask.asked import Work
from rag_core.ask.documents.authored import authored
from rag_core.ask.documents.compared import compared
from rag_core.ask.documents.entered import entered, timetabled
from rag_core.ask.documents.mailed import mailed
from rag_core.ask.documents.mentioned import mentioned
from rag_core.ask.documents.minuted import attended, decided_on
from rag_core.ask.documents.picked import picked
from rag_core.ask.documents.sectioned import sectioned
from rag_core.ask.documents.worded import worded
from rag_core.ask.evidence.gather import Gathered

# The first that tells it.
_TELLERS = (
    mailed,
    authored,
    sectioned,
    worded,
    entered,
    attended,
    decided_on,
    compared,
    picked,
    mentioned,
    timetabled,
)


def told_of_documents(work: Work, searched: str) -> Gathered | None:
    """What is shown as the answer, where the question asks something of a document as such or of its entries; None elsewhere."""
    return next((shown for tell in _TELLERS if (shown := tell(work, searched)) is not None), None)
