"""The home of names as keys: the form in which spellings and scripts of a name meet.

Where two names meet is a hint for people and for search; that they mean one thing is never said here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from alataw.terms import DEF, SKOS, Literal, NamedNode, Triple

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


def fold(text: str) -> str:
    """Turn a name into its key: Latin letters and digits in lower case, nothing else.

    Han is read in Mandarin, word by word, since single characters have several readings (重庆 is Chongqing);
    every other script is put into ASCII letter by letter. Words are known in simplified characters only, so that
    重慶 has another key than 重庆; each meets itself.

    >>> fold("Ürümqi"), fold("阿拉山口"), fold("Алашанькоу"), fold("重庆")
    ('urumqi', 'alashankou', 'alashankou', 'chongqing')
    """
    text = unicodedata.normalize("NFKC", text)
    if not text.isascii():
        if _HAN.search(text):
            from pypinyin import lazy_pinyin

            # With ü, which then becomes u as in other spellings, and not the v of keyboards (旅顺 is Lüshun).
            text = _HAN.sub(lambda han: "".join(lazy_pinyin(han[0], v_to_u=True)), text)
        from anyascii import anyascii

        text = anyascii(text)
    return re.sub(r"[^a-z0-9]", "", text.lower())


def slug(text: str) -> str:
    """Turn a name into words that a path can hold: ASCII in lower case, with hyphens; empty if nothing is left.

    >>> slug("Đồng Đăng"), slug("Zamyn-Üüd"), slug("北疆 铁路"), slug("Ji'an (Jilin)")
    ('dong-dang', 'zamyn-uud', 'beijiang-tielu', 'jian-jilin')
    """
    words = (fold(word) for word in re.split(r"[^\w'’ʼ]+|_", unicodedata.normalize("NFC", text)))
    return "-".join(filter(None, words))


def script_of_han(text: str) -> str:
    """Tell in which script Chinese is written, where its characters are of one only: a language tag.

    A character set made for one script holds what the other lacks (GB 2312 and Big5); where both hold all of a
    text, it reads the same in both, and the tag is `zh` alone.

    >>> script_of_han("铁路"), script_of_han("鐵路"), script_of_han("上海")
    ('zh-Hans', 'zh-Hant', 'zh')
    """
    simplified, traditional = (_encodes(text, charset) for charset in ("gb2312", "big5"))
    return "zh" if simplified == traditional else "zh-Hans" if simplified else "zh-Hant"


def _encodes(text: str, charset: str) -> bool:
    han = "".join(_HAN.findall(text))
    try:
        han.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


GRAM = 4
"""How many letters a part of a key has by which it is found."""


def grams(key: str) -> set[str]:
    """The parts by which a key is found from any part of it; by fewer letters only from its beginning.

    >>> sorted(grams("almaty"))
    ['a', 'al', 'alm', 'alma', 'lmat', 'maty']
    """
    within = {key[start : start + GRAM] for start in range(len(key) - GRAM + 1)}
    return within | {key[:length] for length in range(1, GRAM)}


def beginning(text: str) -> str:
    """The part of a name by which it is looked up: the first letters of its key.

    >>> beginning("Алашанькоу"), beginning("Xi")
    ('alas', 'xi')
    """
    return fold(text)[:GRAM]


def keys(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Derive the index by which names are found in any script.

    Returns:
        For each label, and each name claimed of something, the triple `entity :nameKey key`, and `skos:hiddenLabel` for
        each of its `grams`, each once: whoever looks for a part of a name looks up its first letters.
    """
    triples = list(triples)
    about_, name, labels, part_ = DEF.about, DEF.name, (SKOS.prefLabel, SKOS.altLabel), SKOS.hiddenLabel
    about = {triple.subject: triple.object for triple in triples if triple.predicate == about_}
    found: dict[tuple[NamedNode, str], None] = {}
    for triple in triples:
        predicate = triple.predicate
        if (predicate == name or predicate in labels) and isinstance(triple.object, Literal):
            named = about.get(triple.subject, triple.subject) if predicate == name else triple.subject
            if isinstance(named, NamedNode):
                found[named, fold(triple.object.value)] = None
    parts: dict[NamedNode, dict[str, None]] = {}
    for named, key in found:
        if key:
            yield Triple(named, DEF.nameKey, Literal(key))
            parts.setdefault(named, {}).update(dict.fromkeys(sorted(grams(key))))
    for named, of in parts.items():
        yield from (Triple(named, part_, Literal(part)) for part in of)


def likeness(one: str, other: str) -> float:
    """How like two words are, letter by letter: 1 for the same, 0 for nothing in common.

    >>> round(likeness("station", "staton"), 2)
    0.92
    """
    from rapidfuzz.distance import Indel

    return float(Indel.normalized_similarity(one, other))


def nearest(word: str, names: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The names most like a word, best first; none if all are far.

    >>> nearest("operaters", ["operators", "openings", "lines"], limit=1)
    ('operators',)
    """
    from rapidfuzz import process
    from rapidfuzz.distance import JaroWinkler

    # Words mistyped, and long names of which the beginning was typed, are what this measure favours.
    found = process.extract(
        fold(word),
        list(names),
        scorer=JaroWinkler.normalized_similarity,
        processor=fold,
        limit=limit,
        score_cutoff=0.75,
    )
    return tuple(name for name, *_ in found)
