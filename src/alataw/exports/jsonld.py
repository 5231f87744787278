"""The home of JSON-LD: the context made from the ontology, and the graph framed by it, one object an entity."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from alataw.errors import AlatawError
from alataw.exports.source import Source
from alataw.terms import BASE, DEF, OWL, RDF, RDFS, SKOS, XSD, BlankNode, Literal, NamedNode, Term, text_of

CONTEXT = BASE + "context/v1.jsonld"
"""Where the context is published; a change that would alter what a document means takes a new version."""

_PART_OF = {"claims": DEF.about, "sides": DEF.sideOf, "kilometrages": DEF.ofLine}
"""What leads from a part to its entity, by the key under which the parts stand inside it."""


def context(source: Source) -> dict[str, Any]:
    """Make the context: a key for each property of ours, typed by its range, and the prefixes."""
    kinds: dict[Term, set[Term]] = defaultdict(set)
    ranges: dict[Term, list[NamedNode]] = defaultdict(list)
    for triple in source.ontology:
        if triple.predicate == RDF.type:
            kinds[triple.subject].add(triple.object)
        elif triple.predicate == RDFS.range and isinstance(triple.object, NamedNode):
            ranges[triple.subject].append(triple.object)
    keys: dict[str, Any] = {
        "@version": 1.1,
        "@base": source.base,
        **{prefix: namespace for prefix, namespace in source.prefixes.items() if prefix},
        "id": "@id",
        "type": "@type",
        "label": {"@id": SKOS.prefLabel.value, "@container": ["@language", "@set"]},
        "otherLabel": {"@id": SKOS.altLabel.value, "@container": ["@language", "@set"]},
    }
    for key, leads in _PART_OF.items():
        keys[key] = {"@reverse": leads.value, "@container": "@set"}
    for term in sorted((term for term in kinds if term in DEF), key=str):
        name = term.value.removeprefix(DEF.iri)  # type: ignore[union-attr]
        if OWL.ObjectProperty in kinds[term]:
            keys[name] = {"@id": term.value, "@type": "@id"}  # type: ignore[union-attr]
        elif OWL.Class in kinds[term]:
            keys[name] = term.value  # type: ignore[union-attr]
        elif OWL.DatatypeProperty in kinds[term]:
            said = ranges[term]
            datatype = said[0].value if len(said) == 1 and said[0] not in (RDF.langString, XSD.string) else None
            keys[name] = {"@id": term.value, "@type": datatype} if datatype else term.value  # type: ignore[union-attr]
    return {"@context": keys}


def context_document(source: Source) -> bytes:
    """Write the context alone, as it is published."""
    return _dump(context(source))


def framed(source: Source) -> bytes:
    """Write the graph, the context inside, so that it can be read without a network."""
    from pyld import jsonld

    _refuse_blank_nodes(source)
    compacted = jsonld.compact(_expanded(source), context(source), {"graph": True, "documentLoader": _no_network})
    return _dump(compacted)


def _expanded(source: Source) -> list[dict[str, Any]]:
    """The expanded form (JSON-LD 1.1, 9), a part inside its entity by the reverse of what leads there."""
    nodes = {subject: _node(subject, statements) for subject, statements in source.by_subject.items()}
    inside: set[Term] = set()
    for subject, statements in source.by_subject.items():
        for predicate, value in statements:
            if predicate in _PART_OF.values() and value in nodes and subject not in inside and value != subject:
                holder = nodes[value].setdefault("@reverse", {}).setdefault(predicate.value, [])
                holder.append(nodes[subject])
                nodes[subject][predicate.value] = [
                    said for said in nodes[subject][predicate.value] if said != {"@id": text_of(value)}
                ]
                if not nodes[subject][predicate.value]:
                    del nodes[subject][predicate.value]
                inside.add(subject)
    return [node for subject, node in nodes.items() if subject not in inside]


def _node(subject: Term, statements: list[tuple[NamedNode, Term]]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": subject.value}  # type: ignore[union-attr]
    for predicate, value in statements:
        if predicate == RDF.type and isinstance(value, NamedNode):
            node.setdefault("@type", []).append(value.value)
        else:
            node.setdefault(predicate.value, []).append(_value(value))
    return node


def _value(value: Term) -> dict[str, str]:
    if isinstance(value, Literal):
        if value.language:
            return {"@value": value.value, "@language": value.language}
        if value.datatype == XSD.string:
            return {"@value": value.value}
        # The lexical form as text: a JSON number would lose its digits.
        return {"@value": value.value, "@type": value.datatype.value}
    return {"@id": value.value}  # type: ignore[union-attr]


def _refuse_blank_nodes(source: Source) -> None:
    for triple in source.triples:
        if isinstance(triple.subject, BlankNode) or isinstance(triple.object, BlankNode):
            raise AlatawError("the graph has a blank node", code="AL060", fix="give it an IRI")


def _no_network(url: str, options: dict[str, Any]) -> dict[str, Any]:
    raise AlatawError(f"the context {url} is not bundled, and none is fetched", code="AL060")


def _dump(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()
