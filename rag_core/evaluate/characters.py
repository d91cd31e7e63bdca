"""How far a text that was read is from the text that stands on the page, character by character."""

from __future__ import annotations

from collections import Counter


def recall(wanted: str, given: str) -> float:
    """The share of the wanted characters that were given, wherever they stand."""
    return (Counter(wanted) & Counter(given)).total() / len(wanted) if wanted else 1.0


def error_rate(wanted: str, given: str) -> float:
    """Edits from one text to the other, by the wanted length."""
    return edit_distance(wanted, given) / len(wanted) if wanted else float(bool(given))


def edit_distance(one: str, other: str) -> int:
    """Insertions, deletions and substitutions from one text to the other (Myers 1999, a row as one
    number): 10,000 characters against 10,000 take a fraction of a second."""
    if not one or not other:
        return max(len(one), len(other))
    return _distances(one, other, anywhere=False)


def nearest_distance(phrase: str, text: str) -> int:
    """The edits from the phrase to the part of the text that is nearest to it."""
    return _distances(phrase, text, anywhere=True) if phrase else 0


def nearest_ends(phrase: str, text: str, most: int) -> list[int]:
    """Where in the text the phrase ends, found with at most so many edits."""
    found: list[int] = []
    _distances(phrase, text, anywhere=True, within=(most, found))
    return found


def _distances(one: str, other: str, *, anywhere: bool, within: tuple[int, list[int]] | None = None) -> int:
    """The distance to the whole of `other`, or to the part of it that is nearest."""
    places: dict[str, int] = {}
    for index, character in enumerate(one):
        places[character] = places.get(character, 0) | 1 << index
    whole, last = (1 << len(one)) - 1, 1 << (len(one) - 1)
    up, down, distance = whole, 0, len(one)
    nearest = distance
    for at, character in enumerate(other, 1):
        match = places.get(character, 0)
        carry = (((match & up) + up) ^ up) | match
        rise = down | ~(carry | up) & whole
        fall = up & carry
        distance += bool(rise & last) - bool(fall & last)
        rise = (rise << 1 | (not anywhere)) & whole
        fall = fall << 1 & whole
        match |= down
        up = fall | ~(match | rise) & whole
        down = rise & match
        nearest = min(nearest, distance)
        if within and distance <= within[0]:
            within[1].append(at)
    return nearest if anywhere else distance
