"""The home of breaking data on purpose: changes that are likely to break a constraint, the plainest first.

A change is triples to take away and triples to add. Nothing here knows which constraint it will break; what it does is
tried, and the validation itself tells.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from alataw.datagraph import DataGraph
from alataw.shapes.graph import Index
from alataw.terms import RDF, SH, XSD, BlankNode, Literal, NamedNode, Subject, Term, Triple

FRESH = "urn:alataw:fresh:"
"""The namespace of nodes that no data has."""

_DATES = ("0001", "9998")
_NEIGHBOURS = 40

# Values of every kind, odd and extreme ones among them.
VALUES: tuple[Term, ...] = (
    NamedNode(FRESH + "value"),
    Literal("x"),
    Literal(""),
    Literal("x" * 20_000),
    Literal("\u0001"),
    BlankNode("fresh"),
    Literal("x", language="x-none"),
    Literal("x", language="en"),
    *(Literal(number, datatype=XSD.integer) for number in ("0", "-999999999999", "999999999999")),
    *(Literal(number, datatype=XSD.decimal) for number in ("-999999999999.5", "999999999999.5")),
    *(Literal(f"{year}-12-28", datatype=XSD.date) for year in _DATES),
    *(Literal(f"{year}-12-28T00:00:00Z", datatype=XSD.dateTime) for year in _DATES),
    *(Literal(f"{year}-12", datatype=XSD.gYearMonth) for year in _DATES),
    *(Literal(year, datatype=XSD.gYear) for year in _DATES),
    Literal("no date", datatype=XSD.date),
    Literal("true", datatype=XSD.boolean),
    Literal("x", datatype=NamedNode(FRESH + "datatype")),
)


class Mutation(NamedTuple):
    """A change of the data: what it does in words, and the focus nodes that it is done to."""

    told: str
    removed: tuple[Triple, ...]
    added: tuple[Triple, ...]
    nodes: tuple[Term, ...]


class Mutator:
    """Gives changes around a focus node.

    Args:
        data: The data graph, asked but not changed.
        shapes: The shapes graph, for paths and for the classes and values that it names.
    """

    def __init__(self, data: DataGraph, shapes: Index) -> None:
        self._data = data
        self._shapes = shapes

    def of_shape(self, shape: Term, root: Term, node: Term) -> Iterator[Mutation]:
        """Changes of the values that a shape looks at from a node."""
        path = self._shapes.object(shape, SH.path)
        if path is not None:
            yield from self._of_values(shape, path, root, node)
        yield from self._of_node(shape, root, node)

    def of_target(self, target: NamedNode, value: Term) -> Iterator[Mutation]:
        """New focus nodes, of every kind that a target can find."""
        for node in VALUES:
            if target == SH.targetObjectsOf and isinstance(value, NamedNode):
                added = Triple(NamedNode(FRESH + "subject"), value, node)
            elif isinstance(node, Literal):
                continue
            elif target == SH.targetSubjectsOf and isinstance(value, NamedNode):
                added = Triple(node, value, NamedNode(FRESH + "object"))
            elif target == SH.targetClass:
                added = Triple(node, RDF.type, value)
            else:
                continue
            yield Mutation(f"a new focus node {node}", (), (added,), (node,))

    def of_query(self, root: Term, words: set[str]) -> Iterator[Mutation]:
        """Changes of what a query speaks of, around a focus node: its own statements, and those of a twin."""
        own = list(self.said(root))
        named = [triple for triple in own if triple.predicate.value in words] or own
        ways = (
            self._of_named(root, named),
            self._of_missing(root, words - {triple.predicate.value for triple in own}),
            self._of_predicates(root, words),
            self._of_neighbours(root, own),
            self._of_twin(root, own, named),
        )
        yield from in_turn(ways)

    def _of_named(self, root: Term, named: list[Triple]) -> Iterator[Mutation]:
        """What a query names, away or otherwise."""
        for triple in named:
            yield Mutation(f"without {triple.predicate}", (triple,), (), (root,))
            for value in self._others(triple):
                changed = Triple(triple.subject, triple.predicate, value)
                yield Mutation(f"{triple.predicate} is {value}", (triple,), (changed,), (root,))
                yield Mutation(f"{triple.predicate} is also {value}", (), (changed,), (root,))

    def _of_missing(self, root: Term, missing: set[str]) -> Iterator[Mutation]:
        """What a query names and the focus node does not say, said."""
        if isinstance(root, (NamedNode, BlankNode)):
            for predicate in map(NamedNode, sorted(missing)):
                for value in self._pool(predicate, root):
                    yield Mutation(f"with {predicate} {value}", (), (Triple(root, predicate, value),), (root,))

    def _of_predicates(self, root: Term, words: set[str]) -> Iterator[Mutation]:
        """Properties that a query may look for without naming them: those that the data tells of, and new ones."""
        told = [value for word in sorted(words) for value in self._values(NamedNode(word))]
        fresh = [NamedNode(f"{word.rpartition('#')[0]}#fresh") for word in sorted(words) if "#" in word]
        if isinstance(root, (NamedNode, BlankNode)):
            for predicate in dict.fromkeys([*told, *fresh]):
                if isinstance(predicate, NamedNode):
                    added = Triple(root, predicate, Literal("x"))
                    yield Mutation(f"with {predicate}", (), (added,), (root,))

    # -- values of a path ----------------------------------------------------------------------

    def _of_values(self, shape: Term, path: Term, root: Term, node: Term) -> Iterator[Mutation]:
        there = self._step(path, node)
        yield Mutation("without its values", there, (), (root,))
        for value in self._pool(path, node, shape):
            added = tuple(self._linked(node, path, value))
            yield Mutation(f"with the value {value}", (), added, (root,))
            yield Mutation(f"with the value {value} alone", there, added, (root,))
        twins = [Literal("x", language="en"), Literal("y", language="en")]
        many = [NamedNode(f"{FRESH}value{number}") for number in range(self._most(shape) + 1)]
        for values in (twins, many, self._instances(shape, self._most(shape) + 1)):
            added = tuple(triple for value in values for triple in self._linked(node, path, value))
            yield Mutation(f"with {len(values)} values more", (), added, (root,))
        for triple in there:
            value = triple.object if triple.subject == node else triple.subject
            for said in self.said(value):
                yield Mutation(f"whose value is without {said.predicate}", (said,), (), (root,))
        for other in self._shapes.objects(shape, SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals):
            if isinstance(other, NamedNode):
                for value in VALUES:
                    added = (*self._linked(node, path, value), *self._linked(node, other, value))
                    yield Mutation(f"with {value} in both", (), added, (root,))
                    yield Mutation(f"with {value} in the other", (), tuple(self._linked(node, other, value)), (root,))

    def _of_node(self, shape: Term, root: Term, node: Term) -> Iterator[Mutation]:
        """Changes of the node itself."""
        if not isinstance(node, (NamedNode, BlankNode)):
            return
        stray = Triple(node, NamedNode(FRESH + "property"), Literal("x"))
        yield Mutation("with a property that nothing has", (), (stray,), (root,))
        for said in self.said(node):
            yield Mutation(f"without {said.predicate}", (said,), (), (root,))
        for class_ in self._named(shape):
            yield Mutation(f"as a {class_}", (), (Triple(node, RDF.type, class_),), (root,))

    def _linked(self, node: Term, path: Term, value: Term) -> Iterator[Triple]:
        """The triples by which a path leads from a node to a value."""
        if isinstance(path, NamedNode):
            if isinstance(node, (NamedNode, BlankNode)):
                yield Triple(node, path, value)
            return
        shapes = self._shapes
        if shapes.objects(path, RDF.first):
            *steps, last = shapes.items(path)
            for number, step in enumerate(steps):
                middle = NamedNode(f"{FRESH}step{number}")
                yield from self._linked(node, step, middle)
                node = middle
            yield from self._linked(node, last, value)
            return
        for inner in shapes.objects(path, SH.inversePath):
            yield from self._linked(value, inner, node)
        for inner in shapes.objects(path, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath):
            yield from self._linked(node, inner, value)
        for head in shapes.objects(path, SH.alternativePath):
            yield from self._linked(node, next(shapes.items(head)), value)

    def _step(self, path: Term, node: Term) -> tuple[Triple, ...]:
        """The statements that are the first step of a path."""
        while not isinstance(path, NamedNode):
            inverse = self._shapes.object(path, SH.inversePath)
            if isinstance(inverse, NamedNode):
                return tuple(triple for triple in self._data.matching(value=node) if triple.predicate == inverse)
            items = list(self._shapes.items(path))
            if not items:
                return ()
            path = items[0]
        return tuple(triple for triple in self.said(node) if triple.predicate == path)

    # -- a twin, neighbours --------------------------------------------------------------------

    def _of_twin(self, root: Term, own: list[Triple], named: list[Triple]) -> Iterator[Mutation]:
        """A second node that says the same, and one that says another thing in one place."""
        twin: Subject = NamedNode((root.value if isinstance(root, NamedNode) else FRESH) + "-twin")
        copy = tuple(Triple(twin, triple.predicate, triple.object) for triple in own)
        pointing = tuple(Triple(triple.subject, triple.predicate, twin) for triple in self._data.matching(value=root))
        yield Mutation("with a twin", (), copy, (root, twin))
        yield Mutation("with a twin that all point to", (), (*copy, *pointing), (root, twin))
        for triple in named:
            kept = tuple(each for each in copy if each.predicate != triple.predicate)
            yield Mutation(f"with a twin without {triple.predicate}", (), kept, (root, twin))
            for value in self._others(triple):
                changed = (*kept, Triple(twin, triple.predicate, value))
                yield Mutation(f"with a twin whose {triple.predicate} is {value}", (), changed, (root, twin))
                for other in named:
                    if other != triple:
                        less = tuple(each for each in changed if each.predicate != other.predicate)
                        yield Mutation("with a twin that says less and other", (), less, (root, twin))

    def _of_neighbours(self, root: Term, own: list[Triple]) -> Iterator[Mutation]:
        """What is said of the nodes that a focus node names, or that name it, one statement less or another."""
        for triple in own:
            yield from self._of_other(root, triple.object, f"whose {triple.predicate}")
        for pointing in islice(self._data.matching(value=root), _NEIGHBOURS):
            yield Mutation(f"to which nothing is {pointing.predicate}", (pointing,), (), (root,))
            yield from self._of_other(root, pointing.subject, f"to which what is {pointing.predicate}")

    def _of_other(self, root: Term, other: Term, told: str) -> Iterator[Mutation]:
        for said in islice(self.said(other), _NEIGHBOURS):
            yield Mutation(f"{told} is without {said.predicate}", (said,), (), (root,))
            for value in self._values(said.predicate):
                changed = Triple(said.subject, said.predicate, value)
                yield Mutation(f"{told} has {value} as {said.predicate}", (said,), (changed,), (root,))

    # -- values to try -------------------------------------------------------------------------

    def _pool(self, path: Term, node: Term, shape: Term | None = None) -> Iterator[Term]:
        """Values to give: of every kind, of the things that a shape names, and those that other nodes have."""
        yield from VALUES
        yield node
        if shape is not None:
            yield from self._named(shape)
            yield from self._instances(shape, 3)
        if isinstance(path, NamedNode):
            yield from self._values(path)

    def _others(self, triple: Triple) -> Iterator[Term]:
        """What else could stand in a statement: nearly the same, what stands there elsewhere, all kinds of values."""
        value = triple.object
        if isinstance(value, Literal) and not value.language:
            for text in dict.fromkeys([_turned(value.value), value.value + "9", value.value[:-1]]):
                yield Literal(text, datatype=value.datatype)
        yield from self._values(triple.predicate)
        yield from (value for value in VALUES if type(value) is type(triple.object))

    def _values(self, predicate: NamedNode) -> Iterator[Term]:
        rows = self._data.query(f"SELECT DISTINCT ?o WHERE {{ ?s {predicate} ?o }} LIMIT 12").rows
        return (value for (value,) in rows if value is not None)

    def _named(self, shape: Term) -> list[NamedNode]:
        """The IRIs that a shape, and those within it, name."""
        seen: list[Term] = [shape]
        found: dict[NamedNode, None] = {}
        for node in seen:
            for _, value in self._shapes.statements.get(node, ()):
                if isinstance(value, NamedNode) and value not in SH and value not in self._shapes.statements:
                    found[value] = None
                elif isinstance(value, BlankNode) and value not in seen:
                    seen.append(value)
        return list(found)

    def _instances(self, shape: Term, number: int) -> list[Term]:
        """Instances of the classes that a shape names."""
        found: dict[Term, None] = {}
        for class_ in self._named(shape):
            rows = self._data.query(f"SELECT ?s WHERE {{ ?s {RDF.type} {class_} }} LIMIT {number}").rows
            found |= dict.fromkeys(node for (node,) in rows if node is not None)
        return list(found)

    def _most(self, shape: Term) -> int:
        """The greatest number that a shape counts to."""
        said = self._shapes.objects(shape, SH.maxCount, SH.qualifiedMaxCount)
        numbers = [int(term.value) for term in said if isinstance(term, Literal) and term.value.isdigit()]
        return min(max(numbers, default=1), 50)

    # -- statements ----------------------------------------------------------------------------

    def said(self, node: Term) -> Iterator[Triple]:
        """What is said of a node."""
        if isinstance(node, (NamedNode, BlankNode)):
            yield from self._data.matching(node)


def _turned(text: str) -> str:
    """A text whose last digit is another."""
    return "".join([*text[:-1], str((int(text[-1]) + 1) % 10)]) if text[-1:].isdigit() else text


def in_turn(ways: Iterable[Iterator[Mutation]]) -> Iterator[Mutation]:
    """One of each in turn, until none is left."""
    left = list(ways)
    while left:
        for way in list(left):
            following = next(way, None)
            if following is None:
                left.remove(way)
            else:
                yield following
