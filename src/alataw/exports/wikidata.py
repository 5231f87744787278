"""The home of what Wikidata takes beside QuickStatements: a list for Mix'n'match, our claims as its statements."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator

from alataw import turtle
from alataw.exports.source import Source
from alataw.terms import DEF, PROV, RDF, SCHEMA, SKOS, XSD, Literal, NamedNode, Namespace, Term, Triple, text_of
from alataw.wikibase import ADDRESS, PROP, RETRIEVED, STATED_IN, WD, OurStatement, Value, statements

WIKIBASE = Namespace("http://wikiba.se/ontology#")


def mixnmatch(source: Source) -> bytes:
    """Write the entities as a Mix'n'match list: id, name, desc, url, type, and the item where it is linked."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("id", "name", "desc", "url", "type", "q"))
    classes = {DEF.Station, DEF.BorderCrossing, DEF.RailwayLine, DEF.Organisation, DEF.Place, DEF.TrainService}
    for subject in source.by_subject:
        kinds = [kind for kind in source.all(subject, RDF.type) if isinstance(kind, NamedNode) and kind in classes]
        if not kinds or not isinstance(subject, NamedNode):
            continue
        others = [text_of(name) for name in source.all(subject, SKOS.altLabel)]
        countries = [source.label(country) for country in source.all(subject, DEF.country)]
        told = [source.label(kinds[0]), *countries, *([f"also {', '.join(others)}"] if others else [])]
        items = [text_of(item).removeprefix(WD) for item in source.all(subject, SCHEMA.sameAs)]
        kind = source.name(kinds[0])
        row = (source.path(subject), source.label(subject), "; ".join(told), subject.value, kind, (items or [""])[0])
        writer.writerow([re.sub(r"\s+", " ", cell) for cell in row])
    return out.getvalue().encode()


def rdf(source: Source) -> bytes:
    """Write our claims in Wikidata's own statement model: p:, ps:, pq:, prov:wasDerivedFrom, pr: and rank."""
    triples = {triple for statement in _ours(source) for triple in _statement(statement, source.base)}
    prefixes = {
        "p": PROP,
        "pq": f"{PROP}qualifier/",
        "pr": f"{PROP}reference/",
        "prov": PROV.iri,
        "ps": f"{PROP}statement/",
        "wd": WD,
        "wdt": f"{PROP}direct/",
        "wikibase": WIKIBASE.iri,
        "xsd": XSD.iri,
        "geo": "http://www.opengis.net/ont/geosparql#",
    }
    return turtle.serialize(sorted(triples, key=str), prefixes=prefixes, base_iri=source.base).encode()


def _ours(source: Source) -> list[OurStatement]:
    return statements(source.said, source.defined, source.base)


def _statement(ours: OurStatement, base: str) -> Iterator[Triple]:
    item, node = NamedNode(WD + ours.item), NamedNode(base + ours.claim)
    if "#" not in ours.claim:
        node = NamedNode(f"{base}{ours.claim}#{ours.property.lower()}-{ours.value.text.lower()}")
    yield Triple(item, NamedNode(PROP + ours.property), node)
    yield Triple(node, NamedNode(f"{PROP}statement/{ours.property}"), _term(ours.value))
    yield Triple(node, RDF.type, WIKIBASE.Statement)
    yield Triple(node, WIKIBASE.rank, WIKIBASE[f"{ours.rank.capitalize()}Rank"])
    for name, value in ours.qualifiers:
        yield Triple(node, NamedNode(f"{PROP}qualifier/{name}"), _term(value))
    for reference in ours.references:
        said = {STATED_IN: reference.item, ADDRESS: reference.address, RETRIEVED: reference.retrieved}
        said = {name: text for name, text in said.items() if text}
        if not said or reference.is_copy:
            continue
        digest = hashlib.sha256("\n".join(f"{name} {text}" for name, text in said.items()).encode()).hexdigest()
        there = NamedNode(f"http://www.wikidata.org/reference/{digest[:40]}")
        yield Triple(node, PROV.wasDerivedFrom, there)
        for name, text in said.items():
            kinds = {STATED_IN: "item", RETRIEVED: "time"}
            term = NamedNode(text) if name == ADDRESS else _term(Value(kinds[name], text))
            yield Triple(there, NamedNode(f"{PROP}reference/{name}"), term)


def _term(value: Value) -> Term:
    """A value in the RDF of Wikibase (RDF dump format, data values)."""
    if value.kind == "item":
        return NamedNode(WD + value.text)
    if value.kind == "time":
        # Wikidata writes every time to the second; how far it is known stands beside, in the full value.
        filled = value.text + "-01-01"[len(value.text) - 4 :]
        return Literal(f"{filled}T00:00:00Z", datatype=XSD.dateTime)
    if value.kind == "quantity":
        return Literal(f"+{value.text}", datatype=XSD.decimal)
    if value.kind == "point":
        return Literal(f"Point({value.text})", datatype=NamedNode("http://www.opengis.net/ont/geosparql#wktLiteral"))
    return Literal(value.text)
