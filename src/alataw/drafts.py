"""The home of drafts: what one row of the claims form says, as a claim about somebody, not yet merged.

A draft has a source and a place in it, the rank that nobody judged it, and the digits of the row. What cannot
be read, or speaks of nobody known, is refused with the reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from alataw.errors import AlatawError
from alataw.names import nearest, script_of_han, slug
from alataw.register import Register
from alataw.repository import kebab
from alataw.sources import PHRASES, PROPERTIES, READINGS, Property, Read, Row
from alataw.sources.claims import QUALIFIERS, SCOPES, TYPES
from alataw.sources.readings import WIKIDATA
from alataw.terms import BASE, DCTERMS, DEF, GEO, PROV, RDF, RDFS, SCHEMA, SKOS, XSD, Literal, NamedNode, Term, Triple

QB_DATA_SET = NamedNode("http://purl.org/linked-data/cube#dataSet")
CONFIDENCE = {"high": "high", "medium": "medium", "low": "low", "as-stated-by-seed": "as-stated", "as-stated": "as-stated"}
_ROLES = {"owner/operator": ("owner", "operator"), "organisation": ("operator",)}
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_STATION = re.compile(r"\b(railway|train|raiway) station\b|^Bahnhof | Station$| station$", re.IGNORECASE)

Group = Mapping[tuple[str, str], Sequence[Row]]


class Refusal(AlatawError):
    """A row that cannot become a claim, with the column that is meant."""

    def __init__(self, code: str, column: str, message: str) -> None:
        super().__init__(message, code=code)
        self.column = column
        self.message = message


@dataclass(frozen=True)
class Draft:
    """Something to be said.

    Args:
        about: Whom it is about: an entity, or a side of a border crossing.
        kind: The class of the claim; None if it is said of the entity itself.
        source: Who says so.
        said: What is claimed; a claim of the same source that says all of it is the same claim.
        more: What is said besides, of a new claim only.
        note: The remarks of the row.
        stem: Words of which the name of a new claim is made.
        beside: What is to be said of the entity itself.
        tells: Whether it says what the row says, and not only what has to be there first.
    """

    about: NamedNode
    kind: NamedNode | None = None
    source: NamedNode = NamedNode(BASE)
    said: tuple[tuple[NamedNode, Term], ...] = ()
    more: tuple[tuple[NamedNode, Term], ...] = ()
    note: Literal | None = None
    stem: tuple[str, ...] = ()
    beside: frozenset[Triple] = frozenset()
    tells: bool = True

    def named(self, taken: set[object]) -> NamedNode:
        """The first name of its stem that nothing has yet."""
        words = "-".join(filter(None, self.stem))
        stem = f"{self.about.value.partition('#')[0]}#{words}"
        number = 1
        while NamedNode(stem if number == 1 else f"{stem}-{number}") in taken:
            number += 1
        return NamedNode(stem if number == 1 else f"{stem}-{number}")

    def triples(self, node: NamedNode) -> set[Triple]:
        """The claim under a name."""
        facts = [(RDF.type, self.kind), (DEF.about, self.about), (PROV.wasDerivedFrom, self.source), *self.said, *self.more]
        if self.note:
            facts.append((RDFS.comment, self.note))
        return {Triple(node, property_, value) for property_, value in facts if value is not None}


def grouped(rows: Sequence[Row]) -> Group:
    """The rows of each entity, by type and by how the form calls it."""
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row["entity_type"], row["entity"]].append(row)
    return groups


def coordinates(rows: Sequence[Row]) -> dict[int, Row]:
    """For each row with a latitude or longitude the row with the other, of the same source about the same thing."""
    waiting: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    pairs: dict[int, Row] = {}
    for row in rows:
        if row["property"] not in ("lat", "lon"):
            continue
        key = (row["entity_type"], row["entity"], row["source_title"], row["source_url"])
        other = waiting[(*key, "lon" if row["property"] == "lat" else "lat")]
        if other:
            pairs[id(row)] = other.pop(0)
            pairs[id(pairs[id(row)])] = row
        else:
            waiting[(*key, row["property"])].append(row)
    return pairs


@dataclass
class Drafting:
    """What rows say, about the entities of a register and those that the rows themselves bring.

    Args:
        register: Who is known.
        base: The IRI that paths are resolved against.
        groups: All rows of each entity, since what makes an entity may stand in any of them.
    """

    register: Register
    base: str
    groups: Group
    _known: dict[tuple[str, str], NamedNode] = field(default_factory=dict)

    def order(self, row: Row) -> tuple[int, int]:
        """When a row is taken: what others name first; of tenures those that say more before those that say less."""
        if row["property"].startswith("operator"):
            return 4, -len(row.said)
        if row["entity_type"] == "crossing":
            return (1 if row["property"] == "wikidata_qid" else 3), 0
        return {"station": 2, "traffic": 5}.get(row["entity_type"], 0), 0

    def draft(self, row: Row, pairs: Mapping[int, Row]) -> Iterator[Draft]:
        """Say what a row says.

        Raises:
            Refusal: If it cannot be read (AL102, AL103, AL106), speaks of nobody known (AL104), or names
                something that nothing or several things are called (AL105).
        """
        property_ = PROPERTIES.get(row["property"])
        if property_ is None:
            known = nearest(row["property"], PROPERTIES)
            hint = f"did you mean {' or '.join(known)}?" if known else "docs/spreadsheet.md lists them all."
            raise Refusal("AL102", "property", f"The form has no property {row['property'] or 'without a name'}; {hint}")
        if not row["value"]:
            raise Refusal("AL103", "value", "The cell is empty; write what the source says, or remove the row.")
        reads = self._read(row, property_)
        entity, made = self._entity(row, property_)
        if made:
            yield made
        if not property_.claims:
            yield from self._identity(row, property_, entity, reads)
            return
        source, described = self._source(row)
        if described:
            yield described
        for read in reads:
            for said in self._roles(row, property_):
                yield self._claim(replace(row, said=said), property_, entity, source, read, pairs)

    def _read(self, row: Row, property_: Property) -> list[Read]:
        try:
            return READINGS[property_.reading](row["value"])
        except ValueError as error:
            message = str(error)
            raise Refusal("AL103", "value", f"{message[0].upper()}{message[1:]}.") from error

    def _roles(self, row: Row, property_: Property) -> Iterator[Mapping[str, str]]:
        for role in _ROLES.get(row.said.get("role", ""), (row.said.get("role", ""),)):
            yield {**row.said, "role": role} if role and property_.claims == "OperatorTenure" else row.said

    # -- whom ----------------------------------------------------------------------------------

    def _entity(self, row: Row, property_: Property) -> tuple[NamedNode, Draft | None]:
        type_, called = row["entity_type"], row["entity"]
        classes = {"operator": ("Station", "RailwayLine", "Place"), "traffic": ("BorderCrossing", "Place")}.get(
            type_, (TYPES.get(type_, ""),)
        )
        if classes == ("",):
            raise Refusal("AL102", "entity_type", f"{type_ or 'The empty word'} is none of {', '.join(TYPES)}.")
        if property_.types and type_ in TYPES and type_ not in property_.types:
            raise Refusal("AL102", "property", f"A {type_} has no {row['property']}; {' and '.join(property_.types)} have.")
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
        if re.fullmatch(r"Q[1-9]\d*", item):
            found = self.register.by_item(item)
        else:
            found = self.register.by_name(called, classes)
            for slug_ in (called, _without_remark(called)):
                node = self.register.by_slug(slug_, classes, folders)
                found = {node} if node else found
        if len(found) > 1:
            paths = " and ".join(sorted(node.value.removeprefix(self.base) for node in found))
            raise Refusal("AL104", "entity", f"{called} may be {paths}; write the slug of the one that is meant.")
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
            raise Refusal("AL104", "entity", f"Nothing here is {called}; correct the slug, or {hint}.")
        item = said.get("wikidata_qid", "")
        like = {node for node in self.register.by_name(name, (class_,)) if not item or not self.register.item_of(node)}
        if like and "different_from" not in said:
            path = min(node.value for node in like).removeprefix(self.base)
            message = f"{called} is called {name}, as {path} is; write that slug if it is the same, else add different_from."
            raise Refusal("AL104", "entity", message)
        node = self._slugged(class_, called, name, countries, said)
        if item:
            self.register.alias(node, item)
        beside = {Triple(node, RDF.type, DEF[class_]), Triple(node, SKOS.prefLabel, Literal(name, language="en"))}
        if class_ == "BorderCrossing":
            beside |= {triple for code in countries for triple in self._side(row, node, code)}
        if class_ == "Place":
            beside.add(Triple(node, DEF.placeKind, self._concept(row, "value", "place-kind", said["kind"])))
        if said.get("country"):
            beside |= self._countries(row, node, said["country"])
        return node, Draft(node, beside=frozenset(beside), tells=False)

    def _slugged(self, class_: str, called: str, name: str, countries: Sequence[str], said: Mapping[str, str]) -> NamedNode:
        words = slug(_STATION.sub("", name)) if called.startswith("wd-") else slug(called.replace("-", " "))
        if class_ == "BorderCrossing":
            words = "-".join([*(code.lower() for code in countries), words])
        tries = (words, f"{words}-{said.get('country', '')[:2].lower()}", f"{words}-{said.get('wikidata_qid', '').lower()}")
        for word in tries:
            node = NamedNode(f"{self.base}{kebab(class_)}/{word}")
            if node not in self.register.classes:
                return node
        raise Refusal("AL104", "entity", f"There is a {kebab(class_)} {words} already; give this one another slug.")

    def _side(self, row: Row, crossing: NamedNode, code: str) -> set[Triple]:
        side = NamedNode(f"{crossing.value}#side-{code.lower()}")
        return {
            Triple(side, RDF.type, DEF.CrossingSide),
            Triple(side, DEF.sideOf, crossing),
            Triple(side, DEF.country, self._country(row, code)),
        }

    def _countries(self, row: Row, node: NamedNode, codes: str) -> set[Triple]:
        return {Triple(node, DEF.country, self._country(row, code)) for code in codes.split(";")}

    def _country(self, row: Row, code: str) -> NamedNode:
        country = self.register.countries.get(code)
        if country is None:
            raise Refusal("AL105", "value", f"No country here has the code {code}; add its document to data/place/.")
        return country

    # -- what an entity is ---------------------------------------------------------------------

    def _identity(self, row: Row, property_: Property, entity: NamedNode, reads: Sequence[Read]) -> Iterator[Draft]:
        if row["property"] == "country":
            # Of a border crossing the two sides say it, even where a source counts it among stations.
            crossing = self.register.classes.get(entity) == "BorderCrossing"
            yield Draft(entity, beside=frozenset(() if crossing else self._countries(row, entity, row["value"])))
        elif row["property"].startswith("country_"):
            yield Draft(entity, beside=frozenset(self._side(row, entity, row["value"])))
        elif property_.side:
            side = self._about(entity, property_)
            beside = {Triple(side, DEF[property_.value], self._named(row, property_.names, read)[0]) for read in reads}
            if property_.value == "line":
                source, described = self._source(row)
                if described:
                    yield described
                beside.add(Triple(side, DCTERMS.source, source))
            yield Draft(entity, beside=frozenset(beside))
        else:
            yield Draft(entity)

    def _about(self, entity: NamedNode, property_: Property) -> NamedNode:
        """The entity, or the side of it: the slug of a border crossing begins with the codes of side a and side b."""
        if not property_.side:
            return entity
        codes = entity.value.rpartition("/")[2].split("-")[:2]
        return NamedNode(f"{entity.value}#side-{codes['ab'.index(property_.side)]}")

    # -- what is claimed -----------------------------------------------------------------------

    def _claim(
        self, row: Row, property_: Property, entity: NamedNode, source: NamedNode, read: Read, pairs: Mapping[int, Row]
    ) -> Draft:
        about = self._about(entity, property_)
        meaning = {**property_.said, **PHRASES.get(row.note, {})}
        facts = dict(self._meaning(row, property_, meaning))
        facts.update(read.said)
        note = "; ".join(filter(None, (row.note, read.note, self._scope_words(row))))
        value, more = self._value(row, property_, entity, read, meaning, pairs)
        kind = facts.pop(DEF.valueKind, NamedNode(f"{BASE}vocabulary/value-kind#observed"))
        facts[GEO.asWKT if property_.claims == "Coordinates" else DEF[property_.value]] = value
        if property_.claims == "LinePosition" and DEF.line not in facts:
            raise Refusal("AL103", "qualifiers", "A kilometre counts along a line; name it with line=....")
        if property_.claims == "Suspension" and property_.value == "until":
            facts[DEF.from_] = Literal(f"[..{row['value']}]", datatype=DEF.edtf)
        if property_.claims in ("FreightObservation", "TrainCount"):
            self._observation(row, facts)
            more.append((DEF.report, source))
        if property_.claims == "FreightObservation":
            more.append((QB_DATA_SET, NamedNode(f"{self.base}catalog#freight")))
        more += [(DEF.rank, NamedNode(f"{BASE}vocabulary/rank#normal")), (DEF.valueKind, kind), (DEF.locator, self._locator(row))]
        tails = {f":{name.value.removeprefix(DEF.iri)}": _tail(term) for name, term in facts.items()}
        tails["side"] = about.value.rpartition("#side-")[2] if property_.side else ""
        words = tuple(tails.get(word, "" if word[:1] in (":",) or word == "side" else slug(word)) for word in property_.stem)
        return Draft(
            about,
            DEF[property_.claims],
            source,
            tuple(facts.items()),
            tuple(more),
            Literal(note, language="en") if note and not (property_.value == "name" and _TAG.fullmatch(note)) else None,
            words,
            frozenset(self._labels(entity, value) if property_.value == "name" else ()),
        )

    def _meaning(self, row: Row, property_: Property, meaning: Mapping[str, str]) -> Iterator[tuple[NamedNode, Term]]:
        """What the property, its usual remarks and the qualifiers say beside the value."""
        schemes = {name: scheme for name, scheme in QUALIFIERS.values()}
        for name, text in meaning.items():
            if name in ("language", "words") or not text:
                continue
            if name == "line":
                yield DEF.line, self._named(row, ("RailwayLine",), Read(name=text))[0]
            else:
                scheme = {"codeSystem": "code-system", "milestoneKind": "milestone-kind"}.get(name) or schemes[name]
                yield DEF[name], NamedNode(f"{BASE}vocabulary/{scheme}#{text}")
        for key, text in row.said.items():
            name, reading = QUALIFIERS[key]
            if name == "language":
                continue
            if reading in READINGS:
                value = self._read(replace(row, cells={**row.cells, "value": text}), Property(reading))[0].value
                yield DEF[name], value  # type: ignore[misc]  # these readings give a term
            elif reading == "RailwayLine":
                yield DEF.line, self._named(row, (reading,), Read(name=text))[0]
            else:
                word = SCOPES.get(text, text).lower().replace(">", "-to-")
                yield DEF[name], self._concept(row, "qualifiers", reading, word)

    def _value(
        self, row: Row, property_: Property, entity: NamedNode, read: Read, meaning: Mapping[str, str], pairs: Mapping[int, Row]
    ) -> tuple[Term, list[tuple[NamedNode, Term]]]:
        if property_.claims == "NameClaim":
            return Literal(_text(read.value), language=self._language(row, entity, meaning, _text(read.value))), []
        if property_.claims == "Remark":
            words = f"{meaning['words']}: {row['value']}" if meaning["words"] else row["value"]
            return Literal(words, language="en"), []
        if property_.claims == "Coordinates":
            other = pairs.get(id(self._original(row)))
            if other is None:
                raise Refusal("AL103", "value", "A latitude needs the longitude of the same source in a row of its own.")
            self._read(other, PROPERTIES[other["property"]])
            lat, lon = (row, other) if row["property"] == "lat" else (other, row)
            point = f"POINT({lon['value']} {lat['value']})"
            if abs(float(lat["value"])) > 90:
                raise Refusal("AL103", "value", f"A latitude lies between -90 and 90, and {lat['value']} does not.")
            return Literal(point, datatype=GEO.wktLiteral), []
        if property_.names:
            value, called = self._named(row, property_.names, read)
            more: list[tuple[NamedNode, Term]] = []
            if property_.claims == "OperatorTenure" and called:
                more.append((DEF.operatorName, Literal(called, language="en")))
            return value, more
        assert read.value is not None  # every reading without names gives a term
        return read.value, []

    def _original(self, row: Row) -> Row:
        """The row as it was grouped: a copy with other qualifiers is the same row."""
        rows = self.groups[row["entity_type"], row["entity"]]
        return next(each for each in rows if each.cells is row.cells)

    def _observation(self, row: Row, facts: Mapping[NamedNode, Term]) -> None:
        missing = [key for key in ("period", "direction", "scope") if DEF[QUALIFIERS[key][0]] not in facts]
        if missing:
            wanted = " and ".join(f"{key}=..." for key in missing)
            raise Refusal("AL103", "qualifiers", f"A figure of traffic needs {wanted}.")

    def _scope_words(self, row: Row) -> str:
        scope = row.said.get("scope", "")
        return f"scope: {scope}" if scope in SCOPES and scope not in ("rail freight", "all modes") else ""

    def _locator(self, row: Row) -> Literal:
        item = row["entity"].removeprefix("wd-")
        return Literal(row["locator"] or (f"item {item}" if re.fullmatch(r"Q\d+", item) else "whole page"))

    def _language(self, row: Row, entity: NamedNode, meaning: Mapping[str, str], name: str) -> str:
        language = row.said.get("language") or meaning.get("language") or (row.note if _TAG.fullmatch(row.note) else "")
        if not _TAG.fullmatch(language):
            raise Refusal("AL103", "qualifiers", "A name in its own language needs the tag of that language, such as kk.")
        if language == "zh":
            in_china = self.register.countries.get("CN") in self.register.country_of(entity)
            script = script_of_han(name)
            return "zh-Hans" if script == "zh" and (in_china or "cn-" in entity.value.rpartition("/")[2][:6]) else script
        return language

    def _labels(self, entity: NamedNode, name: Term) -> Iterator[Triple]:
        """Let the entity be called so: by its label in a language that has none, else as another name."""
        if isinstance(name, Literal) and name not in self.register.labels[entity]:
            first = name.language not in {label.language for label in self.register.preferred[entity]}
            yield Triple(entity, SKOS.prefLabel if first else SKOS.altLabel, name)

    # -- what is named -------------------------------------------------------------------------

    def _named(self, row: Row, classes: Sequence[str], read: Read) -> tuple[NamedNode, str]:
        """What a value names, and how it is called there; a Wikidata item that nothing here has stays one."""
        if isinstance(read.value, NamedNode):
            item = read.value.value.removeprefix(WIKIDATA)
            found = self.register.by_item(item, classes)
            return (next(iter(found)) if len(found) == 1 else read.value), ""
        if classes[0] not in DEF_CLASSES:
            return self._concept(row, "value", classes[0], read.name), ""
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
        raise Refusal("AL105", "value", f"{message}; add its document, or write its slug.")

    def _concept(self, row: Row, column: str, scheme: str, word: str) -> NamedNode:
        node = NamedNode(f"{BASE}vocabulary/{scheme}#{slug(word)}")
        concept = node if node in self.register.concepts else self.register.concept(scheme, word)
        if concept is None:
            raise Refusal("AL103", column, f"{word} is no concept of ontology/vocabulary/{scheme}.ttl; write one, or add it.")
        return concept

    # -- who says so ---------------------------------------------------------------------------

    def _source(self, row: Row) -> tuple[NamedNode, Draft | None]:
        """The source of a row, and its description if it is new."""
        title, address = row["source_title"], row["source_url"]
        if not title:
            raise Refusal("AL106", "source_title", "No source, no claim; write the title of what you have read.")
        if row["confidence"] not in CONFIDENCE:
            raise Refusal("AL106", "confidence", f"{row['confidence'] or 'Nothing'} is none of {', '.join(CONFIDENCE)}.")
        known = self.register.source(title, address)
        if known:
            return known, None
        if address and not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", address):
            raise Refusal("AL106", "source_url", f"{address} is no address; it begins with http:// or https://.")
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


DEF_CLASSES = frozenset(TYPES.values())


def _without_remark(name: str) -> str:
    """A name without what stands in brackets behind it."""
    return re.sub(r"\s*\([^()]*\)$", "", name)


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, (Literal, NamedNode)) else ""


def _tail(term: Term) -> str:
    if isinstance(term, NamedNode):
        return re.split(r"[/#]", term.value)[-1].lower()
    return slug(_text(term).replace(".", " ")) or "name"
