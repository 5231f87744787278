"""The home of the spreadsheet: one row a claim.

RFC 4180, UTF-8, CRLF. Values stand as they are, so a text that begins with = + - or @ is one: open the file in a
spreadsheet as text. What a claim says beyond its value, dates and source stands in `also`, as `property: value`.
"""

from __future__ import annotations

import csv
import io

from alataw.exports.source import Source
from alataw.terms import DCTERMS, DEF, PROV, RDF, SCHEMA, Literal, NamedNode, Term, text_of

COLUMNS = (
    "entity",
    "entity_label",
    "claim",
    "kind",
    "property",
    "value",
    "value_label",
    "from",
    "until",
    "date",
    "period",
    "also",
    "rank",
    "value_kind",
    "source",
    "source_label",
    "source_address",
    "locator",
    "stated_as",
)
"""The columns, in order."""

_TOLD = {
    RDF.type,
    DEF.about,
    DEF["from"],
    DEF.until,
    DEF.date,
    DEF.period,
    DEF.rank,
    DEF.valueKind,
    DEF.locator,
}
_TOLD |= {DEF.statedAs, PROV.wasDerivedFrom}


def csv_of(source: Source) -> bytes:
    """Write one row for each claim and source of it, sorted by entity and claim."""
    value_of: dict[Term, Term] = {t.subject: t.object for t in source.ontology if t.predicate == DEF.valueProperty}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for claim, statements in sorted(source.by_subject.items(), key=lambda item: text_of(item[0])):
        entity = source.first(claim, DEF.about)
        kinds = [value for predicate, value in statements if predicate == RDF.type]
        if entity is None or not isinstance(claim, NamedNode):
            continue
        for derived in [value for said, value in statements if said == PROV.wasDerivedFrom]:
            writer.writerow(_row(source, claim, entity, kinds, value_of, derived))
    return out.getvalue().encode()


def _row(
    source: Source,
    claim: NamedNode,
    entity: Term,
    kinds: list[Term],
    value_of: dict[Term, Term],
    derived: Term,
) -> list[str]:
    said = [value_of[kind] for kind in kinds if kind in value_of]
    value_property = said[0] if said and isinstance(said[0], NamedNode) else None
    value = source.first(claim, value_property) if value_property else None

    def of(*predicates: NamedNode) -> str:
        return source.path(text_of(source.first(claim, *predicates)))

    also = [
        f"{source.labels.get(predicate, source.path(predicate.value))}: {_text(source, other)}"
        for predicate, other in source.by_subject[claim]
        if predicate not in _TOLD and predicate != value_property
    ]
    return [
        source.path(text_of(entity)),
        source.labels.get(entity, ""),
        source.path(claim.value),
        "; ".join(source.labels.get(kind, text_of(kind)) for kind in kinds),
        source.labels.get(value_property, text_of(value_property)) if value_property else "",
        source.path(text_of(value)),
        source.labels.get(value, "") if value is not None else "",
        of(DEF["from"]),
        of(DEF.until),
        of(DEF.date),
        of(DEF.period),
        "; ".join(also),
        of(DEF.rank).rpartition("#")[2],
        of(DEF.valueKind).rpartition("#")[2],
        source.path(text_of(derived)),
        source.labels.get(derived, text_of(source.first(derived, DCTERMS.title))),
        text_of(source.first(derived, SCHEMA.url)),
        of(DEF.locator),
        text_of(source.first(claim, DEF.statedAs)),
    ]


def _text(source: Source, term: Term) -> str:
    if isinstance(term, Literal):
        return f"{term.value} ({term.language})" if term.language else term.value
    return source.labels.get(term, source.path(text_of(term)))
