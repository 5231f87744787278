"""The home of labels: the one by which a thing is called where people read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from alataw.terms import SKOS, Literal, Term, Triple


class Labels(Mapping[Term, str]):
    """One label for everything that has one: English where there is one, else the first by language.

    Args:
        triples: Gives the triples that say them; called when a label is first looked up.
    """

    def __init__(self, triples: Callable[[], Iterable[Triple]]) -> None:
        self._triples = triples

    def __getitem__(self, term: Term) -> str:
        return self._by_term[term]

    def __iter__(self) -> Iterator[Term]:
        return iter(self._by_term)

    def __len__(self) -> int:
        return len(self._by_term)

    @cached_property
    def _by_term(self) -> dict[Term, str]:
        found: dict[Term, list[Literal]] = defaultdict(list)
        label = SKOS.prefLabel
        for triple in self._triples():
            if triple.predicate == label and isinstance(triple.object, Literal):
                found[triple.subject].append(triple.object)
        return {
            term: min(labels, key=lambda label: (label.language != "en", label.language or "", label.value)).value
            for term, labels in found.items()
        }
