"""The home of what a shape depends on: which triples, and how the nodes that it looks at are found from them.

A change of a triple can alter what is found of a focus node only if the shape looks at triples of its predicate, and a
chain of statements leads from the focus node to it. Where no chain can be told, all focus nodes may be affected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from alataw.shapes import custom, prebinding
from alataw.shapes.compiler import is_class
from alataw.shapes.graph import LEADS_TO_SHAPE, LEADS_TO_SHAPES, Index
from alataw.terms import RDF, RDFS, SH, NamedNode, Term

THIS, SUBJECT, OBJECT = "?this", "?subject", "?object"


class Dependency(NamedTuple):
    """One way in which a shape depends on triples.

    Args:
        predicate: The predicate of the triples, None for any.
        chain: The pattern that leads from ?this to the ends of the triple, ?subject and ?object; empty if ?this is one
            of them, None if no such pattern is known.
        inverse: Whether ?this is the object, where the chain is empty.
    """

    predicate: NamedNode | None
    chain: str | None
    inverse: bool = False


def dependencies(shapes: Index, shape: Term) -> list[Dependency]:
    """Everything that the results of a shape with a target depend on."""
    found = list(_of_targets(shapes, shape))
    found += _of_shape(shapes, shape, "", frozenset())
    return list(dict.fromkeys(found))


def _of_targets(shapes: Index, shape: Term) -> Iterator[Dependency]:
    """What makes a node a target; a class may gain instances through another class, wherever they are."""
    targets = shapes.targets(shape)
    if is_class(shapes, shape) or any(target == SH.targetClass for target, _ in targets):
        yield Dependency(RDF.type, "")
        yield Dependency(RDFS.subClassOf, None)
    for target, value in targets:
        if isinstance(value, NamedNode) and target in (SH.targetSubjectsOf, SH.targetObjectsOf):
            yield Dependency(value, "", inverse=target == SH.targetObjectsOf)


def _of_shape(shapes: Index, shape: Term, prefix: str, seen: frozenset[Term]) -> Iterator[Dependency]:
    """What a shape depends on whose focus nodes a path leads to."""
    if shape in seen:
        return
    seen |= {shape}
    path = shapes.object(shape, SH.path)
    values = prefix
    if path is not None:
        yield from _of_path(shapes, path, prefix)
        values = _joined(prefix, shapes.path(path))
    if shapes.objects(shape, SH["class"]):
        yield _behind(RDF.type, values)
        yield Dependency(RDFS.subClassOf, None)
    if shapes.objects(shape, SH.closed):
        yield _behind(None, prefix)
    for other in shapes.objects(shape, SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals):
        if isinstance(other, NamedNode):
            yield _behind(other, prefix)
    lists = shapes.objects(shape, *LEADS_TO_SHAPES)
    for inner in [*shapes.objects(shape, *LEADS_TO_SHAPE), *(item for head in lists for item in shapes.items(head))]:
        yield from _of_shape(shapes, inner, values, seen)
    for constraint in shapes.objects(shape, SH.sparql):
        yield from _of_query(shapes, shape, constraint, SH.select, prefix)
    for use in custom.uses(shapes, shape):
        yield from _of_query(shapes, shape, use.validator, use.constraint.parameter, None if use.asks else prefix)


def _of_path(shapes: Index, path: Term, prefix: str) -> Iterator[Dependency]:
    """The triples of each step of a path, found from the steps before it."""
    if shapes.objects(path, RDF.first):
        for step in shapes.items(path):
            yield from _of_path(shapes, step, prefix)
            prefix = _joined(prefix, shapes.path(step))
        return
    if isinstance(path, NamedNode):
        yield _behind(path, prefix)
        return
    steps = list(leaves(shapes, path))
    within = _joined(prefix, _closure(steps)) if len(steps) > 1 or not shapes.objects(path, SH.inversePath) else prefix
    for predicate, inverse in steps:
        yield _behind(predicate, within, inverse)


def leaves(shapes: Index, path: Term, inverse: bool = False) -> Iterator[tuple[NamedNode, bool]]:
    """The properties of a path, each with whether it is gone against its direction."""
    if isinstance(path, NamedNode):
        yield path, inverse
        return
    if shapes.objects(path, RDF.first):
        for step in shapes.items(path):
            yield from leaves(shapes, step, inverse)
        return
    for inner in shapes.objects(path, SH.inversePath):
        yield from leaves(shapes, inner, not inverse)
    for inner in shapes.objects(path, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath):
        yield from leaves(shapes, inner, inverse)
    for head in shapes.objects(path, SH.alternativePath):
        for inner in shapes.items(head):
            yield from leaves(shapes, inner, inverse)


def _closure(steps: Iterable[tuple[NamedNode, bool]]) -> str:
    """Any way along some steps."""
    return "(" + "|".join(dict.fromkeys(f"{'^' * inverse}{predicate}" for predicate, inverse in steps)) + ")*"


def _joined(prefix: str, path: str) -> str:
    return f"{prefix}/{path}" if prefix else path


def _behind(predicate: NamedNode | None, prefix: str, inverse: bool = False) -> Dependency:
    """Triples that begin, or end, where a path leads to."""
    end = OBJECT if inverse else SUBJECT
    return Dependency(predicate, f"{THIS} {prefix} {end} ." if prefix else "", inverse)


# -- queries ----------------------------------------------------------------------------------------


class _Link(NamedTuple):
    """A triple pattern of a query: its text, what it names, and the triples that can match it."""

    subject: str
    predicate: str
    object: str
    leaves: tuple[tuple[NamedNode, bool], ...]
    is_path: bool

    @property
    def variables(self) -> set[str]:
        return {term for term in (self.subject, self.predicate, self.object) if term.startswith("?")}


def _of_query(shapes: Index, shape: Term, node: Term, form: NamedNode, prefix: str | None) -> Iterator[Dependency]:
    """What a query depends on: each of its patterns, found along those that must match as well."""
    from rdflib.plugins.sparql import prepareQuery

    path = shapes.object(shape, SH.path)
    text = prebinding.read(shapes, node, form)
    if path is not None:
        text = prebinding.replace(text, {"PATH": shapes.path(path)})
    algebra = prepareQuery(text).algebra
    # A variable within a sub-select or another graph need not be the one of the same name outside.
    known = prefix is not None and not any(node.name in ("ToMultiSet", "Graph") for node in _nodes(algebra))
    for link, required in _links(algebra, []):
        way = _way(link, required) if known else None
        chain, of_object = way or (None, False)
        if prefix and chain is not None:
            inner = chain or f"FILTER(SAMETERM(?inner, {OBJECT if of_object else SUBJECT}))"
            chain = f"{THIS} {prefix} ?inner . {prebinding.replace(inner, {'this': '?inner'})}"
        for predicate, inverse in link.leaves or ((None, False),):
            turned = link.is_path and inverse and chain is not None
            end = prebinding.replace(chain or "", {SUBJECT[1:]: OBJECT}) if turned else chain
            yield Dependency(predicate, end, of_object)


def _way(link: _Link, required: list[_Link]) -> tuple[str, bool] | None:
    """The pattern that leads from ?this to the ends of a link; empty where it is one, with whether it is the object."""
    if not link.is_path and THIS in (link.subject, link.object):
        return "", link.subject != THIS
    others = [other for other in required if other != link]
    # The steps within a path are found from where it begins.
    ends = [link.subject] if link.is_path else [link.subject, link.object]
    ways = [way for end in ends if (way := _search(end, others)) is not None]
    if not ways:
        return None
    links = dict.fromkeys(each for way in ways for each in way)
    pattern = " ".join(f"{each.subject} {each.predicate} {each.object} ." for each in links)
    if link.is_path:
        return f"{pattern} {link.subject} {link.predicate} {SUBJECT} .".strip(), False
    return prebinding.replace(pattern, {link.object[1:]: OBJECT, link.subject[1:]: SUBJECT}), False


def _search(end: str, links: list[_Link]) -> list[_Link] | None:
    """The fewest links that lead from ?this to a variable."""
    ways: dict[str, list[_Link]] = {THIS: []}
    waiting = [THIS]
    for variable in waiting:
        if variable == end:
            return ways[variable]
        for link in links:
            if variable in link.variables:
                for other in link.variables - set(ways):
                    ways[other] = [*ways[variable], link]
                    waiting.append(other)
    return None


def _links(node: Any, required: list[_Link]) -> Iterator[tuple[_Link, list[_Link]]]:
    """Every triple pattern of an algebra, with those that must match wherever it matters."""
    if node.name in ("Builtin_EXISTS", "Builtin_NOTEXISTS"):
        from rdflib.plugins.sparql.algebra import translateGroupGraphPattern

        yield from _links(translateGroupGraphPattern(node.graph), required)
        return
    own = [*required, *_required(node)]
    if node.name == "BGP":
        yield from ((link, own) for link in map(_link, node.triples))
    for inner in _inner(node):
        yield from _links(inner, own)


def _nodes(node: Any) -> Iterator[Any]:
    """A node of an algebra and all that it holds."""
    yield node
    for inner in _inner(node):
        yield from _nodes(inner)


def _inner(node: Any) -> Iterator[Any]:
    for part in node.values():
        for inner in part if isinstance(part, (list, tuple)) else [part]:
            if hasattr(inner, "name") and hasattr(inner, "values"):
                yield inner


def _required(node: Any) -> list[_Link]:
    """The triple patterns without which a part of an algebra has no solution."""
    if node.name == "BGP":
        return [_link(triple) for triple in node.triples]
    if node.name == "Join":
        return [*_required(node.p1), *_required(node.p2)]
    if node.name == "LeftJoin":
        return _required(node.p1)
    if node.name in ("Filter", "Extend", "Project", "Distinct", "OrderBy", "SelectQuery", "Group", "AggregateJoin"):
        return _required(node.p) if "p" in node else []
    return []


def _link(triple: tuple[Any, Any, Any]) -> _Link:
    subject, predicate, object_ = triple
    from rdflib.paths import Path

    leaves = tuple(_leaves_of(predicate))
    is_path = isinstance(predicate, Path) and bool(leaves)
    text = _closure(leaves) if is_path else str(predicate.n3())
    return _Link(_written(subject), text, _written(object_), leaves, is_path)


def _written(term: Any) -> str:
    """A term as a pattern has it; a blank node is a variable."""
    from rdflib import BNode

    return f"?{term}" if isinstance(term, BNode) else str(term.n3())


def _leaves_of(predicate: Any, inverse: bool = False) -> Iterator[tuple[NamedNode, bool]]:
    """The properties of a predicate or path of rdflib; none if any may do."""
    from rdflib import URIRef
    from rdflib.paths import AlternativePath, InvPath, MulPath, SequencePath

    if isinstance(predicate, URIRef):
        yield NamedNode(str(predicate)), inverse
    elif isinstance(predicate, InvPath):
        yield from _leaves_of(predicate.arg, not inverse)
    elif isinstance(predicate, MulPath):
        yield from _leaves_of(predicate.path, inverse)
    elif isinstance(predicate, (SequencePath, AlternativePath)):
        for part in predicate.args:
            yield from _leaves_of(part, inverse)
