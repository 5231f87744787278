"""The home of generated railway data: corridors over borders that conform to every shape of `ontology/shape/`.

Names and figures are invented; how they hang together is not: no rule finds anything in them.
"""

from __future__ import annotations

from itertools import count

from .border import LETTERS, Border, letters
from .statements import part

COUNTRIES = 48


def esr(digits: str) -> str:
    """An ESR code: five digits and the check digit that the shapes ask for.

    >>> esr("70850")
    '708507'
    """
    for weights in (range(1, 6), range(3, 8)):
        check = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11
        if check < 10:
            return f"{digits}{check}"
    return f"{digits}0"


class Railway(Border):
    """Generated railway data.

    Args:
        size: How many triples to make at least; the last corridor is made whole.
        seed: The same seed and size give the same data.
    """

    def __init__(self, size: int, seed: int = 0) -> None:
        super().__init__(seed)
        self.add("<catalog#freight>", "qb:DataSet", ("skos:prefLabel", '"Generated freight"@en'))
        for corridor in count():
            if self.size >= size:
                return
            self._corridor(corridor)

    def _corridor(self, number: int) -> None:
        """Two countries, a border crossing, lines and stations on both sides, who runs them, and what passes."""
        if number % 2 == 0:
            self._documents(number)
        countries = [self._country(number % COUNTRIES), self._country((number * 5 + 1) % COUNTRIES)]
        if countries[0] == countries[1]:
            countries[1] = self._country((number + 2) % COUNTRIES)
        operators = [self._organisation(number, side, countries[side]) for side in (0, 1)]
        crossing = f"<border-crossing/crossing-{number}>"
        sides = []
        for side, country in enumerate(countries):
            line = self._line(number, side, country, operators[side], crossing)
            town = self._town(number, side, country)
            for place in range(3):
                station = self._station(f"{number}-{side}-{place}", country, border=place == 2)
                self._claims_of_station(station, number * 6 + side * 3 + place, line, operators, town)
            sides.append((line, station))
        self._crossing(crossing, number, countries, sides)
        self._freight(crossing, number, countries)
        self._trains(crossing, number)

    def _documents(self, number: int) -> None:
        """Sources, the last six of which claims cite, and a concept of its own."""
        for index in range(number * 3, number * 3 + 6):
            self.sources.append(
                self.add(
                    f"<source/source-{index}>",
                    ":Source",
                    ("skos:prefLabel", f'"Railway almanac {index}"@en'),
                    ("dcterms:title", f'"Railway almanac, volume {index}"@en'),
                    ("dcterms:description", '"Tables of stations, operators and freight."@en'),
                    ("dcterms:issued", f'"{2024 + index % 3}"^^xsd:gYear'),
                    ("dcterms:language", '"en"'),
                    ("dcterms:publisher", '"A Press"'),
                    ("schema:url", f'"https://example.org/almanac/{index}"^^xsd:anyURI'),
                    (":confidence", "confidence:medium"),
                    (":copyOf", '"a scan"'),
                    (":retrieved", '"2026-11-23"^^xsd:date'),
                )
            )
        self.add(
            f"<commodity#grade-{number}>",
            "skos:Concept",
            ("skos:prefLabel", f'"grade {number}"@en'),
            ("skos:definition", f'"Ore of the grade {number} and no other."@en'),
            ("skos:inScheme", "<https://w3id.org/alataw/vocabulary/commodity>"),
        )

    def _country(self, number: int) -> str:
        node = f"<place/country-{number}>"
        if node not in self.said:
            code = LETTERS[number // 24] + LETTERS[number % 24]
            self.entity(
                node,
                ":Place",
                f"Country {code}",
                (":countryCode", f'"{code}"'),
                (":uicCountryCode", f'"{50 + number}"'),
                (":placeKind", "place-kind:country"),
                pool="country",
            )
        return node

    def _town(self, number: int, side: int, country: str) -> str:
        region = self.entity(
            f"<place/region-{number}-{side}>",
            ":Place",
            f"Region {number}-{side}",
            (":country", country),
            (":placeKind", "place-kind:region"),
            pool="region",
        )
        town = self.entity(
            f"<place/town-{number}-{side}>",
            ":Place",
            f"Town {number}-{side}",
            (":country", country),
            (":placeKind", "place-kind:settlement"),
        )
        self.claim(town, "location", ":Location", (":place", region), (":from", '"1955"^^xsd:gYear'))
        return town

    def _organisation(self, number: int, side: int, country: str) -> str:
        node = f"<organisation/railway-{number}-{side}>"
        self.entity(node, ":Organisation", f"Railway of corridor {number}-{side}", (":country", country))
        self.claim(
            node,
            "name-2018",
            ":NameClaim",
            (":name", f'"Railway Group {number}-{side}"@en'),
            (":nameLanguage", '"en"^^xsd:language'),
            (":from", '"2018-11-19"^^xsd:date'),
            pool="name of organisation",
        )
        if side:
            self.claim(
                node,
                "change-1996",
                ":OrganisationChange",
                ("org:originalOrganization", f"<organisation/railway-{number}-0>"),
                ("org:resultingOrganization", node),
                (":changeKind", "change-kind:transfer"),
                (":date", '"1996"^^xsd:gYear'),
            )
        return node

    # -- lines and stations ----------------------------------------------------------------------------

    def _line(self, number: int, side: int, country: str, operator: str, crossing: str) -> str:
        """A line with its kilometrage, and a branch of it."""
        node = f"<railway-line/line-{number}-{side}>"
        branch = f"<railway-line/branch-{number}-{side}>"
        self.entity(node, ":RailwayLine", f"Line {number}-{side}", (":country", country))
        self.entity(branch, ":RailwayLine", f"Branch {number}-{side}", (":country", country))
        self.add(
            part(node, "kilometrage"),
            ":KilometrageSystem",
            ("skos:prefLabel", f'"Line {number}-{side} from its first station"@en'),
            (":ofLine", node),
        )
        self.claim(node, "length", ":LineLength", (":length", '"900.5"^^xsd:decimal'), pool="length of main line")
        self.claim(branch, "length", ":LineLength", (":length", '"47.25"^^xsd:decimal'))
        self.claim(
            branch,
            "relation",
            ":LineRelation",
            (":lineRelation", "line-relation:branch-of"),
            (":relatedLine", node),
            (":crossing", crossing),
        )
        self.claim(
            branch,
            "electrified",
            ":Milestone",
            (":milestoneKind", "milestone-kind:electrified"),
            (":date", '"1999"^^xsd:gYear'),
        )
        self._tenures(branch, [operator, operator], 1950)
        return node

    def _station(self, name: str, country: str, *, border: bool) -> str:
        node = f"<station/station-{name}>"
        role = "station-role:border-station" if border else "station-role:gauge-change-station"
        return self.entity(
            node,
            ":Station",
            f"Station {name}",
            (":country", country),
            (":stationRole", role),
            pool="border station" if border else None,
        )

    def _claims_of_station(self, station: str, number: int, line: str, operators: list[str], town: str) -> None:
        opened = self._random.randint(1950, 1985)
        for name, date in (("opening-a", f'"{opened}"^^xsd:gYear'), ("opening-b", f'"{opened}-09"^^xsd:gYearMonth')):
            extended = ((":extendedTo", station), (":extendedInto", self.objects(town, ":country")[0]))
            self.claim(station, name, ":Opening", (":openingKind", "opening-kind:freight"), (":date", date), *extended)
        self._tenures(station, operators, opened)
        self.claim(
            station,
            "position",
            ":LinePosition",
            (":line", line),
            (":kilometrage", part(line, "kilometrage")),
            (":kilometre", f'"{number % 3 * 250 + self._random.randint(1, 200)}.375"^^xsd:decimal'),
        )
        self.claim(station, "location", ":Location", (":place", town), (":from", f'"{opened}"^^xsd:gYear'))
        for name in ("old", "local"):
            self.claim(
                station,
                f"name-{name}",
                ":NameClaim",
                (":name", f'"Станция {name} {number}"@ru'),
                (":nameLanguage", '"ru"^^xsd:language'),
                (":romanisation", '"GOST 7.79"'),
                (":from", f'"{opened}"^^xsd:gYear'),
                (":until", f'"{opened + 30}"^^xsd:gYear'),
            )
        for system, code in (
            ("esr", esr(f"{number % 100_000:05}")),
            ("telecode", letters(number)),
        ):
            self.claim(
                station, f"code-{system}", ":CodeAssignment", (":codeSystem", f"code-system:{system}"), (":code", f'"{code}"'),
                pool=f"{system} code",
            )  # fmt: skip
        point = f"POINT({number % 180}.{number % 97:02} {number % 90}.{number % 89:02})"
        self.claim(station, "coordinates", ":Coordinates", ("geo:asWKT", f'"{point}"^^geo:wktLiteral'))
        self.claim(station, "elevation", ":Elevation", (":elevation", f'"{number * 37 % 3000}.5"^^xsd:decimal'))
        self.claim(
            station, "gauge", ":TrackGaugeClaim", (":gauge", "track-gauge:1520"), (":from", '"1990"^^xsd:gYear'),
            pool="gauge of border station" if station in self.pools["border station"][-1:] else None,
        )  # fmt: skip
        if number % 2:
            self.claim(
                station, "suspension", ":Suspension", (":from", '"1993-05"^^xsd:gYearMonth'), (":until", '"1994"^^xsd:gYear')
            )  # fmt: skip
        else:
            self.claim(station, "closure", ":Closure", (":date", '"2019-06-30"^^xsd:date'))
        if number % 3 == 0:
            self.add(
                part(station, "acknowledgement"),
                ":Acknowledgement",
                (":about", station),
                (":acknowledgedBy", '"A. Editor"'),
                (":acknowledgedOn", '"2026-11-24"^^xsd:date'),
                (":finding", f'"{number:016x}"'),
                (":reason", '"the source says so"@en'),
            )

    def _tenures(self, about: str, operators: list[str], since: int) -> None:
        """Two tenures, one after the other."""
        for name, operator, start, end in (
            ("tenure-1", operators[0], since, since + 20),
            ("tenure-2", operators[1], since + 20, since + 40),
        ):
            self.claim(
                about,
                name,
                ":OperatorTenure",
                (":operator", operator),
                (":operatorName", '"the railway administration"@en'),
                (":operatorRole", "operator-role:operator"),
                (":from", f'"{start}"^^xsd:gYear'),
                (":until", f'"{end}"^^xsd:gYear'),
                pool="tenure of line" if "railway-line" in about else None,
            )
