"""Whether the text of a layer can be what the page says. Fonts whose characters are mapped wrongly give text
that is neat and means nothing; old recognition leaves scraps.

No dictionary is needed. Whatever the language, most pairs of letters never stand side by side, and most
ideographs and syllables that exist are never used; text that was scrambled does not know that.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

# Pairs that make up at least two (Cyrillic: one) of a thousand in any of 26 languages: each letter with those
# that follow it. Of the pairs in ordinary text they are 93 to 99 in a hundred, of scrambled text 14 to 66.
_FOLLOWERS = (
    "aabcdefghijklmnopqrstuvwyz baeiloruy cacehijkorstuz dabeilmnorstuyz eabcdefghijklmnoprstuvxyz faefiloru"
    " gaegijknorstuy haeilnortuv iabcdefghijklmnopqrstuvxyz jadeilou kaehiklorstuy ladeghijklmnostuy mabeilmnopu"
    " nacdeghijklmnostuvyz oabcdefghijklmnoprstuvwz pacehiloprtu qu racdeghijklmnorstuvyz saceghijklnopstuvyz"
    " taehiklmnorstuxyz uabcdefghijklmnoprstuyz vaeinory waeinoy xeu yacehikmopstw zadeimnotuwyz"
    " абвгдежзиклмнпрстцчщяє бавеиклноруыі вадеиклнорсуъыі галору давеиклноруъі евгджзиклмнпрстучшщ ждеин"
    " завдимноптух ибвдезиклмнпрстхцчюя кавеилорстущъі лаезикноуьюяі мавеиоуыяі надеиклнотуыьяі обвгдежзиклмнпрстчшюя"
    " паеиоруцъі равгежимностушъыяі савеиклопстуъьяі тавеикнорсуъыьі увдежклмнпстчює фаиоі хо цеиі чаеинт шеику щаеио"
    " ъвдзлрстщ ывеиптх ьзнос эт ютчщ явдекнт єт івдзиклмнрстяі"
)
_FAMILIAR_PAIRS = 0.75
_LEAST_PAIRS = 100
_FAMILIAR_SIGNS = 0.8
_LEAST_SIGNS = 40
_WORD = re.compile(r"[a-z]{4,}|[а-яёіїєґ]{4,}")
# Beyond the last letter that a word may have.
_NO_LETTER = 0x492
_FIRST_MARK, _FIRST_WIDE = 0x300, 0x4E00
_MARKS = re.compile("[\u0300-\u036f]")
_FOLDED = {"ø": "o", "ł": "l", "ı": "i", "ß": "ss", "đ": "d", "æ": "ae", "œ": "oe"}
_IDEOGRAPH = re.compile("[\u4e00-\u9fff]")
_SYLLABLE = re.compile("[\uac00-\ud7a3]")
# The ideographs in common use come first in the old national sets: the code, its first and its last byte pair.
_COMMON = (("gb2312", 0xB0A1, 0xD7FE), ("big5", 0xA440, 0xC67E), ("shift_jis", 0x889F, 0x9872))
# A word, a number or a sign with ordinary marks around it.
_SOUND = re.compile(
    r"[\"'“‘«‹(\[{¿¡*•·–—-]*(?:[^\W\d_]+(?:[-'’./&][^\W\d_]+)*|[$€£¥#§№±+<>≤≥~-]*\d+(?:[.,:/'’-]\d+)*"
    r"(?:st|nd|rd|th|[a-z]{1,3})?|[–—&+=/•·|-])[\"'”’»›)\]}%°.,:;!?*†‡…-]*"
)
_OTHER_LETTERS = re.compile("[\u0370-\u1fff\u2e80-\ud7ff\uf900-\ufaff]")
_SOUND_SCRAPS = 0.6
_LEAST_WORDS = 12


def is_scrambled(text: str) -> bool:
    """Whether letters, ideographs or syllables come as they do in no language. Short texts are trusted."""
    wide = _highest(text) >= _FIRST_WIDE
    syllables, ideographs = (one.findall(text) if wide else [] for one in (_SYLLABLE, _IDEOGRAPH))
    words = _words(_SYLLABLE.sub("", text) if syllables else text)
    if _strange(*_pairs(words), _LEAST_PAIRS, _FAMILIAR_PAIRS):
        return True
    return any(
        _strange(sum(map(common, signs)), len(signs), _LEAST_SIGNS, _FAMILIAR_SIGNS)
        for common, signs in ((_is_common, ideographs), (_is_syllable, syllables))
    )


def is_scraps(text: str) -> bool:
    """Whether most of a recognised text's words are none. Short texts are trusted."""
    words = text.split()
    sound = sum(bool(_SOUND.fullmatch(word) or _OTHER_LETTERS.search(word)) for word in words)
    return len(words) >= _LEAST_WORDS and sound < _SOUND_SCRAPS * len(words)


def _words(text: str) -> set[str]:
    """The different words of four letters at least, without accents."""
    folded = unicodedata.normalize("NFD", text.casefold())
    # Looking for each of a few letters is many times faster than translating the text.
    for letter, plain in _FOLDED.items():
        folded = folded.replace(letter, plain)
    return set(_WORD.findall(_MARKS.sub("", folded) if _highest(folded) >= _FIRST_MARK else folded))


def _highest(text: str) -> int:
    """The greatest code of the characters; to know it takes a tenth of the time of looking for what is not there."""
    return int(np.frombuffer(text.encode("utf-32-le", "replace"), "<u4").max(initial=0))


def _pairs(words: Iterable[str]) -> tuple[int, int]:
    """How many pairs of letters in the words are familiar, and how many there are."""
    letters = np.frombuffer(" ".join(words).encode("utf-16-le"), "<u2")
    first, second = letters[:-1], letters[1:]
    inside = (first != ord(" ")) & (second != ord(" "))
    return int(np.count_nonzero(_followers()[first, second])), int(np.count_nonzero(inside))


@functools.cache
def _followers() -> npt.NDArray[np.bool_]:
    """Whether the second letter often follows the first, by their codes."""
    table = np.zeros((_NO_LETTER, _NO_LETTER), bool)
    for letters in _FOLLOWERS.split():
        table[ord(letters[0]), list(map(ord, letters[1:]))] = True
    return table


def _strange(familiar: int, total: int, least: int, share: float) -> bool:
    # What chance may do to a short text is granted: three standard deviations.
    return total >= least and familiar < share * total - 3 * math.sqrt(share * (1 - share) * total)


@functools.cache
def _is_common(sign: str) -> bool:
    for code, first, last in _COMMON:
        pair = int.from_bytes(sign.encode(code, "ignore"))
        if first <= pair <= last:
            return True
    return False


@functools.cache
def _is_syllable(sign: str) -> bool:
    return len(sign.encode("euc_kr", "ignore")) == 2
