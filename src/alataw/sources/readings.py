"""The home of how a cell becomes values: dates, numbers, gauges, codes, names; a table of readings by name.

A reading adds nothing that the cell does not say, and loses nothing: what it cannot put into a value goes into
the note, in the words of the cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from alataw import dates
from alataw.terms import BASE, DEF, XSD, Literal, NamedNode, Term

WIKIDATA = "http://www.wikidata.org/entity/"
_DATE = r"[0-9]{4}(?:-[0-9][0-9](?:-[0-9][0-9])?)?"
_GAUGE = re.compile(r"\b(600|750|762|1000|1067|1435|1520|1524|1668|1676)\b")
_TAIL = re.compile(r"^(.*?)\s*\(([^()]*)\)$")


@dataclass(frozen=True)
class Read:
    """One value of a cell.

    Args:
        value: The value, if it is a term already.
        name: What the value is called, if it names something that is to be looked up.
        said: What else the cell says, by property.
        note: The words of the cell that the value leaves out.
    """

    value: Term | None = None
    name: str = ""
    said: dict[NamedNode, Term] = field(default_factory=dict)
    note: str = ""


def _date(cell: str) -> list[Read]:
    """A date as precise as it is written; the first of a year at midnight is a year, since exports pad so.

    >>> _date("1990-09")[0].value.datatype.value.rpartition("#")[2], _date("2011-01-01T00:00:00Z")[0].value.value
    ('gYearMonth', '2011')
    """
    padded = re.fullmatch(rf"({_DATE})T00:00:00Z", cell)
    date = dates.literal(re.sub(r"-01-01$", "", padded[1]) if padded else cell)
    problem = dates.problem(date)
    if problem:
        raise ValueError(problem)
    return [Read(date, note=cell if padded else "")]


def _decimal(cell: str) -> list[Read]:
    if not re.fullmatch(r"-?[0-9]{1,18}(\.[0-9]{1,18})?", cell):
        raise ValueError(f"{cell} is no decimal number such as 934.8")
    return [Read(Literal(cell, datatype=XSD.decimal))]


def _integer(cell: str) -> list[Read]:
    if not re.fullmatch(r"[0-9]{1,18}", cell):
        raise ValueError(f"{cell} is no whole number such as 160000")
    return [Read(Literal(cell, datatype=XSD.integer))]


def _degrees(cell: str) -> list[Read]:
    if not re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{1,18})?", cell) or abs(float(cell)) > 180:
        raise ValueError(f"{cell} is no angle in decimal degrees such as 45.17028")
    return [Read(Literal(cell))]


def _gauges(cell: str) -> list[Read]:
    """Each gauge that the cell names; what it says besides goes into the note.

    >>> [read.value.value.rpartition("#")[2] for read in _gauges("1520 and 1435 (1435 to Kovel, 59 km)")]
    ['1520', '1435']
    """
    found = list(dict.fromkeys(_GAUGE.findall(cell)))
    if not found:
        raise ValueError(f"{cell} names no track gauge in millimetres such as 1435")
    plain = re.fullmatch(r"[0-9]+(;[0-9]+)*", cell)
    return [Read(NamedNode(f"{BASE}vocabulary/track-gauge#{width}"), note="" if plain else cell) for width in found]


def _codes(cell: str) -> list[Read]:
    """Codes parted by semicolons, spaces taken out; what stands in brackets goes into the note."""
    reads = []
    for part in cell.split(";"):
        bare, note = _without_tail(part.strip().removeprefix("also "))
        code = bare.replace(" ", "")
        if not re.fullmatch(r"[A-Za-z0-9ÄÖÜäöü.-]{1,20}", code):
            raise ValueError(f"{bare or cell} is no code: letters, digits, a full stop and hyphens")
        reads.append(Read(Literal(code), note=note))
    return reads


def _esr(cell: str) -> list[Read]:
    """An ESR code with its check digit verified, or worked out if only five digits are given.

    >>> _esr("708507")[0].value.value, _esr("98930")[0].value.value
    ('708507', '989309')
    """
    if not re.fullmatch(r"[0-9]{5,6}", cell):
        raise ValueError(f"{cell} is no ESR code of six digits, or five without the check digit")
    digit = esr_check_digit(cell[:5])
    if len(cell) == 5:
        return [Read(Literal(cell + digit), said={DEF.valueKind: NamedNode(f"{BASE}vocabulary/value-kind#derived")})]
    if cell[5] != digit:
        raise ValueError(f"the check digit of {cell} should be {digit}; a digit is mistyped")
    return [Read(Literal(cell))]


def esr_check_digit(digits: str) -> str:
    """The check digit of five digits: weights 1 to 5, modulo 11; if that gives 10, weights 3 to 7; then 0.

    >>> esr_check_digit("70850")
    '7'
    """
    for first in (1, 3):
        rest = sum(weight * int(digit) for weight, digit in enumerate(digits, first)) % 11
        if rest < 10:
            return str(rest)
    return "0"


def _item(cell: str) -> list[Read]:
    if not re.fullmatch(r"Q[1-9][0-9]{0,11}", cell):
        raise ValueError(f"{cell} is no Wikidata item such as Q148")
    return [Read(Literal(cell))]


def _name(cell: str) -> list[Read]:
    """One name, kept as it stands."""
    return [Read(Literal(cell))]


def _names(cell: str) -> list[Read]:
    """Names parted by semicolons, each with its year or last day in brackets.

    >>> [(r.value.value, [d.value for d in r.said.values()]) for r in _names("Druzhba (until 2007); Border Station")]
    [('Druzhba', ['2007']), ('Border Station', [])]
    """
    reads = []
    for part in map(str.strip, cell.split(";")):
        bare, note = _without_tail(part)
        dated = re.fullmatch(rf"(until )?({_DATE})", note)
        said: dict[NamedNode, Term] = {DEF.until if dated[1] else DEF.from_: dates.literal(dated[2])} if dated else {}
        former = bare.removeprefix("formerly ")
        reads.append(
            Read(Literal(former), said=said, note="" if dated else note or ("formerly" if former != bare else ""))
        )
    return reads


def _concepts(cell: str) -> list[Read]:
    """Kinds of station parted by semicolons: concepts by their label, or Wikidata items."""
    return [
        Read(NamedNode(WIKIDATA + part)) if re.fullmatch(r"Q[1-9][0-9]*", part) else Read(name=part)
        for part in map(str.strip, cell.split(";"))
    ]


def _reference(cell: str) -> list[Read]:
    """Something that is called by its name, or is a Wikidata item; a remark in brackets goes into the note."""
    if re.fullmatch(r"Q[1-9][0-9]*", cell):
        return [Read(NamedNode(WIKIDATA + cell), name=cell)]
    return [Read(name=cell, note=_without_tail(cell)[1])]


def _references(cell: str) -> list[Read]:
    return [read for part in cell.split(";") for read in _reference(part.strip())]


def _text(cell: str) -> list[Read]:
    return [Read(Literal(cell))]


def _without_tail(text: str) -> tuple[str, str]:
    match = _TAIL.match(text)
    return (match[1], match[2]) if match else (text, "")


READINGS: dict[str, Callable[[str], list[Read]]] = {
    "date": _date,
    "decimal": _decimal,
    "integer": _integer,
    "degrees": _degrees,
    "gauges": _gauges,
    "codes": _codes,
    "esr": _esr,
    "item": _item,
    "name": _name,
    "names": _names,
    "concepts": _concepts,
    "reference": _reference,
    "references": _references,
    "text": _text,
}
"""Name of a reading to how it reads a cell: one value or several, or ValueError with a clause that says why not."""
