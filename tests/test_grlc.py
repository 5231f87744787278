"""A query of grlc comes over as a stored query of ours: valid, ordered, its variables terms."""

from __future__ import annotations

from pathlib import Path

import pytest

import alataw
from alataw.errors import InputError
from alataw.queries import StoredQuery, grlc
from alataw.store import EmbeddedStore, Solutions
from alataw.terms import text_of
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
        ("?_x_date", "2001-01-01", "date"), ("?_x_literal", "x", "string"), ("?_x_zh_hans", "x", "string"), ("?_x_xsd_gYearMonth", "2001-01", "date"),
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


def asked(text: str, values: dict[str, str]) -> list[list[str]]:
    """The texts that a query of grlc gives once it is one of ours."""
    graph = sample()
    query = StoredQuery.read("query", grlc.translate(PREFIXES + text, file="query.rq"))
    return [[text_of(term) for term in row] for row in query.ask(graph.store, graph.resolver, values).rows]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?l WHERE { ?s skos:prefLabel ?l FILTER(STR(?l) = ?_x) }",
        "SELECT ?l WHERE { { ?s skos:prefLabel ?l FILTER(STR(?l) = ?_x) } UNION { ?s :none ?l } }",
        "SELECT ?l WHERE { { { ?s skos:prefLabel ?l FILTER(STR(?l) = ?_x) } } FILTER(STR(?l) = ?_x) }",
        "SELECT ?l WHERE { ?s skos:prefLabel ?l OPTIONAL { ?s a ?c FILTER(STR(?l) = ?_x) } FILTER(BOUND(?c)) }",
        "SELECT ?l WHERE { ?s skos:prefLabel ?l FILTER NOT EXISTS { ?s skos:prefLabel ?l FILTER(STR(?l) != ?_x) } }",
        "SELECT ?l { { SELECT ?l (?_x AS ?given) WHERE { ?s skos:prefLabel ?l } } FILTER(STR(?l) = ?given) }",
        "SELECT ?l { ?s skos:prefLabel ?l { SELECT (?_x AS ?given) {} } FILTER(STR(?l) = ?given) }",
        "SELECT ?l { ?s skos:prefLabel ?l FILTER(STR(?l) = ?_x) } limit 10",
        "SELECT ?l { ?s skos:prefLabel ?l FILTER(STR(?l) = ?_x) } Offset 0 # LIMIT 0 }",
        "SELECT ?l { ?s skos:prefLabel ?l FILTER(STR(?l) = ?_x) } VALUES ?l { 'Достық'@kk }",
        "SELECT ?l { ?s skos:prefLabel ?l FILTER(?l = ?_x_kk) }",
        "SELECT ?l { { ?s skos:prefLabel ?_x_kk, ?l } UNION { ?s skos:none ?_x_kk, ?l } FILTER(LANG(?l) = 'kk') }",
        "SELECT ?l { ?s skos:prefLabel ?l FILTER(STR(?l) = ?_x) { SELECT (COUNT(*) AS ?n) { ?x ?xTagged ?y } } }",
    ],
)
def test_a_value_is_seen_wherever_it_stood(text: str) -> None:
    """In a branch of a UNION, in a query within, beside another variable of its name: as if it stood there itself."""
    name = "xGiven" if "?xTagged" in text else "x"
    assert asked(text, {name: "Достық"}) == [["Достық"]]


def test_a_name_that_is_taken_or_unfit_is_written_otherwise() -> None:
    """A parameter beside a variable of its name, or named as what every query takes; a column with a low line."""
    text = "SELECT ?birth_date ?name { ?s :p ?birth_date ; :q ?name FILTER(?name = ?_name && ?birth_date > ?_limit_integer) }"
    query = StoredQuery.read("names", grlc.translate(PREFIXES + text, file="names.rq"))
    assert [parameter.name for parameter in query.parameters] == ["nameGiven", "limitGiven"]
    assert list(query.columns) == ["birthDate", "name"]


@pytest.mark.parametrize("key", ["station", "_station_iri", "_station"])
def test_an_example_is_taken_from_what_is_enumerated(key: str) -> None:
    """Named as the parameter, or as its variable."""
    text = f"#+ enumerate:\n#+   - {key}: [https://example.org/a, https://example.org/b]\nSELECT ?o {{ ?_station_iri ?p ?o }}"
    (parameter,) = StoredQuery.read("query", grlc.translate(text, file="query.rq")).parameters
    assert parameter.example == "https://example.org/a"


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
        ("SELECT * WHERE { ?s ?p ?_d_xsd_dateTime }", "?_d_xsd_dateTime ends in xsd_dateTime"),
        ("SELECT * WHERE { ?s ?p ?_d_xsd_int }", "no datatype"),
        ("SELECT * WHERE { ?s ?p ?_d_double }", "no datatype"),
        ("SELECT * WHERE { ?s ?p ?_x_en, ?_x_fr }", "two ways"),
        ("SELECT * WHERE { ?s ?p ?_größe }", "?_größe begins as a parameter"),
        ("SELECT ?größe WHERE { ?s ?p ?größe }", "größe is not a name"),
        ("SELECT ?a_b WHERE { ?aB ?p ?a_b }", "?aB"),
        (
            "SELECT ?s WHERE { ?s ?p ?_x } GROUP BY ?s HAVING (COUNT(*) > ?_min_integer)",
            "?_min_integer stands beside an aggregate",
        ),
        ("SELECT ?s WHERE { ?s ?p ?_x ", "ends too soon"),
        ("SELECT ?_x", "WHERE"),
        ("CONSTRUCT WHERE { ?s ?p ?_x }", "refused"),
        ("#+ defaults:\n#+   - x: many\nSELECT * WHERE { ?s ?p ?_x_integer }", "many"),
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
