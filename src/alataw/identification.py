"""The home of who is meant: the entity that a row speaks of, what its value names, and who says so.

Nothing is guessed: a name that nothing or several things bear is refused, and a person writes the slug.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from alataw.drafts import Draft, Group, RefusalError
from alataw.names import slug
from alataw.register import Register
from alataw.repository import kebab
from alataw.sources import Property, Read, Row
from alataw.sources.claims import TYPES
from alataw.sources.readings import WIKIDATA
from alataw.terms import BASE, DCTERMS, DEF, RDF, SCHEMA, SKOS, XSD, Literal, NamedNode, Triple

CONFIDENCE = {
    "high": "high",
    "medium": "medium",
    "low": "low",
    "as-stated-by-seed": "as-stated",
    "as-stated": "as-stated",
}
"""How far a row trusts its source, to the concept of confidence."""
_STATION = re.compile(r"\b(railway|train|raiway) station\b|^Bahnhof | station$", re.IGNORECASE)
_EITHER = {"operator": ("Station", "RailwayLine", "Place"), "traffic": ("BorderCrossing", "Place")}
"""The classes that rows of a wide table may speak of, by type."""


@dataclass
class Identification:
    """Who is meant, among those whom a register knows and those that the rows themselves bring.

    Args:
        register: Who is known.
        base: The IRI that paths are resolved against.
        groups: All rows of each entity, since what makes an entity may stand in any of them.
    """

    register: Register
    base: str
    groups: Group
    _known: dict[tuple[str, str], NamedNode] = field(default_factory=dict)

    def entity(self, row: Row, property_: Property) -> tuple[NamedNode, Draft | None]:
        """The entity that a row speaks of, and what is to be said of it first if it is new.

        Raises:
            RefusalError: AL102 if the type has no such property, AL104 if nobody or more than one is meant.
        """
        type_, called = row["entity_type"], row["entity"]
        classes = _EITHER.get(type_, (TYPES.get(type_, ""),))
        if classes == ("",):
            raise RefusalError("AL102", "entity_type", f"{type_ or 'The empty word'} is none of {', '.join(TYPES)}.")
        if property_.types and type_ in TYPES and type_ not in property_.types:
            raise RefusalError(
                "AL102", "property", f"A {type_} has no {row['property']}; {' and '.join(property_.types)} have."
            )
        key = (type_, called)
        if key not in self._known:
            node, made = self._found(called, classes), None
            if node is None:
                node, made = self._made(row, classes[0])
            self._known[key] = node
            return node, made
        return self._known[key], None

    def _found(self, called: str, classes: Sequence[str]) -> NamedNode | None:
        folders = {class_: kebab(class_) for class_ in classes}
        item = called.removeprefix("wd-")
        if re.fullmatch(r"Q[1-9][0-9]*", item):
            found = self.register.by_item(item)
        else:
            found = self.register.by_name(called, classes)
            for slug_ in (called, _without_remark(called)):
                node = self.register.by_slug(slug_, classes, folders)
                found = {node} if node else found
        if len(found) > 1:
            paths = " and ".join(sorted(node.value.removeprefix(self.base) for node in found))
            raise RefusalError("AL104", "entity", f"{called} may be {paths}; write the slug of the one that is meant.")
        return next(iter(found), None)

    def _made(self, row: Row, class_: str) -> tuple[NamedNode, Draft]:
        """A new entity, of what its rows say; refused if they say too little, or it may be one that is known."""
        type_, called = row["entity_type"], row["entity"]
        said = {each["property"]: each["value"] for each in reversed(self.groups[type_, called])}
        names = [each["value"] for each in self.groups[type_, called] if each["property"] == "name_en"]
        countries = [said.get(column, "") for column in ("country_a", "country_b")]
        name = names[0] if names else ""
        needed = [("name_en", name)]
        needed += [("country", said.get("country", ""))] if class_ == "Station" else []
        needed += [("country_a", countries[0]), ("country_b", countries[1])] if class_ == "BorderCrossing" else []
        needed += [("kind", said.get("kind", ""))] if class_ == "Place" else []
        missing = [column for column, value in needed if not value]
        if missing or type_ not in TYPES:
            hint = f"add rows with its {' and '.join(missing)}" if missing and type_ in TYPES else "add it first"
            raise RefusalError("AL104", "entity", f"Nothing here is {called}; correct the slug, or {hint}.")
        item = said.get("wikidata_qid", "")
        like = {node for node in self.register.by_name(name, (class_,)) if not item or not self.register.item_of(node)}
        if like and "different_from" not in said:
            path = min(node.value for node in like).removeprefix(self.base)
            message = (
                f"{called} is called {name}, as {path} is; write that slug if it is the same, else add different_from."
            )
            raise RefusalError("AL104", "entity", message)
        node = self._slugged(class_, called, name, countries, said)
        if item:
            self.register.alias(node, item)
        beside = {Triple(node, RDF.type, DEF[class_]), Triple(node, SKOS.prefLabel, Literal(name, language="en"))}
        if class_ == "BorderCrossing":
            beside |= {triple for code in countries for triple in self.side(row, node, code)}
        if class_ == "Place":
            beside.add(Triple(node, DEF.placeKind, self.concept(row, "value", "place-kind", said["kind"])))
        if said.get("country"):
            beside |= self.countries(row, node, said["country"])
        return node, Draft(node, beside=frozenset(beside), tells=False)

    def _slugged(
        self, class_: str, called: str, name: str, countries: Sequence[str], said: Mapping[str, str]
    ) -> NamedNode:
        words = slug(_STATION.sub("", name)) if called.startswith("wd-") else slug(called.replace("-", " "))
        if class_ == "BorderCrossing":
            words = "-".join([*(code.lower() for code in countries), words])
        tries = (
            words,
            f"{words}-{said.get('country', '')[:2].lower()}",
            f"{words}-{said.get('wikidata_qid', '').lower()}",
        )
        for word in tries:
            node = NamedNode(f"{self.base}{kebab(class_)}/{word}")
            if node not in self.register.classes:
                return node
        raise RefusalError(
            "AL104", "entity", f"There is a {kebab(class_)} {words} already; give this one another slug."
        )

    def side(self, row: Row, crossing: NamedNode, code: str) -> set[Triple]:
        """What makes a side of a border crossing."""
        side = NamedNode(f"{crossing.value}#side-{code.lower()}")
        return {
            Triple(side, RDF.type, DEF.CrossingSide),
            Triple(side, DEF.sideOf, crossing),
            Triple(side, DEF.country, self.country(row, code)),
        }

    def countries(self, row: Row, node: NamedNode, codes: str) -> set[Triple]:
        """That something lies in a country, or in several: codes parted by semicolons."""
        return {Triple(node, DEF.country, self.country(row, code)) for code in codes.split(";")}

    def country(self, row: Row, code: str) -> NamedNode:
        """The country with an ISO 3166-1 code."""
        country = self.register.countries.get(code)
        if country is None:
            raise RefusalError(
                "AL105", "value", f"No country here has the code {code}; add its document to data/place/."
            )
        return country

    # -- what is named -------------------------------------------------------------------------

    def named(self, row: Row, classes: Sequence[str], read: Read) -> tuple[NamedNode, str]:
        """What a value names, and how it is called there; a Wikidata item that nothing here has stays one."""
        if isinstance(read.value, NamedNode):
            item = read.value.value.removeprefix(WIKIDATA)
            found = self.register.by_item(item, classes)
            return (next(iter(found)) if len(found) == 1 else read.value), ""
        if classes[0] not in TYPES.values():
            return self.concept(row, "value", classes[0], read.name), ""
        folders = {class_: kebab(class_) for class_ in classes}
        for called in dict.fromkeys((read.name, _without_remark(read.name))):
            node = self._known.get(("station", called)) if "Station" in classes else None
            node = node or self.register.by_slug(called, classes, folders)
            found = {node} if node else self.register.by_name(called, classes)
            if called.startswith("wd-"):
                found = self.register.by_item(called[3:], classes)
            if len(found) == 1:
                return found.pop(), called
        kind = kebab(classes[0])
        message = f"No {kind} here is called {read.name}" if not found else f"Several are called {read.name}"
        raise RefusalError("AL105", "value", f"{message}; add its document, or write its slug.")

    def concept(self, row: Row, column: str, scheme: str, word: str) -> NamedNode:
        """The concept of a scheme that a word means: its name there, or its label."""
        node = NamedNode(f"{BASE}vocabulary/{scheme}#{slug(word)}")
        concept = node if node in self.register.concepts else self.register.concept(scheme, word)
        if concept is None:
            raise RefusalError(
                "AL103", column, f"{word} is no concept of ontology/vocabulary/{scheme}.ttl; write one, or add it."
            )
        return concept

    # -- who says so ---------------------------------------------------------------------------

    def source(self, row: Row) -> tuple[NamedNode, Draft | None]:
        """The source of a row, and its description if it is new."""
        title, address = row["source_title"], row["source_url"]
        if not title:
            raise RefusalError("AL106", "source_title", "No source, no claim; write the title of what you have read.")
        if row["confidence"] not in CONFIDENCE:
            raise RefusalError(
                "AL106", "confidence", f"{row['confidence'] or 'Nothing'} is none of {', '.join(CONFIDENCE)}."
            )
        known = self.register.source(title, address)
        if known:
            return known, None
        if address and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", address):
            raise RefusalError("AL106", "source_url", f"{address} is no address; it begins with http:// or https://.")
        words = "-".join(slug(title).split("-")[:8]) or "source"
        node, number = NamedNode(f"{self.base}source/{words}"), 1
        while node in self.register.sources:
            number += 1
            node = NamedNode(f"{self.base}source/{words}-{number}")
        beside = {
            Triple(node, RDF.type, DEF.Source),
            Triple(node, SKOS.prefLabel, Literal(title, language="und")),
            Triple(node, DCTERMS.title, Literal(title, language="und")),
            Triple(node, DCTERMS.bibliographicCitation, Literal(title)),
            Triple(node, DCTERMS.language, Literal("und")),
            Triple(node, DEF.confidence, NamedNode(f"{BASE}vocabulary/confidence#{CONFIDENCE[row['confidence']]}")),
        }
        if address:
            beside.add(Triple(node, SCHEMA.url, Literal(address, datatype=XSD.anyURI)))
        return node, Draft(node, beside=frozenset(beside), tells=False)


def _without_remark(name: str) -> str:
    """A name without what stands in brackets behind it."""
    return re.sub(r"\s*\([^()]*\)$", "", name)
