"""Reconciliation: answers in the specification's shapes, in any script, and a match only where more than the name agrees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import referencing

import alataw
from alataw.errors import ParameterError
from alataw.reconciliation import MOST_CELLS, MOST_QUERIES, Service
from alataw.reconciliation_draft import VERSION, Draft

SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "suites" / "reconciliation-schemas"


@pytest.fixture(scope="module")
def service(graph: alataw.Graph) -> Service:
    return Service(graph, "https://example.org/reconcile")


def valid(data: Any, schema: str, version: str = "0.2") -> None:
    """Hold an answer to the specification's own schema."""
    if not SCHEMAS.exists():
        pytest.skip("the specification's schemas are not in ../shared/suites")
    told = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in (SCHEMAS / version).glob("*.json")}
    resources = [
        (uri, referencing.Resource.from_contents(text, default_specification=referencing.jsonschema.DRAFT7))
        for name, text in told.items()
        for uri in {
            name,
            text.get("$id", name),
            f"https://reconciliation-api.github.io/specs/{version.removeprefix('1.0-')}/schemas/{name}",
        }
    ]
    registry = referencing.Registry().with_resources(resources)
    jsonschema.Draft7Validator(told[f"{schema}.json"], registry=registry).validate(data)


def test_the_manifest_is_valid(service: Service) -> None:
    """It says version 0.2, and where everything is."""
    manifest = service.manifest()
    valid(manifest, "manifest")
    assert manifest["versions"] == ["0.2"]
    assert {kind["id"] for kind in manifest["defaultTypes"]} >= {"station", "border-crossing", "place"}


@pytest.mark.parametrize(
    "name", ["Alashankou", "阿拉山口站", "Алашанькоу", "alashankou railway station", "Ala Shankou"]
)
def test_a_name_in_any_script_finds_the_station(name: str, service: Service) -> None:
    """The station comes first, and with its country it is a match."""
    query = {"q0": {"query": name, "type": "station", "properties": [{"pid": "country", "v": "CN"}]}}
    valid(query, "reconciliation-query-batch")
    answer = service.reconcile(query)
    valid(answer, "reconciliation-result-batch")
    first = answer["q0"]["result"][0]
    assert (first["id"], first["match"]) == ("station/alashankou", True)


def test_a_name_alone_is_no_match(service: Service) -> None:
    """Without country, place or code nothing is certain; with the wrong country less so."""
    bare, wrong = (
        service.reconcile({"q": {"query": "Alashankou", "type": "station", "properties": properties}})["q"]["result"][0]
        for properties in ([], [{"pid": "country", "v": {"id": "place/kazakhstan"}}])
    )
    assert (bare["match"], wrong["match"]) == (False, False)
    assert wrong["score"] < bare["score"]


def test_a_code_is_evidence(service: Service) -> None:
    """A code of the station, with its name, is a match."""
    query = {"query": "Alashankou", "type": "station", "properties": [{"pid": "un-locode", "v": "KZALS"}]}
    assert service.reconcile({"q": query})["q"]["result"][0]["match"]


def test_types_and_limits_are_honoured(service: Service) -> None:
    """Only things of the types wanted, and no more than asked for."""
    many = service.reconcile({"q": {"query": "Alashankou"}})["q"]["result"]
    assert {result["type"][0]["id"] for result in many} > {"station", "place"}
    one = service.reconcile({"q": {"query": "Alashankou", "type": ["place"], "limit": 1}})["q"]["result"]
    assert [result["id"] for result in one] == ["place/alashankou"]
    assert sum(result["match"] for result in many) <= 1


@pytest.mark.parametrize(
    "batch",
    [[], {"q": 1}, {"q": {"query": 1}}, {"q": {"query": "x", "limit": -1}}, {f"q{n}": {"query": "x"} for n in range(MOST_QUERIES + 1)}],
)  # fmt: skip
def test_a_malformed_batch_is_refused(batch: Any, service: Service) -> None:
    """It is told what is wrong."""
    with pytest.raises(ParameterError):
        service.reconcile(batch)


