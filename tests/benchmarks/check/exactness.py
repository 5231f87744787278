"""The home of the comparison of a report with the results that are owed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from alataw.terms import SH

Result = tuple[str | None, ...]

NAMES = ("focusNode", "sourceShape", "sourceConstraintComponent")
DETAILS = ("value", "resultSeverity")


class Exactness(NamedTuple):
    """How a report compares with what is owed.

    Args:
        owed: How many results are owed.
        missed: Those that the report lacks; a result is told by its focus node, source shape and component.
        false: Those that it has beyond.
        differing: Those of another value or severity.
    """

    owed: int
    missed: list[Result]
    false: list[Result]
    differing: list[Result]

    @property
    def exact(self) -> bool:
        """Whether the report says what is owed and nothing else."""
        return not (self.missed or self.false or self.differing)

    def __str__(self) -> str:
        counts = {"missed": self.missed, "false": self.false, "of another value or severity": self.differing}
        return "yes" if self.exact else ", ".join(f"{len(found)} {what}" for what, found in counts.items() if found)


def read_report(text: bytes) -> list[Result]:
    """The results of a report in Turtle; what stands under `sh:detail` is no result of its own."""
    said: dict[object, dict[object, str]] = {}
    results = []
    for quad in ox.parse(text, ox.RdfFormat.TURTLE):
        said.setdefault(quad.subject, {})[quad.predicate] = str(quad.object)
        if quad.predicate == SH.result:
            results.append(quad.object)
    return [tuple(said[node].get(SH[name]) for name in NAMES + DETAILS) for node in results]


def read_owed(path: Path) -> list[Result]:
    """The results that are owed, from the file that `generate` wrote."""
    return [tuple(row[name] for name in NAMES + DETAILS) for row in json.loads(path.read_text(encoding="utf-8"))]


def compare(report: Iterable[Result], owed: Iterable[Result]) -> Exactness:
    """Compare as bags: a result that is said twice is false once."""
    found, wanted = Counter(report), Counter(owed)
    # What is the same in all is taken away first, so that a difference of one value counts once.
    more, less = found - wanted, wanted - found
    keys = {key: Counter[Result]() for key in ("more", "less")}
    for name, results in (("more", more), ("less", less)):
        for result, times in results.items():
            keys[name][result[: len(NAMES)]] += times
    return Exactness(
        owed=wanted.total(),
        missed=[*(keys["less"] - keys["more"]).elements()],
        false=[*(keys["more"] - keys["less"]).elements()],
        differing=[*(keys["less"] & keys["more"]).elements()],
    )
