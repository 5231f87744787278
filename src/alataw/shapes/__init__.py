"""The home of SHACL: running shapes over data, and refusing shapes that would check nothing.

An engine takes data and shapes and gives results; `ENGINES` is the table of engines. Rules about facts stand in
`ontology/shape/`, none here.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable

from alataw.datagraph import DataGraph, Statement
from alataw.shapes.coverage import Coverage, coverage
from alataw.shapes.faults import Fault
from alataw.shapes.graph import TARGETS, Index
from alataw.shapes.lint import lint
from alataw.shapes.proof import Proof, prove
from alataw.shapes.reference import from_rdflib, rdflib_graph, run_pyshacl
from alataw.shapes.results import Result
from alataw.store import Store
from alataw.terms import OWL, RDFS, Term, Triple

__all__ = [
    "DEFAULT",
    "ENGINES",
    "Coverage",
    "DataGraph",
    "Fault",
    "Index",
    "Proof",
    "Result",
    "Statement",
    "ask",
    "coverage",
    "from_rdflib",
    "lint",
    "prove",
    "rdflib_graph",
    "validate",
]


def validate(data: Iterable[Statement], shapes: Iterable[Triple], *, engine: str = "compiled") -> list[Result]:
    """Validate data against shapes.

    Args:
        data: The data graph, with the classes that targets need: triples, quads (whose union it is) or a `DataGraph`.
        shapes: The shapes graph; nothing is taken for a shape because the data says so.
        engine: A key of `ENGINES`.

    Returns:
        The results, in no particular order.
    """
    return ENGINES[engine](data, list(shapes))


def ask(store: Store, shapes: Iterable[Triple]) -> list[Result] | None:
    """Validate what an engine holds where it is; None if the data must be fetched for that (see `engine.ask`)."""
    from alataw.shapes import engine

    return engine.ask(store, shapes)


def _compiled(data: Iterable[Statement], shapes: list[Triple]) -> list[Result]:
    """Shapes as SPARQL; what cannot be said in it is handed to the reference."""
    from alataw.shapes.engine import run

    graph = data if isinstance(data, DataGraph) else DataGraph(data)
    results, compiled = run(graph, shapes)
    if compiled.left:
        results += run_pyshacl(graph, _untargeted(shapes, compiled.left))
    return results


def _untargeted(shapes: list[Triple], left: Container[Term]) -> list[Triple]:
    """The shapes graph in which only some shapes have targets."""
    aims = {*TARGETS}
    return [
        triple
        for triple in shapes
        if triple.subject in left or (triple.predicate not in aims and triple.object not in (RDFS.Class, OWL.Class))
    ]


DEFAULT = "compiled"

ENGINES: dict[str, Callable[[Iterable[Statement], list[Triple]], list[Result]]] = {
    "compiled": _compiled,
    "pyshacl": run_pyshacl,
}
"""The engines that run shapes; all give the same results."""
