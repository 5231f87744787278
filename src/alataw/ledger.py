"""The home of the ledger: each claim of ours beside what Wikidata says, with one word on how they stand.

    agree             the same value
    only ours         nothing like it there
    only theirs       nothing like it here
    differ            another value, where a thing has but one
    less precise      the same time, told more coarsely by one side
    deprecated there  the same value, which Wikidata's editors have deprecated
    stale             the same value, there still without the end that is known here

Pure: statements of both sides in, rows out.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import chain

from alataw.matching import Point, Thing, distance_km
from alataw.solutions import UNSEEN
from alataw.wikibase import END, OurStatement, Value
from alataw.wikidata import Statement
from alataw.wikidata import Value as TheirValue

AGREE, ONLY_OURS, ONLY_THEIRS, DIFFER = "agree", "only ours", "only theirs", "differ"
LESS_PRECISE, DEPRECATED, STALE = "less precise", "deprecated there", "stale"
STATUSES = (AGREE, ONLY_OURS, ONLY_THEIRS, DIFFER, LESS_PRECISE, DEPRECATED, STALE)

MANY = frozenset({"P81", "P127", "P137", "P197", "P1064"})
"""Properties of which a thing may well have several values: another value there is no contradiction."""

_NEAR_KM = 0.5
"""How far two points may be from each other and still be the same."""


@dataclass(frozen=True)
class Row:
    """One line of the ledger.

    Args:
        status: One of `STATUSES`.
        entity: The entity's path.
        item: Its item.
        property: The property.
        ours: Our statement, if there is one.
        theirs: Theirs, if there is one.
        note: What else is to be known.
    """

    status: str
    entity: str
    item: str
    property: str
    ours: OurStatement | None = None
    theirs: Statement | None = None
    note: str = ""


def compare(ours: Iterable[OurStatement], theirs: Mapping[str, Sequence[Statement]]) -> list[Row]:
    """Set ours beside theirs.

    Args:
        ours: Our statements.
        theirs: Their statements by item, of the properties that ours have.

    Returns:
        A row for each of ours and for each of theirs that none of ours meets, by entity and property.
    """
    by_item: dict[str, dict[str, list[OurStatement]]] = defaultdict(lambda: defaultdict(list))
    for statement in ours:
        by_item[statement.item][statement.property].append(statement)
    rows: list[Row] = []
    for item, by_property in by_item.items():
        entity = next(chain.from_iterable(by_property.values())).entity
        there: dict[str, list[Statement]] = defaultdict(list)
        for found in theirs.get(item, ()):
            there[found.property].append(found)
        for property in sorted({*by_property, *there}):
            rows += _property(entity, item, property, by_property[property], there[property])
    return sorted(rows, key=lambda row: (row.entity, row.property, row.ours.claim if row.ours else "~"))


def _property(
    entity: str, item: str, property: str, ours: list[OurStatement], theirs: list[Statement]
) -> Iterator[Row]:
    met: set[str] = set()
    for statement in ours:
        if statement.rank == "deprecated":
            continue
        found = _like(statement, theirs)
        met |= {found.id} if found else set()
        status, note = _status(statement, found, theirs)
        if status == DIFFER and not found:
            found = next(s for s in theirs if s.rank != "DeprecatedRank")
            met.add(found.id)
        yield Row(status, entity, item, property, statement, found, note)
    for statement_ in theirs:
        if statement_.id not in met and statement_.rank != "DeprecatedRank":
            yield Row(ONLY_THEIRS, entity, item, property, theirs=statement_)


def _like(ours: OurStatement, theirs: Sequence[Statement]) -> Statement | None:
    """Their statement with our value: the same before a less precise one, one that holds before a deprecated one."""
    found = [(_agreement(ours.value, s.value), s) for s in theirs if s.value is not None]
    ranked = sorted((a, s.rank == "DeprecatedRank", s.id, s) for a, s in found if a)
    return ranked[0][3] if ranked else None


def _agreement(ours: Value, theirs: TheirValue | None) -> int:
    """1 if two values are the same, 2 if one is less precise, 0 if they differ."""
    if theirs is None:
        return 0
    if ours.kind == "time":
        there = time_of(theirs)
        if not there:
            return 0
        return 1 if there == ours.text else 2 if there.startswith(ours.text) or ours.text.startswith(there) else 0
    if ours.kind == "point":
        one, other = _point(ours.text), _point(theirs.text)
        return int(one is not None and other is not None and _apart_km(one, other) <= _NEAR_KM)
    if ours.kind == "quantity":
        try:
            return int(float(ours.text) == float(theirs.text))
        except ValueError:
            return 0
    return int(ours.text == theirs.text)


def time_of(value: TheirValue) -> str:
    """Their time as text, as precise as it is: `1992-09`; empty if it is coarser than a year, or no time."""
    match = re.match(r"\+?(\d{4})-(\d\d)-(\d\d)T", value.text)
    if not match or (value.precision and value.precision < 9):
        return ""
    return "-".join(match.groups()[: {9: 1, 10: 2}.get(value.precision, 3)])


def _status(ours: OurStatement, found: Statement | None, theirs: Sequence[Statement]) -> tuple[str, str]:
    if found is None:
        held = [s for s in theirs if s.rank != "DeprecatedRank"]
        if held and ours.property not in MANY:
            return DIFFER, ""
        return ONLY_OURS, "disputed here" if ours.disputed else ""
    if found.rank == "DeprecatedRank":
        return DEPRECATED, ""
    if _agreement(ours.value, found.value) == 2:
        assert found.value is not None  # noqa: S101  # an agreement has two values
        return LESS_PRECISE, "there" if len(time_of(found.value)) < len(ours.value.text) else "here"
    if ours.qualifier(END) and END not in found.qualifiers:
        return STALE, f"ended {ours.qualifier(END).text} here"  # type: ignore[union-attr]
    return AGREE, ""


def _point(text: str) -> Point | None:
    match = re.search(r"(-?\d+(?:\.\d+)?)\s+(-?\d+(?:\.\d+)?)", text)
    return Point(float(match[1]), float(match[2])) if match else None


def _apart_km(one: Point, other: Point) -> float:
    return distance_km(Thing("", (), (one,)), Thing("", (), (other,))) or 0.0


# -- as text ----------------------------------------------------------------------------------------

COLUMNS = (
    "status",
    "entity",
    "item",
    "property",
    "our_value",
    "our_qualifiers",
    "our_sources",
    "their_value",
    "their_rank",
    "their_qualifiers",
    "their_references",
    "claim",
    "statement",
    "note",
)


def cells(row: Row) -> tuple[str, ...]:
    """A row as texts, in the order of `COLUMNS`."""
    ours, theirs = row.ours, row.theirs
    references = theirs.references.values() if theirs else ()
    return (
        row.status,
        row.entity,
        row.item,
        row.property,
        ours.value.text if ours else "",
        "; ".join(f"{name} {value.text}" for name, value in ours.qualifiers) if ours else "",
        "; ".join(r.address or r.source for r in ours.references) if ours else "",
        _their(theirs.value) if theirs and theirs.value else "",
        theirs.rank.removesuffix("Rank").lower() if theirs else "",
        "; ".join(f"{name} {_their(v)}" for name, values in sorted(theirs.qualifiers.items()) for v in values)
        if theirs
        else "",
        "; ".join(", ".join(f"{name} {_their(v)}" for name, vs in sorted(r.items()) for v in vs) for r in references),
        ours.claim if ours else "",
        theirs.id if theirs else "",
        row.note,
    )


def _their(value: TheirValue) -> str:
    return time_of(value) or value.text if value.precision else value.text


def _csv(rows: Sequence[Row]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(map(cells, rows))
    return out.getvalue()


def _json(rows: Sequence[Row]) -> str:
    return (
        json.dumps([dict(zip(COLUMNS, cells(row), strict=True)) for row in rows], ensure_ascii=False, indent=1) + "\n"
    )


def _markdown(rows: Sequence[Row]) -> str:
    def cell(text: str) -> str:
        return re.sub(r"([\\`*_\[\]|<])", r"\\\1", UNSEEN.sub(" ", text))

    lines = [COLUMNS, ["---"] * len(COLUMNS), *([cell(text) for text in cells(row)] for row in rows)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _html(rows: Sequence[Row]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in COLUMNS)
    body = "".join(
        "<tr>" + "".join(f"<td><bdi>{escape(text)}</bdi></td>" for text in cells(row)) + "</tr>\n" for row in rows
    )
    top = '<!DOCTYPE html>\n<html lang="en"><meta charset="utf-8"><title>Ledger</title>\n<h1>Ledger</h1>\n'
    return f"{top}<p>{escape(summary(rows))}</p>\n<table><tr>{head}</tr>\n{body}</table></html>\n"


FORMATS: dict[str, Callable[[Sequence[Row]], str]] = {"csv": _csv, "json": _json, "markdown": _markdown, "html": _html}
"""Every form of the ledger."""


def summary(rows: Sequence[Row]) -> str:
    """How many rows there are of each status."""
    counts = Counter(row.status for row in rows)
    return ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status]) or "nothing is linked"
