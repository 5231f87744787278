"""The home of reconciliation: other people's tables meet our entities, by the Reconciliation Service API 0.2.

    manifest     what the service can do
    reconcile    names, with country, place and codes -> candidates
    suggest      entities, types and properties by the beginning of a name
    preview      a small page on an entity
    extend       values of properties for entities

All is plain data in the shapes of the specification; `application` puts it on the web. `match` is true only where
something else than the name agrees: country, distance or a code.

Source: Reconciliation Service API 0.2, https://reconciliation-api.github.io/specs/0.2/.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any

from alataw.errors import ParameterError
from alataw.links import Ours
from alataw.matching import Candidate, Code, Decision, Index, Name, Point, Thing, rank
from alataw.names import fold
from alataw.terms import DEF, RDF, SKOS, XSD, Literal, NamedNode, Term, text_of

if TYPE_CHECKING:
    from alataw.graph import Graph

MOST_QUERIES = 100
"""How many queries a batch may have."""
MOST_CELLS = 10_000
"""How many cells an extension may ask for: ids times properties."""

_NUMBERS = {XSD.integer: "int", XSD.decimal: "float", XSD.double: "float"}
_SHOWN = (RDF.type, SKOS.prefLabel, SKOS.altLabel)


class Service:
    """A reconciliation service over a graph.

    Args:
        graph: The graph.
        url: Where the service is on the web, without a slash at the end.
    """

    def __init__(self, graph: Graph, url: str) -> None:
        self._graph, self._url = graph, url.rstrip("/")
        self._ours = Ours(graph)

    def manifest(self) -> dict[str, Any]:
        """What the service can do (0.2, 2.2)."""

        def at(path: str) -> dict[str, str]:
            return {"service_url": self._url, "service_path": path}

        return {
            "versions": ["0.2"],
            "name": "Alataw",
            "identifierSpace": self._ours.base,
            "schemaSpace": DEF.iri,
            "view": {"url": f"{self._ours.base}{{{{id}}}}"},
            "defaultTypes": [{"id": kind, "name": kind} for kind in self._kinds],
            "preview": {"url": f"{self._url}/preview?id={{{{id}}}}", "width": 400, "height": 160},
            "suggest": {name: at(f"/suggest/{name}") for name in ("entity", "type", "property")},
            "extend": {"propose_properties": at("/extend/propose"), "property_settings": []},
            "batchSize": MOST_QUERIES,
        }

    def ready(self) -> Service:
        """Look up now what else is looked up when it is first needed; for a process that answers many times."""
        assert self._indexes and self._countries is not None and self._values_by_property is not None  # noqa: PT018, S101
        return self

    # -- reconciling ---------------------------------------------------------------------------

    def reconcile(self, queries: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a batch of queries (0.2, 4).

        Raises:
            ParameterError: AL015 if the batch or a query is not as the specification says.
        """
        if not isinstance(queries, Mapping):
            raise _malformed("the batch is not an object of queries")
        if len(queries) > MOST_QUERIES:
            raise _malformed(f"the batch has more than {MOST_QUERIES} queries")
        return {name: {"result": self._result(query)} for name, query in queries.items()}

    def _result(self, query: Any) -> list[dict[str, Any]]:
        if not isinstance(query, Mapping) or not isinstance(query.get("query", ""), str):
            raise _malformed("a query is an object with a text `query`")
        types = query.get("type") or []
        kinds = [types] if isinstance(types, str) else list(types)
        wanted = [kind for kind in self._kinds if kind in kinds] or list(self._kinds)
        thing = self.thing(query.get("query", ""), query.get("properties") or [])
        limit = query.get("limit") or 10
        if not isinstance(limit, (int, float)) or limit < 1:
            raise _malformed("`limit` is not a number above 0")
        found = rank(thing, [other for kind in wanted for other in self._indexes[kind].like(thing)])
        return [self._told(candidate) for candidate in found[: int(limit)]]

    def thing(self, name: str, properties: Any) -> Thing:
        """The thing that a query describes."""
        points: list[Point] = []
        codes: set[Code] = set()
        countries: set[str] = set()
        for said in properties if isinstance(properties, Sequence) else ():
            pid, values = said.get("pid"), said.get("v")
            for value in values if isinstance(values, list) else [values]:
                text = str(value.get("id", "") if isinstance(value, Mapping) else value)
                if pid == "country":
                    countries |= {self._countries[fold(text)]} if fold(text) in self._countries else set()
                elif pid == "coordinates" and (match := re.fullmatch(r"\s*(-?[\d.]+)\s*,\s*(-?[\d.]+)\s*", text)):
                    points.append(Point(float(match[2]), float(match[1])))
                elif pid in self._systems:
                    codes.add(Code(pid, text))
        return Thing("", (Name(name),), tuple(points), frozenset(codes), frozenset(countries))

    def _told(self, candidate: Candidate) -> dict[str, Any]:
        pair = candidate.comparison
        return {
            **self._named(pair.theirs.id),
            "score": round(100 * pair.score, 1),
            "match": candidate.decision == Decision.ACCEPT,
            "features": [{"id": part.what, "value": part.weight} for part in pair.parts],
            "type": [_type(pair.theirs.id)],
        }

    def entity(self, path: str) -> dict[str, Any]:
        """An entity as a candidate that is certain: it was asked for by its id."""
        return {**self._named(path), "score": 100.0, "match": True, "features": [], "type": [_type(path)]}

    def _named(self, path: str) -> dict[str, str]:
        """The id, name and description of an entity."""
        node = NamedNode(self._ours.base + path)
        names = [name.text for name in self.things[path].names] if path in self.things else []
        return {
            "id": path,
            "name": self._graph.labels.get(node, path),
            "description": ", ".join([path.partition("/")[0].replace("-", " "), *dict.fromkeys(names)][:5]),
        }

    # -- suggesting, previewing ----------------------------------------------------------------

    def suggest_entity(self, prefix: str, cursor: int = 0) -> dict[str, Any]:
        """Entities one of whose names, or whose id, begins so, in any script; ten from a place on (0.2, 5.1)."""
        key = fold(prefix)
        found = [
            path
            for path, thing in self.things.items()
            if path == prefix or (key and any(fold(name.text).startswith(key) for name in thing.names))
        ]
        ordered = sorted(found, key=lambda path: (path != prefix, self._named(path)["name"], path))
        return {
            "result": [
                {**self._named(path), "notable": [path.partition("/")[0]]} for path in ordered[cursor : cursor + 10]
            ]
        }

    def suggest_type(self, prefix: str, cursor: int = 0) -> dict[str, Any]:
        """Types whose name begins so (0.2, 5.2)."""
        return {"result": [{"id": k, "name": k} for k in self._kinds if k.startswith(prefix.lower())][cursor:]}

    def suggest_property(self, prefix: str, cursor: int = 0) -> dict[str, Any]:
        """Properties that can be asked or extended by, whose name begins so (0.2, 5.3)."""
        names = sorted({"coordinates", "country", *self._systems, *self._values_by_property})
        found = [name for name in names if name.lower().startswith(prefix.lower())]
        return {"result": [{"id": name, "name": name} for name in found[cursor : cursor + 20]]}

    def preview(self, path: str) -> str:
        """A small page on an entity; empty if there is none of this path."""
        if path not in self.things:
            return ""
        said = self._named(path)
        return (
            f'<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>{escape(said["name"])}</title>'
            f"<h1><bdi>{escape(said['name'])}</bdi></h1><p><bdi>{escape(said['description'])}</bdi></p></html>"
        )

    # -- extending -----------------------------------------------------------------------------

    def propose_properties(self, type_: str, limit: int | None = None) -> dict[str, Any]:
        """The properties that entities of a type have (0.2, 7.1)."""
        names = sorted(
            name
            for name, values in self._values_by_property.items()
            if any(path.partition("/")[0] == type_ for path in values)
        )[:limit]
        told: dict[str, Any] = {"type": type_, "properties": [{"id": name, "name": name} for name in names]}
        return told | ({"limit": limit} if limit is not None else {})

    def extend(self, query: Any) -> dict[str, Any]:
        """Values of properties for entities (0.2, 7.3); an unknown entity or property has none.

        Raises:
            ParameterError: AL015 if the query is not as the specification says.
        """
        try:
            ids, names = (
                list(dict.fromkeys(given))
                for given in (query["ids"], [property_["id"] for property_ in query["properties"]])
            )
        except (KeyError, TypeError) as error:
            raise _malformed("an extension names `ids` and `properties`") from error
        if not all(isinstance(each, str) for each in (*ids, *names)):
            raise _malformed("an id is not a text")
        if len(ids) * len(names) > MOST_CELLS:
            raise _malformed(f"{len(ids):,} ids by {len(names):,} properties are more than {MOST_CELLS:,} cells")
        held = {name: self._values_by_property.get(name, {}) for name in names}
        rows = {id: {name: [self._cell(v) for v in values.get(id, ())] for name, values in held.items()} for id in ids}
        return {"meta": [{"id": name, "name": name} for name in names], "rows": rows}

    def _cell(self, value: Term) -> dict[str, Any]:
        if isinstance(value, Literal):
            if value.datatype == XSD.date:
                return {"date": f"{value.value}T00:00:00Z"}
            if value.datatype in _NUMBERS:
                kind = _NUMBERS[value.datatype]
                return {kind: int(value.value) if kind == "int" else float(value.value)}
            return {"str": value.value}
        path = text_of(value).removeprefix(self._ours.base)
        return {"id": path, "name": self._graph.labels.get(value, path)}

    # -- what is looked up ---------------------------------------------------------------------

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Thing]]:
        found = {kind: self._ours.things(kind) for kind in sorted(self._graph.repository.classes)}
        return {kind: things for kind, things in found.items() if things}

    @cached_property
    def _kinds(self) -> tuple[str, ...]:
        return tuple(self._by_kind)

    @cached_property
    def things(self) -> Mapping[str, Thing]:
        """Every entity that can be found, by its path."""
        return {thing.id: thing for things in self._by_kind.values() for thing in things}

    @cached_property
    def _indexes(self) -> Mapping[str, Index]:
        return {kind: Index(things) for kind, things in self._by_kind.items()}

    @cached_property
    def _systems(self) -> frozenset[str]:
        return frozenset(code.system for thing in self.things.values() for code in thing.codes)

    @cached_property
    def _countries(self) -> Mapping[str, str]:
        """The item of a country by the key of its code, item, path and names."""
        found: dict[str, str] = {}
        for code, item in self._ours.countries.items():
            found |= {fold(code): item, fold(item): item}
        for path, item in self._ours.links.items():
            if item in self._ours.countries.values() and path in self.things:
                found |= {fold(text): item for text in [path, *(n.text for n in self.things[path].names)]}
        return found

    @cached_property
    def _values_by_property(self) -> Mapping[str, Mapping[str, list[Term]]]:
        """The best view: what is said of an entity, by property and path."""
        found: dict[str, dict[str, list[Term]]] = {}
        for triple in self._graph.triples("best"):
            path = text_of(triple.subject).removeprefix(self._ours.base)
            if path in self.things and triple.predicate not in _SHOWN:
                of_property = found.setdefault(re.split(r"[/#]", triple.predicate.value)[-1], {})
                of_property.setdefault(path, []).append(triple.object)
        return found


def _type(path: str) -> dict[str, str]:
    kind = path.partition("/")[0]
    return {"id": kind, "name": kind}


def _malformed(why: str) -> ParameterError:
    return ParameterError(
        "the query of the reconciliation is malformed",
        code="AL015",
        why=why,
        fix="see the Reconciliation Service API 0.2",
    )
