"""The home of the spreadsheet: one row a claim, and one for each other statement.

RFC 4180: UTF-8, CRLF, a header, quotes only where they are needed. A text that a spreadsheet would run as a formula has
an apostrophe before it, which `plain` takes away again; numbers stand as they are.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from alataw.exports.source import Source, Statement
from alataw.terms import DCTERMS, DEF, PROV, RDF, SCHEMA, Literal, NamedNode, Namespace, Term, text_of

COLUMNS = {
    "entity": "path of what the row is about",
    "entity_label": "its label, English where there is one",
    "claim": "path of the claim; empty for what is said of the entity itself",
    "class": "label of the class of the claim, else of the entity",
    "property": "label of the property that is claimed or said",
    "value": "the value: an IRI of ours as its path, any other whole, a literal with its digits",
    "value_label": "label of the value, if it is an IRI that has one",
    "language": "language of the value, if it is a text that has one",
    "unit": "unit of the value, as the ontology gives it",
    "key": "in what claims must agree before their values can disagree, such as the direction of freight",
    "from": "beginning of what is claimed, as precise as the source",
    "until": "end of what is claimed",
    "date": "date of what is claimed",
    "period": "span of time that was observed",
    "also": "whatever else the claim says, as `property: value`, separated by semicolons",
    "rank": "preferred, normal or deprecated",
    "value_kind": "observed, planned, derived or inferred",
    "stated_as": "the wording of the source, where the wording matters",
    "source": "path of the source; several are separated by semicolons",
    "source_title": "title of the source",
    "source_address": "address of the source on the web",
    "locator": "where in the source it stands",
}
"""The columns, in order, and what stands in each."""

# What makes a formula of a cell (OWASP, CSV Injection), the wide forms too, behind apostrophes: one is added and taken
# away behind any number of them, so that every text comes back.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]")
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")

_UNIT = Namespace("http://qudt.org/schema/qudt/").hasUnit
_TIMES = {"from": DEF["from"], "until": DEF.until, "date": DEF.date, "period": DEF.period}
_ELSEWHERE = {RDF.type, DEF.about, DEF.rank, DEF.valueKind, DEF.statedAs, DEF.locator, PROV.wasDerivedFrom}
_ELSEWHERE |= set(_TIMES.values())


def csv_of(source: Source) -> bytes:
    """Write the rows, sorted by entity, claim, property and value."""
    claim_classes = source.subclasses(DEF.Claim)
    rows: list[dict[str, str]] = []
    for node in source.by_subject:
        classes = source.all(node, RDF.type)
        rows += _statements(source, node) if claim_classes.isdisjoint(classes) else _claim(source, node, classes)
    rows.sort(key=lambda row: [row[name] for name in ("entity", "claim", "property", "value")])
    out = io.StringIO()
    writer = csv.DictWriter(out, list(COLUMNS), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: harmless(cell) for name, cell in row.items()} for row in rows)
    return out.getvalue().encode()


def harmless(text: str) -> str:
    """A text as a cell that no spreadsheet runs.

    >>> harmless("=1+1"), harmless("-45.1"), harmless("-0044-03"), harmless("'s-Hertogenbosch")
    ("'=1+1", '-45.1', "'-0044-03", "'s-Hertogenbosch")
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def plain(cell: str) -> str:
    """The text of a cell: what `harmless` was given.

    >>> plain("'=1+1"), plain("'s-Hertogenbosch")
    ('=1+1', "'s-Hertogenbosch")
    """
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def _statements(source: Source, node: Term) -> Iterator[dict[str, str]]:
    """A row for each statement about an entity itself, or a part of it that is no claim."""
    told = {
        "entity": source.path(node),
        "entity_label": source.label(node),
        "claim": "",
        "class": _listed(source, source.all(node, RDF.type)),
        **_origin(source, source.all(node, DCTERMS.source)),
    }
    for predicate, value in source.by_subject[node]:
        if predicate not in (RDF.type, DCTERMS.source):
            yield {**told, **_value(source, predicate, value)}


def _claim(source: Source, node: Term, classes: list[Term]) -> Iterator[dict[str, str]]:
    """A row for each value that a claim claims; one without a value if it claims none."""
    value_properties = [value for kind in classes for value in source.defined(kind, DEF.valueProperty)]
    keys = {value for kind in classes for value in source.defined(kind, DEF.keyProperty)}
    keys -= {*value_properties, *_ELSEWHERE}
    statements = source.by_subject[node]
    told = {
        "claim": source.path(node),
        "class": _listed(source, classes),
        **{name: _listed(source, source.all(node, time)) for name, time in _TIMES.items()},
        "key": _phrases(source, (pair for pair in statements if pair[0] in keys)),
        "also": _phrases(
            source, (pair for pair in statements if pair[0] not in {*value_properties, *keys, *_ELSEWHERE})
        ),
        "rank": _listed(source, source.all(node, DEF.rank)),
        "value_kind": _listed(source, source.all(node, DEF.valueKind)),
        "stated_as": _listed(source, source.all(node, DEF.statedAs)),
        "locator": _listed(source, source.all(node, DEF.locator)),
        **_origin(source, source.all(node, PROV.wasDerivedFrom)),
    }
    values = [_value(source, *pair) for pair in statements if pair[0] in value_properties]
    values = values or [{"property": _listed(source, value_properties), "value": ""}]
    for entity in source.all(node, DEF.about) or [node]:
        for value in values:
            yield {"entity": source.path(entity), "entity_label": source.label(entity), **told, **value}


def _value(source: Source, predicate: NamedNode, value: Term) -> dict[str, str]:
    return {
        "property": _word(source, predicate),
        "value": source.path(value),
        "value_label": source.label(value),
        "language": (value.language or "") if isinstance(value, Literal) else "",
        "unit": "; ".join(
            source.name(unit) for unit in source.defined(predicate, _UNIT) if isinstance(unit, NamedNode)
        ),
    }


def _origin(source: Source, sources: list[Term]) -> dict[str, str]:
    def of_each(predicate: NamedNode) -> list[Term]:
        return [value for one in sources for value in source.all(one, predicate)]

    return {
        "source": "; ".join(map(source.path, sources)),
        "source_title": _listed(source, of_each(DCTERMS.title)),
        "source_address": _listed(source, of_each(SCHEMA.url)),
    }


def _word(source: Source, term: Term) -> str:
    """A term as people read it: its label, else the name or path of it, else its text."""
    return source.label(term) or (source.name(term) if isinstance(term, NamedNode) else text_of(term))


def _listed(source: Source, terms: Iterable[Term]) -> str:
    return "; ".join(_word(source, term) for term in terms)


def _phrases(source: Source, statements: Iterable[Statement]) -> str:
    return "; ".join(f"{_word(source, predicate)}: {_word(source, value)}" for predicate, value in statements)
