"""The kinds of pages that there are, and one of each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from alataw.pages import Pages
from alataw.terms import BASE, DEF, NamedNode

ENGLISH = ("en",)
ROOT = Path(__file__).resolve().parents[2]


def entity(path: str) -> NamedNode:
    return NamedNode(BASE + path)


def every(pages: Pages, things: Mapping[str, str]) -> dict[str, Callable[[], str]]:
    """A page of each kind, by name.

    Args:
        pages: The pages.
        things: The path of a thing for `station`, `crossing`, `source`.
    """
    graph = pages.publication.graph

    def asked(name: str, **values: str) -> Callable[[], str]:
        return lambda: pages.query(graph.stored_query(name), values, graph.query(name, **values), None, ENGLISH)

    text = "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 60"
    return {
        "landing": lambda: pages.landing(ENGLISH),
        **{kind: (lambda path=path: pages.entity(entity(path), ENGLISH)) for kind, path in things.items()},
        "collection": lambda: pages.collection(DEF.Station, ENGLISH),
        "crossings": lambda: pages.crossings(ENGLISH),
        "disputes": lambda: pages.disputes(ENGLISH),
        "search": lambda: pages.search("a", ENGLISH),
        "vocabulary": lambda: pages.vocabulary(ENGLISH),
        "class": lambda: pages.term(DEF.Station, ENGLISH),
        "property": lambda: pages.term(DEF.operator, ENGLISH),
        "scheme": lambda: pages.term(entity("vocabulary/track-gauge"), ENGLISH),
        "concept": lambda: pages.term(entity("vocabulary/track-gauge#1435"), ENGLISH),
        "queries": lambda: pages.queries(ENGLISH),
        "query, not asked": lambda: pages.query(graph.stored_query("operators-of-station"), {}, None, None, ENGLISH),
        "timeline": asked("operators-of-station", station=things["station"]),
        "bars": asked("freight-by-year", crossing=things["crossing"]),
        "map": asked("breaks-of-gauge"),
        "word": asked("is-crossing-open", crossing=things["crossing"]),
        "table": asked("claims-of-source", source=things["source"]),
        "graph": asked("describe-entity", entity=things["station"]),
        "sparql": lambda: pages.sparql(text, graph.sparql(text), None, ENGLISH),
        "about": lambda: pages.about(ENGLISH),
        "problem": lambda: pages.problem(404, "there is nothing here", "look `there`", ENGLISH, ("station/dostyk",)),
    }


OURS = {
    "station": "station/alashankou",
    "crossing": "border-crossing/cn-kz-alashankou-dostyk",
    "source": "source/alashankou-article",
    "line": "railway-line/lanxin",
    "organisation": "organisation/china-railway-urumqi-group",
    "place": "place/china",
    "train": "train-service/almaty-urumqi",
}
"""One entity of each class."""
