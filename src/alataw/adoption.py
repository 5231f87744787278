"""The home of links that others state already: claims of an item in the graph, and tables of items -> mappings.

Nothing is guessed here: a row of a table is taken over only if its label names exactly one entity of its kind, and
what a person has decided on a pair stays as it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from alataw import sssom
from alataw.errors import InputError, Location
from alataw.names import fold
from alataw.sssom import Link
from alataw.terms import DCTERMS, DEF, PROV, Literal, NamedNode, text_of

if TYPE_CHECKING:
    from alataw.graph import Graph

KINDS = {
    "station": "Station",
    "place": "Place",
    "country": "Place",
    "line": "RailwayLine",
    "organisation": "Organisation",
    "crossing": "BorderCrossing",
}
"""The kind that a table tells, to our class."""

_CONFIDENCE = {"high": "0.95", "medium": "0.8", "low": "0.5"}
_CODE_SYSTEM = "vocabulary/code-system#wikidata"


class Adopted(NamedTuple):
    """What was taken over, and what was left with the reason: label and reason."""

    mappings: sssom.MappingSet
    taken: int
    left: tuple[tuple[str, str], ...]


def of_claims(graph: Graph, by: str, on: str) -> Adopted:
    """Take over the items that claims of the graph state.

    Args:
        graph: The graph.
        by: Who reviews.
        on: The day of the review, as `2026-11-26`.
    """
    source = graph.source()
    links = []
    for claim in source.by_subject:
        if not text_of(source.first(claim, DEF.codeSystem)).endswith(_CODE_SYSTEM):
            continue
        entity = source.first(claim, DEF.about)
        origin = source.first(claim, PROV.wasDerivedFrom)
        if entity is None or origin is None or text_of(source.first(claim, DEF.rank)).endswith("#deprecated"):
            continue
        confidence = text_of(source.first(origin, DEF.confidence)).rpartition("#")[2]
        where = (text_of(source.first(origin, DCTERMS.title)), text_of(source.first(claim, DEF.locator)))
        links.append(
            Link(
                subject_id=f"alataw:{source.path(entity)}",
                subject_label=source.label(entity),
                object_id=f"wd:{text_of(source.first(claim, DEF.code))}",
                mapping_justification=sssom.REVIEWED,
                reviewer_label=by,
                mapping_date=on,
                confidence=_CONFIDENCE.get(confidence, ""),
                comment=", ".join(filter(None, where)),
            )
        )
    return _decided(graph, links, [])


def of_table(graph: Graph, data: bytes, file: str, by: str, on: str) -> Adopted:
    """Take over the items of a table with the columns wikidata_id, label, kind, confidence and, if it has them, more.

    Args:
        graph: The graph.
        data: The table as CSV.
        file: Its name.
        by: Who reviews.
        on: The day of the review.

    Raises:
        InputError: AL110 if the table lacks a column or is not CSV.
    """
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(file, str(error)) from error
    wanted = {"wikidata_id", "label", "kind", "confidence"}
    if not rows or not wanted <= set(rows[0]):
        raise _unreadable(file, f"it has not the columns {', '.join(sorted(wanted))}")
    named = _named(graph)
    links, left = [], []
    for row in rows:
        class_ = KINDS.get(row["kind"] or "")
        if class_ is None:
            continue
        if not re.fullmatch(r"Q[1-9][0-9]*", row["wikidata_id"] or ""):
            left.append((row["label"], "no item is known"))
            continue
        # What stands in brackets tells the kind of thing, what stands behind a stroke is another name.
        names = re.split(r"\s*/\s*", re.sub(r"\s*\(.*?\)", "", row["label"]))
        found = {path for name in names for path in named[class_].get(fold(name), ())}
        if len(found) != 1:
            left.append((row["label"], f"names {', '.join(sorted(found))}" if found else "names nothing here"))
            continue
        path = found.pop()
        links.append(
            Link(
                subject_id=f"alataw:{path}",
                subject_label=graph.labels.get(NamedNode(graph.repository.base + path), ""),
                object_id=f"wd:{row['wikidata_id']}",
                object_label=row["label"],
                mapping_justification=sssom.REVIEWED,
                reviewer_label=by,
                mapping_date=on,
                confidence=_CONFIDENCE.get(row["confidence"], ""),
                mapping_source=row.get("source_url") or "",
                comment="; ".join(filter(None, (row.get("source_title"), row.get("note")))),
            )
        )
    return _decided(graph, links, left)


def _decided(graph: Graph, links: list[Link], left: list[tuple[str, str]]) -> Adopted:
    """Add links to what there is; an entity for which a person has decided keeps its item."""
    mappings = graph.repository.mappings()
    known = {(row.subject_id, row.object_id) for row in mappings}
    by_subject: dict[str, set[str]] = defaultdict(set)
    for link in links:
        by_subject[link.subject_id].add(link.object_id)
    new: dict[str, Link] = {}
    for link in sorted(links, key=lambda link: (link.subject_id, -float(link.confidence or 0))):
        items = by_subject[link.subject_id]
        if (link.subject_id, link.object_id) in known or link.subject_id in new:
            continue
        if len(items) > 1:
            left.append((link.subject_id, f"several items are stated: {', '.join(sorted(items))}"))
        elif mappings.links.get(link.path, link.item) != link.item:
            left.append((link.subject_id, f"is linked to {mappings.links[link.path]}, not {link.item}"))
        else:
            new[link.subject_id] = link
    return Adopted(mappings.with_(new.values()), len(new), tuple(dict.fromkeys(left)))


def _named(graph: Graph) -> Mapping[str, Mapping[str, set[str]]]:
    """Class to key of a label to the paths of entities that have it."""
    named: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    base = graph.repository.base
    answer = graph.query("things-to-link")
    for entity, kind, name, *_ in answer.rows:
        if isinstance(name, Literal):
            class_ = text_of(kind).removeprefix(DEF.iri)
            named[class_][fold(name.value)].add(text_of(entity).removeprefix(base))
    return named


def _unreadable(file: str, why: str) -> InputError:
    return InputError(
        f"the table {file} cannot be read", code="AL110", why=why, fix="mend the table", location=Location(file, 1, 1)
    )
