"""What the OpenAPI document promises, the server keeps: requests are made up from it, and replies held against it."""

from __future__ import annotations

import json

import schemathesis
from answers import Ask, asked
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

import alataw
from alataw.application.queries import GRAPH, ROWS
from alataw.publication import Publication


def test_the_document_is_valid_and_names_this_server(ask: Ask, graph: alataw.Graph) -> None:
    """OpenAPI 3.1, an operation a query, at the address of the publication."""
    document = json.loads(ask("openapi.json").body)
    validate(document)
    assert document["servers"] == [{"url": "https://example.org/rail"}]
    assert set(document["paths"]) == {f"/query/{query.name}" for query in graph.queries}


def test_media_types_are_those_of_the_server(ask: Ask, graph: alataw.Graph) -> None:
    """Each can be had (of a graph rows too, if it is explained), but for HTML, which is for people, and for second names of the others."""
    document = json.loads(ask("openapi.json").body)
    for query in graph.queries:
        promised = set(document["paths"][f"/query/{query.name}"]["get"]["responses"]["200"]["content"])
        offered = {offer.media_type for offer in (ROWS if query.columns else (*GRAPH, *ROWS))}
        assert promised == offered - {"text/html", "application/json", "application/xml", "text/plain"}


CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_replies_are_as_promised(live: Publication) -> None:
    """Whatever is asked of any query: a status, a media type and a body that the document has."""
    schema = schemathesis.openapi.from_dict(json.loads(asked(live, "openapi.json").body))
    for operation in (result.ok() for result in schema.get_all_operations()):

        @given(operation.as_strategy())
        @settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck), database=None)
        def hold(case: schemathesis.Case) -> None:
            case.call_and_validate(base_url=live.address.rstrip("/"), checks=CHECKS, timeout=300)

        hold()


def test_no_parameter_is_without_effect(publication: Publication) -> None:
    """What the document names is taken, and what it does not name is refused."""
    document = json.loads(asked(publication, "openapi.json").body)
    for path, item in document["paths"].items():
        named = [p.get("name") or p["$ref"].rpartition("/")[2] for p in item["get"]["parameters"]]
        assert {"limit", "offset", "explain"} <= set(named)
        reply = asked(publication, f"{path[1:]}?no-such-parameter=1")
        assert reply.status == 400, path
