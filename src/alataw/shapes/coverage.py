"""The home of what a check looked at: how many focus nodes and values each shape has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from alataw.datagraph import DataGraph
from alataw.shapes import prebinding
from alataw.shapes.compiler import compile_targets
from alataw.shapes.graph import Index
from alataw.terms import SH, Term, Triple


class Coverage(NamedTuple):
    """What a shape looks at.

    Args:
        shape: The shape: one with a target, or a property shape that one leads to.
        path: Its path as SPARQL writes it; empty for a node shape.
        focus_nodes: How many different focus nodes it has.
        values: How many pairs of focus node and value; for a node shape, the focus nodes themselves.
    """

    shape: Term
    path: str
    focus_nodes: int
    values: int


def coverage(data: DataGraph, shapes: Iterable[Triple]) -> list[Coverage]:
    """Count what each shape looks at, in the order of the shapes graph.

    Args:
        data: The data graph.
        shapes: The shapes graph.
    """
    index = Index(shapes)
    found: list[Coverage] = []
    for shape in list(index.statements):
        patterns = compile_targets(index, shape, keeps=data.keeps)
        if patterns and not index.says(shape, SH.deactivated):
            found += _of_shape(data, index, shape, " UNION ".join(f"{{ {pattern} }}" for pattern in patterns))
    return found


def _of_shape(
    data: DataGraph, index: Index, shape: Term, focus: str, open_: tuple[Term, ...] = ()
) -> Iterator[Coverage]:
    """A shape over some focus nodes, and the property shapes that it leads to."""
    path = index.object(shape, SH.path)
    focus_nodes = _count(data, "?this", focus)
    values = focus
    if path is None:
        yield Coverage(shape, "", focus_nodes, focus_nodes)
    else:
        step = f"?this {index.path(path)} ?value ."
        yield Coverage(shape, index.path_text(path), focus_nodes, _count(data, "?this ?value", f"{focus} {step}"))
        outer = f"?o{len(open_)}"
        values = prebinding.replace(f"{focus} {step}", {"this": outer, "value": "?this"})
    for inner in index.objects(shape, SH.property):
        if inner not in (*open_, shape) and not index.says(inner, SH.deactivated):
            yield from _of_shape(data, index, inner, values, (*open_, shape))


def _count(data: DataGraph, variables: str, pattern: str) -> int:
    rows = data.query(f"SELECT (COUNT(*) AS ?n) WHERE {{ SELECT DISTINCT {variables} WHERE {{ {pattern} }} }}").rows
    (number,) = rows[0]
    return int(number.value) if number is not None and not hasattr(number, "subject") else 0