def test_suggestions_are_valid(service: Service) -> None:
    """Entities by name in any script or by id, types, properties; pages by a cursor."""
    entities = service.suggest_entity("阿拉山")
    valid(entities, "suggest-entities-response")
    assert "station/alashankou" in {result["id"] for result in entities["result"]}
    assert service.suggest_entity("station/dostyk")["result"][0]["id"] == "station/dostyk"
    assert (
        service.suggest_entity("a", cursor=1)["result"]
        == service.suggest_entity("a")["result"][1:] + service.suggest_entity("a", cursor=10)["result"][:1]
    )
    valid(service.suggest_type("sta"), "suggest-types-response")
    valid(service.suggest_property("cou"), "suggest-properties-response")
    assert service.suggest_property("countr")["result"][0] == {"id": "country", "name": "country"}


def test_extensions_are_valid(service: Service) -> None:
    """Values as entities, texts, numbers, dates; nothing for what is unknown."""
    proposed = service.propose_properties("station", 3)
    valid(proposed, "data-extension-property-proposal")
    query = {
        "ids": ["station/alashankou", "station/nowhere"],
        "properties": [{"id": "country"}, {"id": "operatedBy"}, {"id": "nothing"}],
    }
    valid(query, "data-extension-query")
    answer = service.extend(query)
    valid(answer, "data-extension-response")
    assert answer["rows"]["station/alashankou"]["country"] == [{"id": "place/china", "name": "China"}]
    assert answer["rows"]["station/nowhere"] == {"country": [], "operatedBy": [], "nothing": []}
    every = [{"id": name["id"]} for name in service.propose_properties("border-crossing")["properties"]]
    valid(
        service.extend({"ids": ["border-crossing/cn-kz-alashankou-dostyk"], "properties": every}),
        "data-extension-response",
    )


# -- 1.0-draft ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def draft(service: Service) -> Draft:
    return Draft(service)


def named(name: str, *conditions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"conditions": [{"matchType": "name", "propertyValue": name}, *conditions], **more}


def has(property_: str, value: Any, **more: Any) -> dict[str, Any]:
    return {"matchType": "property", "propertyId": property_, "propertyValue": value, **more}


def candidates(draft: Draft, *queries: dict[str, Any]) -> list[list[dict[str, Any]]]:
    batch = {"queries": list(queries)}
    valid(batch, "reconciliation-query-batch", VERSION)
    answer = draft.match(batch)
    valid(answer, "reconciliation-result-batch", VERSION)
    return [result["candidates"] for result in answer["results"]]


def test_the_draft_answers_what_version_0_2_answers(draft: Draft, service: Service) -> None:
    """The same candidates, scores and matches, told in the shapes to come and in the order of the queries."""
    valid(draft.manifest(), "manifest", VERSION)
    told, other = candidates(
        draft, named("阿拉山口站", has("country", "CN"), type="station"), named("Dostyk", type="station", limit=1)
    )
    asked = {"query": "阿拉山口站", "type": "station", "properties": [{"pid": "country", "v": "CN"}]}
    before = service.reconcile({"q": asked})["q"]["result"]
    assert [(c["id"], c["score"], c["match"]) for c in told] == [(c["id"], c["score"], c["match"]) for c in before]
    assert told[0]["match"]
    assert [c["id"] for c in other] == ["station/dostyk"]


