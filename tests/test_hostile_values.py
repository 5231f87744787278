"""No value changes a query: what is not refused is one term, on every engine."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import servers
from alataw import querytext, sparql
from alataw.errors import AlatawError, ParameterError
from alataw.queries import Parameter, StoredQuery
from alataw.queries.stored import filled
from alataw.terms import Literal, NamedNode, Term
from engines import ENGINES, Sample, engine, sample
from hostile import OTHERS, TEXTS

pytestmark = pytest.mark.xdist_group("engines")

SAMPLE = sample()
REFUSALS = {"AL011", "AL012", "AL013", "AL015"}

ECHO = StoredQuery.read(
    "echo",
    """#+ summary: A question
#+ parameters:
#+   name: {datatype: string, required: true, example: x, description: A text.}
#+ columns:
#+   name: {description: The same.}
#+ contract: {min-rows: 1, within-ms: 50}
SELECT ?name WHERE { VALUES ?name { "x" } } ORDER BY ?name
""",
)


def shape(text: str) -> list[str]:
    """The tokens of a query without what stands in its VALUES blocks."""
    for start, end in sorted((place for places in querytext.blocks(text).values() for place in places), reverse=True):
        text = text[:start] + text[end:]
    return [token.text for token in sparql.tokens(text)]


def read(parameter: Parameter, value: Any) -> Term | str:
    """The term that a value becomes, or the code with which it is refused."""
    try:
        return parameter.term(value, SAMPLE.resolver)
    except AlatawError as error:
        assert error.code in REFUSALS, (parameter.name, str(value)[:40], error)
        assert len(str(error)) < 5000
        return error.code


@pytest.fixture(scope="module")
def terms() -> dict[tuple[str, str], list[Term]]:
    """What the corpus becomes for each kind of parameter, where it is not refused."""
    kinds = {(p.kind, p.of): p for query in SAMPLE.queries for p in query.parameters}
    kinds["datatype", "string"] = ECHO.parameters[0]
    return {
        kind: [term for value in (*TEXTS, *OTHERS) if not isinstance(term := read(parameter, value), str)]
        for kind, parameter in kinds.items()
    }


def test_the_corpus_is_large() -> None:
    """At least two hundred texts, all different, and values of other kinds."""
    assert len(TEXTS) >= 200
    assert len(OTHERS) >= 20


def test_hardly_anything_names_an_entity(terms: dict[tuple[str, str], list[Term]]) -> None:
    """Of entities and concepts the corpus names two: Alashankou in two scripts, and terms of the ontology by their names."""
    for (kind, _), found in terms.items():
        if kind != "datatype":
            named = {term.value.removeprefix(SAMPLE.repository.base) for term in found if isinstance(term, NamedNode)}
            assert len(found) < 12
            assert {name for name in named if "alashankou" not in name} <= {"def#Station", "def#name", "def#date"}


@pytest.mark.parametrize("query", [*SAMPLE.queries, ECHO], ids=lambda query: query.name)
def test_no_value_changes_a_query(query: StoredQuery, terms: dict[tuple[str, str], list[Term]]) -> None:
    """Every value in every parameter is refused, or gives the same query around one term."""
    needed = {p.name: p.example for p in query.parameters if p.required}
    for parameter in query.parameters:
        for term in terms[parameter.kind, parameter.of]:
            try:
                text = query.bind({**needed, parameter.name: term}, SAMPLE.resolver)
            except ParameterError as refused:  # of what something is made: no box that leaves the globe
                assert (refused.code, bool(query.derived)) == ("AL015", True)
                continue
            assert shape(text) == shape(query.text)
            admitted = filled(query._admitted, {parameter.name: sparql.admitted_term(str(term))})
            assert admitted == sparql.admit(filled(query.text, {parameter.name: str(term)}))
            blocks = [text[start:end].strip() for start, end in querytext.blocks(text)[parameter.name]]
            assert blocks == [str(term)] * len(blocks)


@pytest.mark.parametrize(
    "value", [*TEXTS, *OTHERS], ids=lambda value: f"{value!r:.20}".encode("ascii", "replace").decode()
)
def test_limit_and_offset_take_no_text(value: Any) -> None:
    """They are numbers of rows, and nothing else is read as one."""
    if type(value) is int and 0 <= value < 2**31:
        return
    for name in ("limit", "offset"):
        with pytest.raises(ParameterError) as refused:
            ECHO.bind({"name": "x"}, SAMPLE.resolver, **{name: value})
        assert refused.value.code == "AL015"


@pytest.mark.parametrize("name", [*TEXTS[:100]], ids=lambda value: f"{value!r:.20}".encode("ascii", "replace").decode())
def test_the_name_of_a_parameter_is_no_way_in(name: str) -> None:
    """A name that the query does not have is refused."""
    with pytest.raises(ParameterError) as refused:
        ECHO.bind({"name": "x", name: "x"} if name != "name" else {}, SAMPLE.resolver)
    assert refused.value.code in ("AL013", "AL014")


@pytest.fixture(scope="module", params=ENGINES[1:])
def theirs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """The sample in another engine."""
    if request.param == "virtuoso" and not servers.VIRTUOSO:
        pytest.skip("virtuoso-t is not installed (tests/tools.sh installs it)")
    with engine(request.param, tmp_path_factory.mktemp(request.param)) as store:
        yield sample(store)


@pytest.mark.parametrize("query", [*SAMPLE.queries, ECHO], ids=lambda query: query.name)
def test_every_engine_answers_alike(
    query: StoredQuery, theirs: Sample, terms: dict[tuple[str, str], list[Term]]
) -> None:
    """What was not refused gives the same rows everywhere, and leaves the store as it was."""
    needed = {p.name: p.example for p in query.parameters if p.required}
    for parameter in query.parameters:
        for term in terms[parameter.kind, parameter.of]:
            values = {**needed, parameter.name: term}
            try:
                here = query.ask(SAMPLE.store, SAMPLE.resolver, values)
            except ParameterError as refused:
                assert (refused.code, bool(query.derived)) == ("AL015", True)
                continue
            there = query.ask(theirs.store, SAMPLE.resolver, values)
            assert there == here, (parameter.name, term)
            if query is ECHO:
                assert here.rows == ((term,),)
    assert len(theirs.store) == len(set(theirs.stated))


@given(st.text(max_size=60) | st.from_regex(r"[\"'\\{}<>#?.\n\x00-\x1f ]{0,20}", fullmatch=True))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_comes_back_as_it_was_given(theirs: Sample, text: str) -> None:
    """Whatever the text and the engine, the answer is that text or a refusal."""
    try:
        answer = ECHO.ask(theirs.store, SAMPLE.resolver, {"name": text})
    except ParameterError as error:
        assert error.code == "AL015"
    else:
        assert answer.rows == ((Literal(unicodedata.normalize("NFC", text)),),)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_any_parameter_takes_any_text(data: st.DataObject) -> None:
    """Hypothesis finds no text, for no parameter, that changes the query around it."""
    query = data.draw(st.sampled_from([query for query in SAMPLE.queries if query.parameters]))
    parameter = data.draw(st.sampled_from(query.parameters))
    value = data.draw(st.text(max_size=40) | st.integers() | st.floats() | st.dates() | st.booleans())
    needed = {p.name: p.example for p in query.parameters if p.required}
    try:
        text = query.bind({**needed, parameter.name: value}, SAMPLE.resolver)
    except AlatawError as error:
        assert error.code in REFUSALS
    else:
        assert shape(text) == shape(query.text)
