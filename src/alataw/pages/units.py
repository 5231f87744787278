"""The home of units: the symbol in which the numbers of a property are told."""

from __future__ import annotations

from alataw.pages.knowledge import Knowledge
from alataw.terms import NamedNode, Namespace, text_of

_QUDT = Namespace("http://qudt.org/schema/qudt/")

_SYMBOLS = {
    "TONNE": "t",
    "MegaTONNE-PER-YR": "Mt a year",
    "KiloM": "km",
    "M": "m",
    "MilliM": "mm",
    "PERCENT": "%",
    "NUM": "",
}
"""QUDT's units by their symbols (BIPM, The International System of Units, 9th edition, tables 3, 7 and 8)."""


def unit_of(property_: NamedNode, knowledge: Knowledge) -> str:
    """The symbol of the unit that the ontology gives a property; empty if it has none."""
    units = [text_of(unit).rpartition("/")[2] for unit in knowledge.defined(property_, _QUDT.hasUnit)]
    return _SYMBOLS.get(units[0], units[0]) if units else ""
