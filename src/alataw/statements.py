"""The home of what rows say: each row of the claims form as drafts of claims, or the reason why it is none.

A claim has a source and a place in it, the rank that nobody judged it, and the digits of the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alataw.drafts import Draft, RefusalError
from alataw.identification import Identification
from alataw.names import nearest, script_of_han, slug
from alataw.sources import PHRASES, PROPERTIES, READINGS, Property, Read, Row
from alataw.sources.claims import QUALIFIERS, SCOPES
from alataw.terms import BASE, DCTERMS, DEF, GEO, RDFS, SKOS, Literal, NamedNode, Term, Triple

_DATA_SET = NamedNode("http://purl.org/linked-data/cube#dataSet")
_ROLES = {"owner/operator": ("owner", "operator"), "organisation": ("operator",)}
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass
class Drafting:
    """What rows say.

    Args:
        who: Who is meant.
    """

    who: Identification

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
            RefusalError: If it cannot be read (AL102, AL103, AL106), speaks of nobody known (AL104), or names
                something that nothing or several things are called (AL105).
        """
        property_ = PROPERTIES.get(row["property"])
        if property_ is None:
            known = nearest(row["property"], PROPERTIES)
            hint = f"did you mean {' or '.join(known)}?" if known else "docs/spreadsheet.md lists them all."
            raise RefusalError(
                "AL102", "property", f"The form has no property {row['property'] or 'without a name'}; {hint}"
            )
        if not row["value"]:
            raise RefusalError("AL103", "value", "The cell is empty; write what the source says, or remove the row.")
        reads = self._read(row, property_)
        entity, made = self.who.entity(row, property_)
        if made:
            yield made
        if not property_.claims:
            yield from self._identity(row, property_, entity, reads)
            return
        source, described = self.who.source(row)
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
            raise RefusalError("AL103", "value", f"{message[0].upper()}{message[1:]}.") from error

    def _roles(self, row: Row, property_: Property) -> Iterator[Mapping[str, str]]:
        for role in _ROLES.get(row.said.get("role", ""), (row.said.get("role", ""),)):
            yield {**row.said, "role": role} if role and property_.claims == "OperatorTenure" else row.said

    # -- what an entity is ---------------------------------------------------------------------

    def _identity(self, row: Row, property_: Property, entity: NamedNode, reads: Sequence[Read]) -> Iterator[Draft]:
        if row["property"] == "country":
            yield Draft(entity, beside=frozenset(self._country_of(row, entity)))
        elif row["property"].startswith("country_"):
            yield Draft(entity, beside=frozenset(self.who.side(row, entity, row["value"])))
        elif property_.side:
            side = self._about(entity, property_)
            beside = {
                Triple(side, DEF[property_.value], self.who.named(row, property_.names, read)[0]) for read in reads
            }
            if property_.value == "line":
                source, described = self.who.source(row)
                if described:
                    yield described
                beside.add(Triple(side, DCTERMS.source, source))
                notes = (note for note in (row.note, *(read.note for read in reads)) if note)
                beside |= {Triple(side, RDFS.comment, Literal(note, language="en")) for note in notes}
            yield Draft(entity, beside=frozenset(beside))
        else:
            yield Draft(entity)

    def _country_of(self, row: Row, entity: NamedNode) -> set[Triple]:
        """Where it lies; refused if something else stands, since that is no claim that could stand beside."""
        if self.who.register.classes.get(entity) == "BorderCrossing":
            return set()  # its two sides say it, even where a source counts it among stations
        triples = self.who.countries(row, entity, row["value"])
        stands = self.who.register.country_of(entity)
        if stands and stands != {triple.object for triple in triples}:
            named = " and ".join(sorted(country.value.removeprefix(self.who.base) for country in stands))
            raise RefusalError(
                "AL103", "value", f"{row['entity']} lies in {named} here; correct the row, or the document."
            )
        return triples

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
            raise RefusalError("AL103", "qualifiers", "A kilometre counts along a line; name it with line=....")
        if property_.claims == "Suspension" and property_.value == "until":
            if not re.fullmatch(r"[0-9]{4}(-[0-9][0-9]){0,2}", row["value"]):
                raise RefusalError("AL103", "value", f"{row['value']} is no single date; write when it was resumed.")
            facts[DEF.from_] = Literal(f"[..{row['value']}]", datatype=DEF.edtf)
        if property_.claims in ("FreightObservation", "TrainCount"):
            self._observation(row, facts)
            more.append((DEF.report, source))
        if property_.claims == "FreightObservation":
            more.append((_DATA_SET, NamedNode(f"{self.who.base}catalog#freight")))
        more += [
            (DEF.rank, NamedNode(f"{BASE}vocabulary/rank#normal")),
            (DEF.valueKind, kind),
            (DEF.locator, self._locator(row)),
        ]
        tails = {f":{name.value.removeprefix(DEF.iri)}": _tail(term) for name, term in facts.items()}
        tails["side"] = about.value.rpartition("#side-")[2] if property_.side else ""
        words = tuple(
            tails.get(word, "" if word[:1] in (":",) or word == "side" else slug(word)) for word in property_.stem
        )
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
        schemes = dict(QUALIFIERS.values())
        for name, text in meaning.items():
            if name in ("language", "words") or not text:
                continue
            if name == "line":
                yield DEF.line, self.who.named(row, ("RailwayLine",), Read(name=text))[0]
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
                yield DEF.line, self.who.named(row, (reading,), Read(name=text))[0]
            else:
                word = SCOPES.get(text, text).lower().replace(">", "-to-")
                yield DEF[name], self.who.concept(row, "qualifiers", reading, word)

    def _value(
        self,
        row: Row,
        property_: Property,
        entity: NamedNode,
        read: Read,
        meaning: Mapping[str, str],
        pairs: Mapping[int, Row],
    ) -> tuple[Term, list[tuple[NamedNode, Term]]]:
        if property_.claims == "NameClaim":
            return Literal(_text(read.value), language=self._language(row, entity, meaning, _text(read.value))), []
        if property_.claims == "Remark":
            words = f"{meaning['words']}: {row['value']}" if meaning["words"] else row["value"]
            return Literal(words, language="en"), []
        if property_.claims == "Coordinates":
            other = pairs.get(id(self._original(row)))
            if other is None:
                raise RefusalError(
                    "AL103", "value", "A latitude needs the longitude of the same source in a row of its own."
                )
            self._read(other, PROPERTIES[other["property"]])
            lat, lon = (row, other) if row["property"] == "lat" else (other, row)
            point = f"POINT({lon['value']} {lat['value']})"
            if abs(float(lat["value"])) > 90:
                raise RefusalError(
                    "AL103", "value", f"A latitude lies between -90 and 90, and {lat['value']} does not."
                )
            return Literal(point, datatype=GEO.wktLiteral), []
        if property_.names:
            value, called = self.who.named(row, property_.names, read)
            more: list[tuple[NamedNode, Term]] = []
            if property_.claims == "OperatorTenure" and called:
                more.append((DEF.operatorName, Literal(called, language="en")))
            return value, more
        return read.value or Literal(row["value"]), []

    def _original(self, row: Row) -> Row:
        """The row as it was grouped: a copy with other qualifiers is the same row."""
        rows = self.who.groups[row["entity_type"], row["entity"]]
        return next(each for each in rows if each.cells is row.cells)

    def _observation(self, row: Row, facts: Mapping[NamedNode, Term]) -> None:
        missing = [key for key in ("period", "direction", "scope") if DEF[QUALIFIERS[key][0]] not in facts]
        if missing:
            wanted = " and ".join(f"{key}=..." for key in missing)
            raise RefusalError("AL103", "qualifiers", f"A figure of traffic needs {wanted}.")

    def _scope_words(self, row: Row) -> str:
        scope = row.said.get("scope", "")
        return f"scope: {scope}" if scope in SCOPES and scope not in ("rail freight", "all modes") else ""

    def _locator(self, row: Row) -> Literal:
        item = row["entity"].removeprefix("wd-")
        return Literal(row["locator"] or (f"item {item}" if re.fullmatch(r"Q[0-9]+", item) else "whole page"))

    def _language(self, row: Row, entity: NamedNode, meaning: Mapping[str, str], name: str) -> str:
        language = row.said.get("language") or meaning.get("language") or (row.note if _TAG.fullmatch(row.note) else "")
        if not _TAG.fullmatch(language):
            raise RefusalError(
                "AL103", "qualifiers", "A name in its own language needs the tag of that language, such as kk."
            )
        if language == "zh":
            in_china = self.who.register.countries.get("CN") in self.who.register.country_of(entity)
            script = script_of_han(name)
            return (
                "zh-Hans" if script == "zh" and (in_china or "cn-" in entity.value.rpartition("/")[2][:6]) else script
            )
        return language

    def _labels(self, entity: NamedNode, name: Term) -> Iterator[Triple]:
        """Let the entity be called so: by its label in a language that has none, else as another name."""
        if isinstance(name, Literal) and name not in self.who.register.labels[entity]:
            first = name.language not in {label.language for label in self.who.register.preferred[entity]}
            yield Triple(entity, SKOS.prefLabel if first else SKOS.altLabel, name)


def _text(term: Term | None) -> str:
    return term.value if isinstance(term, (Literal, NamedNode)) else ""


def _tail(term: Term) -> str:
    if isinstance(term, NamedNode):
        return re.split(r"[/#]", term.value)[-1].lower()
    return slug(_text(term).replace(".", " ")) or "name"
