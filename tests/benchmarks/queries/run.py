"""Every stored query on every engine, side by side in one run.

    python tests/benchmarks/queries/run.py [--sizes 10000 100000 1000000] [--publish]

Columns: bare pyoxigraph with the finished text (the floor), ours in memory, the same on Oxigraph's server through the
remote engine, rdflib in memory with the finished text (which is what grlc runs, having spliced it), and oxrdflib where
it is installed. Medians of five, milliseconds, rows as Python terms in each; what takes longer than a second is asked
once, and what takes longer than the limit is told as such. `--publish` puts the tables into docs/benchmarks.md.
"""

# ruff: noqa: B023, E402, I001
from __future__ import annotations

import argparse
import os
import resource
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "benchmarks" / "queries")]

import pyoxigraph
import servers
from benchmarks.page import machine, publish
from engines import endpoint
from generate import Railways

from alataw.queries import StoredQuery
from alataw.remote import RemoteStore
from alataw.terms import SKOS
from alataw.store import DERIVED_GRAPHS, PUBLIC, EmbeddedStore

LIMIT_S = 8
ONCE_S = 1
"""What takes longer is asked once: five would tell no more of it."""
MOST_FOR_RDFLIB = 100_000

# What is asked of generated data, where the example of a query is no entity of it.
VALUES = {
    "Station": "station/s10", "BorderCrossing": "border-crossing/c10", "RailwayLine": "railway-line/l0", "Organisation": "organisation/operator-1",
    "Source": "source/generated-2", "Place": "place/country-1", "Entity": "station/s10", "Claim": "station/s10#operator-1",
}  # fmt: skip


def median(act: Callable[[], Any]) -> float | None:
    """The median of five, or the one that takes long, in milliseconds; None if one takes too long or fails."""

    def over(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, over)
    took = []
    for _ in range(5):
        signal.alarm(LIMIT_S)
        begin = time.perf_counter()
        try:
            act()
        except Exception:  # a peer may fail in any way
            return None
        finally:
            signal.alarm(0)
        took.append((time.perf_counter() - begin) * 1000)
        if took[-1] > ONCE_S * 1000:
            break
    return statistics.median(took)


OVERRIDES = {
    "entities-in-box": {"west": "10.5", "south": "45.5", "east": "12.5", "north": "47.5"},
    "stations-of-line": {"line": "railway-line/l0"},
}


def values_of(query: StoredQuery) -> dict[str, str]:
    if query.name in OVERRIDES:
        return OVERRIDES[query.name]
    return {p.name: VALUES[p.of] if p.kind == "class" else p.example for p in query.parameters if p.required}


def bare(store: pyoxigraph.Store, text: str) -> Callable[[], Any]:
    def act() -> Any:
        result = store.query(text)
        if isinstance(result, pyoxigraph.QuerySolutions):
            of = [variable.value for variable in result.variables]
            return [tuple(row[name] for name in of) for row in result]
        return list(result)

    return act


_SKOS = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX geo: <http://www.opengis.net/ont/geosparql#> "
SCANS = {
    "a scan of labels": _SKOS
    + "SELECT ?s { ?s skos:prefLabel|skos:altLabel ?label FILTER(CONTAINS(LCASE(?label), 'NAME')) }",
    "a scan of points": _SKOS
    + """SELECT ?s { ?s geo:asWKT ?wkt BIND(<http://www.w3.org/2001/XMLSchema#decimal>(REPLACE(STR(?wkt),
        "POINT\\\\(([^ ]+) .*", "$1")) AS ?x) FILTER(?x > 10.5 && ?x < 12.5) }""",
}
"""What a search and a box cost without an index."""


def told(took: float | None, floor: float | None) -> str:
    if took is None:
        return f"over {LIMIT_S} s"
    return f"{took:.2f}" + (f" ({took / floor:.1f}x)" if floor else "")


