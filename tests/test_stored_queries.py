"""Every stored query: its contract, its expected answer, its order, and that it runs as it stands in any engine."""

from __future__ import annotations

import csv
import io
import re
import warnings
from pathlib import Path

import pytest

import alataw
from alataw.queries import StoredQuery
from alataw.shapes import from_rdflib, rdflib_graph
from alataw.solutions import Answer
from alataw.store import BEST
from engines import Sample, sample

ROOT = Path(__file__).resolve().parents[1]
EXPECTED = ROOT / "tests" / "queries"
NAMES_OF_QUERIES = sorted(path.stem for path in (ROOT / "queries").glob("*.rq") if ".explain" not in path.name)


@pytest.fixture(scope="module")
def over_sample() -> Sample:
    """The sample, loaded once."""
    return sample()


def examples(query: StoredQuery, *, all_: bool) -> dict[str, str]:
    """The example values; without the optional ones if all rows are wanted."""
    return {p.name: p.example for p in query.parameters if p.required or not all_}


def answer_file(query: StoredQuery, *, all_: bool) -> Path:
    return EXPECTED / f"{query.name}{'.all' if all_ else ''}.{'csv' if query.columns else 'nt'}"


def written(answer: Answer) -> str:
    if answer.triples is not None:
        return "".join(f"{triple} .\n" for triple in answer.triples)
    return answer.write("csv").decode().replace("\r\n", "\n")


def asked(query: StoredQuery) -> list[bool]:
    """With the example values, and, where there are optional parameters, without these."""
    return [False, True] if any(not p.required for p in query.parameters) else [False]


@pytest.mark.parametrize("name", NAMES_OF_QUERIES)
def test_the_contract_holds_on_the_real_graph(name: str, graph: alataw.Graph) -> None:
    """Columns are as declared, and the example values give at least the rows promised."""
    query = graph.stored_query(name)
    answer = graph.query(name, **examples(query, all_=False))
    assert list(answer.variables) == list(query.columns)
    assert len(answer) >= query.min_rows


@pytest.mark.parametrize("name", NAMES_OF_QUERIES)
def test_the_answer_over_the_sample_is_the_expected_one(name: str, over_sample: Sample) -> None:
    """Facts that never change give the answer that was read and found right."""
    query = over_sample.stored_query(name)
    for all_ in asked(query):
        answer = over_sample.query(name, **examples(query, all_=all_))
        assert answer or all_, "an example that finds nothing shows nothing"
        assert written(answer) == answer_file(query, all_=all_).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", NAMES_OF_QUERIES)
def test_the_order_leaves_no_ties(name: str, over_sample: Sample) -> None:
    """No two rows agree in every key of the ORDER BY, so that paging is stable."""
    query = over_sample.stored_query(name)
    if not query.columns:
        return
    for all_ in asked(query):
        text = query.bind(examples(query, all_=all_), over_sample.resolver)
        _, _, order = text.rpartition("ORDER BY")
        orders = re.findall(r"\w*\((?:[^()]|\([^()]*\))*\)|\?\w+", order)
        binds = " ".join(
            f"({re.sub(r'^DESC', '', key) if key.startswith(('DESC', '(')) else key} AS ?key{n})"
            for n, key in enumerate(orders)
        )
        if "GROUP BY" in text or "DISTINCT" in text:
            rows = over_sample.sparql(text).rows
            assert len(set(rows)) == len(rows)
            continue
        keyed = re.sub(r"SELECT .*?\nWHERE", f"SELECT {binds}\nWHERE", text, count=1, flags=re.DOTALL)
        rows = over_sample.sparql(keyed).rows
        assert len(set(rows)) == len(rows), [row for row in rows if rows.count(row) > 1]


@pytest.mark.parametrize("name", NAMES_OF_QUERIES)
def test_the_file_runs_as_it_stands_in_another_engine(name: str, over_sample: Sample) -> None:
    """Rdflib gives the same rows for the very text of the file."""
    from rdflib import Dataset, URIRef

    text = (ROOT / "queries" / f"{name}.rq").read_text(encoding="utf-8")
    ours = Answer.of(over_sample.store.query(text))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        dataset = Dataset(default_union=False)
        for triple in rdflib_graph(over_sample.stated):
            dataset.add(triple)
        for graph, triples in over_sample.contents.items():
            for triple in rdflib_graph(triples) if graph else ():
                dataset.graph(URIRef(graph.value)).add(triple)
        result = dataset.query(text)
        if ours.triples is not None:
            theirs = {tuple(map(from_rdflib, triple)) for triple in result}
            assert theirs == {tuple(triple) for triple in ours.triples}
            return
        rows = [tuple(None if term is None else from_rdflib(term) for term in row) for row in result]
    assert [str(row) for row in rows] == [str(row) for row in ours.rows]


def test_the_best_view_keeps_to_ranks(over_sample: Sample) -> None:
    """A preferred claim outdoes a normal one of its kind; a deprecated one is never told."""
    triples = over_sample.query("best-view").triples or ()
    opened = {
        t.object.value for t in triples if t.predicate.value.endswith("#openedOn") and "dostyk" in t.subject.value
    }
    assert "1992-06-21" in opened
    assert "1993-04-03" not in opened


def test_the_best_view_is_a_graph_of_its_own(graph: alataw.Graph) -> None:
    """What is asked of <graph/best> is the best view."""
    answer = graph.sparql(f"SELECT ?s ?p ?o WHERE {{ GRAPH {BEST} {{ ?s ?p ?o }} }}")
    assert len(answer) == len(graph.triples("best"))


def test_operators_of_alashankou(over_sample: Sample) -> None:
    """The three tenures of the article, oldest first, the first without an invented beginning."""
    data = over_sample.query("operators-of-station", station="alashankou").write("csv").decode()
    rows = list(csv.DictReader(io.StringIO(data)))
    assert [(row["from"], row["until"]) for row in rows] == [("[..2001]", "2001"), ("2001", "2005"), ("2005", "")]


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("1995", {"first": "possible"}),
        ("2001", {"first": "possible", "2001": "possible"}),
        ("2003-05", {"2001": "certain"}),
        ("2005", {"2001": "possible", "2005": "possible"}),
        ("2020-01-01", {"2005": "possible"}),
    ],
)
def test_a_date_gives_what_may_hold_then(on: str, told: dict[str, str], over_sample: Sample) -> None:
    """A tenure counts when its interval may contain the date; certain only if it must."""
    answer = over_sample.query("operators-of-station", station="alashankou", on=on)
    assert {row["tenure"].rpartition("-")[2]: row["holds"] for row in answer.dicts()} == told


if __name__ == "__main__":
    for found in sample().queries:
        for without in asked(found):
            text_ = written(sample().query(found.name, **examples(found, all_=without)))
            answer_file(found, all_=without).write_text(text_, encoding="utf-8")
