"""The home of columns: what those of a stored query hold, as its header says, so that a view knows what to draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from alataw.pages.knowledge import Knowledge, Row
from alataw.queries import StoredQuery
from alataw.terms import DEF, Term

_NUMBERS = {"integer", "decimal"}


@dataclass(frozen=True)
class Columns:
    """The columns of a stored query by what they hold.

    Args:
        claim: The claim that a row tells; empty if none.
        sources: Where it comes from.
        ends: Since when and until when.
        dates: Other dates.
        numbers: What can be drawn as a length.
        concepts: Concepts, but for ranks; what differs in one does not compare.
        things: All else, in order, without what names another column.
        names: Column to the column that holds its name.
    """

    claim: str
    sources: tuple[str, ...]
    ends: tuple[str, ...]
    dates: tuple[str, ...]
    numbers: tuple[str, ...]
    concepts: tuple[str, ...]
    things: tuple[str, ...]
    names: Mapping[str, str]

    @classmethod
    def of(cls, query: StoredQuery, knowledge: Knowledge) -> Columns:
        """Read them from the header."""
        held = query.columns
        names = {column: f"{column}Name" for column in held if f"{column}Name" in held}
        claim = knowledge.claim_column(query)
        claims = [column for column, said in held.items() if _is_claim(said.get("class", ""), knowledge)]
        dates = [column for column, said in held.items() if said.get("datatype") == "date"]
        aside = {*claims, *dates, *names.values(), "source", "rank", "holds", "locator", "statedAs"}
        rest = [column for column in held if column not in aside]
        numbers = [column for column in rest if held[column].get("datatype") in _NUMBERS]
        concepts = [column for column in rest if "in" in held[column]]
        return cls(
            claim=claim,
            sources=tuple(column for column in ("source",) if column in held),
            ends=tuple(column for column in dates if column in ("from", "until")),
            dates=tuple(column for column in dates if column not in ("from", "until")),
            numbers=tuple(numbers),
            concepts=tuple(concepts),
            things=tuple(column for column in rest if column not in numbers),
            names=names,
        )

    def without(self, terms: Iterable[Term], rows: Iterable[Row]) -> Iterator[str]:
        """The columns of things that tell something else than these terms in some row."""
        known = set(terms)
        told = list(rows)
        return (column for column in self.things if any(row[column] and row[column] not in known for row in told))


def _is_claim(name: str, knowledge: Knowledge) -> bool:
    return bool(name) and DEF.Claim in knowledge.classes_above(DEF[name])
