"""The home of JSON-LD 1.1: the context made from the ontology, and the graph framed by it, an object an entity.

What leads from a part to its entity is turned round, so that claims stand inside the entity they are about. The tree
is built here, and pyld compacts it: the framing algorithm leaves out what no frame asks for and renames blank nodes,
and an export must do neither.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from alataw.errors import AlatawError
from alataw.exports.source import Source, Statement
from alataw.terms import BASE, DCTERMS, DEF, OWL, PROV, RDF, RDFS, SKOS, XSD, Literal, Term, text_of

CONTEXT = BASE + "context/v1.jsonld"
"""Where the context is published; a change that would alter what a document means takes a new version."""

PARTS = {"claims": DEF.about, "sides": DEF.sideOf, "kilometrages": DEF.ofLine}
"""What leads from a part to what it is a part of, by the key under which parts stand inside."""

# What resolves against the base as it is written (RFC 3986, 5.2), and is no key for a keyword (JSON-LD 1.1 API, 5.2).
_PATH = re.compile(r"(?!(?:id|type)$)\w[\w.~-]*(?:/\w[\w.~-]*)*(?:#[\w.~-]*)?", re.ASCII)

_DEEPEST = 16
"""How deep parts may stand inside parts; what is deeper stands free, and says itself what it is a part of."""

_REUSED: dict[str, dict[str, Any]] = {
    "label": {"@id": SKOS.prefLabel.value, "@container": "@language"},
    "otherLabel": {"@id": SKOS.altLabel.value, "@container": ["@language", "@set"]},
    "title": {"@id": DCTERMS.title.value, "@container": "@language"},
    "description": {"@id": DCTERMS.description.value, "@container": "@language"},
    "comment": {"@id": RDFS.comment.value, "@container": "@language"},
    "seeAlso": {"@id": RDFS.seeAlso.value, "@type": "@id"},
    "source": {"@id": DCTERMS.source.value, "@type": "@id"},
    "derivedFrom": {"@id": PROV.wasDerivedFrom.value, "@type": "@id"},
}
"""Keys for properties of others that stand everywhere; the rest go by their prefixed names."""

_FIRST = ("@context", "@graph", "@value", "id", "type", "label", "otherLabel", "title")
"""Keys that stand first, in this order; parts stand last, all others between by code point."""


def context(source: Source) -> dict[str, Any]:
    """Make the context: a key for every class and property of ours, typed by its range, and outside prefixes.

    Terms of ours have no prefixes here, since several would bear the name of a property (`rank`, `commodity`);
    IRIs of ours are told by their paths.
    """
    keys: dict[str, Any] = {
        "@version": 1.1,
        "@protected": True,
        "id": "@id",
        "type": "@type",
        **{
            prefix: namespace
            for prefix, namespace in source.prefixes.items()
            if prefix and not namespace.startswith((source.base, BASE))
        },
        **_REUSED,
        **{key: {"@reverse": leads.value, "@container": "@set"} for key, leads in PARTS.items()},
        **_defined(source),
    }
    return {"@context": dict(sorted(keys.items()))}


def _defined(source: Source) -> dict[str, Any]:
    """The keys of the terms that the ontology defines."""
    keys: dict[str, Any] = {}
    for term in source.declared:
        said = set(source.defined(term, RDF.type))
        iri = term.value
        name = iri.removeprefix(DEF.iri)
        if OWL.ObjectProperty in said:
            keys[name] = {"@id": iri, "@type": "@id"}
        elif OWL.DatatypeProperty in said and (coercion := _coercion(set(source.defined(term, RDFS.range)))):
            keys[name] = {"@id": iri, **coercion}
        elif said & {OWL.DatatypeProperty, OWL.Class}:
            keys[name] = iri
    return keys


def _coercion(ranges: set[Term]) -> dict[str, str]:
    """How the values of a datatype property are told; without a single range each value names its datatype."""
    if len(ranges) != 1:
        return {}
    (datatype,) = map(text_of, ranges)
    if datatype == RDF.langString.value:
        return {"@container": "@language"}
    return {} if datatype == XSD.string.value else {"@type": datatype}


def context_document(source: Source) -> bytes:
    """Write the context alone, as it is published at `CONTEXT`."""
    return _dump(context(source))


def framed(source: Source) -> bytes:
    """Write the graph with the context inside, so that it can be read without a network.

    The base stands in a context of its own (JSON-LD 1.1, 4.1.3 ignores the base of a context that is fetched),
    so that the first context may give way to its address.

    Raises:
        AlatawError: AL060 for an IRI that would be read as a prefixed name.
    """
    from pyld import jsonld

    published = context(source)["@context"]
    options = {"graph": True, "skipExpansion": True, "documentLoader": _no_network}
    try:
        # Without a base, paths stay as the tree has them.
        told = jsonld.compact(_tree(source), {"@context": [published, {"@base": None}]}, options)
    except jsonld.JsonLdError as error:
        raise AlatawError(
            f"JSON-LD cannot say <{(error.details or {}).get('iri', '')}>",
            code="AL060",
            why="its scheme is a prefix of the context (JSON-LD 1.1 API, 5.2)",
            fix="take --format turtle, or correct the IRI",
        ) from error
    return _dump(_ordered({**told, "@context": [published, {"@base": source.base}]}))


def _tree(source: Source) -> list[dict[str, Any]]:
    """The expanded form (JSON-LD 1.1 API, 5.1), every part inside what it is a part of."""
    nodes = {subject: _node(source, subject, statements) for subject, statements in source.by_subject.items()}
    inside = _holders(source.by_subject)
    for part, (leads, holder) in inside.items():
        reverse = nodes[holder].setdefault("@reverse", {})
        reverse.setdefault(leads.value, []).append(nodes[part])
        # Where the part stands says it already.
        said = nodes[part][leads.value]
        said.remove(_value(source, holder))
        if not said:
            del nodes[part][leads.value]
    return [node for subject, node in nodes.items() if subject not in inside]


def _holders(by_subject: Mapping[Term, list[Statement]]) -> dict[Term, Statement]:
    """What each part stands inside of, and the property that leads there; what leads in a circle stands free."""
    leads: dict[Term, Statement] = {}
    for subject, statements in by_subject.items():
        for predicate, value in statements:
            if predicate in PARTS.values() and value in by_subject:
                leads.setdefault(subject, (predicate, value))
    inside: dict[Term, Statement] = {}
    for subject, statement in leads.items():
        outer, depth = statement[1], 1
        while outer in leads and depth < _DEEPEST:
            outer, depth = leads[outer][1], depth + 1
        if outer not in leads:
            inside[subject] = statement
    return inside


def _node(source: Source, subject: Term, statements: list[Statement]) -> dict[str, Any]:
    node: dict[str, Any] = _value(source, subject)
    for predicate, value in statements:
        if predicate == RDF.type and not isinstance(value, Literal):
            node.setdefault("@type", []).append(text_of(value))
        else:
            node.setdefault(predicate.value, []).append(_value(source, value))
    return node


def _value(source: Source, value: Term) -> dict[str, str]:
    if not isinstance(value, Literal):
        path = text_of(value).removeprefix(source.base)
        return {"@id": path if _PATH.fullmatch(path) else text_of(value)}
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype == XSD.string:
        return {"@value": value.value}
    # The lexical form as text: a JSON number would lose its digits.
    return {"@value": value.value, "@type": value.datatype.value}


def _ordered(told: Any) -> Any:
    """Put the keys of every object in the order in which they are read."""
    if isinstance(told, list):
        return [_ordered(item) for item in told]
    if not isinstance(told, dict):
        return told
    return {key: value if key == "@context" else _ordered(value) for key, value in sorted(told.items(), key=_place)}


def _place(item: tuple[str, Any]) -> tuple[int, bool, str]:
    key = item[0]
    return (_FIRST.index(key) if key in _FIRST else len(_FIRST), key in PARTS, key)


def _no_network(url: str, options: dict[str, Any]) -> dict[str, Any]:
    raise AlatawError(f"the context {url} is not bundled, and none is fetched", code="AL060")


def _dump(document: Any) -> bytes:
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()
