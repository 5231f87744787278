"""What a page costs beside the questions it asks, over generated data of several sizes.

    python tests/benchmarks/pages/run.py 10000 100000 1000000 > tests/benchmarks/pages/RESULTS.md

Processor time in milliseconds, the least of seven, nothing kept but what `Pages.warm` reads once; the second figure is
the part that the engine takes for the stored queries of the page, which is the floor.
"""

# ruff: noqa: E402
from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path.append(str(ROOT / "tests" / "benchmarks" / "queries"))

from generate import Railways

from alataw.pages import Pages
from alataw.publication import Publication
from alataw.terms import BASE, DEF, NamedNode

ENGLISH = ("en",)
THINGS = {
    "station": "station/s10",
    "border crossing, 30 years of freight": "border-crossing/c10",
    "country": "place/country-1",
    "railway line": "railway-line/l0",
    "source of one claim in forty": "source/generated-2",
}


class Timed(Railways):
    """A graph over generated data that adds up what its questions take."""

    taken_s = 0.0

    def query(self, *about: Any, **values: Any) -> Any:  # type: ignore[override]
        begun = time.process_time()
        answer = super().query(*about, **values)
        self.taken_s += time.process_time() - begun
        return answer


def measured(graph: Timed, make: Callable[..., str], *about: Any) -> str:
    make(*about)
    best = (9e9, 0.0)
    for _ in range(7):
        graph.taken_s, begun = 0.0, time.process_time()
        make(*about)
        best = min(best, (time.process_time() - begun, graph.taken_s))
    return f"{best[0] * 1000:.1f} ({best[1] * 1000:.1f})"


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000]
    rows: dict[str, list[str]] = {}
    for size in sizes:
        graph = Timed(size)
        graph.ready()
        publication = Publication(graph)
        publication.__dict__["release"] = "generated"  # every triple would be read for it, and no page tells more
        pages = Pages(publication)
        begun = time.process_time()
        pages.warm()
        rows.setdefault("what is read once", []).append(f"{(time.process_time() - begun) * 1000:.0f}")
        for name, path in THINGS.items():
            rows.setdefault(name, []).append(measured(graph, pages.entity, NamedNode(BASE + path), ENGLISH))
        rows.setdefault("500 of all stations", []).append(measured(graph, pages.collection, DEF.Station, ENGLISH))
        rows.setdefault("search", []).append(measured(graph, pages.search, "karu", ENGLISH))
    print(f"| page | {' | '.join(f'{size:,}' for size in sizes)} |\n|---|{'--:|' * len(sizes)}")
    for name, told in rows.items():
        print(f"| {name} | {' | '.join(told)} |")


if __name__ == "__main__":
    main()
