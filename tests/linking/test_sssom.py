"""Mappings as text: SSSOM/TSV with the standard's own slots, the same bytes from the same rows, faults by line."""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from alataw import sssom
from alataw.errors import InputError
from alataw.repository import Repository
from alataw.sssom import Link, MappingSet

BASE = "https://w3id.org/alataw/"
LINKS = (
    Link("alataw:station/dostyk", "Dostyk", "", object_id="wd:Q2", reviewer_label="A", mapping_date="2026-11-26", confidence="0.98"),
    Link("alataw:place/china", "China", "", object_id="wd:Q148", comment="seen\tin a\nlist"),
    Link("alataw:station/dostyk", "Dostyk", "Not", object_id="wd:Q3"),
)  # fmt: skip


def test_what_is_written_is_read_again() -> None:
    """Rows come back sorted, and writing them again gives the same bytes."""
    data = sssom.write(MappingSet(BASE, LINKS))
    read = sssom.read(data, "x.sssom.tsv", BASE)
    assert [row.subject_id for row in read] == ["alataw:place/china", "alataw:station/dostyk", "alataw:station/dostyk"]
    assert sssom.write(read) == data == sssom.write(MappingSet(BASE, LINKS[::-1]))


def test_a_rejection_is_kept_and_is_no_link() -> None:
    """A pair with the modifier Not is known as rejected, and nothing is said of it in the graph."""
    mappings = MappingSet(BASE, LINKS)
    assert mappings.links == {"station/dostyk": "Q2", "place/china": "Q148"}
    assert mappings.rejected == {("station/dostyk", "Q3")}
    assert {triple.object.value for triple in mappings.triples()} == {  # type: ignore[union-attr]
        "http://www.wikidata.org/entity/Q2",
        "http://www.wikidata.org/entity/Q148",
    }


def test_a_later_decision_takes_the_place_of_an_earlier_one() -> None:
    """A pair has one row."""
    mappings = MappingSet(BASE, LINKS).with_([Link("alataw:station/dostyk", "", "Not", object_id="wd:Q2")])
    assert mappings.links == {"place/china": "Q148"}
    assert len(mappings) == 3


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("station/dostyk\t\t\tschema:sameAs\twd:Q2", "not written alataw:path"),
        ("alataw:station/dostyk\t\t\tschema:sameAs\twd:P31", "no item"),
        ("alataw:station/dostyk\t\t\tschema:sameAs\twd:Q0", "no item"),
        ("alataw:station/dostyk\t\t\towl:sameAs\twd:Q2", "the predicate is owl:sameAs"),
        ("alataw:station/dostyk\t\tPerhaps\tschema:sameAs\twd:Q2", "the predicate modifier is Perhaps"),
        ("alataw:station/dostyk\t\t\tschema:sameAs", "the row has 4 cells, the header 7"),
        ("alataw:station/dostyk\t\t\tschema:sameAs\twd:Q2\tguess\t1", "no justification"),
        ("alataw:station/dostyk\t\t\tschema:sameAs\twd:Q2\tsemapv:MappingReview\t7", "confidence 7"),
    ],
)
def test_a_wrong_row_is_told_with_its_line(row: str, why: str) -> None:
    """The message says the line, and what is wrong with it."""
    header = "subject_id\tsubject_label\tpredicate_modifier\tpredicate_id\tobject_id\tmapping_justification\tconfidence"
    cells = row if "cells" in why else row + "\tsemapv:MappingReview\t0.5" * (row.count("\t") < 6)
    with pytest.raises(InputError) as caught:
        sssom.read(f"# x: y\n{header}\n{cells}\n".encode(), "m.sssom.tsv", BASE)
    assert caught.value.code == "AL111"
    assert why in caught.value.why
    assert caught.value.location
    assert caught.value.location.line == 3


@pytest.mark.parametrize("data", [b"\xff", b"subject_id\tlove\nx\ty\n", b""])
def test_what_is_no_file_of_mappings_is_refused(data: bytes) -> None:
    """Another encoding, other columns, nothing."""
    with pytest.raises(InputError, match="not a file of mappings"):
        sssom.read(data, "m.sssom.tsv", BASE)


def test_the_mappings_of_the_graph_are_sssom(repository: Repository) -> None:
    """Each column is a slot of the standard's own model, and each value is in its range and pattern."""
    # Found, not imported: the package's classes warn of their own tooling.
    package = Path(str(find_spec("sssom_schema").origin)).parent  # type: ignore[union-attr]
    model = yaml.safe_load((package / "schema" / "sssom_schema.yaml").read_text(encoding="utf-8"))
    mapping_slots, set_slots = (set(model["classes"][name]["slots"]) for name in ("mapping", "mapping set"))
    text = repository.mapping_file.read_text(encoding="utf-8")
    header = yaml.safe_load("\n".join(line[1:] for line in text.splitlines() if line.startswith("#")))
    assert set(header) <= set_slots | {"curie_map"}
    assert set(sssom.COLUMNS) <= mapping_slots
    justification = re.compile(model["slots"]["mapping_justification"]["pattern"])
    modifiers = set(model["enums"]["predicate_modifier_enum"]["permissible_values"])
    for row in repository.mappings():
        assert justification.match(row.mapping_justification)
        assert not row.predicate_modifier or row.predicate_modifier in modifiers
        for curie in (row.subject_id, row.object_id, row.predicate_id, row.mapping_justification):
            assert curie.partition(":")[0] in header["curie_map"]


def test_every_mapping_of_the_graph_is_of_an_entity_and_reviewed(repository: Repository) -> None:
    """A link has a document, a reviewer, a day, a justification and a confidence; an item is linked once."""
    mappings = repository.mappings()
    paths = {p.relative_to(repository.root / "data").with_suffix("").as_posix() for p in repository.data_files()}
    assert len(mappings.links) >= 5
    assert len(set(mappings.links.values())) == len(mappings.links)
    for row in mappings:
        assert row.path in paths, row
        assert row.reviewer_label
        assert row.mapping_date
        assert 0 < float(row.confidence) <= 1
