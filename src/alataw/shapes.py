"""The home of SHACL: running shapes over data, and refusing shapes that would check nothing.

An engine takes data and shapes as triples and gives results; `ENGINES` is the table of engines. Rules about facts
stand in `ontology/shape/`, none here.
"""

from __future__ import annotations

import logging
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from alataw import sparql
from alataw.names import nearest
from alataw.report import Severity
from alataw.terms import OWL, RDF, RDFS, SH, XSD, BlankNode, Literal, NamedNode, Subject, Term, Triple

if TYPE_CHECKING:
    from rdflib import Graph as RdflibGraph


@dataclass(frozen=True)
class Result:
    """One validation result (SHACL 3.6.2), in terms that every engine shares."""

    focus_node: Term
    path: str
    value: Term | None
    source_shape: Term
    component: NamedNode
    severity: Severity
    message: str


class Fault(NamedTuple):
    """Something wrong with a shape itself: its code, the triple that shows it, what to say, and what to do."""

    code: str
    subject: Subject
    predicate: NamedNode | None
    value: Term | None
    message: str


# SHACL (W3C Recommendation 2017-07-20): Core, sections 2 to 4, SHACL-SPARQL, sections 5 and 6, and the report, 3.6.
TERMS = frozenset(
    """
    NodeShape PropertyShape Shape targetNode targetClass targetSubjectsOf targetObjectsOf property path severity
    message deactivated name description order group defaultValue PropertyGroup inversePath alternativePath
    zeroOrMorePath oneOrMorePath zeroOrOnePath class datatype nodeKind minCount maxCount minExclusive minInclusive
    maxExclusive maxInclusive minLength maxLength pattern flags languageIn uniqueLang equals disjoint lessThan
    lessThanOrEquals not and or xone node qualifiedValueShape qualifiedMinCount qualifiedMaxCount
    qualifiedValueShapesDisjoint closed ignoredProperties hasValue in IRI BlankNode Literal BlankNodeOrIRI
    BlankNodeOrLiteral IRIOrLiteral Violation Warning Info sparql select ask prefixes declare prefix namespace
    PrefixDeclaration SPARQLConstraint SPARQLExecutable SPARQLSelectExecutable SPARQLAskExecutable
    ConstraintComponent SPARQLAskValidator SPARQLSelectValidator validator nodeValidator propertyValidator
    parameter Parameter optional labelTemplate Validator Parameterizable shapesGraph entailment
    suggestedShapesGraph ValidationReport ValidationResult AbstractResult conforms result focusNode resultPath value
    sourceShape sourceConstraint sourceConstraintComponent detail resultMessage resultSeverity
    shapesGraphWellFormed
    """.split()
)

_REFUSED = {
    "rule": "rules change the data",
    "js": "scripts are not run",
    "target": "targets that compute are not in SHACL 1.0",
    "expression": "expressions are not in SHACL 1.0",
    "SPARQLFunction": "functions of one's own are not in SHACL 1.0",
    "jsFunctionName": "scripts are not run",
    "JSConstraint": "scripts are not run",
}

_LEADS_TO_SHAPE = {SH.property, SH.node, SH["not"], SH.qualifiedValueShape}
_LEADS_TO_SHAPES = {SH["and"], SH["or"], SH.xone}
_TARGETS = (SH.targetNode, SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf)


