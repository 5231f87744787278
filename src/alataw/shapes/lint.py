"""The home of what is wrong with shapes themselves: terms that SHACL does not have, and shapes that check nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from alataw import sparql
from alataw.datagraph import DataGraph, Statement
from alataw.names import nearest
from alataw.shapes.compiler import compile_targets
from alataw.shapes.faults import Fault
from alataw.shapes.graph import TERMS, Index
from alataw.shapes.vacuity import misspelt, silent
from alataw.terms import OWL, RDF, SH, BlankNode, Literal, NamedNode, Term, Triple

_REFUSED = {
    "rule": "rules change the data",
    "js": "scripts are not run",
    "target": "targets that compute are not in SHACL 1.0",
    "expression": "expressions are not in SHACL 1.0",
    "SPARQLFunction": "functions of one's own are not in SHACL 1.0",
    "jsFunctionName": "scripts are not run",
    "JSConstraint": "scripts are not run",
}


def lint(shapes: Iterable[Triple], data: Iterable[Statement]) -> list[Fault]:
    """Find what is wrong with the shapes themselves, so that none can pass in silence.

    Args:
        shapes: The shapes graph.
        data: The data graph, in which every target must find something: triples, quads or a `DataGraph`.
    """
    shapes = list(shapes)
    index = Index(shapes)
    graph = data if isinstance(data, DataGraph) else DataGraph(data)
    return [
        *_unknown_terms(shapes),
        *_refused(shapes),
        *_circles(index),
        *_idle(index, graph),
        *misspelt(index, graph),
        *silent(index),
    ]


def _unknown_terms(shapes: list[Triple]) -> Iterator[Fault]:
    for triple in shapes:
        for term in (triple.predicate, triple.object):
            if term not in SH or not isinstance(term, NamedNode):
                continue
            name = term.value.removeprefix(SH.iri)
            if name in TERMS or name in _REFUSED or name.endswith("ConstraintComponent"):
                continue
            near = nearest(name, TERMS, limit=1)
            hint = f"; did you mean sh:{near[0]}?" if near else "; remove it"
            yield Fault("AL041", triple.subject, triple.predicate, triple.object, f"SHACL has no term sh:{name}{hint}")


def _refused(shapes: list[Triple]) -> Iterator[Fault]:
    for triple in shapes:
        where = (triple.subject, triple.predicate, triple.object)
        for term in (triple.predicate, triple.object):
            if term in SH and isinstance(term, NamedNode) and term.value.removeprefix(SH.iri) in _REFUSED:
                name = term.value.removeprefix(SH.iri)
                yield Fault("AL043", *where, f"sh:{name} is refused, since {_REFUSED[name]}; write SHACL-SPARQL")
        if triple.predicate == OWL.imports:
            yield Fault("AL043", *where, "owl:imports is never followed; put the shapes beside the others")
        if triple.predicate in (SH.select, SH.ask) and isinstance(triple.object, Literal):
            words = sparql.tokens(triple.object.value)
            if any(token.kind == "word" and "service" in token.text.lower() for token in words):
                yield Fault("AL043", *where, "SERVICE is refused in shapes, since nothing leaves this host; remove it")


def _circles(index: Index) -> Iterator[Fault]:
    """Shapes that contain themselves, which SHACL leaves undefined (3.4.3)."""
    done: set[Term] = set()
    for start in list(index.statements):
        trail: list[Term] = []
        stack = [(start, iter(index.parts(start)))] if start not in done else []
        while stack:
            shape, parts = stack[-1]
            if len(trail) < len(stack):
                trail.append(shape)
            following = next(parts, None)
            if following is None:
                done.add(shape)
                stack.pop()
                trail.pop()
            elif following in trail:
                if isinstance(following, (NamedNode, BlankNode)):
                    yield Fault("AL043", following, None, None, "the shape contains itself; break the circle")
            elif following not in done:
                stack.append((following, iter(index.parts(following))))


def _idle(index: Index, data: DataGraph) -> Iterator[Fault]:
    """Shapes that look at no node of the data."""
    used = {part for shape in index.statements for part in index.parts(shape)}
    for shape in list(index.statements):
        kinds = index.objects(shape, RDF.type)
        if (SH.NodeShape not in kinds and SH.PropertyShape not in kinds) or not isinstance(shape, NamedNode):
            continue
        patterns = compile_targets(index, shape, keeps=data.keeps)
        if not patterns and shape not in used:
            yield Fault("AL042", shape, None, None, "the shape has no target and no other shape leads to it")
        elif patterns and not any(data.query(f"SELECT ?this {{ {each} }} LIMIT 1").rows for each in patterns):
            predicate, value = next(iter(index.targets(shape)), (None, None))
            yield Fault("AL042", shape, predicate, value, "the target finds no node in the data")
