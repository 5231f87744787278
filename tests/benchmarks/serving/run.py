"""The home of the measurement: what each server does alone, and what ours does under attack and over a million requests."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "benchmarks" / "queries")]

from alataw.graph import Graph  # noqa: E402
from alataw.repository import Repository  # noqa: E402
from alataw.store import EmbeddedStore, Solutions  # noqa: E402

from ..page import machine, publish  # noqa: E402
from . import peers  # noqa: E402

CLIENTS, KILLERS, HALF_OPEN = 32, 64, 200
RUNS = 3
Row = dict[str, Any]

_STATIONS = "PREFIX : <https://w3id.org/alataw/def#> SELECT ?s { ?s a :Station } ORDER BY STR(?s) LIMIT 200"
_SPARQL = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> SELECT ?name {{ <{0}> skos:prefLabel ?name }}"
_FORTY = "PREFIX : <https://w3id.org/alataw/def#> SELECT * {{ ?s a :Station ; ?p ?o }} OFFSET {0} LIMIT 40"
JSON = "application/sparql-results+json"


class Task(NamedTuple):
    """What is asked: the paths, what is accepted, the same of a peer, and whether the front keeps replies."""

    name: str
    paths: list[str]
    accept: str
    peer: str = ""
    peer_paths: tuple[str, ...] = ()
    is_kept: bool = True


def wrk(address: str, paths: list[str], accept: str, seconds: float, *, fresh: bool = False) -> Row:
    """Ask for some seconds with 32 clients."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(paths) + "\n")
        file.flush()
        environment = {**os.environ, "PATHS": file.name, "ACCEPT": accept}
        if fresh:
            environment["FRESH"] = str(time.time_ns())
        command = ["wrk", "-t2", f"-c{CLIENTS}", f"-d{seconds:g}s", "--timeout", "20s", "-s", HERE / "wrk.lua", address]
        said = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    row: Row = json.loads(said.strip().splitlines()[-1])
    return {**row, "rate": row["requests"] / row["seconds"]}


def medians(rows: list[Row]) -> Row:
    """The medians of the figures, and all failures."""
    return {key: median(row[key] for row in rows) for key in ("rate", "p50_ms", "p99_ms")} | {
        "failed": sum(row["failed"] for row in rows)
    }


def tasks(store: Path) -> Iterator[Task]:
    """What is asked of ours, and of whom else."""
    graph = Graph(Repository(ROOT), EmbeddedStore(store, read_only=True))
    found = graph.store.query(_STATIONS)
    assert isinstance(found, Solutions)
    iris = [str(row[0].value) for row in found.rows]  # type: ignore[union-attr]  # named nodes
    things = [iri.removeprefix(graph.repository.base) for iri in iris]
    stored = graph.stored_query("operators-of-station")
    bound = [stored.bind({"station": iri}, graph.resolver) for iri in iris]
    names = [_SPARQL.format(iri) for iri in iris]
    rows = [_FORTY.format(number) for number in range(200)]
    yield Task("entity page", [f"/{thing}.html" for thing in things], "text/html", "nginx")
    yield Task("Turtle document", [f"/{thing}.ttl" for thing in things], "text/turtle", "nginx")
    yield Task(
        "stored query of an entity",
        [f"/query/operators-of-station?station={urllib.parse.quote(thing)}" for thing in things],
        JSON,
        "Oxigraph",
        tuple("/query?query=" + urllib.parse.quote(text) for text in bound),
    )
    yield Task("SPARQL, a name", *_raw(names), is_kept=False)
    yield Task("SPARQL, 40 rows", *_raw(rows), is_kept=False)


def _raw(texts: list[str]) -> tuple[list[str], str, str, tuple[str, ...]]:
    quoted = [urllib.parse.quote(text) for text in texts]
    return [f"/sparql?query={text}" for text in quoted], JSON, "Oxigraph", tuple(f"/query?query={t}" for t in quoted)


def memory_mib(process: int) -> float:
    """What a process and all that it has started have in memory, shared parts counted once."""
    total, left = 0.0, [process]
    while left:
        one = left.pop()
        try:
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
        except OSError:
            continue
        left += map(int, children)
        total += int(next(line for line in rollup.splitlines() if line.startswith("Pss:")).split()[1]) / 1024
    return total


