"""Wikidata: items and statements from a real server in its form, kept in a cache, and nothing believed that is no item."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from entitydata import ASKED
from misbehaving import SEEN

from alataw.errors import RemoteError
from alataw.exchange import PUBLIC
from alataw.matching import Name
from alataw.wikidata import Wikidata

QUICK: dict[str, Any] = {"timeout_s": 2.0, "manners": replace(PUBLIC, tries=2, wait_s=0.01, patience=1.5)}


def test_items_of_a_class_come_with_their_names_and_codes(endpoint: str, tmp_path: Path) -> None:
    """Stations and halts of Belgium, by one class and those below it; the tram stops there are none."""
    things = {
        t.id: t for t in Wikidata(endpoint, cache=tmp_path).things("Q55488", ["Q31"], {"P954": "ibnr", "P722": "uic"})
    }
    aalst = things["Q2741273"]
    assert Name("station Aalst", "nl") in aalst.names
    assert aalst.countries == {"Q31"}
    assert "Q55488" in aalst.kinds
    assert aalst.points
    assert {code.system for thing in things.values() for code in thing.codes} == {"ibnr", "uic"}
    assert all(thing.kinds & {"Q55488", "Q55678"} for thing in things.values())
    assert len(things) > 40


def test_a_kept_answer_is_taken_again(endpoint: str, tmp_path: Path) -> None:
    """What was asked once is not asked again, and is all that there is offline."""
    first = Wikidata(endpoint, cache=tmp_path).things("Q55488", ["Q31"], {})
    assert Wikidata(endpoint, cache=tmp_path, offline=True).things("Q55488", ["Q31"], {}) == first
    with pytest.raises(RemoteError) as caught:
        Wikidata(endpoint, cache=tmp_path, offline=True).things("Q55488", ["Q36"], {})
    assert caught.value.code == "AL114"


def test_an_old_answer_is_asked_again(misbehaving: Callable[[str], str], tmp_path: Path) -> None:
    """The cache has an age."""
    for max_age_s, asked in ((3600, 1), (3600, 1), (-1, 2)):
        Wikidata(misbehaving("/good"), cache=tmp_path, max_age_s=max_age_s, **QUICK)._select("SELECT ?item {}")
        assert len(SEEN) == asked


def test_statements_have_qualifiers_references_ranks_and_precision(endpoint: str, tmp_path: Path) -> None:
    """A statement comes whole, a deprecated one too, a year as a year."""
    found = Wikidata(endpoint, cache=tmp_path).statements(["Q900000001"], ["P137", "P81"])["Q900000001"]
    operator = next(s for s in found if s.value and s.value.text == "Q900000005")
    assert operator.qualifiers["P580"][0].precision == 9
    assert [v.text for r in operator.references.values() for v in r["P854"]] == ["https://example.org/operators"]
    assert next(s for s in found if s.property == "P81").rank == "DeprecatedRank"


def test_merged_and_deleted_items_are_known(endpoint: str, tmp_path: Path) -> None:
    """A redirect leads to the other item; what nothing is said of is gone."""
    found = Wikidata(endpoint, cache=tmp_path).conditions(["Q900000001", "Q900000002", "Q900000003"])
    assert (found["Q900000001"].exists, found["Q900000001"].merged_into) == (True, "")
    assert found["Q900000002"].merged_into == "Q900000012"
    assert not found["Q900000003"].exists


@pytest.mark.parametrize("manner", ["html", "cut", "no-rows", "500", "drip", "to-another-host"])
def test_a_bad_answer_is_not_kept(manner: str, misbehaving: Callable[[str], str], tmp_path: Path) -> None:
    """The cache stays as it was, so that the next run asks anew."""
    wikidata = Wikidata(misbehaving(f"/{manner}"), cache=tmp_path, **QUICK)
    with pytest.raises(RemoteError) as caught:
        wikidata._select("SELECT ?item {}")
    assert caught.value.code == "AL113"
    assert not list(tmp_path.iterdir())


def test_what_is_no_item_is_counted_and_left_out(misbehaving: Callable[[str], str], tmp_path: Path) -> None:
    """An address with https, a property, another host and a bare number are no items."""
    wikidata = Wikidata(misbehaving("/liar"), cache=tmp_path, **QUICK)
    assert wikidata.things("Q55488", [], {}) == []
    assert wikidata.left_out == 4


@pytest.mark.parametrize(
    ("item", "exists", "merged_into", "asked"),
    [
        ("Q1", True, "", 1),
        ("Q11", True, "Q1", 1),
        ("Q12", True, "Q1", 2),
        ("Q13", False, "", 1),
        ("Q14", False, "", 1),
        ("Q21", True, "", 2),
        ("Q27", True, "", 2),
        ("Q30", False, "", 1),
    ],
)
def test_entity_data_tells_what_the_endpoint_does_not_know(
    item: str, exists: bool, merged_into: str, asked: int, endpoint: str, entity_data: str, tmp_path: Path
) -> None:
    """There, merged (told in the answer or by a redirect), deleted; a busy server is asked again, once each is kept."""
    service = Wikidata(endpoint, entity_data=entity_data, cache=tmp_path, **(QUICK | {"timeout_s": 5.0}))
    for _ in range(2):
        condition = service.conditions([item])[item]
        assert (condition.exists, condition.merged_into) == (exists, merged_into)
        assert len(ASKED) == asked


def test_entity_data_is_not_asked_for_what_is_known(endpoint: str, entity_data: str, tmp_path: Path) -> None:
    """An item of which the endpoint tells is not looked up."""
    service = Wikidata(endpoint, entity_data=entity_data, cache=tmp_path, **QUICK)
    assert service.conditions(["Q900000001"])["Q900000001"].exists
    assert not ASKED


@pytest.mark.parametrize(
    ("item", "why", "asked"),
    [
        ("Q20", "it sent text/html", 1),
        ("Q22", "it answered 429", 1),
        ("Q23", "not whole JSON", 1),
        ("Q24", "cut off", 2),
        ("Q25", "within 2 s", 1),
        ("Q26", "localhost:1", 1),
        ("Q28", "tells of no entities", 1),
        ("Q29", "tells of no entities", 1),
    ],
)
def test_bad_entity_data_is_no_deleted_item(
    item: str, why: str, asked: int, endpoint: str, entity_data: str, tmp_path: Path
) -> None:
    """A page at 200, a server that stays busy, cut-off JSON, a drip, another host: told, in time, and not kept."""
    service = Wikidata(endpoint, entity_data=entity_data, cache=tmp_path, **QUICK)
    begin = time.monotonic()
    with pytest.raises(RemoteError) as caught:
        service.conditions([item])
    assert time.monotonic() - begin < 20
    assert caught.value.code == "AL113"
    assert why in caught.value.why
    assert len(ASKED) == asked
    assert len(list(tmp_path.iterdir())) == 2  # answers of the endpoint
