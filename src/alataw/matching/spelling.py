"""The home of how alike two names are: in any script, with the words for the kind of thing left out.

A name becomes a `Key` once; two keys are compared often. What is the same in sound but not in letters (Zhydachiv,
Żydaczów, Жидачів) meets in `sound`, a coarse spelling made for that alone.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from alataw import names
from alataw.matching.words import ALL_KIND_WORDS, KIND_SUFFIX, KIND_WORDS, SIDE_WORDS, SOFT_WORDS

# Letters and numbers of any script, with apostrophes and dots inside words (ж/д, h.m, раз'езд).
_WORD = re.compile(r"[^\W_]+(?:['’ʼ./\u200c][^\W_]+)*")
_BRACKETS = re.compile(r"\s*[(\[（].*?[)\]）]\s*")
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6"}
# Digraphs first: one sound, one letter. Coarse on purpose: g and h, e and ie, v and w are one.
_SOUNDS = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"shch|szcz|sch|tsch|sz|sh", "s"),
        (r"tch|ch|cz|cs|tsh", "c"),
        (r"zh|rz|zs", "z"),
        (r"kh|gh|ck|q", "h"),
        (r"ph", "f"),
        (r"th", "t"),
        (r"ts|tz", "c"),
        (r"x", "ks"),
        (r"w", "v"),
        (r"g", "h"),
        (r"[yj]", "i"),
        (r"i+([aeou])", r"\1"),
        (r"(.)\1+", r"\1"),
        (r"iu", "u"),
    )
]


class Key(NamedTuple):
    """A name, ready to be compared.

    Args:
        letters: All words in ASCII, one after another.
        sound: The same, in coarse spelling.
        words: The words in coarse spelling, those for the main station left out, sorted.
        numbers: The numbers, as they may be: Mostyska 2; sorted.
        sides: What the words for a side of town, an age, a use tell: east, upper, goods; sorted.
    """

    letters: str
    sound: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]
    sides: tuple[str, ...]

    @property
    def core(self) -> str:
        """The words without those for the main station, in coarse spelling."""
        return "".join(self.words)

    @property
    def skeleton(self) -> str:
        """The consonants of the words, by which spellings are sought."""
        return re.sub(r"[aeiou]", "", self.core) or self.core

    @property
    def tells(self) -> bool:
        """Whether the name tells of one thing more than of many: not `5 km`."""
        return any(word != "km" and not word.isdigit() for word in self.words)


@lru_cache(maxsize=200_000)
def key(name: str, language: str = "") -> Key | None:
    """Make the key of a name; None for a name without letters and numbers.

    >>> key("阿拉山口站", "zh").letters, key("Станция Алашанькоу", "ru").letters, key("Lviv II").numbers
    ('alashankou', 'alashankou', ('2',))
    """
    text = unicodedata.normalize("NFC", _BRACKETS.sub(" ", name) if _BRACKETS.sub("", name).strip() else name)
    text = re.sub(KIND_SUFFIX, "", text) or text
    kind_words = KIND_WORDS.get(language.partition("-")[0].lower(), ALL_KIND_WORDS)
    said = _WORD.findall(text)
    lowered = [word.lower() for word in said]
    told = [word for word in lowered if word not in kind_words]
    # Camel case joins words (AlaShankou); a name of kind words alone keeps them (Gara).
    if not told or all(word in SOFT_WORDS for word in told):
        told = lowered
    words = [_word(word) for word in told]
    pairs = [(word, plain) for word, plain in zip(told, words, strict=True) if plain]
    if not pairs:
        return None
    firm = [plain for word, plain in pairs if word not in SOFT_WORDS] or [plain for _, plain in pairs]
    letters = "".join(plain for _, plain in pairs)
    return Key(
        letters,
        sound(letters),
        tuple(sorted(sound(word) for word in firm)),
        tuple(sorted({number for word in firm for number in re.findall(r"\d+", word)})),
        tuple(sorted({side for _, plain in pairs if (side := _side(plain))})),
    )


def _word(word: str) -> str:
    plain = names.fold(word)
    return _ROMAN.get(plain, plain)


@lru_cache(maxsize=50_000)
def _side(word: str) -> str:
    for length in range(min(len(word), 8), 1, -1):
        side = SIDE_WORDS.get(word[:length])
        # A short beginning is the whole word, else Ostrava lay in the east.
        if side and (length >= 5 or len(word) - length <= 2):
            return side
    return ""


@lru_cache(maxsize=200_000)
def sound(letters: str) -> str:
    """Put ASCII letters into coarse spelling.

    >>> sound("zhydachiv"), sound("zydaczow"), sound("zhidachiv")
    ('zidaciv', 'zidacov', 'zidaciv')
    """
    for pattern, replacement in _SOUNDS:
        letters = pattern.sub(replacement, letters)
    return letters


def likeness(one: Key, other: Key) -> float:
    """How alike two names are, from 0 to 1; 1 is the same letters.

    Source: the ratio is the normalised indel similarity of rapidfuzz.

    >>> likeness(key("Zhydachiv"), key("Жидачив", "ru")), likeness(key("Lviv 1"), key("Lviv 2")) < 0.7
    (0.98, True)
    """
    from rapidfuzz.distance import Indel

    if one.letters == other.letters:
        return 1.0
    if one.sound == other.sound:
        return 0.98
    if one.words == other.words:
        return 0.96
    ratio = float(Indel.normalized_similarity(one.sound, other.sound))
    if one.core != one.sound or other.core != other.sound:
        ratio = max(ratio, 0.97 * float(Indel.normalized_similarity(one.core, other.core)))
    if ratio < 0.6:
        return ratio
    if one.numbers != other.numbers:
        return min(ratio, 0.55 if one.numbers and other.numbers else 0.75)
    if one.sides != other.sides:
        return min(ratio, 0.6 if set(one.sides) - set(other.sides) and set(other.sides) - set(one.sides) else 0.75)
    if len(one.words) != len(other.words) or len(one.words) > 1:
        lacking = _lacking(one, other) + _lacking(other, one)
        if lacking:
            return min(ratio, 0.8)
    return ratio


def _lacking(one: Key, other: Key) -> int:
    """How many words of a name have no like in the other."""
    from rapidfuzz.distance import Indel

    return sum(
        1
        for word in one.words
        if len(word) > 2
        and word not in other.core
        and not any(Indel.normalized_similarity(word, like) >= 0.78 for like in other.words)
    )
