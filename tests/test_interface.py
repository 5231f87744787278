"""What is said of stored queries to machines is valid, complete, and true."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import alataw
from alataw import exports, turtle
from alataw.terms import RDF, SH, Literal, NamedNode


@pytest.fixture(scope="module")
def openapi(graph: alataw.Graph) -> dict[str, Any]:
    """The OpenAPI document."""
    document: dict[str, Any] = json.loads(graph.export("openapi"))
    return document


def test_the_openapi_document_is_valid(openapi: dict[str, Any]) -> None:
    """It conforms to the schema of OpenAPI 3.1, and its examples to their own schemas."""
    import jsonschema
    from openapi_spec_validator import validate

    validate(openapi)
    assert openapi["openapi"].startswith("3.1.")
    for path in openapi["paths"].values():
        for parameter in path["get"]["parameters"]:
            if "example" in parameter:
                jsonschema.validate(parameter["example"], parameter["schema"])


def test_every_query_is_an_operation(openapi: dict[str, Any], graph: alataw.Graph) -> None:
    """With each parameter, as it is required and of the values that it takes, and each column."""
    assert set(openapi["paths"]) == {f"/query/{query.name}" for query in graph.queries}
    for query in graph.queries:
        operation = openapi["paths"][f"/query/{query.name}"]["get"]
        told = {one["name"]: one for one in operation["parameters"] if "name" in one}
        assert {name: one["required"] for name, one in told.items()} == {p.name: p.required for p in query.parameters}
        assert all(name in operation["responses"]["200"]["description"] for name in query.columns)
        for parameter in query.parameters:
            if parameter.kind == "in":
                assert told[parameter.name]["schema"]["enum"] == graph.resolver.concepts(parameter.of)
                for value in told[parameter.name]["schema"]["enum"]:
                    assert graph.resolver.concept(value, parameter.of)


def test_the_pattern_of_dates_is_that_of_dates(openapi: dict[str, Any]) -> None:
    """What the document lets pass the reader of dates knows, and the other way round."""
    pattern = openapi["paths"]["/query/operators-of-station"]["get"]["parameters"][1]["schema"]["pattern"]
    for text in (
        "2003",
        "2003-09",
        "2003-09-12",
        "1990~",
        "1990?",
        "1990-09%",
        "[1990..1992]",
        "[..2001]",
        "[2001..]",
        "2011-01/2011-10",
    ):
        assert re.search(pattern, text), text
    for text in ("", "x", "20031", "2003-9", "2003 }", "..2001", "2003/", "[2001", "2003-09-12T00:00:00"):
        assert not re.search(pattern, text), text


def test_every_query_is_described_in_shacl(graph: alataw.Graph) -> None:
    """As an executable whose text is the file, with a comment and its parameters (the convention of SIB)."""
    triples = set(turtle.parse(graph.export("examples"), file="examples.ttl").triples)
    for query in graph.queries:
        node = NamedNode(f"{graph.repository.base}query/{query.name}")
        of = {(t.predicate, t.object) for t in triples if t.subject == node}
        form = "Select" if query.columns else "Construct"
        assert (RDF.type, SH.SPARQLExecutable) in of
        assert (RDF.type, SH[f"SPARQL{form}Executable"]) in of
        assert (SH[form.lower()], Literal(query.text)) in of
        assert {value for predicate, value in of if predicate == SH.parameter} == {
            NamedNode(f"{node.value}#{parameter.name}") for parameter in query.parameters
        }
        names = {t.object for t in triples if t.predicate == SH.name and str(t.subject).startswith(f"<{node.value}#")}
        assert names == {Literal(parameter.name) for parameter in query.parameters}


def test_the_same_facts_give_the_same_bytes(graph: alataw.Graph) -> None:
    """Documents for machines change when queries do, and not else."""
    for name in ("openapi", "examples"):
        assert exports.write(graph.source(), name) == exports.write(graph.source("best"), name)
