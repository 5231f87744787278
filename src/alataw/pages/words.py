"""The home of words: how a term is written on a page, in the languages of its reader.

Whatever comes from the data is escaped, isolated (`bdi`), says its language, and becomes a link only where it leads to
a page of ours or to another by http, https or mailto.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from alataw import dates, geo
from alataw.pages.addresses import page_of
from alataw.solutions import UNSEEN
from alataw.terms import DEF, GEO, XSD, Literal, NamedNode, Term, text_of

Labels = Mapping[Term, Sequence[Literal]]
Link = Callable[[str], str]

# The scripts that are written from right to left, by the languages that use them unless their tag says otherwise.
_RIGHT_TO_LEFT = {"ar", "arc", "ckb", "dv", "fa", "he", "ks", "nqo", "ps", "sd", "syr", "ug", "ur", "yi"}
_SCRIPTS = re.compile(r"-([A-Za-z]{4})(?:-|$)")
_RIGHT_TO_LEFT_SCRIPTS = {"adlm", "arab", "hebr", "nkoo", "syrc", "thaa"}

_MONTHS = "January February March April May June July August September October November December".split()

_NUMBERS = {XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.nonNegativeInteger}


MOST_LINKS = 4096
"""How many links to things are kept for a reader: most of a page leads where the last one did."""


class Words:
    """Writes terms for one reader.

    Args:
        labels: The labels of everything that has one.
        languages: Language tags, best first.
        link: Makes a link of a path of ours.
        base: What paths are told against.
        prefixes: Prefix to namespace, for IRIs of others.
    """

    def __init__(
        self, labels: Labels, languages: Iterable[str], link: Link, base: str, prefixes: Mapping[str, str]
    ) -> None:
        self._namespaces = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self._labels = labels
        self._languages = tuple(language.lower() for language in languages)
        self.link = link
        self._base = base
        self._link_to = lru_cache(maxsize=MOST_LINKS)(self._new_link)

    # -- labels --------------------------------------------------------------------------------

    def label(self, term: Term | None) -> Literal | None:
        """The label of a term in the best language that it has; English, else any, where the reader has none."""
        return self.best(self._labels.get(term, ())) if term is not None else None

    def best(self, texts: Sequence[Literal]) -> Literal | None:
        """The text that a reader understands best (RFC 4647, 3.4: a range is shortened until something matches)."""
        for wanted in (*self._languages, "en"):
            while wanted:
                for text in texts:
                    tag = (text.language or "").lower()
                    if tag == wanted or tag.startswith(f"{wanted}-"):
                        return text
                wanted = wanted.rpartition("-")[0]
        return texts[0] if texts else None

    def plain(self, term: Term | None) -> str:
        """A term as plain text: its label, its lexical form, else its IRI as a path, or a word made of it."""
        label = self.label(term)
        return seen(label.value if label else self.path(term))

    def plural(self, term: Term, number: int) -> str:
        """The label of a class as it stands behind a number."""
        label = self.label(term)
        word = self.plain(term)
        return f"{word}s" if number != 1 and label and (label.language or "").startswith("en") else word

    def path(self, term: Term | None) -> str:
        """A term as text: an IRI of ours as its path, any other whole; a literal by its lexical form."""
        text = text_of(term)
        return text.removeprefix(self._base) if isinstance(term, NamedNode) else text

    def name(self, term: Term | None) -> Markup:
        """The label of a term, isolated, in its language; of a term without one its shortest name."""
        label = self.label(term)
        if label is not None:
            return isolated(label.value, label.language)
        path = self.path(term)
        return isolated(
            path[path.find("#") :] if page_of(text_of(term), self._base) and "#" in path else self.short(path)
        )

    def short(self, iri: str) -> str:
        """An IRI as a prefixed name, if one of the prefixes fits."""
        for prefix, namespace in self._namespaces:
            local = iri[len(namespace) :]
            if prefix and iri.startswith(namespace) and local and not set(local) & set("/#"):
                return f"{prefix}:{local}"
        return iri

    def property(self, term: Term | None) -> Markup:
        """The label of a property as it heads a value: `operator` rather than `has operator`."""
        label = self.label(term)
        if label is None:
            return isolated(spelt(text_of(term)))
        return isolated(label.value.removeprefix("has "), label.language)

    # -- values --------------------------------------------------------------------------------

    def linked(self, term: Term | None) -> Markup:
        """A term by its name, leading to its page."""
        return self._link_to(term) if isinstance(term, NamedNode) else self.value(term)

    def _new_link(self, term: NamedNode) -> Markup:
        label = self.label(term)
        if page_of(term.value, self._base) is not None:
            return self.called(term, label)
        return outward(
            term.value, isolated(label.value, label.language) if label else isolated(_cut(self.short(term.value)))
        )

    def called(self, term: NamedNode, name: Literal | None) -> Markup:
        """A thing of ours by a name that it is given somewhere, leading to its page."""
        shown = isolated(name.value, name.language) if name else self.name(term)
        return Markup('<a href="{}">{}</a>').format(self.address(term), shown)

    def address(self, term: Term | None) -> str:
        """The address of the page of a thing of ours; empty for all else."""
        page = page_of(text_of(term), self._base)
        return self.link(page) if page is not None else ""

    def others(self, term: Term | None) -> list[Markup]:
        """The labels of a term but for the one that it is called by."""
        first = self.label(term)
        labels = self._labels.get(term, ()) if term is not None else ()
        return [isolated(label.value, label.language) for label in labels if label != first]

    def is_labelled(self, term: Term, name: Literal) -> bool:
        """Whether a thing has this very text as a label, in whatever language."""
        return any(label.value == name.value for label in self._labels.get(term, ()))

    def value(self, term: Term | None, unit: str = "") -> Markup:
        """A term as a value: a link, a date in words, a number with its unit, or a text in its language."""
        if term is None:
            return Markup("")
        if isinstance(term, NamedNode):
            return self.linked(term)
        if not isinstance(term, Literal):
            return isolated(text_of(term))
        if is_date(term):
            return date(term)
        if term.datatype in _NUMBERS:
            return number(term.value, unit)
        if term.datatype == GEO.wktLiteral and (point := geo.point(term.value)):
            return isolated(degrees(*point))
        if term.datatype == XSD.duration:
            return isolated(duration_words(term.value))
        if term.datatype == XSD.anyURI:
            return outward(term.value)
        return isolated(term.value, term.language)


# -- how values are written ----------------------------------------------------------------------------


def seen(text: str) -> str:
    """A text without what would move, hide or turn other text."""
    return UNSEEN.sub(" ", text)


@lru_cache(maxsize=8192)  # most of a page are words that stand on the last one too
def isolated(text: str, language: str | None = None) -> Markup:
    """A text of the data: escaped, parted from the direction of what stands around it, in its language.

    >>> isolated("<b>", "ar")
    Markup('<bdi lang="ar" dir="rtl">&lt;b&gt;</bdi>')
    """
    if not language:
        return Markup("<bdi>{}</bdi>").format(seen(text))
    if _is_right_to_left(language):
        return Markup('<bdi lang="{}" dir="rtl">{}</bdi>').format(language, seen(text))
    return Markup('<bdi lang="{}">{}</bdi>').format(language, seen(text))


def _is_right_to_left(language: str) -> bool:
    script = _SCRIPTS.search(language)
    if script:
        return script[1].lower() in _RIGHT_TO_LEFT_SCRIPTS
    return language.partition("-")[0].lower() in _RIGHT_TO_LEFT


def outward(address: str, name: Markup | None = None) -> Markup:
    """A link to somewhere else; of an address that no browser should follow only its text."""
    shown = name if name is not None else isolated(_cut(address))
    if not is_followed(address):
        return Markup("<code>{}</code>").format(shown)
    return Markup('<a class="out" href="{}" rel="external noopener noreferrer">{}</a>').format(address, shown)


def _cut(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"


def is_followed(address: str) -> bool:
    """Whether a browser may be led to an address of the data.

    >>> is_followed("https://example.org/"), is_followed("javascript:alert(1)"), is_followed("http://[")
    (True, False, False)
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (parts.scheme in ("http", "https") and bool(parts.netloc)) or parts.scheme == "mailto"


