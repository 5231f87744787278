"""The home of the measurement of an edit: one entity of a great graph is changed, and what that affects checked again."""

from __future__ import annotations

import argparse
import random
import time
from statistics import median

import pyoxigraph as ox

from alataw.shapes import DataGraph
from alataw.shapes.incremental import Live
from alataw.terms import DEF, NamedNode, Triple

from .generate import SIZES, generate

# A value of each kind of claim that editors change most, and what it is changed to.
EDITS = {
    DEF.tonnage: '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    DEF.operator: "<https://example.org/railway/organisation/railway-0-0>",
    DEF.date: '"2001-02-03"^^<http://www.w3.org/2001/XMLSchema#date>',
    DEF.locator: '"p. 1"@en',
    DEF.rank: "<https://w3id.org/alataw/vocabulary/rank#deprecated>",
    DEF.country: "<https://example.org/railway/place/country-1>",
    DEF.code: '"00000"',
}


def measure(size: str, edits: int, seed: int) -> dict[NamedNode, list[float]]:
    """Make edits, each undone before the next.

    Returns:
        Seconds of each edit and of each undoing, by the property whose value was changed.
    """
    case = generate(size, SIZES[size], seed=seed)
    triples = [quad.triple for quad in ox.parse(path=str(case.data))]
    live = Live(DataGraph(triples), [quad.triple for quad in ox.parse(path=str(case.shapes))])
    held = len(live.results)
    chance = random.Random(seed)
    took: dict[NamedNode, list[float]] = {}
    for predicate, text in EDITS.items():
        said = [triple for triple in triples if triple.predicate == predicate]
        for triple in chance.sample(said, edits):
            other = Triple(
                triple.subject, predicate, next(iter(ox.parse(f"<urn:s> <urn:p> {text} .", ox.RdfFormat.TURTLE))).object
            )
            for removed, added in ((triple, other), (other, triple)):
                if removed != added:
                    began = time.perf_counter()
                    live.change([removed], [added])
                    took.setdefault(predicate, []).append(time.perf_counter() - began)
    if len(live.results) != held:
        raise RuntimeError("an edit that was undone left other results behind than there were")
    return took


def main() -> None:
    """Measure how long one edit of one entity takes to check again."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.check.edit", description=main.__doc__)
    parser.add_argument("--size", default="1M", choices=SIZES)
    parser.add_argument("--edits", type=int, default=20, help="how many of each kind (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    took = measure(arguments.size, arguments.edits, arguments.seed)
    lines = ["| edited | edits | median, ms | greatest, ms |", "|---|--:|--:|--:|"]
    for predicate, seconds in took.items():
        name = predicate.value.rpartition("#")[2]
        lines.append(f"| `:{name}` | {len(seconds)} | {1000 * median(seconds):.1f} | {1000 * max(seconds):.1f} |")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
