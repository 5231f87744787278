"""The home of loading: the graph put into an engine in batches, so that a load that was stopped goes on where it was.

How far a load has come stands in the engine itself, in a graph of its own, as one more triple after each batch: any
machine can go on with it, and an engine that holds half a graph is known for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from alataw.errors import UsageError
from alataw.store import DERIVED_GRAPHS, LOADS, STATED, Solutions, Store
from alataw.terms import DCTERMS, XSD, Literal, NamedNode, Namespace, Triple, text_of

BATCH = 10_000
"""How many triples are loaded before it is written down."""

_VOID = Namespace("http://rdfs.org/ns/void#")
_STATE = f"""
SELECT ?load ?done ?all WHERE {{ GRAPH {LOADS} {{ ?load {_VOID.triples} ?done ; {DCTERMS.extent} ?all }} }}
ORDER BY ?load ?done
"""

_PARTS = f"SELECT ?graph WHERE {{ GRAPH {LOADS} {{ ?load {DCTERMS.hasPart} ?graph }} }} ORDER BY STR(?graph)"

Contents = Mapping[NamedNode | None, Iterable[Triple]]
"""What a store is to hold: the default graph under None, and the graphs beside it."""


def load(store: Store, contents: Contents, progress: Callable[[str], None] = lambda _: None) -> tuple[int, int]:
    """Make a store hold these graphs, and nothing else in them.

    A load of the same triples that was stopped is gone on with; for any other the graphs are emptied first.

    Args:
        store: The engine.
        contents: The triples of each graph.
        progress: Told how far it is.

    Returns:
        How many triples the store now holds, and how many of them were there from a load that was stopped.

    Raises:
        RemoteError: If the engine fails; go on by the same call.
    """
    graphs = {graph: sorted(set(triples), key=str) for graph, triples in contents.items()}
    every = sum(map(len, graphs.values()))
    name = NamedNode(f"{LOADS.value}#{_digest(graphs)}")
    before = _state(store).get(name, (0, every))[0]

    def mark(number: int) -> list[Triple]:
        return [Triple(name, _VOID.triples, _number(number)), Triple(name, DCTERMS.extent, _number(every))]

    if not before:
        store.clear(LOADS)
        parts = [Triple(name, DCTERMS.hasPart, graph) for graph in graphs if graph]
        store.load([*parts, *mark(0)], LOADS)
        for graph in graphs:
            store.clear(graph)
    done = 0
    for graph, batch in _batches(graphs):
        done += len(batch)
        if done <= before:
            continue
        store.load(batch, graph)
        store.load(mark(done), LOADS)
        progress(f"load: {done:,} of {every:,} triples")
    store.optimize()
    return every, before


def hold(store: Store) -> None:
    """Hold a store to having a whole graph; one that was filled by other means is trusted.

    Raises:
        UsageError: AL034 if it is empty, a load was stopped, or an older release loaded it.
    """
    state = _state(store)
    done, every = max(state.values(), default=(0, 0))
    if state and done < every:
        raise UsageError(
            "the engine holds half a graph",
            code="AL034",
            why=f"a load stopped at {done:,} of {every:,} triples",
            fix="go on with the same `alataw load`",
        )
    if state and (missing := _missing(store)):
        names = ", ".join(sorted(graph.value.rpartition("/")[2] for graph in missing))
        raise UsageError(
            "the engine was filled by an older release",
            code="AL034",
            why=f"it holds no graph of {names}" if missing < set(DERIVED_GRAPHS) else "it does not say what it holds",
            fix="load it anew with `alataw load`",
        )
    if not state and store.query("ASK { ?s ?p ?o }") is not True:
        raise UsageError(
            "the engine holds no graph",
            code="AL034",
            why=f"nothing stands where an endpoint is asked, {STATED}, or in the default graph of a folder",
            fix="fill it with `alataw load`, or put the triples there",
        )


def _missing(store: Store) -> set[NamedNode]:
    """The graphs that are derived and that no load has told of."""
    parts = store.query(_PARTS)
    return set(DERIVED_GRAPHS) - {row[0] for row in parts.rows} if isinstance(parts, Solutions) else set()


def _state(store: Store) -> dict[NamedNode, tuple[int, int]]:
    """For each load how many triples it has loaded, and of how many."""
    found = store.query(_STATE)
    state: dict[NamedNode, tuple[int, int]] = {}
    for load_, done, every in found.rows if isinstance(found, Solutions) else ():
        if isinstance(load_, NamedNode):
            state[load_] = max(state.get(load_, (0, 0)), (int(text_of(done)), int(text_of(every))))
    return state


def _batches(graphs: Mapping[NamedNode | None, list[Triple]]) -> Iterator[tuple[NamedNode | None, list[Triple]]]:
    for graph, triples in graphs.items():
        rest = iter(triples)
        while batch := list(islice(rest, BATCH)):
            yield graph, batch


def _digest(graphs: Mapping[NamedNode | None, list[Triple]]) -> str:
    digest = hashlib.sha256()
    for graph, triples in graphs.items():
        digest.update(f"{graph}\n".encode())
        for triple in triples:
            digest.update(f"{triple}\n".encode())
    return digest.hexdigest()


def _number(count: int) -> Literal:
    return Literal(str(count), datatype=XSD.integer)
