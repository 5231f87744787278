"""The home of the Reconciliation Service API 1.0-draft: the same service, asked and told in the shapes to come.

    GET  /                          the manifest
    POST /match                     queries of conditions -> candidates
    POST /extend                    ids and properties -> rows
    GET  /extend/propose, /suggest/entity, /suggest/type, /suggest/property, /preview

Source: Reconciliation Service API, draft, https://reconciliation-api.github.io/specs/draft/.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from alataw.errors import ParameterError
from alataw.matching import Thing, distance_km
from alataw.reconciliation import MOST_QUERIES, Service

VERSION = "1.0-draft"

_NEAR_KM = 10.0
"""How far coordinates may be from those that a query requires."""
_MOST = 50
"""How many candidates are looked at where a condition is required."""


class Draft:
    """A service in the shapes of the draft.

    Args:
        service: What answers.
    """

    def __init__(self, service: Service) -> None:
        self.service = service

    def manifest(self) -> dict[str, Any]:
        """What the service can do (draft, 3)."""
        told = self.service.manifest()
        size = {name: told["preview"][name] for name in ("width", "height")}
        return {
            "versions": [VERSION],
            **{name: told[name] for name in ("name", "view", "defaultTypes")},
            "serviceVersion": version("alataw"),
            "suggest": {"entity": True, "property": True, "type": True},
            "preview": size,
            "extend": {"proposeProperties": True, "propertySettings": []},
            "standardizedScore": True,
        }

    def match(self, batch: Any) -> dict[str, Any]:
        """Answer a batch of queries, in their order (draft, 4).

        Raises:
            ParameterError: AL015 if the batch or a query is not as the specification says.
        """
        queries = batch.get("queries") if isinstance(batch, Mapping) else None
        if not isinstance(queries, list):
            raise _malformed("the batch is not an object with a list `queries`")
        if len(queries) > MOST_QUERIES:
            raise _malformed(f"the batch has more than {MOST_QUERIES} queries")
        return {"results": [{"candidates": self._candidates(query)} for query in queries]}

    def _candidates(self, query: Any) -> list[dict[str, Any]]:
        conditions = query.get("conditions") if isinstance(query, Mapping) else None
        if not isinstance(conditions, list) or not all(isinstance(each, Mapping) for each in conditions):
            raise _malformed("a query has no list of `conditions`")
        of: dict[str, list[Mapping[str, Any]]] = {"name": [], "id": [], "property": []}
        for condition in conditions:
            if condition.get("matchType") not in of or "propertyValue" not in condition:
                raise _malformed("a condition has a `matchType` of name, id or property, and a `propertyValue`")
            of[condition["matchType"]].append(condition)
        limit = query.get("limit", 10)
        if not isinstance(limit, (int, float)) or isinstance(limit, bool) or not 1 <= limit < 2**31:
            raise _malformed("`limit` is not a number above 0")
        wanted = {id for condition in of["id"] for id in _texts(condition)}
        required = [condition for condition in of["property"] if condition.get("required")]
        if wanted:
            found = [self.service.entity(id) for id in sorted(wanted) if id in self.service.things]
        else:
            names = [text for condition in of["name"] for text in _texts(condition)]
            asked = {
                "query": names[0] if names else "",
                "type": query.get("type"),
                "limit": _MOST if required else limit,
                "properties": [
                    {"pid": str(each.get("propertyId")), "v": each["propertyValue"]} for each in of["property"]
                ],
            }
            found = self.service.reconcile({"q": asked})["q"]["result"]
        kept = [each for each in found if all(self._meets(each["id"], condition) for condition in required)]
        return [self._told(each) for each in kept[: int(limit)]]

    def _meets(self, id: str, condition: Mapping[str, Any]) -> bool:
        """Whether an entity meets a condition that is required: with any, all or none of its values."""
        thing, property_ = self.service.things[id], str(condition.get("propertyId"))
        held = [_agrees(thing, self.service.thing("", [{"pid": property_, "v": text}])) for text in _texts(condition)]
        quantifier = condition.get("matchQuantifier", "any")
        return not any(held) if quantifier == "none" else all(held) if quantifier == "all" else any(held)

    @staticmethod
    def _told(candidate: Mapping[str, Any]) -> dict[str, Any]:
        features = [{**feature, "name": feature["id"]} for feature in candidate.get("features", ())]
        return {**candidate, "features": features}

    def extend(self, query: Any) -> dict[str, Any]:
        """Values of properties for entities, row by row (draft, 7).

        Raises:
            ParameterError: AL015 if the query is not as the specification says.
        """
        told = self.service.extend(query)
        rows = [
            {"id": id, "properties": [{"id": name, "values": values} for name, values in row.items()]}
            for id, row in told["rows"].items()
        ]
        return {"meta": told["meta"], "rows": rows}


def _texts(condition: Mapping[str, Any]) -> list[str]:
    """The values of a condition as texts; of an entity, its id."""
    values = condition["propertyValue"]
    listed = values if isinstance(values, list) else [values]
    return [str(value.get("id", "") if isinstance(value, Mapping) else value) for value in listed]


def _agrees(thing: Thing, told: Thing) -> bool:
    """Whether a thing has the country or the code that is told, or lies near the place."""
    distance = distance_km(thing, told)
    near = distance is not None and distance <= _NEAR_KM
    return bool(near or thing.countries & told.countries or thing.codes & told.codes)


def _malformed(why: str) -> ParameterError:
    return ParameterError(
        "the query of the reconciliation is malformed",
        code="AL015",
        why=why,
        fix="see the Reconciliation Service API 1.0-draft",
    )
