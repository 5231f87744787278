"""The home of the addresses of pages: which path shows which thing.

<station/alashankou>                 station/alashankou.html
<station/alashankou#operator-2005>   station/alashankou.html#operator-2005
<def>                                def.html
<def#Station>                        def/Station.html
<vocabulary/track-gauge#1435>        vocabulary/track-gauge/1435.html
"""

from __future__ import annotations

import re
from urllib.parse import urlencode

from alataw.errors import UsageError
from alataw.terms import BASE, NamedNode
from alataw.web import address

# What the ontology defines, class, property or concept, has a page of its own.
_TERM = re.compile(r"(def|vocabulary/[^/#]+)#([^/#]+)")
# Documents that people read as Turtle, and graphs: no page shows them.
_NO_PAGE = re.compile(r"(alignment|graph|shape)/.*|prefixes|catalog")
_PAGE = re.compile(r"(def|vocabulary/[^/#]+)/([^/#]+)\.html")

LONGEST = 8000
"""How many octets an address has at most that everybody takes (RFC 9110, 4.1)."""


def page_of(iri: str, base: str = BASE) -> str | None:
    """The path of the page, else of the document, that shows what an IRI names; None if the IRI is not ours.

    >>> page_of("https://w3id.org/alataw/def#Station"), page_of("https://w3id.org/alataw/station/dostyk#gauge-1520")
    ('def/Station.html', 'station/dostyk.html#gauge-1520')
    """
    path = next((iri.removeprefix(start) for start in (base, BASE) if iri.startswith(start) and iri != start), None)
    if path is None:
        return None
    if match := _TERM.fullmatch(path):
        return f"{address(match[1])}/{address(match[2])}.html"
    document, mark, fragment = path.partition("#")
    suffix = "" if _NO_PAGE.fullmatch(document) else ".html"
    return f"{address(document)}{suffix}{mark}{address(fragment)}"


def term_of(path: str) -> NamedNode | None:
    """The class, property or concept that a path shows; None if it shows something else.

    Args:
        path: Decoded, below the address of the publication.

    >>> term_of("def/Station.html"), term_of("station/dostyk.html")
    (<NamedNode value=https://w3id.org/alataw/def#Station>, None)
    """
    match = _PAGE.fullmatch(path)
    try:
        return NamedNode(f"{BASE}{match[1]}#{match[2]}") if match else None
    except ValueError:
        return None


def asking(sparql: str, text: str) -> str:
    """The address of a query in the form for SPARQL; empty if it is too long for one, and is to be posted.

    Args:
        sparql: The address of the form.
        text: The query.

    >>> asking("/sparql", "ASK {}"), asking("/sparql", "ASK {}" + " " * LONGEST)
    ('/sparql?query=ASK+%7B%7D', '')
    """
    at = f"{sparql}?{urlencode({'query': text})}"
    return at if len(at) <= LONGEST else ""


def hold_offset(offset: int, all_: int) -> None:
    """Hold an address to what there is.

    Raises:
        UsageError: AL130 if a list ends before that place.
    """
    if offset and offset >= all_:
        raise UsageError(f"the list ends at {all_:,}", code="AL130", fix="begin at its first page")