class Index:
    """The statements of a graph by subject, and its lists."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.statements: dict[Term, list[tuple[NamedNode, Term]]] = defaultdict(list)
        for triple in triples:
            self.statements[triple.subject].append((triple.predicate, triple.object))

    def objects(self, subject: Term, *predicates: NamedNode) -> list[Term]:
        """The objects of a subject under any of the predicates."""
        return [value for said, value in self.statements.get(subject, ()) if said in predicates]

    def items(self, head: Term) -> Iterator[Term]:
        """The items of a list; a list that runs in a circle ends where it meets itself."""
        seen: set[Term] = set()
        while head not in seen and head in self.statements:
            seen.add(head)
            yield from self.objects(head, RDF.first)
            head = next(iter(self.objects(head, RDF.rest)), RDF.nil)

    def parts(self, shape: Term) -> list[Term]:
        """The shapes that a shape leads to."""
        lists = self.objects(shape, *_LEADS_TO_SHAPES)
        return self.objects(shape, *_LEADS_TO_SHAPE) + [item for head in lists for item in self.items(head)]

    def path_text(self, path: Term) -> str:
        """A path as SPARQL writes it; a single property as its IRI."""
        return path.value if isinstance(path, NamedNode) else self._path(path)

    def _path(self, path: Term) -> str:
        if isinstance(path, NamedNode):
            return f"<{path.value}>"
        for predicate, form in (
            (SH.inversePath, "^{}"),
            (SH.zeroOrMorePath, "({})*"),
            (SH.oneOrMorePath, "({})+"),
            (SH.zeroOrOnePath, "({})?"),
        ):
            for inner in self.objects(path, predicate):
                return form.format(self._path(inner))
        for head in self.objects(path, SH.alternativePath):
            return "(" + "|".join(map(self._path, self.items(head))) + ")"
        return "/".join(map(self._path, self.items(path)))


# -- shapes that would check nothing ----------------------------------------------------------------


def lint(shapes: Iterable[Triple], data: Iterable[Triple]) -> list[Fault]:
    """Find what is wrong with the shapes themselves, so that none can pass in silence.

    Args:
        shapes: The shapes graph.
        data: The data graph, in which every target must find something.
    """
    shapes = list(shapes)
    index = Index(shapes)
    return [*_unknown_terms(shapes), *_refused(shapes), *_circles(index), *_idle(index, Index(data))]


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


def _idle(index: Index, data: Index) -> Iterator[Fault]:
    """Shapes that look at no node of the data."""
    used = {part for shape in index.statements for part in index.parts(shape)}
    for shape in index.statements:
        kinds = index.objects(shape, RDF.type)
        if (SH.NodeShape not in kinds and SH.PropertyShape not in kinds) or not isinstance(shape, NamedNode):
            continue
        targets = [(predicate, value) for predicate in _TARGETS for value in index.objects(shape, predicate)]
        implicit = RDFS.Class in kinds or OWL.Class in kinds
        if not targets and not implicit:
            if shape not in used:
                yield Fault("AL042", shape, None, None, "the shape has no target and no other shape leads to it")
        elif not any(focus_nodes(data, predicate, value) for predicate, value in targets) and not implicit:
            predicate, value = targets[0]
            yield Fault("AL042", shape, predicate, value, "the target finds no node in the data")


def focus_nodes(data: Index, target: NamedNode, value: Term) -> set[Term]:
    """The nodes that a target finds (SHACL 2.1.3)."""
    if target == SH.targetNode:
        return {value}
    if target == SH.targetClass:
        classes = {value}
        while (
            more := {node for node in data.statements for sup in data.objects(node, RDFS.subClassOf) if sup in classes}
            - classes
        ):
            classes |= more
        return {node for node in data.statements if classes & set(data.objects(node, RDF.type))}
    found = [(subject, said) for subject, statements in data.statements.items() for p, said in statements if p == value]
    return {subject if target == SH.targetSubjectsOf else said for subject, said in found}


# -- engines ----------------------------------------------------------------------------------------


def validate(data: Iterable[Triple], shapes: Iterable[Triple], *, engine: str = "pyshacl") -> list[Result]:
    """Validate data against shapes.

    Args:
        data: The data graph, with the classes that targets need.
        shapes: The shapes graph; nothing is taken for a shape because the data says so.
        engine: A key of `ENGINES`.

    Returns:
        The results, in no particular order.
    """
    return ENGINES[engine](list(data), list(shapes))


def _pyshacl(data: list[Triple], shapes: list[Triple]) -> list[Result]:
    """The reference: every shape is also run through it."""
    from pyshacl import validate as run

    # rdflib and pySHACL warn of their own future; that is theirs to mend.
    with warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore", DeprecationWarning)
        _, report, _ = run(
            _quick(rdflib_graph(data)),
            shacl_graph=rdflib_graph(shapes),
            inplace=True,  # nothing is inferred, so nothing is written
            advanced=False,
            js=False,
            inference="none",
            meta_shacl=False,
            do_owl_imports=False,
            allow_infos=False,
            allow_warnings=False,
        )
    if not hasattr(report, "triples"):
        raise RuntimeError(str(report))
    return list(_results(report, Index(shapes)))


def _quick(graph: RdflibGraph) -> RdflibGraph:
    """Make a graph parse each query once: pySHACL asks one for every focus node, and parsing is most of it."""
    ask = graph.query

    def query(query_object: Any, *args: Any, **kwargs: Any) -> Any:
        return ask(_prepared(query_object) if isinstance(query_object, str) else query_object, *args, **kwargs)

    graph.query = query  # type: ignore[method-assign]
    return graph


@lru_cache(maxsize=1024)
def _prepared(text: str) -> Any:
    from rdflib.plugins.sparql import prepareQuery

    return prepareQuery(text)


def _results(report: RdflibGraph, shapes: Index) -> Iterator[Result]:
    from rdflib.namespace import RDF as R
    from rdflib.namespace import SH as S

    for node in report.subjects(R.type, S.ValidationResult):
        if any(report.triples((None, S.detail, node))):
            continue
        shape = from_rdflib(report.value(node, S.sourceShape))
        path = next(iter(shapes.objects(shape, SH.path)), None)
        if path is None and (said := report.value(node, S.resultPath)) is not None:
            path = from_rdflib(said)
        value = report.value(node, S.value)
        messages = [from_rdflib(message) for message in report.objects(node, S.resultMessage)]
        component = from_rdflib(report.value(node, S.sourceConstraintComponent))
        assert isinstance(component, NamedNode)  # noqa: S101  # SHACL 3.6.2.5: it is an IRI
        severity = str(report.value(node, S.resultSeverity)).rpartition("#")[2]
        yield Result(
            focus_node=from_rdflib(report.value(node, S.focusNode)),
            path=shapes.path_text(path) if path is not None else "",
            value=None if value is None else from_rdflib(value),
            source_shape=shape,
            component=component,
            severity=Severity(severity) if severity in {s.value for s in Severity} else Severity.VIOLATION,
            message=_message(messages),
        )


def _message(messages: list[Term]) -> str:
    """Prefer English, then no language, then any."""
    literals = [message for message in messages if isinstance(message, Literal)]
    literals.sort(key=lambda message: ((message.language or "en")[:2] != "en", message.language is None, message.value))
    return literals[0].value if literals else "The value breaks the constraint."


ENGINES: dict[str, Callable[[list[Triple], list[Triple]], list[Result]]] = {"pyshacl": _pyshacl}
"""The engines that run shapes; all give the same results."""


# -- the border with rdflib -------------------------------------------------------------------------


def rdflib_graph(triples: Iterable[Triple]) -> RdflibGraph:
    """Carry triples over to an rdflib graph, lexical forms as they are."""
    from rdflib import Graph as RdflibGraph

    graph = RdflibGraph(bind_namespaces="none")
    with _quiet():
        for triple in triples:
            graph.add((_to_rdflib(triple.subject), _to_rdflib(triple.predicate), _to_rdflib(triple.object)))
    return graph


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep rdflib from logging a traceback for every literal that breaks its datatype; the check tells of those."""
    logger = logging.getLogger("rdflib.term")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _to_rdflib(term: Term) -> Any:
    from rdflib import BNode, URIRef
    from rdflib import Literal as RdflibLiteral

    if isinstance(term, NamedNode):
        return URIRef(term.value)
    if isinstance(term, BlankNode):
        return BNode(term.value)
    if isinstance(term, Triple):
        raise TypeError("rdflib has no triple terms")
    if term.language:
        return RdflibLiteral(term.value, lang=term.language)
    # rdflib holds "x" and "x"^^xsd:string apart; RDF 1.1 does not.
    datatype = None if term.datatype == XSD.string else URIRef(term.datatype.value)
    try:
        return RdflibLiteral(term.value, datatype=datatype, normalize=False)
    except (ValueError, OverflowError):
        # A number of thousands of digits is more than Python converts; as text it still breaks sh:datatype.
        return RdflibLiteral(term.value)


def from_rdflib(term: Any) -> Term:
    """Carry a term over from rdflib."""
    from rdflib import BNode, URIRef

    if isinstance(term, URIRef):
        return NamedNode(str(term))
    if isinstance(term, BNode):
        return BlankNode(str(term))
    if term.language:
        return Literal(str(term), language=term.language)
    return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else XSD.string)
