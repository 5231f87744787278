"""The home of checking again only what a change can affect."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from alataw.datagraph import FOCUS, SHAPES, DataGraph, encode
from alataw.shapes import prebinding
from alataw.shapes.compiler import Pass, compile_shapes, compile_targets, narrowed
from alataw.shapes.dependencies import OBJECT, SUBJECT, THIS, Dependency, dependencies
from alataw.shapes.engine import solve
from alataw.shapes.graph import Index
from alataw.shapes.results import Result
from alataw.terms import BlankNode, NamedNode, Term, Triple

MOST_TRIPLES = 5_000
"""A change of more triples is cheaper to check as a whole."""

Found = dict[Term, list[Result]]
"""The results of a shape with a target, by the focus node of that target."""


class Live:
    """A data graph whose results are kept up to date as it changes.

    Args:
        data: The data graph; from now on it is changed through `change` only.
        shapes: The shapes graph.

    Raises:
        ValueError: If a shape cannot be compiled; its results would need the whole graph each time.
    """

    def __init__(self, data: DataGraph, shapes: Iterable[Triple]) -> None:
        self._data = data
        self._shapes = list(shapes)
        self._index = Index(self._shapes)
        data.hold(SHAPES, self._shapes)
        compiled = compile_shapes(self._index, keeps=True)
        if compiled.left:
            raise ValueError("; ".join(f"{shape}: {why}" for shape, why in compiled.left.items()))
        self._whole = _by_shape(compiled.passes)
        self._within = _by_shape(compile_shapes(self._index, keeps=True, within=True).passes)
        self._targets = {shape: compile_targets(self._index, shape, keeps=True) for shape in self._whole}
        self._dependencies = {shape: dependencies(self._index, shape) for shape in self._whole}
        self._found: dict[Term, Found] = {}

    @property
    def results(self) -> list[Result]:
        """All results of the graph as it is now."""
        for shape in self._whole:
            if shape not in self._found:
                self._found[shape] = self._run(shape, None)
        return [result for found in self._found.values() for some in found.values() for result in some]

    def change(self, removed: Collection[Triple], added: Collection[Triple]) -> list[Result]:
        """Change the graph, and check again what that can affect.

        Returns:
            The results of the focus nodes that were looked at again.
        """
        self._data.change(removed, added)
        return self.recheck(removed, added)

    def recheck(self, removed: Collection[Triple], added: Collection[Triple]) -> list[Result]:
        """Check again what a change, already made, can affect."""
        again: list[Result] = []
        for shape, nodes in self.affected(removed, added).items():
            found = self._run(shape, nodes)
            again += [result for some in found.values() for result in some]
            if nodes is None:
                self._found[shape] = found
            elif shape in self._found:
                for node in nodes:
                    self._found[shape].pop(node, None)
                self._found[shape] |= found
        return again

    def affected(self, removed: Collection[Triple], added: Collection[Triple]) -> dict[Term, set[Term] | None]:
        """The focus nodes of each shape that a change, already made, can affect; None for all of them."""
        # What was there is looked for too: what has lost its way to the change was affected by it.
        self._data.change([], removed)
        try:
            changed = {*removed, *added}
            found = {shape: self._reached(shape, changed) for shape in self._whole}
        finally:
            self._data.change([triple for triple in removed if triple not in set(added)], [])
        return {shape: nodes for shape, nodes in found.items() if nodes is None or nodes}

    def _reached(self, shape: Term, changed: Collection[Triple]) -> set[Term] | None:
        """The focus nodes of a shape from which a changed triple can be seen."""
        nodes: set[Term] = set()
        for triple in changed:
            for way in self._dependencies[shape]:
                if way.predicate not in (None, triple.predicate):
                    continue
                if way.chain is None or len(changed) > MOST_TRIPLES:
                    return None
                nodes.update(self._from(way.chain, triple) if way.chain else [_end(way, triple)])
        return nodes

    def _from(self, chain: str, triple: Triple) -> Iterator[Term]:
        """The nodes from which a chain leads to a triple."""
        ends = {SUBJECT[1:]: encode(triple.subject), OBJECT[1:]: encode(triple.object)}
        names = {name: str(term) for name, term in ends.items() if not isinstance(term, BlankNode)}
        pattern = prebinding.replace(chain, names)
        # A query cannot name a blank node, but it can find one.
        blank = {NamedNode(f"{FOCUS.value}/{name}"): term for name, term in ends.items() if name not in names}
        self._data.hold(FOCUS, (Triple(FOCUS, predicate, term) for predicate, term in blank.items()))
        for predicate in blank:
            variable = predicate.value.rpartition("/")[2]
            pattern = f"GRAPH {FOCUS} {{ {FOCUS} {predicate} ?{variable} }} {pattern}"
        rows = self._data.query(f"SELECT DISTINCT {THIS} WHERE {{ {pattern} }}").rows
        return (node for (node,) in rows if node is not None)

    def _run(self, shape: Term, nodes: set[Term] | None) -> Found:
        """The results of a shape for some of its focus nodes, or for all."""
        found: Found = defaultdict(list)
        seen: dict[object, set[object]] = defaultdict(set)
        if nodes is not None:
            self._data.focus(nodes)
            targets = (f"SELECT {THIS} {{ {narrowed(each)} }} LIMIT 1" for each in self._targets[shape])
            if not any(self._data.query(text).rows for text in targets):
                return found  # most shapes look at no node of most changes
        for each in (self._whole if nodes is None else self._within)[shape]:
            if nodes is not None:
                self._data.focus(nodes)
            for root, result in solve(self._data, each, self._data.focus, seen[each.slot]):
                found[root].append(result)
        return found


def _by_shape(passes: Iterable[Pass]) -> dict[Term, list[Pass]]:
    sorted_: dict[Term, list[Pass]] = defaultdict(list)
    for each in passes:
        sorted_[each.slot[0]].append(each)
    return sorted_


def _end(way: Dependency, triple: Triple) -> Term:
    return triple.object if way.inverse else triple.subject
