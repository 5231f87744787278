"""The home of property paths as RDF: what SPARQL writes as one text, SHACL says in triples (SHACL 2.3.1)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from alataw.terms import RDF, SH, BlankNode, NamedNode, Term, Triple

# SPARQL 1.1, 19.8 [88]-[94], without negated property sets, which SHACL has not.
_TOKEN = re.compile(r"<([^>]*)>|[()|/^*+?]")
_MODIFIERS = {"*": SH.zeroOrMorePath, "+": SH.oneOrMorePath, "?": SH.zeroOrOnePath}


def to_rdf(path: str, label: str) -> tuple[Term, list[Triple]]:
    """Say a path in triples.

    Args:
        path: The IRI of a property, or a path as SPARQL writes it, with whole IRIs.
        label: What the labels of its blank nodes begin with.

    Returns:
        The node that stands for the path, and what is said of it and its parts; nothing of a single property.

    >>> node, said = to_rdf("^<http://example.org/knows>", "path")
    >>> print(said[0])
    _:path0 <http://www.w3.org/ns/shacl#inversePath> <http://example.org/knows>
    """
    if not re.search(r"[<>|^()*]", path):
        return NamedNode(path), []
    reading = _Reading(path, label)
    return reading.alternatives(), reading.triples


class _Reading:
    """A recursive descent over a path, which collects the triples that say it."""

    def __init__(self, path: str, label: str) -> None:
        self._tokens = [match[0] for match in _TOKEN.finditer(path)]
        self._nodes = (BlankNode(f"{label}{number}") for number in range(2 * len(path) + 1))
        self.triples: list[Triple] = []

    def alternatives(self) -> Term:
        parts = list(self._separated("|", self._sequence))
        return parts[0] if len(parts) == 1 else self._node(SH.alternativePath, self._list(parts))

    def _sequence(self) -> Term:
        parts = list(self._separated("/", self._element))
        return parts[0] if len(parts) == 1 else self._list(parts)

    def _separated(self, mark: str, read: Callable[[], Term]) -> Iterator[Term]:
        yield read()
        while self._tokens[:1] == [mark]:
            self._tokens.pop(0)
            yield read()

    def _element(self) -> Term:
        mark = self._tokens.pop(0)
        if mark == "^":
            return self._node(SH.inversePath, self._element())
        if mark == "(":
            part: Term = self.alternatives()
            self._tokens.pop(0)
        else:
            part = NamedNode(mark[1:-1])
        while self._tokens and self._tokens[0] in _MODIFIERS:
            part = self._node(_MODIFIERS[self._tokens.pop(0)], part)
        return part

    def _node(self, predicate: NamedNode, value: Term) -> BlankNode:
        node = next(self._nodes)
        self.triples.append(Triple(node, predicate, value))
        return node

    def _list(self, items: list[Term]) -> Term:
        rest: Term = RDF.nil
        for item in reversed(items):
            cell = self._node(RDF.first, item)
            self.triples.append(Triple(cell, RDF.rest, rest))
            rest = cell
        return rest
