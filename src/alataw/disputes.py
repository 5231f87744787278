"""The home of the index of disputes: what the stored query `claims-that-differ` finds, kept to be found at once.

That query compares every claim with every other of its kind; `disputed-claims` looks up what it has found.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from alataw.store import DISPUTES
from alataw.terms import DEF, NamedNode, Term, Triple, text_of

_SAID = {
    DEF.about: "entity",
    DEF.disputedProperty: "property",
    DEF.claim: "claim",
    DEF.otherClaim: "other",
    DEF.difference: "reason",
    DEF.shownClaim: "shown",
    DEF.shownBecause: "why",
}
"""What is said of a dispute, and the column that tells it."""


def index(rows: Iterable[Mapping[str, Term | None]]) -> Iterator[Triple]:
    """Derive the index by which the disputes about a thing are found.

    Args:
        rows: The rows of `claims-that-differ` by column.

    Returns:
        Of each dispute what it is about, in which property, its two claims, how they differ, which is shown, and why.
    """
    for row in rows:
        pair = " ".join(text_of(row[column]) for column in ("claim", "other", "property"))
        node = NamedNode(f"{DISPUTES.value}#{hashlib.sha256(pair.encode()).hexdigest()[:16]}")
        for predicate, column in _SAID.items():
            value = row[column]
            if value is not None:
                yield Triple(node, predicate, value)
