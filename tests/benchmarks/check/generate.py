"""The home of what the engines are given: the data, the shapes, and the results that are owed, as files.

The data is the ontology and a generated railway with faults; nothing else is needed to check it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from alataw.repository import Repository
from alataw.terms import SH, NamedNode, Triple

from .faults import FAULTS, Injected, inject
from .railway import Railway

ROOT = Path(__file__).resolve().parents[3]
CACHE = Path(__file__).resolve().parents[1] / ".cache"
BASE = "https://example.org/railway/"
"""Where the generated data stands; no name of it is one of the repository's."""
SIZES = {"10k": 10_000, "100k": 100_000, "1M": 1_000_000}


class Case(NamedTuple):
    """One size of data: its files and how much there is.

    `data` is N-Triples, `shapes` is Turtle, `expected` is JSON: a list of results with focusNode, sourceShape,
    sourceConstraintComponent, value and resultSeverity in N-Triples, and the kind of fault that owes it.
    """

    size: str
    data: Path
    shapes: Path
    expected: Path
    triples: int
    kinds: int
    faults: int


def generate(
    name: str,
    size: int,
    *,
    seed: int = 0,
    times: int | None = None,
    turtle: bool = False,
    folder: Path | None = None,
) -> Case:
    """Write data with faults, the shapes, and the results that are owed.

    Args:
        name: What the size is called.
        size: How many triples to make at least, the ontology counted in.
        seed: The same seed and size give the same bytes of data.
        times: How many faults of each kind; None for one in fifty thousand triples, at least one.
        turtle: Write the data as Turtle as well.
        folder: Where the files go; None for a folder of the size in `CACHE`.
    """
    repository = Repository(ROOT)
    ontology = {triple for document in repository.ontology() for triple in document.triples}
    railway = Railway(size - len(ontology), seed)
    injected = inject(railway, max(1, size // 50_000) if times is None else times, seed)

    folder = folder or CACHE / f"{name}-{seed}"
    folder.mkdir(parents=True, exist_ok=True)
    case = Case(
        name,
        folder / "data.nt",
        folder / "shapes.ttl",
        folder / "expected.json",
        triples=len(ontology) + sum(map(len, railway.said.values())),
        kinds=len({fault.kind for fault in injected}),
        faults=len(injected),
    )
    shapes = [triple for document in repository.shapes() for triple in document.triples]
    with case.data.open("w", encoding="utf-8") as file:
        file.writelines(sorted(f"{triple} .\n" for triple in ontology))
        file.writelines(f"{term(s)} {term(p)} {term(o)} .\n" for s, p, o in railway.triples())
    ox.serialize(shapes, str(case.shapes), ox.RdfFormat.TURTLE, prefixes=repository.prefixes)
    case.expected.write_text(json.dumps(owed(injected, shapes), indent=0, ensure_ascii=False), encoding="utf-8")
    if turtle:
        ox.serialize(ox.parse(path=str(case.data)), str(folder / "data.ttl"), ox.RdfFormat.TURTLE)
    return case


def owed(injected: Iterable[Injected], shapes: Iterable[Triple]) -> list[dict[str, str | None]]:
    """The results that faults owe, each as a row of N-Triples terms."""
    severity = {str(triple.subject): str(triple.object) for triple in shapes if triple.predicate == SH.severity}
    rows = []
    for fault in injected:
        for result in fault.results:
            shape = f"<https://w3id.org/alataw/shape/{result.shape}>"
            rows.append(
                {
                    "kind": fault.kind,
                    "focusNode": term(result.focus),
                    "sourceShape": shape,
                    "sourceConstraintComponent": str(SH[f"{result.component}ConstraintComponent"]),
                    "value": term(result.value) if result.value is not None else None,
                    "resultSeverity": severity.get(shape, str(SH.Violation)),
                }
            )
    return rows


@lru_cache(maxsize=1 << 17)
def term(text: str) -> str:
    """Write a term of `statements` as in N-Triples.

    >>> term('"1992"^^xsd:gYear'), term("<station/x>"), term("rank:normal")[-24:]
    ('"1992"^^<http://www.w3.org/2001/XMLSchema#gYear>', '<https://example.org/railway/station/x>', '/vocabulary/rank#normal>')
    """
    if text.startswith("<"):
        return text if "://" in text else f"<{BASE}{text[1:]}"
    if text.startswith('"'):
        lexical, mark, datatype = text.rpartition("^^")
        return f"{lexical}^^{term(datatype)}" if mark else text
    prefix, _, local = text.partition(":")
    return str(NamedNode(_prefixes()[prefix] + local))


@lru_cache
def _prefixes() -> dict[str, str]:
    return dict(Repository(ROOT).prefixes)


def main() -> None:
    """Write the data of one size, for other tools to look at."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.check.generate", description=main.__doc__)
    parser.add_argument("size", type=int, help="how many triples, such as 10000")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--faults", type=int, help="how many of each kind; 0 for clean data")
    parser.add_argument("--turtle", action="store_true", help="write data.ttl as well")
    parser.add_argument("--list", action="store_true", help="print what is injected")
    arguments = parser.parse_args()
    case = generate(
        str(arguments.size), arguments.size, seed=arguments.seed, times=arguments.faults, turtle=arguments.turtle
    )
    print(f"{case.data}: {case.triples} triples, {case.faults} faults of {case.kinds} of {len(FAULTS)} kinds")
    if arguments.list:
        for row in json.loads(case.expected.read_text(encoding="utf-8")):
            print(*(f"{value}" for value in row.values()), sep="\t")


if __name__ == "__main__":
    main()