def spelt(iri: str) -> str:
    """The local name of an IRI in words.

    >>> spelt("http://www.w3.org/ns/prov#wasDerivedFrom")
    'was derived from'
    """
    local = re.split(r"[#/]", iri.rstrip("/#"))[-1]
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local).lower() if local.isascii() else local


def number(text: str, unit: str = "") -> Markup:
    r"""A number with its digits in groups, as many as are written, and its unit.

    >>> number("15160000", "t")
    Markup('<span class="number">15,160,000\xa0t</span>')
    """
    try:
        shown = f"{Decimal(text):,f}" if len(text) <= 40 else text
    except ArithmeticError:
        shown = text
    return Markup('<span class="number">{}{}</span>').format(seen(shown), f"\N{NO-BREAK SPACE}{unit}" if unit else "")


def degrees(longitude: str, latitude: str) -> str:
    """A point as it is read aloud, with the digits that are written.

    >>> degrees("82.57028", "-45.1")
    '45.1° S, 82.57028° E'
    """
    north, east = not latitude.startswith("-"), not longitude.startswith("-")
    return f"{latitude.lstrip('+-')}° {'N' if north else 'S'}, {longitude.lstrip('+-')}° {'E' if east else 'W'}"


def is_date(term: Term | None) -> bool:
    """Whether a term is a date of some precision."""
    return isinstance(term, Literal) and (term.datatype in dates.DATATYPES or term.datatype == DEF.edtf)