def alone(every: list[Task], ours: str, store: Path, folder: Path, seconds: float) -> Iterator[list[str]]:
    """Each task of ours, from what is kept and worked out anew, beside its peer, in turn."""
    files = {}
    for task in every:
        for path in task.paths if task.peer == "nginx" else ():
            request = urllib.request.Request(ours.rstrip("/") + path, headers={"Accept": task.accept})  # noqa: S310
            with urllib.request.urlopen(request, timeout=60) as reply:  # noqa: S310  # it is ours
                files[path[1:]] = reply.read()
    with peers.nginx(folder, files) as nginx, peers.oxigraph(folder, store) as oxigraph:
        for task in every:
            kept, fresh, theirs = [], [], []
            at = nginx if task.peer == "nginx" else oxigraph
            for _ in range(RUNS):
                if task.is_kept:
                    wrk(ours, task.paths, task.accept, 1)  # what was worked out since has pushed out what was kept
                    kept.append(wrk(ours, task.paths, task.accept, seconds))
                fresh.append(wrk(ours, task.paths, task.accept, seconds, fresh=True))
                theirs.append(wrk(at, list(task.peer_paths) or task.paths, task.accept, seconds))
            peer = medians(theirs)
            for how, rows in (("kept", kept), ("worked out", fresh)):
                if not rows:
                    continue
                row = medians(rows)
                yield [
                    f"{task.name}, {how}",
                    *_cells(row),
                    f"{task.peer} {peer['rate']:,.0f}",
                    f"{row['rate'] / peer['rate']:.2f}",
                ]


def _cells(row: Row) -> list[str]:
    return [f"{row['rate']:,.0f}", f"{row['p50_ms']:.1f}", f"{row['p99_ms']:.1f}", f"{row['failed']}"]


def attacked(every: list[Task], ours: str, process: int, seconds: float) -> Iterator[list[str]]:
    """Readers of a page, a document and a stored query in turn: quiet, under attack, beside half-open connections."""
    things = zip(*(task.paths for task in every[:3]), strict=True)
    mixed = Task("", [path for paths in things for path in paths], "*/*")
    before = memory_mib(process)
    for name, attack in (
        ("quiet", []),
        (f"{KILLERS} killer clients", [ours + "sparql", str(KILLERS), str(seconds + 3)]),
        (f"{HALF_OPEN} half-open connections", [ours, str(HALF_OPEN), str(seconds + 3), "half-open"]),
    ):
        for fresh in (False, True):
            command = [sys.executable, HERE / "attack.py", *attack]
            attacker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True) if attack else None
            time.sleep(2)
            row = wrk(ours, mixed.paths, mixed.accept, seconds, fresh=fresh)
            peak = memory_mib(process)
            told = attacker.communicate()[0] if attacker else ""
            said = _attack(json.loads(told)) if told else ""
            yield [f"{name}, {'worked out' if fresh else 'kept'}", *_cells(row), f"{peak:,.0f}", said]
    time.sleep(60)
    yield ["a minute later", "", "", "", "", f"{memory_mib(process):,.0f}", f"at the start {before:,.0f}"]


def _attack(told: dict[str, Any]) -> str:
    if "statuses" not in told:
        return ""
    return ", ".join(f"{count} x {s}" for s, count in told["statuses"].items()) + f"; longest {told['longest_s']} s"


def endurance(every: list[Task], ours: str, process: int, requests: int) -> Iterator[list[str]]:
    """Memory over many requests, of which each tenth is worked out anew."""
    mixed = [path for task in every for path in task.paths]
    done = 0
    yield ["0", f"{memory_mib(process):,.0f}"]
    while done < requests:
        step = 0
        while step < requests / 4:
            step += wrk(ours, mixed, "*/*", 10)["requests"] + wrk(ours, mixed, "*/*", 10, fresh=True)["requests"]
        done += step
        yield [f"{done:,}", f"{memory_mib(process):,.0f}"]


def table(head: list[str], rows: list[list[str]]) -> str:
    """Rows as Markdown."""
    lines = [head, ["---"] + ["--:"] * (len(head) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def main() -> None:
    """Compare our server with Oxigraph's and with nginx on the same data, alone and under attack."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.serving", description=main.__doc__)
    parser.add_argument(
        "--triples", type=int, default=1_000_000, help="generated triples; 0 for this repository's graph"
    )
    parser.add_argument("--seconds", type=float, default=5, help="how long each is asked (%(default)s), three times")
    parser.add_argument("--requests", type=int, default=1_000_000, help="over how many memory is watched; 0 for none")
    parser.add_argument("--publish", action="store_true", help="put the tables into docs/benchmarks.md")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    store = peers.store_of(arguments.triples)
    every = list(tasks(store))
    with tempfile.TemporaryDirectory() as name, peers.alataw(Path(name), "--store", str(store)) as (ours, process):
        size = EmbeddedStore(store, read_only=True)
        parts = [
            f"{machine(load)}\n\n**{len(size):,} triples** on disk, {CLIENTS} clients on the same machine, requests/s, ms."
        ]
        head = ["what is asked", "requests/s", "p50", "p99", "failed"]
        parts.append(
            table([*head, "peer, requests/s", "ratio"], [*alone(every, ours, store, Path(name), arguments.seconds)])
        )
        print("\n\n".join(parts), flush=True)
        parts.append(
            table([*head, "memory, MiB", "the attack"], [*attacked(every, ours, process, arguments.seconds * 3)])
        )
        print(parts[-1], flush=True)
        if arguments.requests:
            parts.append(table(["requests", "memory, MiB"], [*endurance(every, ours, process, arguments.requests)]))
            print(parts[-1], flush=True)
    if arguments.publish:
        publish("serving", "\n\n".join(parts) + "\n")
