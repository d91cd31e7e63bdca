"""Whether the text of a layer can be what the page says. Fonts whose characters are mapped wrongly give text
that is neat and means nothing; old recognition leaves scraps.

No dictionary is needed. Whatever the language, most pairs of letters never stand side by side, and most
ideographs and syllables that exist are never used; text that was scrambled does not know that.
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

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
_PAIRS = frozenset(letters[0] + one for letters in _FOLLOWERS.split() for one in letters[1:])
_FAMILIAR_PAIRS = 0.75
_LEAST_PAIRS = 100
_FAMILIAR_SIGNS = 0.8
_LEAST_SIGNS = 40
_WORD = re.compile(r"[a-z]{4,}|[а-яёіїєґ]{4,}")
_MARKS = re.compile("[\u0300-\u036f]")
_FOLDED = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "ß": "ss", "đ": "d", "æ": "ae", "œ": "oe"})
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
    folded = unicodedata.normalize("NFD", _SYLLABLE.sub("", text).casefold())
    words = set(_WORD.findall(_MARKS.sub("", folded.translate(_FOLDED))))
    pairs = Counter(itertools.chain.from_iterable(map(itertools.pairwise, words)))
    if _strange(((a + b in _PAIRS, count) for (a, b), count in pairs.items()), _LEAST_PAIRS, _FAMILIAR_PAIRS):
        return True
    return any(
        _strange(
            ((common(sign), count) for sign, count in Counter(found).items()), _LEAST_SIGNS, _FAMILIAR_SIGNS
        )
        for common, found in ((_is_common, _IDEOGRAPH.findall(text)), (_is_syllable, _SYLLABLE.findall(text)))
    )


def is_scraps(text: str) -> bool:
    """Whether most of a recognised text's words are none. Short texts are trusted."""
    words = text.split()
    sound = sum(bool(_SOUND.fullmatch(word) or _OTHER_LETTERS.search(word)) for word in words)
    return len(words) >= _LEAST_WORDS and sound < _SOUND_SCRAPS * len(words)


def _strange(found: Iterable[tuple[bool, int]], least: int, share: float) -> bool:
    familiar = total = 0
    for known, count in found:
        familiar += count if known else 0
        total += count
    # What chance may do to a short text is granted: three standard deviations.
    return total >= least and familiar < share * total - 3 * math.sqrt(share * (1 - share) * total)


def _is_common(sign: str) -> bool:
    for code, first, last in _COMMON:
        pair = int.from_bytes(sign.encode(code, "ignore"))
        if first <= pair <= last:
            return True
    return False


def _is_syllable(sign: str) -> bool:
    return len(sign.encode("euc_kr", "ignore")) == 2
