"""The home of running compiled shapes: over a data graph in this process, or through any SPARQL engine."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeAlias

from alataw.datagraph import SHAPES, DataGraph, encode
from alataw.errors import QueryError
from alataw.shapes.compiler import Compiled, Pass, compile_shapes
from alataw.shapes.graph import Index
from alataw.shapes.results import Result
from alataw.store import Solutions, Store
from alataw.terms import XSD, Literal, Term, Triple

Rooted: TypeAlias = tuple[Term, Result]


class Asks(Protocol):
    """What answers the queries of a compiled shapes graph."""

    def query(self, text: str, *, plain: bool = False) -> Solutions:
        """Run a SELECT."""


def run(
    data: DataGraph, shapes: Iterable[Triple], focus: Iterable[Term] | None = None
) -> tuple[list[Result], Compiled]:
    """Validate a data graph.

    Args:
        data: The data graph.
        shapes: The shapes graph.
        focus: The only nodes to look at; None for all that are targets.

    Returns:
        The results, and what was compiled: `left` has the shapes that another engine must run.
    """
    shapes = list(shapes)
    keeps = data.keeps or any(encode(value) is not value for value in [triple.object for triple in shapes])
    compiled = compile_shapes(Index(shapes), keeps=keeps, within=focus is not None)
    if any(str(SHAPES) in each.text for each in compiled.passes):
        data.hold(SHAPES, shapes)
    results: list[Result] = []
    seen: dict[object, set[object]] = defaultdict(set)
    if focus is not None:
        data.focus(focus)
    at_once = [each for each in compiled.passes if not each.each]
    for each, solutions in _at_once(data, at_once):
        results += (result for _, result in _read(each, solutions, seen[each.slot]))
    for each in compiled.passes:
        if each.each:
            if focus is not None:
                data.focus(focus)
            results += (result for _, result in solve(data, each, data.focus, seen[each.slot]))
    return results, compiled


def _at_once(data: DataGraph, passes: list[Pass]) -> Iterator[tuple[Pass, Solutions]]:
    """The solutions of passes; the engine works on as many of one kind as there are processors."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for plain in (False, True):
            some = [each for each in passes if each.plain == plain]
            yield from zip(some, pool.map(lambda each: data.query(each.text, plain=each.plain), some), strict=True)


def solve(asked: Asks, each: Pass, hold: Callable[[Iterable[Term]], None], seen: set[object]) -> list[Rooted]:
    """Run one pass.

    Args:
        asked: What answers.
        each: The pass.
        hold: Sets the nodes of `WITHIN`.
        seen: What was found already, over another target of the same shape; is added to.

    Returns:
        The results, each with the focus node of the target that led to it.
    """
    if not each.each:
        return list(_read(each, asked.query(each.text, plain=each.plain), seen))
    results: list[Rooted] = []
    for (node,) in asked.query(each.each).rows:
        if node is not None:
            hold([node])
            results += _read(each, asked.query(each.text, plain=each.plain), seen)
    return results


# One triple that is there, and what an engine must say of it. Virtuoso 7.2.5 takes !EXISTS within IF for true, refuses
# two EXISTS in one column, and has no truth value for SAMETERM: what it would say of shapes cannot be trusted.
_THERE = "{ SELECT ?this ?value WHERE { ?this ?any ?value FILTER(isIRI(?value)) } LIMIT 1 }"
_NOTHING = f"SELECT ?this WHERE {{ {_THERE} FILTER(IF(isIRI(?value), !EXISTS {{ ?this ?path ?value }}, true)) }}"
_SEEN = "EXISTS { ?this ?path ?value } || EXISTS { ?value ?path ?this }"
_TRUTH = f"SELECT ((({_SEEN}) && SAMETERM(?value, ?value)) AS ?is) WHERE {{ {_THERE} }}"
_TRUE = Literal("true", datatype=XSD.boolean)


def ask(store: Store, shapes: Iterable[Triple]) -> list[Result] | None:
    """Validate what an engine holds, where it is.

    Args:
        store: The engine.
        shapes: The shapes graph.

    Returns:
        The results; None if the data must be fetched for that: the engine fails a probe or refuses a query, or a shape
        needs more than to ask.

    Raises:
        RemoteError: If the engine cannot be reached, or cuts an answer.
    """
    compiled = compile_shapes(Index(list(shapes)))
    if compiled.left or any(each.each or str(SHAPES) in each.text for each in compiled.passes):
        return None
    seen: dict[object, set[object]] = defaultdict(set)
    try:
        if _solved(store, _NOTHING).rows or _solved(store, _TRUTH).rows not in ((), ((_TRUE,),)):
            return None
        return [
            result for each in compiled.passes for _, result in _read(each, _solved(store, each.text), seen[each.slot])
        ]
    except QueryError:
        return None


def _solved(store: Store, text: str) -> Solutions:
    found = store.query(text)
    assert isinstance(found, Solutions)  # noqa: S101  # only SELECTs are made here
    return found


def _read(each: Pass, solutions: Solutions, seen: set[object]) -> Iterator[Rooted]:
    """The results of a pass, each once: a node may be a target in several ways."""
    for row in solutions.rows:
        told = dict(zip(solutions.variables, row, strict=True))
        root = told.get(each.root)
        for key, result in each.read(told):
            if key not in seen:
                seen.add(key)
                yield result.focus_node if root is None else root, result
