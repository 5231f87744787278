"""Every row can be cited, and a question of yes or no says what stands behind its answer."""

from __future__ import annotations

import pytest

from alataw.terms import text_of
from engines import sample
from test_stored_queries import NAMES_OF_QUERIES, examples

SAMPLE = sample()


@pytest.mark.parametrize("name", NAMES_OF_QUERIES)
def test_every_row_rests_on_something(name: str) -> None:
    """Its claims have the sources named, or it tells what is said of an entity with a source; else the query says none."""
    query = SAMPLE.stored_query(name)
    values = examples(query, all_=True)
    plain = SAMPLE.query(name, **values)  # type: ignore[arg-type]
    answer = SAMPLE.query(name, explain=True, **values)  # type: ignore[arg-type]
    assert answer.variables[-3] in ("claims", "evidenceClaims")
    assert answer.variables[-2:] == ("sources", "citations")
    assert len(set(answer.variables)) == len(answer.variables)
    assert len(answer) == len(plain)
    for row in answer.rows:
        claims, sources, citations = row[-3:]
        if query.evidence == "none":
            assert (claims, sources, citations) == (None, None, None)
            continue
        if claims is None:
            # Sources, and parts that are no claims, rest on nothing but themselves.
            assert name in ("find-by-name", "best-view", "describe-entity")
            continue
        assert text_of(citations)
        for claim in text_of(claims).split("; "):
            given = SAMPLE.query("sources-of-statement", node=claim)
            assert {text_of(of[2]) for of in given.rows} <= set(text_of(sources).split("; "))  # type: ignore[index]


def test_a_claim_in_the_row_is_what_the_row_rests_on() -> None:
    """Not the entities beside it."""
    answer = SAMPLE.query("operators-of-station", explain=True, station="alashankou")
    for row in answer.dicts():
        assert row["claims"] == row["tenure"]
        assert row["sources"] == row["source"]
        assert row["citations"].startswith("Alashankou railway station, paragraph")


def test_what_is_counted_is_named() -> None:
    """A number of claims has as many claims behind it."""
    for name, values in (("sources-of-entity", {"entity": "station/alashankou"}), ("sources-by-use", {})):
        for row in SAMPLE.query(name, explain=True, **values).dicts():
            assert len(row["evidenceClaims"].split("; ")) == int(row["claims"])


@pytest.mark.parametrize(
    ("name", "values", "answer", "claims"),
    [
        ("is-crossing-open", {"crossing": "cn-kz-alashankou-dostyk"}, "yes", 5),
        ("is-crossing-open", {"crossing": "cn-kz-alashankou-dostyk", "on": "1989"}, "nothing found", 0),
        ("is-crossing-open", {"crossing": "cn-kz-tacheng-bakhty", "on": "2014"}, "yes", 1),
        ("is-crossing-open", {"crossing": "cn-kz-tacheng-bakhty", "on": "2016-04"}, "disputed", 2),
        ("is-crossing-open", {"crossing": "cn-kz-tacheng-bakhty", "on": "2021"}, "disputed", 2),
        ("is-port-of-entry", {"crossing": "cn-kz-tacheng-bakhty", "on": "2015"}, "yes", 1),
        ("is-port-of-entry", {"crossing": "cn-kz-tacheng-bakhty", "on": "2021"}, "no", 1),
        ("is-port-of-entry", {"crossing": "cn-kz-tacheng-bakhty", "mode": "road", "on": "2015"}, "nothing found", 0),
        ("was-operated-by", {"station": "alashankou", "operator": "china-railway-urumqi-group", "on": "2003"}, "no", 1),
        ("was-operated-by", {"station": "alashankou", "operator": "china-railway-urumqi-group", "on": "2020"}, "yes", 1),
        ("was-operated-by", {"station": "alashankou", "operator": "northern-xinjiang-railway-company", "on": "2003"}, "yes", 1),
        ("was-operated-by", {"station": "dostyk", "operator": "china-railway-urumqi-group", "on": "2003"}, "nothing found", 0),
        ("was-operated-by", {"station": "alashankou", "operator": "china-railway-urumqi-group", "on": "2003", "role": "jurisdiction"}, "no", 1),
        ("was-operated-by", {"station": "alashankou", "operator": "china-railway-urumqi-group", "on": "2003", "role": "owner"}, "nothing found", 0),
        ("was-operated-by", {"station": "alashankou", "operator": "northern-xinjiang-railway-company", "on": "2003", "role": "owner"}, "nothing found", 0),
    ],
)  # fmt: skip
def test_three_answers(name: str, values: dict[str, str], answer: str, claims: int) -> None:
    """Yes; no, because a source says so; nothing found, with how much was looked at: and the claims behind each."""
    (row,) = SAMPLE.query(name, explain=True, **values).dicts()  # type: ignore[arg-type]
    assert row["answer"] == answer
    assert int(row["yes"]) + int(row["no"]) == claims
    assert (0 if values.keys() & {"mode", "role"} else 1) <= int(row["known"]) <= int(row["all"])
    assert len(row.get("claims", "").split("; ")) == max(claims, 1)
    assert bool(row.get("citations")) == bool(claims)


@pytest.mark.parametrize(
    ("name", "values", "holds"),
    [
        ("is-crossing-open", {"crossing": "cn-kz-alashankou-dostyk"}, ""),
        ("is-crossing-open", {"crossing": "cn-kz-alashankou-dostyk", "on": "2015"}, "certain"),
        ("is-crossing-open", {"crossing": "cn-kz-alashankou-dostyk", "on": "1990"}, "possible"),
        ("is-crossing-open", {"crossing": "cn-kz-alashankou-dostyk", "on": "1989"}, ""),
        ("is-port-of-entry", {"crossing": "cn-kz-tacheng-bakhty", "on": "2021"}, "certain"),
        ("was-operated-by", {"station": "alashankou", "operator": "china-railway-urumqi-group", "on": "2003"}, "certain"),
        ("was-operated-by", {"station": "alashankou", "operator": "china-railway-urumqi-group", "on": "2020"}, "possible"),
    ],
)  # fmt: skip
def test_yes_and_no_are_certain_or_possible(name: str, values: dict[str, str], holds: str) -> None:
    """Certain where a claim that decides certainly holds then, possible where it may; neither without a date or an answer."""
    (row,) = SAMPLE.query(name, **values).dicts()  # type: ignore[arg-type]
    assert row.get("holds", "") == holds


@pytest.mark.parametrize(
    "query", [query for query in SAMPLE.queries if any(p.name == "on" for p in query.parameters)], ids=lambda q: q.name
)
def test_an_answer_for_a_date_says_how_sure_it_is(query) -> None:  # type: ignore[no-untyped-def]
    """Certain or possible, or an answer to yes or no; and nothing of the kind without a date."""
    assert "holds" in query.columns
    if "holds" in query.columns:
        values = examples(query, all_=False)
        assert {row["holds"] for row in SAMPLE.query(query.name, **values).dicts()} <= {"certain", "possible"}
        if not next(p for p in query.parameters if p.name == "on").required:
            told = SAMPLE.query(query.name, **{name: v for name, v in values.items() if name != "on"})
            assert not any("holds" in row for row in told.dicts())
