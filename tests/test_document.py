"""A document knows where it says what."""

from __future__ import annotations

from alataw.document import Document
from alataw.errors import Location
from alataw.terms import DEF, RDF, Literal, NamedNode

ONE = NamedNode("http://example.org/one")
TEXT = b"""@base <http://example.org/> .
@prefix : <https://w3id.org/alataw/def#> .

<one>
  a :Station ;
  :code "A" ;
  :code "B"
.
"""
DOCUMENT = Document.read(TEXT, iri=ONE, file="one.ttl")


def test_a_triple_is_found_at_its_value() -> None:
    """The second value of a property is on its own line."""
    assert DOCUMENT.locate(ONE, DEF.code, Literal("B")) == Location("one.ttl", 7, 9)


def test_what_is_not_said_is_placed_as_near_as_can_be() -> None:
    """A missing value at its property, a missing property at its subject, a stranger nowhere."""
    assert DOCUMENT.locate(ONE, DEF.code, Literal("C")) == Location("one.ttl", 6, 3)
    assert DOCUMENT.locate(ONE, DEF.name) == Location("one.ttl", 4, 1)
    assert DOCUMENT.locate(DEF.Station, RDF.type) is None


def test_canonical_form_is_what_a_canonical_document_has() -> None:
    """The text above is its own canonical form."""
    assert DOCUMENT.canonical({"": DEF.iri}) == TEXT.decode()
