"""The home of drafts: something that a row says, as a claim about somebody, not yet merged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from alataw.errors import AlatawError
from alataw.sources import Row
from alataw.terms import DEF, PROV, RDF, RDFS, Literal, NamedNode, Term, Triple

Group = Mapping[tuple[str, str], Sequence[Row]]
"""The rows of each entity, by type and by how the form calls it."""


class RefusalError(AlatawError):
    """A row that cannot become a claim, with the column that is meant."""

    def __init__(self, code: str, column: str, message: str) -> None:
        super().__init__(message, code=code)
        self.column = column
        self.message = message


@dataclass(frozen=True)
class Draft:
    """Something to be said.

    Args:
        about: Whom it is about: an entity, or a side of a border crossing.
        kind: The class of the claim; None if it is said of the entity itself.
        source: Who says so.
        said: What is claimed; a claim of the same source that says all of it is the same claim.
        more: What is said besides, of a new claim only.
        note: The remarks of the row.
        stem: Words of which the name of a new claim is made.
        beside: What is to be said of the entity itself.
        tells: Whether it says what the row says, and not only what has to be there first.
    """

    about: NamedNode
    kind: NamedNode | None = None
    source: NamedNode | None = None
    said: tuple[tuple[NamedNode, Term], ...] = ()
    more: tuple[tuple[NamedNode, Term], ...] = ()
    note: Literal | None = None
    stem: tuple[str, ...] = ()
    beside: frozenset[Triple] = frozenset()
    tells: bool = True

    def named(self, taken: set[object]) -> NamedNode:
        """The first name of its stem that nothing has yet."""
        words = "-".join(filter(None, self.stem))
        stem = f"{self.about.value.partition('#')[0]}#{words}"
        number = 1
        while NamedNode(stem if number == 1 else f"{stem}-{number}") in taken:
            number += 1
        return NamedNode(stem if number == 1 else f"{stem}-{number}")

    def triples(self, node: NamedNode) -> set[Triple]:
        """The claim under a name."""
        facts = [
            (RDF.type, self.kind),
            (DEF.about, self.about),
            (PROV.wasDerivedFrom, self.source),
            *self.said,
            *self.more,
        ]
        if self.note:
            facts.append((RDFS.comment, self.note))
        return {Triple(node, property_, value) for property_, value in facts if value is not None}


def grouped(rows: Sequence[Row]) -> Group:
    """The rows of each entity, by type and by how the form calls it."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["entity_type"], row["entity"]].append(row)
    return groups


def coordinates(rows: Sequence[Row]) -> dict[int, Row]:
    """For each row with a latitude or longitude the row with the other, of the same source about the same thing."""
    waiting: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    pairs: dict[int, Row] = {}
    for row in rows:
        if row["property"] not in ("lat", "lon"):
            continue
        key = (row["entity_type"], row["entity"], row["source_title"], row["source_url"])
        other = waiting[(*key, "lon" if row["property"] == "lat" else "lat")]
        if other:
            pairs[id(row)] = other.pop(0)
            pairs[id(pairs[id(row)])] = row
        else:
            waiting[(*key, row["property"])].append(row)
    return pairs
