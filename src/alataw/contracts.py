"""The home of contracts: what every stored query promises, held against the graph, and against the last release.

A question can rot though nobody touched it: facts are renamed, and it finds less; they grow, and it is slow. What each
found at the last release stands in `queries/release.tsv`.
"""

from __future__ import annotations

import math
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
_HEADER = "query\trows\tcolumns\tcost\n"

TRIES = 3
"""How often a query is asked; its best time counts."""
SLOWER = 4
"""How many times its cost at the last release makes a query slower: less than that is the noise of a machine."""
LEAST_MS = 10
"""What takes less is not slow, whatever it took before."""
_COST = re.compile("[0-9]+[.][0-9]+")


class Kept(NamedTuple):
    """What a stored query gave for its example values.

    Args:
        rows: The number of rows or triples.
        columns: Their names.
        cost: Its time, as a multiple of that of the query in the middle, so that releases of two machines compare.
    """

    rows: int
    columns: tuple[str, ...]
    cost: float


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
    given: dict[str, Answer] = {}
    took_ms: dict[str, float] = {}
    for query in graph.queries:
        progress(query.name)
        values = {parameter.name: parameter.example for parameter in query.parameters}
        for _ in range(TRIES):
            begin = time.perf_counter()
            given[query.name] = graph.query(query.name, **values)  # type: ignore[arg-type]
            took_ms[query.name] = min(took_ms.get(query.name, math.inf), (time.perf_counter() - begin) * 1000)
    middle_ms = statistics.median(took_ms.values()) if took_ms else 0
    kept = {name: Kept(len(answer), answer.variables, took_ms[name] / middle_ms) for name, answer in given.items()}
    findings = [
        finding
        for query in graph.queries
        for finding in _rot(query, kept[query.name], released.get(query.name), took_ms[query.name])
    ]
    findings += [
        _finding(f"queries/{name}.rq", f"{name} is gone, which the last release had; keep it, or release again")
        for name in released
        if name not in kept
    ]
    return Report.of(findings), kept


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
    if gone := [name for name in then.columns if name not in now.columns]:
        yield _finding(query.file, f"the columns {', '.join(gone)} are gone since the last release; keep their names")
    if now.cost > SLOWER * then.cost and ms > LEAST_MS:
        told = f"the example takes {now.cost / then.cost:.0f} times as long beside the others as at the last release"
        yield _finding(query.file, f"{told}; see what grew", Severity.WARNING)


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
        name, rows, columns, cost = [*line.split("\t"), "", "", ""][:4]
        if line.count("\t") != 3 or not rows.isdigit() or not _COST.fullmatch(cost):
            raise InputError(
                "this is no record of a release",
                code="AL036",
                why="a line is a query, a number of rows, columns, and a cost, parted by tabs",
                fix="delete it, and write it anew with `alataw query --verify --record`",
                location=Location(RELEASE, number, 1),
                source_line=line,
            )
        kept[name] = Kept(int(rows), tuple(filter(None, columns.split(","))), float(cost))
    return kept


def record(graph: Graph, kept: Mapping[str, Kept]) -> None:
    """Keep what each query gave, as the measure of the next verification."""
    lines = (f"{name}\t{one.rows}\t{','.join(one.columns)}\t{one.cost:.2f}\n" for name, one in sorted(kept.items()))
    write(graph.repository.root / RELEASE, (_HEADER + "".join(lines)).encode())