def run(size: int, folder: Path) -> Iterator[str]:
    """The tables of one size, line by line."""
    begin = time.perf_counter()
    graph = Railways(size)
    triples = graph.stated
    yield f"**{len(triples):,} triples**, made in {time.perf_counter() - begin:.1f} s\n\n| loading | s | triples |\n|---|--:|--:|"
    begin = time.perf_counter()
    store: EmbeddedStore = graph.store  # type: ignore[assignment]  # it is in memory
    yield f"| what is stated | {time.perf_counter() - begin:.2f} | {len(triples):,} |"
    for derived in DERIVED_GRAPHS:
        begin = time.perf_counter()
        count = sum(1 for _ in store.triples(derived))
        yield f"| {derived.value.rpartition('/')[2]} | {time.perf_counter() - begin:.2f} | {count:,} |"
    label = next(t.object.value for t in triples if t.predicate == SKOS.altLabel and "station/s7" in t.subject.value)
    OVERRIDES["find-by-name"] = {"name": label}
    begin = time.perf_counter()
    graph.resolver.entity("station/s10")
    yield f"| resolver, first name | {time.perf_counter() - begin:.2f} | |\n"
    with servers.oxigraph(folder) as server:
        remote = RemoteStore(endpoint(server))
        remote.load(triples)
        for name in PUBLIC:
            remote.load(store.triples(name), name)
        peers = rdflibs(triples, store) if size <= MOST_FOR_RDFLIB else {}
        head = ["query", "rows", "bare pyoxigraph", "ours", "Oxigraph server, ours", *peers]
        yield f"| {' | '.join(head)} |\n|---|" + "--:|" * (len(head) - 1)
        for query in graph.queries:
            values = values_of(query)
            text = query.bind(values, graph.resolver)  # type: ignore[arg-type]
            floor = median(bare(store._store, text))
            rows = len(graph.query(query.name, **values)) if floor is not None else 0  # type: ignore[arg-type]
            ours = median(lambda: graph.query(query.name, **values)) if floor is not None else None  # type: ignore[arg-type]
            served = median(lambda: query.ask(remote, graph.resolver, values)) if floor is not None else None  # type: ignore[arg-type]
            cells = [told(floor, None), told(ours, floor), told(served, floor)]
            cells += [told(median(lambda: list(peer.query(text))), floor) for peer in peers.values()]
            yield f"| {query.name} | {rows:,} | " + " | ".join(cells) + " |"
    yield "\n| without the indexes, bare pyoxigraph | ms |\n|---|--:|"
    for what, text in SCANS.items():
        yield f"| {what} | {told(median(bare(store._store, text.replace('NAME', label.lower()))), None)} |"
    yield ""


def rdflibs(triples: Any, store: EmbeddedStore) -> dict[str, Any]:
    """The peers over rdflib: its own memory, and Oxigraph behind its interface."""
    from rdflib import Dataset, URIRef

    from alataw.shapes import rdflib_graph

    peers = {}
    for name, of in (("rdflib", "default"), *((("oxrdflib", "Oxigraph"),) if find_spec("oxrdflib") else ())):
        dataset = Dataset(store=of)
        for triple in rdflib_graph(triples):
            dataset.default_graph.add(triple)
        for graph in DERIVED_GRAPHS:
            for triple in rdflib_graph(store.triples(graph)):
                dataset.graph(URIRef(graph.value)).add(triple)
        peers[name] = dataset
    return peers


COMMANDS = ("operators-of-station alashankou", "find-by-name Alashan", "best-values station/alashankou")
"""What is asked cold, of the graph of this repository."""


def cold() -> Iterator[str]:
    """How long a command takes from its start to its answer, line by line; medians of five."""
    yield "| cold command | seconds | processor seconds |\n|---|--:|--:|"
    for words in COMMANDS:
        took = []
        for _ in range(5):
            before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            command = [sys.executable, "-m", "alataw", "--repository", str(ROOT), "query", *words.split()]
            # With its modules compiled once, as an installer leaves them.
            env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
            subprocess.run(command, check=True, capture_output=True, env=env)
            after, end = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            took.append((end - begin, used))
        seconds, used = (statistics.median(each) for each in zip(*took, strict=True))
        yield f"| `alataw query {words}` | {seconds:.2f} | {used:.2f} |"
    yield ""


def tables(sizes: list[int]) -> Iterator[str]:
    """All tables, line by line."""
    yield f"{machine(os.getloadavg()[0])}\n"
    yield from cold()
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            yield from run(size, Path(scratch))


def main() -> None:
    """Ask every stored query on every engine, and tell how long each takes."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--sizes", nargs="*", type=int, default=[10_000, 100_000, 1_000_000], help="triples")
    parser.add_argument("--publish", action="store_true", help="put the tables into docs/benchmarks.md")
    arguments = parser.parse_args()
    lines = []
    for line in tables(arguments.sizes):
        print(line, flush=True)
        lines.append(line)
    if arguments.publish:
        publish("queries", "\n".join(lines))


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    main()
