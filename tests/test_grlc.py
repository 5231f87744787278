"""A query of grlc comes over as a stored query of ours: valid, ordered, its variables terms."""

from __future__ import annotations

from pathlib import Path

import pytest

import alataw
from alataw.errors import InputError
from alataw.queries import StoredQuery, grlc
from alataw.store import EmbeddedStore, Solutions
from engines import sample

PREFIXES = "PREFIX : <https://w3id.org/alataw/def#>\nPREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
LABELS = (
    """#+ summary: Labels of a station
#+ description: >
#+   All labels,
#+   in one language
#+ endpoint: http://example.org/sparql
#+ pagination: 100
#+ method: GET
#+ tags:
#+   - labels
#+ defaults:
#+   - station: https://w3id.org/alataw/station/alashankou

"""
    + PREFIXES
    + """SELECT ?label WHERE {
  ?_station_iri skos:prefLabel ?label . # ?_station_iri is what is asked
  FILTER(LANG(?label) = ?__language)
} LIMIT 10
"""
)


def test_it_is_a_stored_query() -> None:
    """It reads as one, keeps what its decorators say, and gives what it gave."""
    graph = sample()
    query = StoredQuery.read("labels", grlc.translate(LABELS, file="labels.rq"))
    assert query.summary == "Labels of a station"
    assert query.description == "All labels, in one language"
    assert query.tags == ("labels",)
    station, language = query.parameters
    assert (station.name, station.kind, station.of, station.required) == ("station", "class", "Entity", True)
    assert (language.name, language.kind, language.of, language.required) == ("language", "datatype", "string", False)
    answer = query.ask(graph.store, graph.resolver, {"station": "station/dostyk", "language": "kk"})
    assert [row[0].value for row in answer.rows] == ["Достық"]  # type: ignore[union-attr]
    assert query.text.rstrip().endswith("ORDER BY ?label\nLIMIT 10")


@pytest.mark.parametrize(
    ("variable", "example", "kind"),
    [
        ("?_x", "x", "string"), ("?_x_integer", "1", "integer"), ("?_x_number", "1.5", "decimal"), ("?_x_xsd_date", "2001-01-01", "date"),
        ("?_x_xsd_gYear", "2001", "date"), ("?_x_xsd_boolean", "true", "boolean"), ("$_x_xsd_string", "x", "string"), ("?_x_en", "x", "string"),
    ],
)  # fmt: skip
def test_each_kind_of_variable_has_its_datatype(variable: str, example: str, kind: str) -> None:
    """The ending of the name says what it is."""
    text = f"#+ summary: S\nSELECT ?s WHERE {{ BIND({variable} AS ?s) }}"
    query = StoredQuery.read("kinds", grlc.translate(text, file="kinds.rq"))
    (parameter,) = query.parameters
    assert (parameter.name, parameter.of, parameter.example) == ("x", kind, example)
    found = EmbeddedStore().query(query.text)
    assert isinstance(found, Solutions)
    assert len(found.rows) == 1


def test_a_hostile_value_stays_a_value(graph: alataw.Graph) -> None:
    """What grlc would splice is here a text that nothing is equal to."""
    query = StoredQuery.read("labels", grlc.translate(LABELS, file="labels.rq"))
    hostile = '") } UNION { ?s ?p ?label } #'
    assert not query.ask(graph.store, graph.resolver, {"station": "station/dostyk", "language": hostile})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("#+ summary: [\nSELECT * { ?s ?p ?o }", "YAML"),
        ("#+ - a\nSELECT * { ?s ?p ?o }", "table"),
        ("ASK { ?s ?p ?o }", "ASK"),
        ("INSERT DATA { <a> <b> <c> }", "nothing"),
        ("SELECT * WHERE { ?_s_iri ?p ?o }", "IRI"),
        ("", "nothing"),
    ],
)
def test_what_cannot_come_over_is_told(text: str, told: str) -> None:
    """With the file and the reason."""
    with pytest.raises(InputError) as refused:
        grlc.translate(text, file="x.rq")
    assert refused.value.code == "AL038"
    assert told in refused.value.why


def test_the_command_prints_it(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """On stdout, to be put into queries/."""
    (tmp_path / "labels.rq").write_text(LABELS, encoding="utf-8")
    done = run("query", "--from-grlc", str(tmp_path / "labels.rq"))
    assert done.returncode == 0
    assert StoredQuery.read("labels", done.stdout).summary == "Labels of a station"
    assert run("query", "--from-grlc", str(tmp_path / "none.rq")).returncode == 2
