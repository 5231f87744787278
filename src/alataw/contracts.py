"""The home of contracts: what every stored query promises, held against the graph, and against the last release.

A question can rot though nobody touched it: facts are renamed, and it finds less; they grow, and it is slow. What each
found at the last release stands in `queries/release.tsv`.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from alataw.errors import InputError, Location
from alataw.graph import Graph
from alataw.queries import StoredQuery
from alataw.report import Finding, Report, Severity
from alataw.repository import write
from alataw.solutions import Answer

RELEASE = "queries/release.tsv"
_HEADER = "query\trows\tcolumns\tpace\n"
_LINE = re.compile(r"([^\t]+)\t([0-9]+)\t([^\t]*)(?:\t([0-9]+\.[0-9]+)?)?")
"""A line of the record; the pace is missing where it was not measured."""

TRIES = 3
"""How often a query is asked for its best time, and again before it is called slow."""
SLOWER = 3
"""How many times its pace at the last release makes a query slower: on one machine a pace varies by a quarter."""


class Kept(NamedTuple):
    """What a stored query gave for its example values: the number of rows or triples, its columns, its pace.

    The pace is its time as a multiple of the median time of all queries in the same run, so that a slow machine makes
    none slower; None where it was not measured, as in an engine that is not in memory, whose paces are others.
    """

    rows: int
    columns: tuple[str, ...]
    pace: float | None = None


def verify(graph: Graph, progress: Callable[[str], None] = lambda _: None) -> tuple[Report, Mapping[str, Kept]]:
    """Ask every stored query with its example values.

    Args:
        graph: The graph, with the engine that answers.
        progress: Told the name of each query as it is asked.

    Returns:
        What has rotted, and what each query gave.

    Raises:
        InputError: AL036 if the record of the last release cannot be read.
    """
    released = read(graph)
    findings: list[Finding] = []
    kept: dict[str, Kept] = {}
    best_ms: dict[str, float] = {}
    for query in graph.queries:
        progress(query.name)
        best_ms[query.name], answer = _timed(graph, query)
        if best_ms[query.name] > query.within_ms:
            best_ms[query.name] = min(best_ms[query.name], _timed(graph, query)[0])
        kept[query.name] = Kept(len(answer), answer.variables)
    median_ms = statistics.median(best_ms.values()) if best_ms else 0.0
    for query in graph.queries:
        then = released.get(query.name)
        if graph.given is None:
            if then and then.pace and best_ms[query.name] > SLOWER * then.pace * median_ms:
                best_ms[query.name] = min(best_ms[query.name], _timed(graph, query)[0])
            kept[query.name] = kept[query.name]._replace(pace=round(best_ms[query.name] / median_ms, 3))
        findings += _rot(query, kept[query.name], then, best_ms[query.name])
    findings += [
        _finding(f"queries/{name}.rq", f"{name} is gone, which the last release had; keep it, or release again")
        for name in released
        if name not in kept
    ]
    return Report.of(findings), kept


def _timed(graph: Graph, query: StoredQuery) -> tuple[float, Answer]:
    """The best time of several, in milliseconds, and the answer to the example values."""
    values = {parameter.name: parameter.example for parameter in query.parameters}
    best_ms = float("inf")
    for _ in range(TRIES):
        begin = time.perf_counter()
        answer = graph.ask(query.name, values)
        best_ms = min(best_ms, (time.perf_counter() - begin) * 1000)
    return best_ms, answer


def _rot(query: StoredQuery, now: Kept, then: Kept | None, ms: float) -> Iterable[Finding]:
    """What is worse than promised, or than at the last release."""
    if now.rows < query.min_rows:
        yield _finding(
            query.file, f"the example gives {now.rows} rows, and {query.min_rows} are promised; see what left"
        )
    if now.columns != tuple(query.columns):
        yield _finding(query.file, f"the columns are {', '.join(now.columns)}, not those of the header; correct either")
    if ms > query.within_ms:
        told = f"the example takes {ms:.0f} ms, and {query.within_ms} are promised; make it faster or promise less"
        yield _finding(query.file, told, Severity.WARNING)
    if then is None:
        return
    if now.rows < then.rows:
        yield _finding(query.file, f"the example gives {now.rows} rows, {then.rows} at the last release; see what left")
    if now.pace and then.pace and now.pace > SLOWER * then.pace:
        told = f"the example takes {now.pace:.1f} times the median of all, {then.pace:.1f} at the last release; see why"
        yield _finding(query.file, told, Severity.WARNING)
    if gone := [name for name in then.columns if name not in now.columns]:
        yield _finding(query.file, f"the columns {', '.join(gone)} are gone since the last release; keep their names")


def _finding(file: str, message: str, severity: Severity = Severity.VIOLATION) -> Finding:
    return Finding("AL030", severity, message, Location(file, 1, 1))


def read(graph: Graph) -> dict[str, Kept]:
    """What each query gave at the last release; nothing if there was none.

    Raises:
        InputError: AL036 if a line is not of the form.
    """
    text = graph.repository.release()
    kept: dict[str, Kept] = {}
    for number, line in enumerate(text.splitlines()[1:], 2):
        match = _LINE.fullmatch(line)
        if match is None:
            raise InputError(
                "this is no record of a release",
                code="AL036",
                why="a line is a query, a number of rows, columns, and a pace, parted by tabs",
                fix="delete it, and write it anew with `alataw query --verify --record`",
                location=Location(RELEASE, number, 1),
                source_line=line,
            )
        name, rows, columns, pace = match.groups()
        kept[name] = Kept(int(rows), tuple(filter(None, columns.split(","))), float(pace) if pace else None)
    return kept


def record(graph: Graph, kept: Mapping[str, Kept]) -> None:
    """Keep what each query gave, as the measure of the next verification."""
    lines = (
        f"{name}\t{one.rows}\t{','.join(one.columns)}\t{'' if one.pace is None else f'{one.pace:.3f}'}\n"
        for name, one in sorted(kept.items())
    )
    write(graph.repository.root / RELEASE, (_HEADER + "".join(lines)).encode())
