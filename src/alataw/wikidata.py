"""The home of Wikidata: the only module that talks to it, or to a service in its form.

Questions are standard SPARQL, asked through SPARQLWrapper in batches; single items come from the entity-data
interface. Every answer is kept in a cache with its age, so that a run that was stopped goes on where it was, and
`offline` asks nobody. What is not an item of Wikidata in an answer is counted and left out.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from alataw.errors import AlatawError, RemoteError
from alataw.exchange import PUBLIC, Answered, Exchange, Manners
from alataw.matching import Code, Name, Point, Thing
from alataw.repository import write

ENDPOINT = "https://query.wikidata.org/sparql"
ENTITY_DATA = "https://www.wikidata.org/wiki/Special:EntityData/"
ENTITY = "http://www.wikidata.org/entity/"

_PREFIXES = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX wikibase: <http://wikiba.se/ontology#>
"""
_ITEM = re.compile(r"http://www\.wikidata\.org/entity/(Q[1-9]\d*)")
_POINT = re.compile(r"Point\s*\(\s*(\S+)\s+(\S+)\s*\)", re.IGNORECASE)
_PROPERTY = re.compile(r"http://www\.wikidata\.org/prop/(?:statement|qualifier|reference|direct)/(P[1-9]\d*)")
BATCH = 100
"""How many items one question is about."""


class Value(NamedTuple):
    """A value in an answer: its text (an item as `Q232`), its language, and the precision if it is a time."""

    text: str
    language: str = ""
    precision: int = 0


