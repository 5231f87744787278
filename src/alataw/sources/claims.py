"""The home of the claims form: one statement a row, with qualifiers, source and confidence (docs/spreadsheet.md).

`PROPERTIES` says for each property of the form what kind of claim it is and how its cell is read; `PHRASES` what
the usual remarks beside a value mean. Rows of the wide tables beside the form (one thing a row) become rows of
the form here, so that one way leads on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from alataw.errors import Location
from alataw.sources.table import Problem, Table

COLUMNS = ("entity_type", "entity", "property", "value", "qualifiers", "source_title", "source_url", "confidence")
"""The columns that a table of claims has; `claim_id` and `locator` may be there as well."""

TYPES = {
    "station": "Station",
    "crossing": "BorderCrossing",
    "line": "RailwayLine",
    "organisation": "Organisation",
    "place": "Place",
}
"""Type of an entity in the form to its class."""


@dataclass(frozen=True)
class Property:
    """What a property of the form means.

    Args:
        reading: How the cell is read: a key of `READINGS`.
        claims: The class of the claim; empty if the property says what the entity is.
        value: The property of the claim that holds the value.
        stem: What the claim's name is made of: words, and with a colon the properties whose values go in.
        said: What else the claim says, as property and concept or text.
        names: Where the value names something: the classes, or the concept scheme, that are looked through.
        side: `a` or `b`, if it is said of one side of a border crossing.
        types: The types of entity that have it; all if empty.
    """

    reading: str
    claims: str = ""
    value: str = ""
    stem: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    side: str = ""
    types: tuple[str, ...] = ()


def _name(language: str, reading: str = "name") -> Property:
    return Property(reading, "NameClaim", "name", ("name", ":name"), {"language": language})


def _code(system: str, reading: str = "codes") -> Property:
    return Property(reading, "CodeAssignment", "code", ("code", ":codeSystem", ":code"), {"codeSystem": system})


def _opening(kind: str, *types: str) -> Property:
    said = {"openingKind": kind}
    return Property(
        "date", "Opening", "date", (":openingKind", ":date"), said, types=types or ("crossing", "station", "line")
    )


def _milestone(kind: str) -> Property:
    said = {"milestoneKind": kind}
    return Property(
        "date", "Milestone", "date", (":milestoneKind", ":date"), said, types=("crossing", "station", "line")
    )


def _resumed(kind: str) -> Property:
    said = {"openingKind": kind}
    return Property("date", "Suspension", "until", ("suspension", "until", ":until"), said, types=("crossing", "line"))


def _gauge(side: str, *types: str) -> Property:
    return Property("gauges", "TrackGaugeClaim", "gauge", ("gauge", "side", ":gauge"), side=side, types=types)


def _remark(words: str = "") -> Property:
    return Property("text", "Remark", "remark", ("remark", words or "note"), {"words": words})


def _operator(reading: str) -> Property:
    said = {"operatorRole": "operator"}
    stem = ("operator", ":from", ":operator")
    return Property(
        reading, "OperatorTenure", "operator", stem, said, ("Organisation",), types=("station", "line", "place")
    )


PROPERTIES: dict[str, Property] = {
    # What an entity is.
    "country": Property("text", types=("station", "line", "organisation", "place")),
    "country_a": Property("text", side="a", types=("crossing",)),
    "country_b": Property("text", side="b", types=("crossing",)),
    "station_a": Property("reference", value="station", names=("Station",), side="a", types=("crossing",)),
    "station_b": Property("reference", value="station", names=("Station",), side="b", types=("crossing",)),
    "line_a": Property("reference", value="line", names=("RailwayLine",), side="a", types=("crossing",)),
    "line_b": Property("reference", value="line", names=("RailwayLine",), side="b", types=("crossing",)),
    "kind": Property("text", types=("place",)),
    "different_from": Property("text"),
    # Names and codes.
    "name_en": _name("en"),
    "name_ru": _name("ru"),
    "name_zh": _name("zh"),
    "name_native": _name(""),
    "name_other": _name("en", "names"),
    "wikidata_qid": _code("wikidata", "item"),
    "telecode_12306": _code("telecode"),
    "tmis": _code("tmis"),
    "station_code": _code("national"),
    "uic": _code("uic"),
    "esr": _code("esr", "esr"),
    "express3": _code("express-3"),
    "ibnr": _code("ibnr"),
    "unlocode": _code("un-locode"),
    # Where things are.
    "lat": Property("degrees", "Coordinates", "latitude", ("coordinates",)),
    "lon": Property("degrees", "Coordinates", "longitude", ("coordinates",)),
    "elevation_m": Property("decimal", "Elevation", "elevation", ("elevation", ":elevation"), types=("station",)),
    "place": Property("reference", "Location", "place", ("location", ":place"), names=("Place",)),
    "place_qid": Property("reference", "Location", "place", ("location", ":place"), names=("Place",)),
    "line": Property(
        "reference", "LinePosition", "line", ("position", ":line"), names=("RailwayLine",), types=("station",)
    ),
    "km": Property("decimal", "LinePosition", "kilometre", ("position", ":line", ":kilometre"), types=("station",)),
    # What they are like.
    "station_class": Property(
        "concepts", "Classification", "kind", ("kind", ":kind"), names=("station-role",), types=("station", "crossing")
    ),
    "gauges_mm": _gauge("", "station"),
    "gauge_mm": _gauge("", "line"),
    "former_gauge_mm": _gauge("", "line"),
    "gauge_a_mm": _gauge("a", "crossing"),
    "gauge_b_mm": _gauge("b", "crossing"),
    "length_km": Property("decimal", "LineLength", "length", ("length", ":length"), types=("line",)),
    "capacity_mt_per_year": Property("decimal", "Capacity", "capacity", ("capacity", ":capacity"), types=("crossing",)),
    "operator": _operator("references"),
    "operator_name": _operator("reference"),
    # What happened to them.
    "agreement": _milestone("agreement"),
    "construction_start": _milestone("construction-begun"),
    "construction_end": _milestone("construction-finished"),
    "electrified": _milestone("electrified"),
    "rails_joined": _opening("rails-joined", "crossing"),
    "cross_border_link": _opening("rails-joined", "line"),
    "commissioned": _opening("commissioned"),
    "formal_operation": _opening("formal-operation"),
    "opened": _opening("rail-traffic", "station", "line"),
    "opened_to_rail": _opening("rail-traffic", "crossing"),
    "opened_to_passengers": _opening("passenger", "crossing"),
    "opened_passenger": _opening("passenger", "line"),
    "closed": Property("date", "Closure", "date", ("closure", ":date"), types=("crossing", "station", "line")),
    "suspended": Property("date", "Suspension", "from", ("suspension", ":from"), types=("crossing", "line")),
    "resumed": _resumed(""),
    "passenger_resumed": _resumed("passenger"),
    # What passes over them.
    "freight": Property("integer", "FreightObservation", "tonnage", ("tonnage", ":period", ":direction")),
    "trains": Property("integer", "TrainCount", "trains", ("trains", ":period", ":direction")),
    # What else a source says, in words.
    "note": _remark(),
    "opened_status_note": _remark("opening"),
    "distance_note": _remark("distance"),
    "adjacent": _remark("adjacent stations"),
    "termini": _remark("termini"),
    "stations": _remark("number of stations"),
}
"""Every property of the form."""

QUALIFIERS: dict[str, tuple[str, str]] = {
    "from": ("from", "date"),
    "until": ("until", "date"),
    "period": ("period", "date"),
    "growth": ("growth", "decimal"),
    "direction": ("direction", "flow-direction"),
    "scope": ("scope", "freight-scope"),
    "opening": ("openingKind", "opening-kind"),
    "role": ("operatorRole", "operator-role"),
    "kind": ("valueKind", "value-kind"),
    "line": ("line", "RailwayLine"),
    "language": ("language", "text"),
}
"""Key of a qualifier `key=value` to the property it says, and the reading, concept scheme or class of its value."""

PHRASES: dict[str, dict[str, str]] = {
    "temporary international freight": {"openingKind": "freight"},
    "temporary cargo": {"openingKind": "freight"},
    "line into formal operation": {"openingKind": "formal-operation"},
    "passenger": {"openingKind": "passenger"},
    "freight trial": {"openingKind": "freight"},
    "freight after the pandemic closure": {"openingKind": "freight"},
    "revenue traffic": {"openingKind": "freight"},
    "page says standard gauge, no figure": {"valueKind": "inferred"},
    "page says broad gauge, no figure": {"valueKind": "inferred"},
    "page says standard and broad gauge, no figure": {"valueKind": "inferred"},
    "planned 2003, from 4.5": {"valueKind": "planned"},
    "inferred: 18 bureaus became group companies on 19 Nov 2017": {"valueKind": "inferred"},
    "inferred from the renaming of the bureaus": {"valueKind": "inferred"},
    "label inferred from its use": {"valueKind": "inferred"},
    "kk, name of the settlement": {"language": "kk"},
    "Lanxin railway, km 1882+560": {"line": "lanxin"},
    "Trans-Mongolian km": {"line": "trans-mongolian"},
    "Trans-Mongolian, Mongolian kilometrage": {"line": "trans-mongolian"},
    "Trans-Siberian kilometrage": {"line": "trans-siberian"},
}
"""A remark beside a value to what it says of the claim; the remark itself is kept as well."""

SCOPES: dict[str, str] = {
    "rail freight": "rail",
    "international rail freight through the port": "international-rail",
    "import and export by rail": "international-rail",
    "rail and road": "rail-and-road",
    "all modes": "all-modes",
    "all modes including pipeline": "all-modes-with-pipeline",
    "China–Europe trains": "container-trains",
    "China–Europe trains only": "container-trains",
    "China–Europe/Asia trains only": "container-trains",
    "China–Europe/Asia container trains only": "container-trains",
    "China–Europe and Central Asia trains": "container-trains",
}
"""The words in which sources say what a freight figure counts in, to concepts of freight-scope."""


@dataclass(frozen=True)
class Row:
    """One statement.

    Args:
        file: The table it stands in.
        line: The line.
        columns: The header of the table.
        cells: Text by column.
        said: What the row says beside its value, as key of `QUALIFIERS` to text.
        note: The remarks beside the value, as they stand.
    """

    file: str
    line: int
    columns: tuple[str, ...]
    cells: Mapping[str, str]
    said: Mapping[str, str] = field(default_factory=dict)
    note: str = ""

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def problem(self, code: str, column: str, message: str) -> Problem:
        """Make a problem of one cell of this row, or of all of it."""
        place = self.columns.index(column) + 1 if column in self.columns else 0
        return Problem(Location(self.file, self.line, place), code, message, column)


def read_claims(claims: Table, beside: Mapping[str, Table]) -> list[Row]:
    """Turn a table of claims, and the wide tables beside it, into rows.

    Args:
        claims: The table of claims.
        beside: Wide tables by name; those without a meaning here are passed over.

    Returns:
        First the rows that say what entities are, then those of the claims, each in their order.
    """
    wide = {name: {cells["id"]: cells for _, cells in table.rows if "id" in cells} for name, table in beside.items()}
    rows = []
    for name, type_, columns in _IDENTITY:
        for line, cells in beside[name].rows if name in beside else ():
            for column in columns:
                if cells.get(column):
                    stated = {
                        **cells,
                        "entity_type": type_,
                        "entity": cells["id"],
                        "property": column,
                        "value": cells[column],
                    }
                    rows.append(Row(beside[name].file, line, beside[name].columns, stated))
    for line, cells in claims.rows:
        said, note = qualified(cells["qualifiers"])
        row = Row(claims.file, line, claims.columns, cells, said, note)
        expand = _EXPANDED.get(cells["entity_type"])
        kept = wide.get(f"{cells['entity_type']}s" if cells["entity_type"] == "operator" else cells["entity_type"], {})
        rows.append(expand(row, kept[cells["entity"]]) if expand and cells["entity"] in kept else row)
    return rows


def qualified(text: str) -> tuple[dict[str, str], str]:
    """Part qualifiers into keys with values and remarks.

    >>> qualified("period=2011; direction=KZ>CN; as reported")
    ({'period': '2011', 'direction': 'KZ>CN'}, 'as reported')
    """
    said, remarks = {}, []
    for part in re.split(r";\s*", text) if "=" in text else [text]:
        key, equals, value = part.partition("=")
        if equals and key.strip() in QUALIFIERS:
            said[key.strip()] = value.strip()
        elif part:
            remarks.append(part)
    return said, "; ".join(remarks)


def _traffic(row: Row, wide: Mapping[str, str]) -> Row:
    property_ = {"t": "freight", "trains": "trains"}.get(wide["unit"], wide["unit"])
    direction, _, doubt = wide["direction"].partition(" ")
    said = {"period": wide["period_edtf"], "direction": direction, "scope": wide["scope"], "kind": wide["value_kind"]}
    if wide["growth_pct_yoy"]:
        said["growth"] = wide["growth_pct_yoy"]
    where = wide["where"] if "(" in wide["where"] else ""
    note = "; ".join(filter(None, (row.note, doubt.strip("()"), wide["note"], where)))
    cells = {**row.cells, "entity": wide["where"], "property": property_}
    return replace(row, cells=cells, said={**said, **row.said}, note=note)


def _tenure(row: Row, wide: Mapping[str, str]) -> Row:
    ends = {"from": wide["from_edtf"], "until": wide["to_edtf"], "role": wide["role"]}
    said = {key: value for key, value in ends.items() if value not in ("", "..")}
    note = "; ".join(filter(None, (row.note, wide["note"])))
    return replace(row, cells={**row.cells, "entity": wide["subject"]}, said={**said, **row.said}, note=note)


_IDENTITY: Iterable[tuple[str, str, tuple[str, ...]]] = (
    ("stations", "station", ("country",)),
    ("crossings", "crossing", ("country_a", "country_b", "station_a", "station_b")),
)
_EXPANDED: dict[str, Callable[[Row, Mapping[str, str]], Row]] = {"traffic": _traffic, "operator": _tenure}
