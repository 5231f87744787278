"""The home of what Wikidata's editors can take: QuickStatements, a Mix'n'match list, and our claims as its statements.

Nothing is sent anywhere. QuickStatements are in the subset that versions 2 and 3 both parse: tabs, no ranks, no
precision of points, no line breaks in texts. They hold only what is missing there and, unless asked for, undisputed
here, and never a statement or a reference that is there already.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from collections.abc import Iterator

from alataw import ledger, turtle
from alataw.errors import AlatawError
from alataw.exports.source import Source
from alataw.ledger import Row
from alataw.terms import DEF, PROV, RDF, SCHEMA, SKOS, XSD, Literal, NamedNode, Namespace, Term, Triple, text_of
from alataw.wikibase import ADDRESS, END, PROP, RETRIEVED, STATED_IN, WD, OurStatement, Reference, Value, statements

WIKIBASE = Namespace("http://wikiba.se/ontology#")


def quickstatements(source: Source) -> bytes:
    """Write a line for each statement, and each reference, that is missing there.

    Raises:
        AlatawError: AL060 if nobody has compared with Wikidata.
    """
    if source.ledger is None:
        raise AlatawError(
            "what is missing in Wikidata is not known",
            code="AL060",
            why="nobody has compared",
            fix="name --wikidata URL, or --offline to take what `alataw link compare` asked",
        )
    by_value: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in source.ledger:
        value = row.ours.value.text if row.ours else row.theirs.value.text if row.theirs and row.theirs.value else ""
        by_value[row.item, row.property, value].append(row)
    lines = (line for rows in by_value.values() for line in _lines(rows, source.include_disputed))
    return "".join(f"{line}\n" for line in lines).encode()


def _lines(rows: list[Row], include_disputed: bool) -> Iterator[str]:
    """The line for all that is told of one value of a property: one at most.

    QuickStatements find a statement by its value alone. So where one value has several statements, there or here (a
    company that came back), they cannot say which is meant, and nothing is written.
    """
    ours = [row.ours for row in rows if row.ours and (include_disputed or not row.ours.disputed)]
    statuses = {row.status for row in rows}
    there = {row.theirs.id: row.theirs for row in rows if row.theirs}
    if not ours or len({statement.qualifiers for statement in ours}) > 1 or len(there) > 1:
        return
    if not statuses <= {ledger.ONLY_OURS, ledger.AGREE, ledger.STALE}:
        return
    known = [
        {name: {value.text for value in values} for name, values in reference.items()}
        for statement in there.values()
        for reference in statement.references.values()
    ]
    told_by = (reference for statement in ours for reference in statement.references)
    usable = [each for each in dict.fromkeys(told_by) if each.usable and any(_references([each]))]
    missing = [reference for reference in usable if not any(_is_there(reference, each) for each in known)]
    value = _written(ours[0].value)
    qualifiers = [(name, said) for name, bound in ours[0].qualifiers if (said := _written(bound))]
    if there:
        qualifiers = [(name, said) for name, said in qualifiers if ledger.STALE in statuses and name == END]
    if value is None or not usable or (there and not missing and not qualifiers):
        return
    told = [cell for qualifier in qualifiers for cell in qualifier]
    yield "\t".join([rows[0].item, rows[0].property, value, *told, *_references(missing)])


def _is_there(reference: Reference, there: dict[str, set[str]]) -> bool:
    """Whether a reference of theirs names the same source, by item or by address."""
    same_address = {_plain(address) for address in there.get(ADDRESS, ())}
    return bool(
        (reference.address and _plain(reference.address) in same_address)
        or (reference.item and not reference.address and reference.item in there.get(STATED_IN, ()))
    )


def _plain(address: str) -> str:
    """An address without what does not change the page."""
    return re.sub(r"^https?://(?:www\.)?", "", address).rstrip("/")


def _references(references: list[Reference]) -> Iterator[str]:
    """Each reference as a group of its own; the second begins with `!S`."""
    for number, reference in enumerate(references):
        said = [
            (f"S{name[1:]}", value)
            for name, text, kind in (
                (STATED_IN, reference.item, "item"),
                (ADDRESS, reference.address, "string"),
                (RETRIEVED, reference.retrieved, "time"),
            )
            if text and (value := _written(Value(kind, text)))
        ]
        for place, (name, value) in enumerate(said):
            yield f"!{name}" if number and not place else name
            yield value


def _written(value: Value) -> str | None:
    """A value in QuickStatements; None for what they cannot say as exactly as we know it."""
    if value.kind == "item":
        return value.text
    if value.kind == "time":
        filled = value.text + "-00-00"[len(value.text) - 4 :]
        return f"+{filled}T00:00:00Z/{value.precision}"
    if value.kind == "quantity":
        return f"{value.text}U{value.unit.removeprefix('Q')}"
    if value.kind == "point":
        longitude, latitude = value.text.split()
        # The precision is always stored as a millionth of a degree, so that a rough point would be a false one.
        exact = all(len(number.partition(".")[2]) >= 5 for number in (longitude, latitude))
        return f"@{latitude}/{longitude}" if exact else None
    return None if re.search(r'[\n\r\t|"“”]', value.text) else f'"{value.text}"'


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
    return statements(source.said, source.ontology, source.base)


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
