"""The home of what is said of stored queries to machines: an OpenAPI document, and SHACL descriptions.

Both are made from the headers alone, so that what they promise is what the query takes.
Source: OpenAPI 3.1.1; SHACL Advanced Features, 5 (sh:SPARQLExecutable, sh:Parameter); the examples of SIB for
rdfs:comment, schema:keywords and schema:target.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

from alataw import turtle
from alataw.dates import DATE_PATTERN
from alataw.exports.source import Source
from alataw.queries import Parameter, StoredQuery
from alataw.solutions import FORMATS
from alataw.terms import BASE, DEF, RDF, RDFS, SCHEMA, SH, SKOS, XSD, Literal, NamedNode, Term, Triple, text_of

_ROWS = ("json", "csv", "tsv", "xml", "jsonl", "markdown")
_GRAPHS = (
    "text/turtle",
    "application/n-triples",
    "application/rdf+xml",
    "application/ld+json",
    "application/trig",
    "application/n-quads",
)
_SPARQL = "application/sparql-query"
_SCHEMAS: dict[str, dict[str, Any]] = {
    "date": {"type": "string", "pattern": DATE_PATTERN, "description": "A year, a month or a day; or EDTF."},
    "integer": {"type": "integer"},
    "decimal": {"type": "number"},
    "boolean": {"type": "boolean"},
    "language": {"type": "string", "pattern": "^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$"},
    "string": {"type": "string", "maxLength": 1000},
    "name": {"type": "string", "minLength": 1, "maxLength": 1000},
}
_DATATYPES = {
    "date": RDFS.Literal,
    "integer": XSD.integer,
    "decimal": XSD.decimal,
    "boolean": XSD.boolean,
    "language": XSD.language,
    "string": XSD.string,
    "name": XSD.string,
}


# -- OpenAPI -------------------------------------------------------------------------------------------


def openapi(source: Source, address: str = "") -> bytes:
    """Write the OpenAPI 3.1 document: one operation a stored query.

    Args:
        source: What is published.
        address: Where it is served; empty for the base of its IRIs.
    """
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "Alataw: stored queries",
            "summary": "A knowledge graph of the world's railway border crossings.",
            "version": version("alataw"),
            "license": {"name": "CC0 1.0", "identifier": "CC0-1.0"},
        },
        "servers": [{"url": (address or source.base).rstrip("/")}],
        "tags": [{"name": tag} for tag in sorted({tag for query in source.queries for tag in query.tags})],
        "paths": {f"/query/{query.name}": {"get": _operation(source, query)} for query in source.queries},
        "components": {
            "responses": {name: _problem(told) for name, told in _PROBLEMS.items()},
            "parameters": _WINDOW,
            "schemas": {"Problem": _PROBLEM},
        },
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


_PROBLEM = {
    "description": "What is wrong, why, and what to do (RFC 9457).",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        **{name: {"type": "string"} for name in ("type", "title", "detail", "code", "why", "fix", "parameter")},
        "status": {"type": "integer"},
        "candidates": {"type": "array", "items": {"type": "string"}},
    },
}
_PROBLEMS = {
    "Refused": "A parameter is missing, unknown or of another kind; the message names it.",
    "NotFound": "A value names nothing that there is; the message names what is most like it.",
    "NotAcceptable": "None of the media types in which this is answered is accepted.",
    "TooLarge": "The answer has more rows or bytes than one may have.",
}
_WINDOW: dict[str, dict[str, Any]] = {
    name: {
        "name": name,
        "in": "query",
        "description": told,
        "schema": {"type": "integer", "minimum": 0, "maximum": 2**31 - 1},
    }
    for name, told in (("limit", "The most rows to give."), ("offset", "How many rows to leave out first."))
}
_WINDOW["explain"] = {
    "name": "explain",
    "in": "query",
    "description": "Whether each row names the claims it rests on, and their sources.",
    "schema": {"type": "integer", "enum": [0, 1]},
}


def _problem(told: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": told, "content": content}


def _operation(source: Source, query: StoredQuery) -> dict[str, Any]:
    parameters = [parameter_object(source, parameter) for parameter in query.parameters]
    return {
        "operationId": query.name,
        "summary": query.summary,
        "description": query.description,
        "tags": list(query.tags),
        "parameters": [*parameters, *({"$ref": f"#/components/parameters/{name}"} for name in _WINDOW)],
        "responses": {
            "200": {"description": _columns(query), "content": _content(query)},
            **{
                status: {"$ref": f"#/components/responses/{name}"}
                for status, name in zip(("400", "404", "406", "422"), _PROBLEMS, strict=True)
            },
        },
    }


def parameter_object(source: Source, parameter: Parameter) -> dict[str, Any]:
    """What is said of a parameter (OpenAPI 3.1.1, 4.8.12 Parameter Object); its schema is a JSON Schema."""
    schema: dict[str, Any] = {"type": "string"}
    example: Any = parameter.example
    default: Any = parameter.default
    if parameter.kind == "datatype":
        schema = dict(_SCHEMAS[parameter.of])
        if schema["type"] in ("integer", "number", "boolean"):
            example, default = json.loads(example), json.loads(default or "null")
    if parameter.kind == "in":
        schema["enum"] = _concepts(source, parameter.of)
    if default:
        schema["default"] = default
    told = {"class": f"A {parameter.of}: path, slug, label, Wikidata item or IRI.", "in": "", "datatype": ""}
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": f"{parameter.description} {told[parameter.kind]}".strip(),
        "schema": schema,
        "example": example,
    }


def _concepts(source: Source, scheme: str) -> list[str]:
    """The names of the concepts of a vocabulary, sorted."""
    of = NamedNode(f"{BASE}vocabulary/{scheme}")
    found = {
        text_of(t.subject).partition("#")[2] for t in source.ontology if (t.predicate, t.object) == (SKOS.inScheme, of)
    }
    return sorted(found)


def _columns(query: StoredQuery) -> str:
    if not query.columns:
        return "The triples."
    told = (f"{name}: {said.get('description', name)}" for name, said in query.columns.items())
    return "The rows. Columns: " + "; ".join(text.rstrip(".") for text in told) + "."


def _content(query: StoredQuery) -> dict[str, Any]:
    text: dict[str, Any] = {"schema": {"type": "string"}}
    bindings = {name: {"$comment": said.get("description", name)} for name, said in query.columns.items()}
    found = {"type": "array", "items": {"type": "object", "properties": bindings}}
    results = {"type": "object", "required": ["bindings"], "properties": {"bindings": found}}
    shape = {"type": "object", "required": ["head", "results"], "properties": {"results": results}}
    rows = {FORMATS[name].media_type: {"schema": shape} if name == "json" else text for name in _ROWS}
    # A graph that is explained is told as rows of triples.
    return (dict.fromkeys(_GRAPHS, text) if not query.columns else {}) | rows | {_SPARQL: text}


# -- SHACL ---------------------------------------------------------------------------------------------


def examples(source: Source) -> bytes:
    """Write every stored query as a `sh:SPARQLExecutable`, with its parameters as `sh:Parameter`."""
    triples = executables(source)
    return turtle.serialize(triples, prefixes=source.prefixes, base_iri=source.base).encode()


def executables(source: Source) -> set[Triple]:
    """Describe every stored query."""
    return {triple for query in source.queries for triple in _executable(source, query)}


def _executable(source: Source, query: StoredQuery) -> Iterator[Triple]:
    node = NamedNode(f"{source.base}query/{query.name}")
    form = "Select" if query.columns else "Construct"
    yield Triple(node, RDF.type, SH.SPARQLExecutable)
    yield Triple(node, RDF.type, SH[f"SPARQL{form}Executable"])
    yield Triple(node, RDFS.label, Literal(query.summary, language="en"))
    yield Triple(node, RDFS.comment, Literal(query.description, language="en"))
    yield Triple(node, SH[form.lower()], Literal(query.text))
    yield Triple(node, SCHEMA.target, NamedNode(f"{source.base}sparql"))
    for tag in query.tags:
        yield Triple(node, SCHEMA.keywords, Literal(tag))
    if query.about:
        yield Triple(node, SCHEMA.about, DEF[query.about])
    for order, parameter in enumerate(query.parameters):
        yield from _described(node, parameter, order)


def _described(query: NamedNode, parameter: Parameter, order: int) -> Iterator[Triple]:
    node = NamedNode(f"{query.value}#{parameter.name}")
    kinds: dict[str, tuple[NamedNode, Term]] = {
        "class": (SH.class_, DEF[parameter.of]),
        "in": (SKOS.inScheme, NamedNode(f"{BASE}vocabulary/{parameter.of}")),
        "datatype": (SH.datatype, _DATATYPES.get(parameter.of, XSD.string)),
    }
    yield Triple(query, SH.parameter, node)
    yield Triple(node, RDF.type, SH.Parameter)
    yield Triple(node, SH.path, node)
    yield Triple(node, SH.name, Literal(parameter.name))
    yield Triple(node, SH.description, Literal(parameter.description, language="en"))
    yield Triple(node, SH.order, Literal(order))
    yield Triple(node, SH.optional, Literal(not parameter.required))
    yield Triple(node, SKOS.example, Literal(parameter.example))
    yield Triple(node, *kinds[parameter.kind])
    if parameter.kind == "in":
        yield Triple(node, SH.class_, SKOS.Concept)
