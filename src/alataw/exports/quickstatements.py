"""The home of QuickStatements: a line for each statement and reference that Wikidata lacks, and a preview for people.

Nothing is sent anywhere. Lines are in the subset that versions 2 and 3 both parse: tabs, no ranks, no precision of
points, no line breaks in texts. They hold only what is missing there and, unless asked for, undisputed here, and never
a statement or a reference that is there already.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from alataw import ledger
from alataw.errors import AlatawError
from alataw.exports.source import Source
from alataw.ledger import Row
from alataw.solutions import UNSEEN
from alataw.terms import SCHEMA, SKOS, text_of
from alataw.wikibase import ADDRESS, END, PROP, RETRIEVED, STATED_IN, WD, OurStatement, Reference, Value

NEW, MORE, LEFT = "new", "added to what is there", "left out"


class Plan(NamedTuple):
    """What is to be done with all that is told of one value of a property.

    Args:
        rows: The rows of the ledger that tell of it.
        ours: Our statement; None for what only they say.
        why_not: Why no line is written; empty if one is.
        value: The value as it is written.
        qualifiers: Each property with our value and the value as it is written.
        references: The references that are missing there.
        adds: Whether the statement is there, and only gets more.
    """

    rows: tuple[Row, ...]
    ours: OurStatement | None
    why_not: str
    value: str = ""
    qualifiers: tuple[tuple[str, Value, str], ...] = ()
    references: tuple[Reference, ...] = ()
    adds: bool = False

    @property
    def line(self) -> str:
        """The line; empty if none is written."""
        if self.why_not:
            return ""
        told = [cell for name, _, said in self.qualifiers for cell in (name, said)]
        first = self.rows[0]
        return "\t".join([first.item, first.property, self.value, *told, *_references(self.references)])

    @property
    def kind(self) -> str:
        """`NEW`, `MORE` or `LEFT`."""
        return LEFT if self.why_not else MORE if self.adds else NEW


def quickstatements(source: Source) -> bytes:
    """Write a line for each statement, and each reference, that is missing there.

    Raises:
        AlatawError: AL060 if nobody has compared with Wikidata.
    """
    return "".join(f"{plan.line}\n" for plan in plans(source) if plan.line).encode()


def plans(source: Source) -> list[Plan]:
    """What is to be done with each value, in the order of the ledger.

    Raises:
        AlatawError: AL060 if nobody has compared with Wikidata.
    """
    if source.ledger is None:
        raise AlatawError(
            "what is missing in Wikidata is not known",
            code="AL060",
            why="nobody has compared",
            fix="name --wikidata URL, or --offline to take what `alataw link compare` asked",
        )
    by_value: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in source.ledger:
        value = row.ours.value.text if row.ours else row.theirs.value.text if row.theirs and row.theirs.value else ""
        by_value[row.item, row.property, value].append(row)
    return [_plan(tuple(rows), source.include_disputed) for rows in by_value.values()]


def _plan(rows: tuple[Row, ...], include_disputed: bool) -> Plan:
    """The plan for one value of a property: one line at most.

    QuickStatements find a statement by its value alone. So where one value has several statements, there or here (a
    company that came back), they cannot say which is meant, and nothing is written.
    """
    told = [row.ours for row in rows if row.ours]
    ours = [statement for statement in told if include_disputed or not statement.disputed]
    first = next(iter([*ours, *told]), None)
    statuses = {row.status for row in rows}
    there = {row.theirs.id: row.theirs for row in rows if row.theirs}
    others = statuses - {ledger.ONLY_OURS, ledger.AGREE, ledger.STALE}
    if first and (len({statement.qualifiers for statement in ours}) > 1 or len(there) > 1):
        return Plan(rows, first, "several statements have this value, and a line cannot say which is meant")
    if first is None or others:
        return Plan(rows, first, ", ".join(sorted(others)))
    if not ours:
        return Plan(rows, first, "disputed here")
    known = [
        {name: {value.text for value in values} for name, values in reference.items()}
        for statement in there.values()
        for reference in statement.references.values()
    ]
    told_by = (reference for statement in ours for reference in statement.references)
    usable = [each for each in dict.fromkeys(told_by) if each.usable and any(_references([each]))]
    missing = tuple(reference for reference in usable if not any(_is_there(reference, each) for each in known))
    value = _written(first.value)
    qualifiers = tuple((name, bound, said) for name, bound in first.qualifiers if (said := _written(bound)))
    if there:
        qualifiers = tuple(each for each in qualifiers if ledger.STALE in statuses and each[0] == END)
    if value is None:
        return Plan(rows, first, "a line cannot say this value as exactly as it is known")
    if not usable:
        return Plan(rows, first, "no source of its own that can be looked up")
    if there and not missing and not qualifiers:
        return Plan(rows, first, "all of it is there")
    return Plan(rows, first, "", value, qualifiers, missing, bool(there))


def _is_there(reference: Reference, there: Mapping[str, set[str]]) -> bool:
    """Whether a reference of theirs names the same source, by item or by address."""
    same_address = {_plain(address) for address in there.get(ADDRESS, ())}
    return bool(
        (reference.address and _plain(reference.address) in same_address)
        or (reference.item and not reference.address and reference.item in there.get(STATED_IN, ()))
    )


def _plain(address: str) -> str:
    """An address without what does not change the page."""
    return re.sub(r"^https?://(?:www\.)?", "", address).rstrip("/")


def _references(references: Sequence[Reference]) -> Iterator[str]:
    """Each reference as a group of its own; the second begins with `!S`."""
    for number, reference in enumerate(references):
        said = [
            (f"S{name[1:]}", value)
            for name, text, kind in (
                (STATED_IN, reference.item, "item"),
                (ADDRESS, reference.address, "string"),
                (RETRIEVED, reference.retrieved, "time"),
            )
            if text and (value := _written(Value(kind, text)))
        ]
        for place, (name, value) in enumerate(said):
            yield f"!{name}" if number and not place else name
            yield value


def _written(value: Value) -> str | None:
    """A value in QuickStatements; None for what they cannot say as exactly as we know it."""
    if value.kind == "item":
        return value.text
    if value.kind == "time":
        filled = value.text + "-00-00"[len(value.text) - 4 :]
        return f"+{filled}T00:00:00Z/{value.precision}"
    if value.kind == "quantity":
        return f"{value.text}U{value.unit.removeprefix('Q')}"
    if value.kind == "point":
        longitude, latitude = value.text.split()
        # The precision is always stored as a millionth of a degree, so that a rough point would be a false one.
        exact = all(len(number.partition(".")[2]) >= 5 for number in (longitude, latitude))
        return f"@{latitude}/{longitude}" if exact else None
    return None if re.search(r'[\n\r\t|"“”]', value.text) else f'"{value.text}"'


# -- for people -------------------------------------------------------------------------------------


def preview(source: Source) -> bytes:
    """Write for people what each line would do, item by item, and what is left out, with the reason.

    Raises:
        AlatawError: AL060 if nobody has compared with Wikidata.
    """
    planned, words = plans(source), _Words(source)
    text = "".join(
        f"{words.item(item)} <- {entity}\n" + "".join(f"{line}\n" for plan in of for line in words.told(plan)) + "\n"
        for (item, entity), of in groupby(planned, key=lambda plan: (plan.rows[0].item, plan.rows[0].entity))
    )
    counts = Counter(plan.kind for plan in planned)
    total = ", ".join(f"{counts[kind]} {kind}" for kind in (NEW, MORE, LEFT) if counts[kind])
    return f"{text}{total or 'nothing is linked'}; nothing was sent\n".encode()


# What says a property best: as it is used in a value, a qualifier, a statement, a reference, a code; last, its claim.
_USES = (f"{PROP}direct/", f"{PROP}qualifier/", f"{PROP}statement/", f"{PROP}reference/", WD, PROP)


class _Words:
    """Says statements in our own labels: of properties by the alignment, of items by the links."""

    def __init__(self, source: Source) -> None:
        self._source = source
        links = [t for t in (*source.ontology, *source.triples) if t.predicate in (SCHEMA.sameAs, SKOS.exactMatch)]
        self._items = {text_of(t.object).removeprefix(WD): t.subject for t in links}
        self._aligned = {text_of(t.object): t.subject for t in source.ontology if t.predicate == SKOS.closeMatch}

    def item(self, item: str) -> str:
        """An item with the label of what is linked to it; else of the concept that it exactly matches."""
        label = self._source.label(self._items.get(item))
        return f"{item} ({UNSEEN.sub(' ', label)})" if label else item

    def told(self, plan: Plan) -> Iterator[str]:
        """The lines that tell of one value."""
        first, ours = plan.rows[0], plan.ours
        mark = {NEW: "+", MORE: "~", LEFT: "-"}[plan.kind]
        theirs = "" if ours or not first.theirs or not first.theirs.value else first.theirs.value.text
        value = self._value(ours.value) if ours else self.item(theirs.removeprefix(WD))
        yield f"  {mark} {self._property(first.property)}: {value}" + (f"  [{plan.why_not}]" if plan.why_not else "")
        if plan.why_not:
            return
        for name, bound, _ in plan.qualifiers:
            yield f"      {self._property(name)}: {self._value(bound)}"
        for each in plan.references:
            at = [each.item and self.item(each.item), UNSEEN.sub(" ", each.address)]
            read = f", read {each.retrieved}" if each.retrieved else ""
            yield f"      reference: {' '.join(filter(None, at))}{read}  <- {each.source}"

    def _property(self, property: str) -> str:
        found = (self._aligned.get(use + property) for use in _USES)
        label = next((label for term in found if (label := self._source.label(term))), "")
        return f"{label} ({property})" if label else property

    def _value(self, value: Value) -> str:
        if value.kind == "item":
            return self.item(value.text)
        unit = f" {self.item(value.unit)}" if value.unit else ""
        return UNSEEN.sub(" ", value.text) + unit
