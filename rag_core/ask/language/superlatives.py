"""Questions for the greatest or the least of something ("which region has the highest growth?")."""

from __future__ import annotations

import re

GREATEST = re.compile(
    r"最[高大多贵貴长長久重]"
    r"|\b(?:highest|largest|biggest|greatest|longest|heaviest|tallest|maximum|most(?! (?:recent|popular|important)))\b",
    re.IGNORECASE,
)
LEAST = re.compile(
    r"最[低小少短轻輕]|最便宜|\b(?:lowest|smallest|least|fewest|cheapest|shortest|lightest|minimum)\b",
    re.IGNORECASE,
)


def compares(question: str) -> bool:
    """Whether the question asks for the greatest or the least of something: all there is must be looked at."""
    return bool(GREATEST.search(question) or LEAST.search(question))