@dataclass
class Statement:
    """A statement of an item, with its rank, qualifiers and references, each by property."""

    id: str
    property: str
    value: Value | None = None
    rank: str = "NormalRank"
    qualifiers: dict[str, list[Value]] = field(default_factory=lambda: defaultdict(list))
    references: dict[str, dict[str, list[Value]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )


class Condition(NamedTuple):
    """What has become of an item: where it was merged into, whether anything is said of it, what it is."""

    merged_into: str
    exists: bool
    thing: Thing


class Wikidata:
    """A service in Wikidata's form.

    Args:
        endpoint: Its SPARQL endpoint.
        entity_data: Its entity-data interface; empty for none.
        cache: A folder for answers; None for `$XDG_CACHE_HOME/alataw/wikidata`.
        max_age_s: How old a kept answer may be.
        offline: Ask nobody; kept answers of any age are taken.
        timeout_s: How long an answer may take.
        manners: How the service is treated.

    Raises:
        UsageError: AL035 if an address is none.
    """

    def __init__(
        self,
        endpoint: str = ENDPOINT,
        *,
        entity_data: str = "",
        cache: Path | None = None,
        max_age_s: float = 7 * 86_400,
        offline: bool = False,
        timeout_s: float = 60.0,
        manners: Manners = PUBLIC,
    ) -> None:
        self._endpoint, self._offline, self._max_age_s = endpoint, offline, max_age_s
        self._entity_data = entity_data or (ENTITY_DATA if endpoint == ENDPOINT else "")
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
        self._cache = cache if cache is not None else home / "alataw" / "wikidata"
        addresses = (self._endpoint, self._entity_data)
        self._exchange = Exchange(addresses, timeout_s=timeout_s, manners=manners)
        self.left_out = 0
        """How many values of answers were no items of Wikidata, and were left out."""

    # -- things to link ------------------------------------------------------------------------

    def things(
        self,
        class_: str,
        countries: Iterable[str],
        properties: Mapping[str, str],
        progress: Callable[[str], None] = lambda _: None,
    ) -> list[Thing]:
        """The items of a class or of one below it, with what speaks for a link.

        Args:
            class_: The class, such as `Q55488`.
            countries: The countries that they lie in; none for all.
            properties: The properties of codes, each to its code system, such as `P722` to `uic`.
            progress: Told what is asked.
        """
        items: list[str] = []
        for country in sorted(set(countries)) or [""]:
            progress(f"items of {class_} in {country or 'the world'}")
            place = f"?item wdt:P17 wd:{country} ." if country else ""
            asked = f"SELECT DISTINCT ?item WHERE {{ ?item wdt:P31/wdt:P279* wd:{class_} . {place} }} ORDER BY ?item"
            items += [item for row in self._select(asked) if (item := self._item(row.get("item")))]
        return self._described(sorted(set(items)), properties, progress)

    def _described(
        self, items: Sequence[str], properties: Mapping[str, str], progress: Callable[[str], None] = lambda _: None
    ) -> list[Thing]:
        told = {"P17": "country", "P31": "kind", "P625": "point", "P81": "line", "P197": "neighbour", **properties}
        predicates = " ".join(f"wdt:{name}" for name in sorted(told))
        found: dict[str, dict[str, list[Any]]] = {item: defaultdict(list) for item in items}
        for batch in _batches(items):
            progress(f"{len(found):,} items")
            asked = f"""SELECT ?item ?property ?value WHERE {{
  VALUES ?item {{ {" ".join(f"wd:{item}" for item in batch)} }}
  {{ VALUES ?property {{ rdfs:label skos:altLabel }} ?item ?property ?value }}
  UNION
  {{ VALUES ?property {{ {predicates} }} ?item ?property ?value }}
}}"""
            for row in self._select(asked):
                item = self._item(row.get("item"))
                if item in found and "value" in row and "property" in row:
                    name = row["property"]["value"].rpartition("/")[2]
                    found[item][told.get(name, "name")].append(row["value"])
        return [self._thing(item, said, set(properties.values())) for item, said in found.items() if said]

    def _thing(self, item: str, said: Mapping[str, list[Any]], systems: set[str]) -> Thing:
        points = (_POINT.search(value["value"]) for value in said.get("point", ()))
        return Thing(
            item,
            tuple(dict.fromkeys(Name(v["value"], v.get("xml:lang", "")) for v in said.get("name", ()))),
            tuple(Point(float(match[1]), float(match[2])) for match in points if match),
            frozenset(Code(system, value["value"]) for system in systems for value in said.get(system, ())),
            self._items(said.get("country", ())),
            self._items(said.get("kind", ())),
            self._items(said.get("line", ())),
            self._items(said.get("neighbour", ())),
        )

    # -- what has become of items --------------------------------------------------------------

    def conditions(self, items: Sequence[str]) -> dict[str, Condition]:
        """What has become of items: merged into another, deleted, or what they are.

        An item of which the endpoint knows nothing is looked up in the entity-data interface, since an endpoint may
        lag behind.
        """
        merged: dict[str, str] = {}
        for batch in _batches(items):
            values = " ".join(f"wd:{item}" for item in batch)
            for row in self._select(f"SELECT ?item ?to WHERE {{ VALUES ?item {{ {values} }} ?item owl:sameAs ?to }}"):
                item, to = self._item(row.get("item")), self._item(row.get("to"))
                if item and to:
                    merged[item] = to
        things = {thing.id: thing for thing in self._described(items, {})}
        found = {}
        for item in items:
            known = item in things or item in merged
            if not known and self._entity_data:
                now = self._looked_up(item)
                known, merged = now is not None, merged | ({item: now} if now and now != item else {})
            found[item] = Condition(merged.get(item, ""), known, things.get(item, Thing(item, ())))
        return found

    def _looked_up(self, item: str) -> str | None:
        """The item that the entity-data interface gives for one; None if it is gone."""
        body = self._kept(
            f"{self._entity_data}{item}.json",
            lambda: self._entity(f"{self._entity_data}{item}.json"),
        )
        return next((id for id in _entities(body, self._entity_data) if re.fullmatch(r"Q[1-9]\d*", id)), None)

    def _entity(self, address: str) -> bytes:
        """What the interface gives of an item; an object without entities if it is gone."""
        answered = self._answered(lambda: self._exchange.get(address, "application/json", fine=(404, 410)))
        return self._whole(answered, {"application/json"}, _entities) if answered.data else b"{}"

    # -- statements ----------------------------------------------------------------------------

    def statements(self, items: Sequence[str], properties: Iterable[str]) -> dict[str, list[Statement]]:
        """The statements of items under some properties, by item; deprecated ones too."""
        found: dict[str, dict[str, Statement]] = {item: {} for item in items}
        triples = " ".join(
            f"(<{base}{name}> <{base}statement/{name}> <{base}statement/value/{name}>)"
            for name in sorted(set(properties))
            for base in ["http://www.wikidata.org/prop/"]
        )
        for batch in _batches(items):
            asked = _STATEMENTS % (" ".join(f"wd:{item}" for item in batch), triples)
            for row in self._select(asked):
                self._take(found, row)
        return {item: [s for s in said.values() if s.value] for item, said in found.items()}

    def _take(self, found: Mapping[str, dict[str, Statement]], row: Mapping[str, Any]) -> None:
        """Put one row of an answer into its statement."""
        item = self._item(row.get("item"))
        match = _PROPERTY.fullmatch(row.get("ps", {}).get("value", ""))
        if item not in found or not match or "statement" not in row or "value" not in row:
            self.left_out += 1
            return
        id = row["statement"]["value"]
        statement = found[item].setdefault(id, Statement(id, match[1]))
        value = _value(row["value"], row.get("precision"))
        under = _PROPERTY.fullmatch(row.get("under", {}).get("value", ""))
        if "reference" in row and under:
            statement.references[row["reference"]["value"]][under[1]].append(value)
        elif under:
            statement.qualifiers[under[1]].append(value)
        elif value.text.startswith("http://wikiba.se/ontology#"):
            statement.rank = value.text.rpartition("#")[2]
        elif statement.value is None or value.precision:
            statement.value = value

    # -- asking --------------------------------------------------------------------------------

    def _select(self, text: str) -> list[dict[str, Any]]:
        """The rows of a SELECT, as the JSON results tell them.

        Raises:
            RemoteError: AL113 if the service fails; AL114 if it is not to be asked and nothing is kept.
        """
        query = _PREFIXES + text
        return _rows(self._kept(query, lambda: self._asked(query)), self._endpoint)

    def _asked(self, query: str) -> bytes:
        """Ask the endpoint, in a request that SPARQLWrapper makes and the exchange sends."""
        from SPARQLWrapper import JSON, POST, SPARQLWrapper

        wrapper = SPARQLWrapper(self._endpoint, agent=self._exchange.agent)
        wrapper.setQuery(query)
        wrapper.setReturnFormat(JSON)
        wrapper.setMethod(POST)
        answered = self._answered(lambda: self._exchange.run(wrapper))
        return self._whole(answered, {"application/sparql-results+json", "application/json"}, _rows)

    def _answered(self, ask: Callable[[], Answered]) -> Answered:
        """What is answered; whatever the service did instead is told as its failure."""
        try:
            return ask()
        except AlatawError as error:
            raise RemoteError(
                error.what,
                code="AL113",
                why=error.why,
                fix="try again later; what is known already is kept, and the run goes on from there",
            ) from error

    def _whole(self, answered: Answered, types: set[str], read: Callable[[bytes, str], object]) -> bytes:
        """The bytes of an answer that can be read, so that no other is kept."""
        self._answered(lambda: answered.media_type_of(dict.fromkeys(types, answered)))
        read(answered.data, answered.address)
        return answered.data

    def _kept(self, question: str, ask: Callable[[], bytes]) -> bytes:
        """The answer to a question: the one that is kept if it is young enough, else a new one."""
        name = hashlib.sha256(f"{self._endpoint}\n{question}".encode()).hexdigest()
        file = self._cache / f"{name}.json"
        now = datetime.datetime.now(tz=datetime.UTC).timestamp()
        if file.exists() and (self._offline or now - file.stat().st_mtime <= self._max_age_s):
            return file.read_bytes()
        if self._offline:
            raise RemoteError(
                "the answer is not in the cache",
                code="AL114",
                why=f"{self._endpoint} is not asked with --offline",
                fix="ask once without --offline",
            )
        answer = ask()
        write(file, answer)
        return answer

    def _item(self, value: Mapping[str, Any] | None) -> str:
        """The item that a value names; empty, and counted, if it is none."""
        match = _ITEM.fullmatch(value["value"]) if value else None
        if match:
            return match[1]
        self.left_out += 1
        return ""

    def _items(self, values: Iterable[Mapping[str, Any]]) -> frozenset[str]:
        return frozenset(item for value in values if (item := self._item(value)))


_STATEMENTS = """SELECT ?item ?statement ?ps ?under ?reference ?value ?precision WHERE {
  VALUES ?item { %s }
  VALUES (?p ?ps ?psv) { %s }
  ?item ?p ?statement .
  {
    ?statement ?ps ?value .
  }
  UNION
  {
    ?statement ?psv ?node . ?node wikibase:timeValue ?value ; wikibase:timePrecision ?precision .
  }
  UNION
  {
    ?statement wikibase:rank ?value .
  }
  UNION
  {
    ?statement ?under ?value .
    FILTER(STRSTARTS(STR(?under), "http://www.wikidata.org/prop/qualifier/P"))
    OPTIONAL {
      ?statement ?pqv ?node . ?node wikibase:timeValue ?value ; wikibase:timePrecision ?precision .
      FILTER(STR(?pqv) = REPLACE(STR(?under), "qualifier/", "qualifier/value/"))
    }
  }
  UNION
  {
    ?statement prov:wasDerivedFrom ?reference .
    ?reference ?under ?value .
    FILTER(STRSTARTS(STR(?under), "http://www.wikidata.org/prop/reference/P"))
  }
}"""


def _value(value: Mapping[str, Any], precision: Mapping[str, Any] | None) -> Value:
    text = value["value"]
    match = _ITEM.fullmatch(text)
    digits = (precision or {}).get("value", "")
    return Value(match[1] if match else text, value.get("xml:lang", ""), int(digits) if digits.isdigit() else 0)


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    return (items[start : start + BATCH] for start in range(0, len(items), BATCH))


def _rows(body: bytes, address: str) -> list[dict[str, Any]]:
    """The rows of SPARQL's results in JSON."""
    read = _json(body, address)
    try:
        rows = read["results"]["bindings"]
    except (KeyError, TypeError) as error:
        raise _nonsense(address, "it has no results") from error
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and all(isinstance(v, dict) and isinstance(v.get("value"), str) for v in row.values())
        for row in rows
    ):
        raise _nonsense(address, "its results are not those of SPARQL 1.1")
    return rows


def _entities(body: bytes, address: str) -> dict[str, Any]:
    """The entities of an answer of the entity-data interface, by id."""
    read = _json(body, address)
    entities = read.get("entities", {}) if isinstance(read, dict) else None
    if not isinstance(entities, dict):
        raise _nonsense(address, "it tells of no entities")
    return entities


def _json(body: bytes, address: str) -> Any:
    """What JSON says; an answer that was cut off says nothing."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _nonsense(address, f"it is not whole JSON: {error}") from error


def _nonsense(address: str, why: str) -> RemoteError:
    return RemoteError(
        f"the answer of {address} cannot be used", code="AL113", why=why, fix="try again later; nothing was changed"
    )