def test_an_id_is_certain(draft: Draft) -> None:
    """What is asked for by its id is it, and an id that nothing has gives nothing."""
    found, none = candidates(
        draft,
        {"conditions": [{"matchType": "id", "propertyValue": "station/dostyk"}]},
        {"conditions": [{"matchType": "id", "propertyValue": "station/nowhere"}]},
    )
    assert [(c["id"], c["match"]) for c in found] == [("station/dostyk", True)]
    assert none == []


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        (has("country", "CN", required=True), True),
        (has("country", {"id": "place/kazakhstan"}, required=True), False),
        (has("country", {"id": "place/kazakhstan"}), True),
        (has("country", ["KZ", "CN"], required=True), True),
        (has("country", ["KZ", "CN"], required=True, matchQuantifier="all"), False),
        (has("country", ["KZ", "RU"], required=True, matchQuantifier="none"), True),
        (has("country", ["KZ", "CN"], required=True, matchQuantifier="none"), False),
        (has("un-locode", "KZALS", required=True), True),
        (has("coordinates", "45.17,82.57", required=True), True),
        (has("coordinates", "52,13", required=True), False),
        (has("unheard-of", "x", required=True), False),
    ],
)
def test_a_required_condition_keeps_out_what_does_not_meet_it(draft: Draft, condition: Any, met: bool) -> None:
    """With any, all or none of its values; one that is not required is evidence only."""
    (found,) = candidates(draft, named("Alashankou", condition, type="station"))
    assert ("station/alashankou" in {c["id"] for c in found}) == met


@pytest.mark.parametrize(
    "batch",
    [[], {}, {"queries": {}}, {"queries": [1]}, {"queries": [{}]}, {"queries": [{"conditions": [1]}]},
     {"queries": [{"conditions": [{"matchType": "magic", "propertyValue": "x"}]}]}, {"queries": [{"conditions": [{"matchType": "name"}]}]},
     {"queries": [named("x", limit=0)]}, {"queries": [named("x", limit=True)]}, {"queries": [named("x")] * (MOST_QUERIES + 1)}],
)  # fmt: skip
def test_a_malformed_batch_of_the_draft_is_refused(batch: Any, draft: Draft) -> None:
    """It is told what is wrong."""
    with pytest.raises(ParameterError):
        draft.match(batch)


def test_extensions_and_suggestions_of_the_draft_are_valid(draft: Draft, service: Service) -> None:
    """Rows in the order asked for; proposals and suggestions have one shape in both versions."""
    query = {"ids": ["station/dostyk", "station/nowhere"], "properties": [{"id": "country"}]}
    valid(query, "data-extension-query", VERSION)
    answer = draft.extend(query)
    valid(answer, "data-extension-response", VERSION)
    assert [row["id"] for row in answer["rows"]] == query["ids"]
    assert answer["rows"][0]["properties"][0]["values"] == [{"id": "place/kazakhstan", "name": "Kazakhstan"}]
    every = [{"id": name["id"]} for name in service.propose_properties("border-crossing")["properties"]]
    crossing = {"ids": ["border-crossing/cn-kz-alashankou-dostyk"], "properties": every}
    valid(draft.extend(crossing), "data-extension-response", VERSION)
    valid(service.propose_properties("station", 3), "data-extension-property-proposal", VERSION)
    valid(service.suggest_entity("阿拉山"), "suggest-entities-response", VERSION)
    valid(service.suggest_type("sta"), "suggest-types-response", VERSION)
    valid(service.suggest_property("cou"), "suggest-properties-response", VERSION)


def test_what_is_named_twice_counts_once(service: Service) -> None:
    """Types, ids and properties are sets."""
    once, often = (service.reconcile({"q": {"query": "Dostyk", "type": ["station"] * n}}) for n in (1, 3))
    assert once == often
    ids, properties = ["station/dostyk"], [{"id": "country"}]
    assert service.extend({"ids": ids * 3, "properties": properties * 3}) == service.extend({"ids": ids, "properties": properties})  # fmt: skip


def test_an_extension_has_a_bound(service: Service) -> None:
    """So many cells, and no more, in both versions."""
    query = {"ids": [f"x{n}" for n in range(MOST_CELLS // 100)], "properties": [{"id": f"p{n}"} for n in range(100)]}
    assert len(service.extend(query)["rows"]) == MOST_CELLS // 100
    query["ids"].append("one-more")  # type: ignore[arg-type]
    for extend in (service.extend, Draft(service).extend):
        with pytest.raises(ParameterError) as refused:
            extend(query)
        assert (refused.value.code, "101 ids by 100 properties" in refused.value.why) == ("AL015", True)
