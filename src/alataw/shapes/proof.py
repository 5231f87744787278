"""The home of the proof that constraints can fire: the data is broken for each, and the check must find it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from alataw import sparql
from alataw.datagraph import DataGraph
from alataw.shapes import custom, prebinding
from alataw.shapes.compiler import compile_shapes, compile_targets
from alataw.shapes.components import COMPONENTS, component
from alataw.shapes.engine import solve
from alataw.shapes.graph import Index
from alataw.shapes.mutations import Mutation, Mutator, in_turn
from alataw.shapes.results import Result
from alataw.terms import SH, NamedNode, Term, Triple

_NODES = 12
_MOST = 2_000
_TRIES = 4_000

Key = tuple[Term, NamedNode, "Term | None"]


class Proof(NamedTuple):
    """Whether a constraint can fire.

    Args:
        shape: The shape that has it.
        component: Its component.
        constraint: The node of a SPARQL constraint, None for others.
        mutation: What made it fire, in words; None if nothing did.
    """

    shape: Term
    component: NamedNode
    constraint: Term | None
    mutation: str | None


def prove(
    data: DataGraph, shapes: Iterable[Triple], progress: Callable[[str], None] = lambda _: None
) -> Iterator[Proof]:
    """Break the data once for each constraint, until the check finds it; the data is the same afterwards.

    Args:
        data: The data graph.
        shapes: The shapes graph.
        progress: Told the shape that is being proved.
    """
    shapes = list(shapes)
    index = Index(shapes)
    prover = _Prover(data, index)
    for root in list(index.statements):
        if compile_targets(index, root, keeps=True):
            progress(str(root))
            yield from prover.proofs(root)


class _Prover:
    def __init__(self, data: DataGraph, index: Index) -> None:
        self._data = data
        self._index = index
        self._mutator = Mutator(data, index)
        self._passes = compile_shapes(index, keeps=True, within=True).passes

    def proofs(self, root: Term) -> Iterator[Proof]:
        """A proof, or its lack, for each constraint of a shape with a target."""
        wanted = dict(self._constraints(root, "?this", ()))
        passes = [each for each in self._passes if each.slot[0] == root]

        def results(nodes: Iterable[Term]) -> set[Result]:
            found: set[Result] = set()
            nodes = list(nodes)
            for each in passes:
                self._data.focus(nodes)
                found |= {result for _, result in solve(self._data, each, self._data.focus, set())}
            return found

        proved: dict[Key, str] = {}
        for key, places in wanted.items():
            for mutation in islice(self._mutations(root, key, places), _TRIES):
                if key in proved:
                    break
                before = {_key(result) for result in results(mutation.nodes)}
                proved |= {each: "the data breaks it already" for each in before if each in wanted}
                told = self._after(mutation, results)
                proved |= {each: mutation.told for each in told if each in wanted and each not in proved}
            yield Proof(*key, proved.get(key))

    def _after(self, mutation: Mutation, results: Callable[[Iterable[Term]], set[Result]]) -> set[Key]:
        """What is found once a mutation is done; it is undone again."""
        removed = [triple for triple in mutation.removed if self._data.has(triple)]
        added = [triple for triple in mutation.added if not self._data.has(triple)]
        self._data.change(removed, added)
        try:
            return {_key(result) for result in results(mutation.nodes)}
        finally:
            self._data.change([triple for triple in added if triple not in removed], removed)

    def _constraints(self, shape: Term, route: str, open_: tuple[Term, ...]) -> Iterator[tuple[Key, str]]:
        """Each constraint of a shape and its property shapes, with the path to the nodes that it is asked of."""
        index = self._index
        if index.says(shape, SH.deactivated) or shape in open_:
            return
        for parameter in COMPONENTS:
            if index.objects(shape, parameter):
                yield (shape, component(parameter), None), route
        for constraint in index.objects(shape, SH.sparql):
            yield (shape, SH.SPARQLConstraintComponent, constraint), route
        for use in custom.uses(index, shape):
            yield (shape, use.constraint.component, None), route
        path = index.object(shape, SH.path)
        further = route if path is None else f"{route} {index.path(path)}"
        for inner in index.objects(shape, SH.property):
            yield from self._constraints(inner, further, (*open_, shape))

    def _mutations(self, root: Term, key: Key, route: str) -> Iterator[Mutation]:
        """Changes to try for a constraint, those of its own kind first."""
        shape, _, constraint = key
        places = self._places(root, route)
        for node, place in places:
            if constraint is None:
                yield from self._mutator.of_shape(shape, node, place)
        words = self._words(constraint) if constraint is not None else set()
        yield from in_turn(self._mutator.of_query(node, words) for node, _ in places)
        for target, value in self._index.targets(root):
            for made in self._mutator.of_target(target, value):
                yield made
                if not places and constraint is None:
                    for further in self._mutator.of_shape(shape, made.nodes[0], made.nodes[0]):
                        yield further._replace(told=f"{made.told} {further.told}", added=(*made.added, *further.added))

    def _places(self, root: Term, route: str) -> list[tuple[Term, Term]]:
        """Some focus nodes of a target, as different as can be, each with a node that a route leads to from it."""
        _, *steps = route.split(" ", 1)
        found: list[tuple[Term, Term]] = []
        for pattern in compile_targets(self._index, root, keeps=True):
            place = f"?this {steps[0].replace(' ', '/')} ?place ." if steps else "BIND(?this AS ?place)"
            rows = self._data.query(f"SELECT DISTINCT ?this ?place WHERE {{ {pattern} {place} }} LIMIT {_MOST}").rows
            alike: Counter[frozenset[NamedNode]] = Counter()
            for this, there in rows:
                if this is None or there is None:
                    continue
                kind = frozenset(triple.predicate for triple in self._mutator.said(this))
                alike[kind] += 1
                if alike[kind] == 1 and len(alike) <= _NODES:
                    found.append((this, there))
        return found

    def _words(self, constraint: Term) -> set[str]:
        """The IRIs that a query names, also in its texts."""
        text = prebinding.with_whole_names(prebinding.read(self._index, constraint, SH.select))
        told = {token.text[1:-1] for token in sparql.tokens(text) if token.kind in ("iri", "string")}
        return {word for word in told if "://" in word and not set(word) & set('<>"{}|^`\\ ')}


def _key(result: Result) -> Key:
    return result.source_shape, result.component, result.constraint
