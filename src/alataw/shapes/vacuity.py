"""The home of constraints that can never fire, and of names that the data does not have but nearly has."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from alataw.datagraph import DataGraph
from alataw.names import likeness
from alataw.report import Severity
from alataw.shapes import custom
from alataw.shapes.components import COMPONENTS, checks
from alataw.shapes.dependencies import leaves
from alataw.shapes.expressions import Writer
from alataw.shapes.faults import Fault
from alataw.shapes.graph import TERMS, Index
from alataw.shapes.prebinding import UncompilableError
from alataw.terms import OWL, RDF, RDFS, SH, BlankNode, Literal, NamedNode, Term

_NEAR = 0.85
"""How like two names must be for one to be taken for the other mistyped."""

# Where shapes name properties and classes, besides their paths.
_PROPERTIES = (SH.targetSubjectsOf, SH.targetObjectsOf, SH.equals, SH.disjoint, SH.lessThan, SH.lessThanOrEquals)
_CLASSES = (SH.targetClass, SH["class"])

_USED_CLASSES = f"""SELECT DISTINCT ?c {{
  {{ ?s {RDF.type} ?c }} UNION {{ ?c {RDFS.subClassOf} ?s }}
  UNION {{ ?c {RDF.type} ?k VALUES ?k {{ {RDFS.Class} {OWL.Class} }} }}
}}"""
_USED_PROPERTIES = f"""SELECT DISTINCT ?p {{
  {{ ?s ?p ?o }} UNION {{ ?p {RDF.type} ?k
  VALUES ?k {{ {RDF.Property} {OWL.ObjectProperty} {OWL.DatatypeProperty} {OWL.AnnotationProperty} }} }}
}}"""


def misspelt(shapes: Index, data: DataGraph) -> Iterator[Fault]:
    """Classes and properties that the data does not have, near one that it has."""
    named: dict[str, list[tuple[Term, NamedNode, Term, NamedNode]]] = {_USED_CLASSES: [], _USED_PROPERTIES: []}
    for shape in list(shapes.statements):
        for predicate, value in shapes.statements[shape]:
            if predicate in _CLASSES and isinstance(value, NamedNode):
                named[_USED_CLASSES].append((shape, predicate, value, value))
            elif predicate in _PROPERTIES and isinstance(value, NamedNode):
                named[_USED_PROPERTIES].append((shape, predicate, value, value))
            elif predicate == SH.path:
                named[_USED_PROPERTIES] += [(shape, predicate, value, name) for name, _ in leaves(shapes, value)]
    for query, uses in named.items():
        known = {node for (node,) in data.query(query).rows if isinstance(node, NamedNode)}
        for shape, predicate, value, name in uses:
            near = _near(name, known) if name not in known else None
            if near is not None and isinstance(shape, (NamedNode, BlankNode)):
                message = f"the data has no <{name.value}>; did you mean <{near.value}>?"
                yield Fault("AL048", shape, predicate, value, message, Severity.WARNING)


def _near(name: NamedNode, known: set[NamedNode]) -> NamedNode | None:
    """The name most like another; none if all are far."""
    best = max(known, key=lambda other: _likeness(name.value, other.value), default=None)
    return best if best is not None and _likeness(name.value, best.value) >= _NEAR else None


def _likeness(one: str, other: str) -> float:
    """How like two IRIs are in the worse of namespace and local name: a long namespace must not hide a short name."""
    (space, local), (other_space, other_local) = _parted(one), _parted(other)
    return min(likeness(space, other_space), likeness(local.lower(), other_local.lower()))


def _parted(iri: str) -> tuple[str, str]:
    at = max(iri.rfind("#"), iri.rfind("/"), iri.rfind(":")) + 1
    return iri[:at], iri[at:]


# -- constraints that never fire --------------------------------------------------------------------


def _zero(shapes: Index, shape: Term, value: Term) -> bool:
    return isinstance(value, Literal) and value.value.strip("+-0") == ""


def _any_text(shapes: Index, shape: Term, value: Term) -> bool:
    return isinstance(value, Literal) and value.value in ("", "^", "$", ".*", "^.*$", "^.*", ".*$")


def _off(parameter: NamedNode) -> Callable[[Index, Term, Term], bool]:
    return lambda shapes, shape, value: not shapes.says(shape, parameter)


def _without(*others: NamedNode) -> Callable[[Index, Term, Term], bool]:
    return lambda shapes, shape, value: not shapes.objects(shape, *others)


def _own_path(shapes: Index, shape: Term, value: Term) -> bool:
    return value == shapes.object(shape, SH.path)


# Parameter -> when it never fires, and why.
_SILENT: dict[NamedNode, tuple[Callable[[Index, Term, Term], bool], str]] = {
    SH.minCount: (_zero, "there are never fewer than no values"),
    SH.qualifiedMinCount: (_zero, "there are never fewer than no values"),
    SH.minLength: (_zero, "no text has fewer than no characters"),
    SH.pattern: (_any_text, "every text matches it"),
    SH.flags: (_without(SH.pattern), "there is no sh:pattern that they belong to"),
    SH.uniqueLang: (_off(SH.uniqueLang), "only true switches it on"),
    SH.closed: (_off(SH.closed), "only true switches it on"),
    SH.ignoredProperties: (_off(SH.closed), "the shape is not closed"),
    SH.equals: (_own_path, "the values of a path are those of that path"),
    SH.qualifiedValueShape: (_without(SH.qualifiedMinCount, SH.qualifiedMaxCount), "nothing says how many"),
    SH.qualifiedMaxCount: (_without(SH.qualifiedValueShape), "nothing says of what"),
    SH.qualifiedValueShapesDisjoint: (_without(SH.qualifiedValueShape), "there is no qualified shape"),
}


def silent(shapes: Index) -> Iterator[Fault]:
    """Constraints that no data can break, and shapes that ask nothing."""
    for shape in list(shapes.statements):
        if not isinstance(shape, (NamedNode, BlankNode)):
            continue
        for predicate, value in shapes.statements[shape]:
            never, why = _SILENT.get(predicate, (None, ""))
            if never is not None and never(shapes, shape, value):
                name = predicate.value.removeprefix(SH.iri)
                message = f"sh:{name} can never fire here: {why}; correct or remove it"
                yield Fault("AL049", shape, predicate, value, message, Severity.WARNING)
        for predicate in (SH.node, SH["or"], SH["and"]):
            for value in shapes.objects(shape, predicate):
                if _always_holds(shapes, shape, predicate, value):
                    name = predicate.value.removeprefix(SH.iri)
                    message = (
                        f"sh:{name} can never fire here: a shape in it asks nothing; say what it asks, or remove it"
                    )
                    yield Fault("AL049", shape, predicate, value, message, Severity.WARNING)
        if _asks_nothing(shapes, shape):
            message = "the shape asks nothing; give it a constraint, or remove it"
            yield Fault("AL049", shape, None, None, message, Severity.WARNING)


def _always_holds(shapes: Index, shape: Term, predicate: NamedNode, value: Term) -> bool:
    """Whether every node conforms to what a logical constraint names."""
    parts = [value] if predicate == SH.node else list(shapes.items(value))
    try:
        held = [Writer(shapes, checks, keeps=False).conforms(part, "?value") == "true" for part in parts]
    except UncompilableError:
        return False
    return any(held) if predicate == SH["or"] else all(held)


def _asks_nothing(shapes: Index, shape: Term) -> bool:
    """Whether a property shape, or a node shape with a target, has no constraint."""
    if not shapes.objects(shape, SH.path) and not shapes.targets(shape):
        return False
    said = {predicate for predicate, _ in shapes.statements[shape]}
    if any(predicate in SH and predicate.value.removeprefix(SH.iri) not in TERMS for predicate in said):
        return False  # what it meant to ask is misspelt, and told of as that
    asked = shapes.objects(shape, *COMPONENTS, SH.property, SH.sparql)
    return not asked and not any(custom.uses(shapes, shape)) and not shapes.says(shape, SH.deactivated)
