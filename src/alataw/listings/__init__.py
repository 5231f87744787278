"""The home of lists of things that people bring: GeoJSON, CSV or RDF -> descriptions to be matched.

A list may tell which item a thing is already (a Wikidata tag, a Wikipedia article). That is what a link is to be
checked against, and never evidence for it: it is not read.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from alataw.errors import InputError, Location
from alataw.listings import rdf
from alataw.matching import Code, Name, Point, Thing

MOST_BYTES = 1 << 30
"""The most that a list may have, decompressed."""

WIKIDATA = "http://www.wikidata.org/entity/"

# `name`, `alt_name:de`, `old_name`, `labels`; not the name of the operator, of a document's source, or what it is not.
_NAME = re.compile(
    r"(?:.*[_:])?(?:names?|labels?|title|preflabel|altlabel|alternative)(?:_\d|_old)?"
    r"(?:[:_-](?P<language>[a-z]{2,3}(?:[-_]\w+)*))?",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:network|source|not|express|checkpoint|operator|addr|brand|owner|file|user)[:_.]", re.IGNORECASE
)
_FORMER = re.compile(r"(?:^|[_:])(?:old|former|was|historic)|_old\b", re.IGNORECASE)
_LATITUDE, _LONGITUDE = ("lat", "latitude", "y", "stop_lat"), ("lon", "long", "lng", "longitude", "x", "stop_lon")
_ID = ("id", "@id", "subject_id", "uri", "iri", "identifier", "slug", "stop_id")
_METRO_STATION = "Q928830"
_COUNTRY = ("p17", "country", "country_code", "country-code", "addr:country", "countryitem")


class Reader:
    """Reads lists.

    Args:
        systems: The code system that a column or property tells, such as `P722` or `uic` to `uic`.
        countries: The Wikidata item of a country, by its code in lower case, such as `kz` to `Q232`.
        kind: The class of what a list does not say the kind of, as a Wikidata item.
    """

    def __init__(self, systems: Mapping[str, str], countries: Mapping[str, str], kind: str = "") -> None:
        self._kind = frozenset({kind} if kind else ())
        self._systems = {name.lower(): system for name, system in systems.items()}
        self._countries = countries

    def read(self, data: bytes, file: str) -> list[Thing]:
        """Read a list.

        Args:
            data: The bytes of the file, compressed by gzip or not.
            file: Its name, which tells its form.

        Returns:
            One thing for each id, in order; a thing told twice has what both tell.

        Raises:
            InputError: AL110 if it cannot be read.
        """
        data = _plain(data, file)
        suffix = file.lower().removesuffix(".gz").rpartition(".")[2]
        readers: dict[str, Callable[[bytes, str], Iterable[Thing]]] = {
            "geojson": self._geojson,
            "json": self._geojson,
            "csv": self._csv,
            "tsv": self._csv,
            "ttl": self._rdf,
            "nt": self._rdf,
        }
        if suffix not in readers:
            raise _unreadable(file, f"its form is not told by .{suffix}", f"name it .{', .'.join(readers)}")
        found: dict[str, Thing] = {}
        for thing in readers[suffix](data, file):
            found[thing.id] = _together(found[thing.id], thing) if thing.id in found else thing
        if not found:
            raise _unreadable(file, "it tells of nothing", "name a file with a feature, row or subject for each thing")
        return list(found.values())

    # -- GeoJSON -------------------------------------------------------------------------------

    def _geojson(self, data: bytes, file: str) -> Iterator[Thing]:
        try:
            read = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise _unreadable(file, f"it is not JSON: {error}", "fetch it again") from error
        features = read.get("features") if isinstance(read, dict) else None
        if not isinstance(features, list):
            raise _unreadable(file, "it is not a GeoJSON FeatureCollection", "name a file with `features`")
        for number, feature in enumerate(features):
            if not isinstance(feature, dict) or not isinstance(feature.get("properties") or {}, dict):
                raise _unreadable(file, f"features[{number}] is not a GeoJSON feature", "mend it")
            told = feature.get("properties") or {}
            lowered = {key.lower(): value for key, value in told.items()}
            id = str(
                feature.get("id") or next((_texts(lowered[k])[0][0] for k in _ID if _texts(lowered.get(k))), number)
            )
            yield self._thing(id, told, tuple(_points(feature.get("geometry"))))

    # -- CSV -----------------------------------------------------------------------------------

    def _csv(self, data: bytes, file: str) -> Iterator[Thing]:
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise _unreadable(file, "it is not UTF-8", "save it as UTF-8") from error
        head = text.partition("\n")[0]
        delimiter = max(",;\t", key=head.count)
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        try:
            header = [name.strip() for name in next(rows, [])]
            if len(set(header)) != len(header) or not header:
                raise _unreadable(file, "a column has no name of its own", "mend the header")
            for row in rows:
                if row and len(row) != len(header):
                    why = f"line {rows.line_num} has {len(row)} cells, the header {len(header)}"
                    raise _unreadable(file, why, "mend the line", rows.line_num)
                if row:
                    yield self._row(dict(zip(header, row, strict=True)), rows.line_num)
        except csv.Error as error:
            raise _unreadable(file, f"{error}", "mend the line", rows.line_num) from error

    def _row(self, row: Mapping[str, str], line: int) -> Thing:
        said = {name: [part.strip() for part in value.split("|")] for name, value in row.items() if value.strip()}
        lowered = {name.lower(): parts for name, parts in said.items()}
        longitudes, latitudes = (
            next((lowered[name] for name in names if name in lowered), []) for names in (_LONGITUDE, _LATITUDE)
        )
        pairs = zip(longitudes, latitudes, strict=False)
        id = next((lowered[name][0] for name in _ID if name in lowered), f"line-{line}")
        return self._thing(id, said, tuple(point for pair in pairs if (point := _point(*pair))))

    # -- RDF -----------------------------------------------------------------------------------

    def _rdf(self, data: bytes, file: str) -> Iterator[Thing]:
        for id, told, points in rdf.subjects(data, file):
            found = (_point(*pair) for pair in points)
            yield self._thing(id, told, tuple(point for point in found if point))

    # -- what all forms share ------------------------------------------------------------------

    def _thing(self, id: str, told: Mapping[str, Any], points: tuple[Point, ...]) -> Thing:
        names: list[Name] = []
        codes: set[Code] = set()
        countries: set[str] = set()
        kinds: set[str] = set()
        for key, value in told.items():
            lowered = key.lower()
            if lowered in self._systems:
                system = self._systems[lowered]
                codes |= {
                    Code(system, code) for text, _ in _texts(value) for code in re.split(r"[\s/;,|]+", text) if code
                }
            elif lowered in _COUNTRY:
                countries |= {
                    self._countries.get(text.lower(), text.removeprefix(WIKIDATA)) for text, _ in _texts(value)
                }
            elif lowered == "station" and {text for text, _ in _texts(value)} == {"subway"}:
                kinds.add(_METRO_STATION)
            elif lowered == "p31":
                kinds |= {text.removeprefix(WIKIDATA) for text, _ in _texts(value)}
            elif key.startswith("https://") and ".wikipedia.org" in key:
                names += [_title(text) for text, _ in _texts(value)]
            elif (match := _NAME.fullmatch(key)) and not _NO_NAME.match(key):
                former = bool(_FORMER.search(key))
                names += [Name(text, language or match["language"] or "", former) for text, language in _texts(value)]
        return Thing(
            id.removeprefix(WIKIDATA),
            tuple(dict.fromkeys(names)),
            points,
            frozenset(codes),
            frozenset(country for country in countries if re.fullmatch(r"Q\d+", country)),
            frozenset({_METRO_STATION} if _METRO_STATION in kinds else kinds) or self._kind,
            frozenset(text for text, _ in _texts(told.get("P81"))),
            frozenset(text for text, _ in _texts(told.get("P197"))),
        )


def _together(one: Thing, other: Thing) -> Thing:
    return Thing(
        one.id,
        tuple(dict.fromkeys(one.names + other.names)),
        tuple(dict.fromkeys(one.points + other.points)),
        one.codes | other.codes,
        one.countries | other.countries,
        one.kinds | other.kinds,
        one.lines | other.lines,
        one.neighbours | other.neighbours,
    )


def _texts(value: Any) -> list[tuple[str, str]]:
    """The texts of a property with their languages: a text, a list of texts, or of objects with `value` and `lang`."""
    found = []
    for each in value if isinstance(value, list) else [value]:
        text, language = (each.get("value"), each.get("lang")) if isinstance(each, dict) else (each, "")
        if isinstance(text, (str, int)) and not isinstance(text, bool) and str(text).strip():
            found.append((str(text).strip(), str(language or "")))
    return found


def _title(address: str) -> Name:
    """The title of a Wikipedia article as a name."""
    parts = urlsplit(address)
    return Name(unquote(parts.path.rpartition("/wiki/")[2]).replace("_", " "), (parts.hostname or "").partition(".")[0])


def _points(geometry: Any) -> Iterator[Point]:
    """The points of a geometry: of a Point, a MultiPoint, or the middle of the corners of another."""
    if not isinstance(geometry, dict):
        return
    corners = list(_corners(geometry.get("coordinates")))
    if geometry.get("type") in ("Point", "MultiPoint"):
        yield from corners
    elif corners:
        middle = [sum(axis) / len(corners) for axis in zip(*corners, strict=True)]
        yield Point(*middle)


def _corners(coordinates: Any) -> Iterator[Point]:
    if isinstance(coordinates, list):
        if len(coordinates) >= 2 and not isinstance(coordinates[0], list):
            point = _point(coordinates[0], coordinates[1])
            if point:
                yield point
        else:
            for each in coordinates:
                yield from _corners(each)


def _point(longitude: Any, latitude: Any) -> Point | None:
    """A point, if the numbers are degrees."""
    try:
        point = Point(float(longitude), float(latitude))
    except (TypeError, ValueError):
        return None
    return point if abs(point.longitude_deg) <= 180 and abs(point.latitude_deg) <= 90 else None


def _plain(data: bytes, file: str) -> bytes:
    """The bytes of a file that may be compressed, up to a limit."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.open(io.BytesIO(data)) as stream:
            plain = stream.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(file, f"it is not whole: {error}", "fetch it again") from error
    if len(plain) > MOST_BYTES:
        raise _unreadable(file, f"it is over {MOST_BYTES:,} bytes", "split it")
    return plain


def _unreadable(file: str, why: str, fix: str, line: int = 0) -> InputError:
    return InputError(
        f"the list {file} cannot be read", code="AL110", why=why, fix=fix, location=Location(file, line, 1)
    )
