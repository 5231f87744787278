"""The home of the reference engine, pySHACL, and of the border with rdflib."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from alataw.datagraph import Statement
from alataw.shapes.graph import Index
from alataw.shapes.results import Result, chosen, message_of, parameter_of, severity_of
from alataw.terms import SH, XSD, BlankNode, Literal, NamedNode, Term, Triple

if TYPE_CHECKING:
    from rdflib import Graph as RdflibGraph


def run_pyshacl(data: Iterable[Statement], shapes: list[Triple]) -> list[Result]:
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
        said, path = report.value(node, S.resultPath), shapes.object(shape, SH.path)
        if said is not None and (path is None or isinstance(from_rdflib(said), NamedNode)):
            path = from_rdflib(said)
        value, constraint = report.value(node, S.value), report.value(node, S.sourceConstraint)
        component = from_rdflib(report.value(node, S.sourceConstraintComponent))
        assert isinstance(component, NamedNode)  # noqa: S101  # SHACL 3.6.2.5: it is an IRI
        yield Result(
            focus_node=from_rdflib(report.value(node, S.focusNode)),
            path=shapes.path_text(path) if path is not None else "",
            value=None if value is None else from_rdflib(value),
            source_shape=shape,
            component=component,
            severity=severity_of(shapes, shape),
            message=_message(report, node, shapes, shape, component),
            constraint=None if constraint is None else from_rdflib(constraint),
        )


def _message(report: RdflibGraph, node: Any, shapes: Index, shape: Term, component: NamedNode) -> str:
    """What the report says, where the shapes have a message; else our own sentence, as the other engine has it."""
    from rdflib.namespace import SH as S

    constraint = report.value(node, S.sourceConstraint)
    speakers = [shape] if constraint is None else [from_rdflib(constraint), shape]
    own = component not in SH
    if own or any(shapes.objects(speaker, SH.message) for speaker in speakers):
        return chosen(from_rdflib(message) for message in report.objects(node, S.resultMessage))
    return message_of(shapes, component, parameter_of(shapes, shape, component))


# -- the border with rdflib -------------------------------------------------------------------------


def rdflib_graph(triples: Iterable[Statement]) -> RdflibGraph:
    """Carry triples over to an rdflib graph, lexical forms as they are."""
    from rdflib import Graph as RdflibGraph

    graph = RdflibGraph(bind_namespaces="none")
    with _quiet():
        for triple in triples:
            graph.add((_to_rdflib(triple.subject), _to_rdflib(triple.predicate), _to_rdflib(triple.object)))
    return graph


@contextmanager
def _quiet() -> Iterator[None]:
    """Let rdflib keep lexical forms as they are, and not log a traceback for each that breaks its datatype."""
    import rdflib

    logger = logging.getLogger("rdflib.term")
    before = logger.disabled, rdflib.NORMALIZE_LITERALS
    logger.disabled, rdflib.NORMALIZE_LITERALS = True, False
    try:
        yield
    finally:
        logger.disabled, rdflib.NORMALIZE_LITERALS = before


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