def date(term: Literal) -> Markup:
    """A date in words, as precise as it is."""
    said = date_words(term.value)
    if term.datatype == DEF.edtf or dates.problem(term):
        return isolated(said)
    return Markup('<time datetime="{}">{}</time>').format(term.value, said)


def date_words(text: str) -> str:
    """A date in words; one that is none as it stands.

    >>> [date_words(each) for each in ("1992-09-12", "1990~", "[..2001]", "2011-01/2011-10")]
    ['12 September 1992', 'about 1990', '2001 or earlier', 'January 2011 to October 2011']
    """
    if match := re.fullmatch(r"\[(.*)\.\.(.*)\]", text):
        begin, end = match.groups()
        if begin and end:
            return f"between {_day(begin)} and {_day(end)}"
        return f"{_day(end)} or earlier" if end else f"{_day(begin)} or later"
    if "/" in text:
        return " to ".join(map(_day, text.split("/", 1)))
    for mark, word in (("~", "about {}"), ("?", "{}, uncertain"), ("%", "about {}, uncertain")):
        if text.endswith(mark):
            return word.format(_day(text[:-1]))
    return _day(text)


def _day(text: str) -> str:
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", text)
    if not match or not 1 <= int(match[2] or 1) <= 12:
        return seen(text)
    year, month, day = match.groups()
    return " ".join(filter(None, [day and str(int(day)), month and _MONTHS[int(month) - 1], year]))


_SPANS = {"Y": "year", "M": "month", "W": "week", "D": "day"}


def duration_words(text: str) -> str:
    """A duration in words; one with hours, or that is none, as it stands.

    >>> duration_words("P20Y6M"), duration_words("P1D"), duration_words("PT3H")
    ('20 years 6 months', '1 day', 'PT3H')
    """
    parts = re.findall(r"(\d+)([YMWD])", text) if re.fullmatch(r"P(?:\d+[YMWD])+", text) else []
    return " ".join(f"{count} {_SPANS[unit]}{'' if int(count) == 1 else 's'}" for count, unit in parts) or text


def joined(parts: Iterable[Markup], between: str = ", ") -> Markup:
    """Several pieces of a page one after the other."""
    return escape(between).join(parts)
