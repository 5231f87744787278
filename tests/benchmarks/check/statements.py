"""The home of what generated data is made of: statements about nodes, claims among them, written as in Turtle.

They are kept so until they are written out: `<station/x>` against the base of the data, `skos:prefLabel` by
`ontology/prefixes.ttl`, `"1992"^^xsd:gYear`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import count

Statement = tuple[str, str]

RANKED: tuple[Statement, ...] = (
    (":rankedBy", '"A. Editor"'),
    (":rankedOn", '"2026-11-24"^^xsd:date'),
    (":reasonForRank", '"the newer source of the two"@en'),
)


def part(node: str, name: str) -> str:
    """A fragment of the document that a node stands in.

    >>> part("<station/x#opening>", "closure")
    '<station/x#closure>'
    """
    return f"{node[:-1].partition('#')[0]}#{name}>"


class Statements:
    """Statements by subject, and the subjects by the pools in which a fault finds its victims.

    Claims cite one of the last six `sources`.
    """

    def __init__(self) -> None:
        self.said: dict[str, list[Statement]] = {}
        self.pools: dict[str, list[str]] = defaultdict(list)
        self.sources: list[str] = []
        self.size = 0
        self._claims = count()

    def add(self, node: str, kind: str, *statements: Statement, pool: str | None = None) -> str:
        """Say something of a new node; the pool is where a fault finds it (its class, unless said otherwise)."""
        self.said[node] = [("rdf:type", kind), *statements]
        self.pools[pool or kind].append(node)
        self.size += 1 + len(statements)
        return node

    def claim(self, about: str, name: str, kind: str, *statements: Statement, pool: str | None = None) -> str:
        """Claim something; every eleventh claim is one that an editor ranked."""
        number = next(self._claims)
        ranked = number % 11 == 5
        return self.add(
            part(about, name),
            kind,
            (":about", about),
            (":rank", f"rank:{'preferred' if ranked else 'normal'}"),
            *(RANKED if ranked else ()),
            (":valueKind", "value-kind:observed"),
            (":statedAs", f'"words number {number} of a source"@en'),
            ("prov:wasDerivedFrom", self.sources[-1 - number % min(6, len(self.sources))]),
            (":locator", f'"p. {number % 300 + 1}"'),
            *statements,
            pool=pool or (f"ranked {kind}" if ranked else None),
        )

    def objects(self, node: str, predicate: str) -> list[str]:
        """What is said of a node with a predicate."""
        return [value for said, value in self.said[node] if said == predicate]

    def triples(self) -> Iterator[tuple[str, str, str]]:
        """Every triple, in the order of making."""
        for node, statements in self.said.items():
            for predicate, value in statements:
                yield node, predicate, value

    def entity(self, node: str, kind: str, label: str, *statements: Statement, pool: str | None = None) -> str:
        """Say something of a new entity, with its labels and where they come from."""
        return self.add(
            node,
            kind,
            ("skos:prefLabel", f'"{label}"@en'),
            ("skos:altLabel", f'"{label}, ältere Schreibung"@de'),
            ("dcterms:source", self.sources[-1]),
            *statements,
            pool=pool,
        )
