"""Generated railway data of any size: stations with names, places, codes, operators, lines; border crossings with freight."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from alataw.graph import Graph
from alataw.repository import Repository
from alataw.terms import BASE, DCTERMS, DEF, GEO, PROV, RDF, SKOS, XSD, Literal, NamedNode, Triple

_SYLLABLES = "ka lo mi ru sha tan ve bor dzh kul nar osh pet qy tash um yar zhe gor lin".split()
_RANK, _KIND = NamedNode(BASE + "vocabulary/rank#normal"), NamedNode(BASE + "vocabulary/value-kind#observed")


class Railways(Graph):
    """The questions and terms of this repository over about so many generated triples."""

    def __init__(self, size: int) -> None:
        super().__init__(Repository(Path(__file__).resolve().parents[3]))
        self._size = size

    @cached_property
    def stated(self) -> tuple[Triple, ...]:
        return tuple(dict.fromkeys([*self.words.ontology, *railways(self._size)]))


def entity(path: str) -> NamedNode:
    """An entity by its path."""
    return NamedNode(BASE + path)


def concept(path: str) -> NamedNode:
    """A concept by its vocabulary and name."""
    return NamedNode(BASE + "vocabulary/" + path)


def _year(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.gYear)


def railways(size: int, seed: int = 1) -> Iterator[Triple]:
    """About so many triples; the same for the same seed."""
    chance = random.Random(seed)  # the same data each time
    sources = [entity(f"source/generated-{number}") for number in range(40)]
    for source in sources:
        yield Triple(source, RDF.type, DEF.Source)
        yield Triple(source, DCTERMS.title, Literal(f"Report {source.value[-2:]}", language="en"))
        yield Triple(source, DEF.confidence, concept(f"confidence#{chance.choice(['low', 'medium', 'high'])}"))

    def claim(
        about: NamedNode, name: str, kind: NamedNode, *said: tuple[NamedNode, NamedNode | Literal]
    ) -> Iterator[Triple]:
        node = NamedNode(f"{about.value.partition('#')[0]}#{name}")
        yield Triple(node, RDF.type, kind)
        yield Triple(node, DEF.about, about)
        yield Triple(node, DEF.rank, _RANK)
        yield Triple(node, DEF.valueKind, _KIND)
        yield Triple(node, DEF.locator, Literal("generated"))
        yield Triple(node, PROV.wasDerivedFrom, chance.choice(sources))
        for predicate, value in said:
            yield Triple(node, predicate, value)

    countries = [entity(f"place/country-{number}") for number in range(40)]
    for country in countries:
        yield Triple(country, RDF.type, DEF.Place)
        yield Triple(country, SKOS.prefLabel, Literal(country.value.rpartition("/")[2], language="en"))
    operators = [entity(f"organisation/operator-{number}") for number in range(60)]
    for operator in operators:
        yield Triple(operator, RDF.type, DEF.Organisation)
        yield Triple(operator, SKOS.prefLabel, Literal(operator.value.rpartition("/")[2], language="en"))
    lines = [entity(f"railway-line/l{number}") for number in range(size // 1200 + 1)]
    for line in lines:
        yield Triple(line, RDF.type, DEF.RailwayLine)
        yield Triple(line, SKOS.prefLabel, Literal(line.value.rpartition("/")[2], language="en"))
    made = number = 0
    while made < size:
        batch = [*_station(number, chance, countries, operators, claim)]
        if number % 10 == 0:
            batch += _crossing(number, chance, countries, claim)
        made += len(batch)
        number += 1
        yield from batch


def _station(number: int, chance: random.Random, countries, operators, claim) -> Iterator[Triple]:  # type: ignore[no-untyped-def]
    station = entity(f"station/s{number}")
    name = "".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(3, 5))).capitalize()
    yield Triple(station, RDF.type, DEF.Station)
    yield Triple(station, SKOS.prefLabel, Literal(f"{name} railway station", language="en"))
    yield Triple(station, SKOS.altLabel, Literal(name, language="en"))
    yield Triple(station, DEF.country, chance.choice(countries))
    yield Triple(station, DCTERMS.source, entity("source/generated-1"))
    point = f"POINT({chance.uniform(-170, 170):.5f} {chance.uniform(-60, 70):.5f})"
    yield from claim(station, "coordinates", DEF.Coordinates, (GEO.asWKT, Literal(point, datatype=GEO.wktLiteral)))
    for system in chance.sample(["esr", "un-locode", "uic", "telecode"], 2):
        said = (DEF.codeSystem, concept(f"code-system#{system}")), (DEF.code, Literal(f"{chance.randrange(10**6):06}"))
        yield from claim(station, f"code-{system}", DEF.CodeAssignment, *said)
    begin = chance.randint(1950, 2000)
    for tenure in range(3):
        said = (DEF.operator, chance.choice(operators)), (DEF.operatorRole, concept("operator-role#operator"))
        times = (DEF["from"], _year(begin + 10 * tenure)), (DEF.until, _year(begin + 10 * (tenure + 1)))
        yield from claim(station, f"operator-{tenure}", DEF.OperatorTenure, *said, *times)
    said = (
        (DEF.line, entity(f"railway-line/l{number // 20}")),
        (DEF.kilometre, Literal(f"{number % 20}.5", datatype=XSD.decimal)),
    )
    yield from claim(station, "position", DEF.LinePosition, *said)


def _crossing(number: int, chance: random.Random, countries, claim) -> Iterator[Triple]:  # type: ignore[no-untyped-def]
    crossing = entity(f"border-crossing/c{number}")
    yield Triple(crossing, RDF.type, DEF.BorderCrossing)
    yield Triple(crossing, SKOS.prefLabel, Literal(f"Crossing {number}", language="en"))
    yield Triple(crossing, DCTERMS.source, entity("source/generated-1"))
    for side, country in zip("ab", chance.sample(countries, 2), strict=True):
        node = NamedNode(f"{crossing.value}#side-{side}")
        yield Triple(node, RDF.type, DEF.CrossingSide)
        yield Triple(node, DEF.sideOf, crossing)
        yield Triple(node, DEF.country, country)
        yield Triple(node, DEF.station, entity(f"station/s{number}"))
        gauge = concept(f"track-gauge#{chance.choice(['1435', '1520', '1000'])}")
        yield from claim(node, f"gauge-{side}", DEF.TrackGaugeClaim, (DEF.gauge, gauge))
    for kind in ("freight", "passenger", "rails-joined"):
        said = (DEF.openingKind, concept(f"opening-kind#{kind}")), (DEF.date, _year(chance.randint(1900, 2020)))
        yield from claim(crossing, f"opening-{kind}", DEF.Opening, *said)
    if number % 50 == 0:  # another source has another year
        said = (DEF.openingKind, concept("opening-kind#freight")), (DEF.date, _year(chance.randint(1900, 2020)))
        yield from claim(crossing, "opening-freight-2", DEF.Opening, *said)
    yield from claim(crossing, "port", DEF.PortOfEntryStatus, (DEF.transportMode, concept("transport-mode#rail")))
    for year in range(1991, 2021):
        yield from claim(
            crossing,
            f"freight-{year}",
            DEF.FreightObservation,
            (DEF.period, _year(year)),
            (DEF.direction, concept("flow-direction#both")),
            (DEF.scope, concept("freight-scope#rail")),
            (DEF.report, entity("source/generated-2")),
            (DEF.tonnage, Literal(str(chance.randrange(10**7)), datatype=XSD.integer)),
        )
