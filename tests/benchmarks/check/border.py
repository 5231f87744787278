"""The home of what generated data says of borders: crossings, what is known of them, and what passes them."""

from __future__ import annotations

import random

from .statements import Statements, part

COMMODITIES = ("electronics", "ferrochrome", "iron-ore", "steel", "steel-pipes", "tomato-paste", "wheat")
YEARS = range(2010, 2016)
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"


def letters(number: int) -> str:
    """Three letters, of each number its own up to 13,823.

    >>> letters(1), letters(24)
    ('BAA', 'ABA')
    """
    return "".join(LETTERS[number // 24**place % 24] for place in range(3))


class Border(Statements):
    """Generated border crossings.

    Args:
        seed: The same seed gives the same figures.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)

    def _crossing(self, crossing: str, number: int, countries: list[str], sides: list[tuple[str, str]]) -> None:
        self.entity(crossing, ":BorderCrossing", f"Crossing {number}")
        for name, kind, date in (
            ("opening", "rails-joined", '"1990-09-12"^^xsd:date'),
            ("traffic", "freight", '"1992"^^xsd:gYear'),
        ):
            self.claim(
                crossing, name, ":Opening", (":openingKind", f"opening-kind:{kind}"), (":date", date),
                pool=f"{name} of crossing",
            )  # fmt: skip
        self.claim(
            crossing,
            "works",
            ":Milestone",
            (":milestoneKind", "milestone-kind:construction-begun"),
            (":date", '"1985-05"^^xsd:gYearMonth'),
            pool="works",
        )
        self.claim(crossing, "capacity", ":Capacity", (":capacity", '"16.5"^^xsd:decimal'))
        self.claim(crossing, "remark", ":Remark", (":remark", '"Wagons wait here for days."@en'))
        for index, (line, station) in enumerate(sides):
            side = self.add(
                part(crossing, f"side-{index}"),
                ":CrossingSide",
                (":sideOf", crossing),
                (":country", countries[index]),
                (":line", line),
                (":station", station),
                ("dcterms:source", self.sources[-1]),
            )
            self.claim(side, f"gauge-{index}", ":TrackGaugeClaim", (":gauge", "track-gauge:1520"), pool="gauge of side")
            self.claim(station, "kind", ":Classification", (":kind", "station-role:border-station"))
            prefixes = (
                self.objects(countries[index], said)[0].strip('"') for said in (":countryCode", ":uicCountryCode")
            )
            for system, prefix, code in zip(
                ("un-locode", "uic"), prefixes, (letters(number), f"{number:04}{index}"), strict=True
            ):
                self.claim(
                    station,
                    f"code-{system}",
                    ":CodeAssignment",
                    (":codeSystem", f"code-system:{system}"),
                    (":code", f'"{prefix}{code}"'),
                    pool=f"{system} code",
                )
        for index, commodity in enumerate(COMMODITIES):
            self.claim(
                crossing, f"flow-{commodity}", ":CommodityFlow", (":commodity", f"commodity:{commodity}"),
                (":direction", "flow-direction:both"), (":period", f'"{2012 + index % 3}"^^xsd:gYear'),
            )  # fmt: skip
        for mode, duration in (("rail", '"P20Y"^^xsd:duration'), ("road", '"P2Y6M"^^xsd:duration')):
            self.claim(
                crossing,
                f"port-{mode}",
                ":PortOfEntryStatus",
                (":transportMode", f"transport-mode:{mode}"),
                (":exclusiveWithin", f"<place/region-{number}-0>"),
                (":minimumDuration", duration),
                (":from", '"1992"^^xsd:gYear'),
                (":until", '"2012-12"^^xsd:gYearMonth'),
            )

    def _freight(self, crossing: str, number: int, countries: list[str]) -> None:
        """Each year a report with both directions and their sum, another report's sum, and container trains apart.

        Over the whole border the first report counts twice as much.
        """
        border = self.entity(
            f"<place/border-{number}>",
            ":Place",
            f"Border at crossing {number}",
            *((":borderOf", country) for country in countries),
            (":placeKind", "place-kind:border"),
            pool="border",
        )
        there, back = (self._direction(*pair) for pair in (countries, countries[::-1]))
        for year in YEARS:
            parts = self._random.randint(400_000, 9_000_000), self._random.randint(400_000, 9_000_000)
            for name, direction, tonnage, pool in (
                ("both", "flow-direction:both", sum(parts), "total"),
                ("there", there, parts[0], "part"),
                ("back", back, parts[1], "part"),
                ("other", "flow-direction:both", sum(parts) * 103 // 100, "other report"),
            ):
                report = self.sources[-2 if name == "other" else -1]
                period = f'"{year}"^^xsd:gYear'
                self._observe(crossing, f"freight-{year}-{name}", direction, period, tonnage, report, pool)
                if year == YEARS[0] and name == "both":
                    self._observe(border, f"freight-{year}", direction, period, tonnage * 2, report, "whole border")
        for month in range(1, 7):
            name, period = f"containers-{month}", f'"2024-{month:02}"^^xsd:gYearMonth'
            self._observe(crossing, name, there, period, self._random.randint(1_000, 90_000), self.sources[-3])
        for year in (2020, 2021):
            self.claim(
                crossing,
                f"trains-{year}",
                ":TrainCount",
                (":direction", there),
                (":period", f'"{year}"^^xsd:gYear'),
                (":report", self.sources[-3]),
                (":scope", "freight-scope:container-trains"),
                (":trains", f'"{self._random.randint(100, 9_000)}"^^xsd:integer'),
            )

    def _observe(
        self, about: str, name: str, direction: str, period: str, tonnage: int, report: str, pool: str | None = None
    ) -> None:
        self.claim(
            about,
            name,
            ":FreightObservation",
            ("qb:dataSet", "<catalog#freight>"),
            (":direction", direction),
            (":period", period),
            (":report", report),
            (":scope", "freight-scope:rail" if pool else "freight-scope:container-trains"),
            (":tonnage", f'"{tonnage}"^^xsd:integer'),
            (":growth", '"12.8"^^xsd:decimal'),
            (":growthBase", '"2009-01/2009-10"^^:edtf'),
            pool=pool,
        )

    def _direction(self, source: str, target: str) -> str:
        names = [country.rpartition("-")[2].rstrip(">") for country in (source, target)]
        node = f"<direction#from-{names[0]}-to-{names[1]}>"
        if node not in self.said:
            self.add(
                node,
                "skos:Concept",
                ("skos:prefLabel", f'"country {names[0]} to country {names[1]}"@en'),
                ("skos:definition", f'"Out of country {names[0]} into country {names[1]}."@en'),
                ("skos:inScheme", "<https://w3id.org/alataw/vocabulary/flow-direction>"),
                (":flowsFrom", source),
                (":flowsTo", target),
                pool="direction",
            )
        return node

    def _trains(self, crossing: str, number: int) -> None:
        for index in range(2):
            train = f"<train-service/train-{number}-{index}>"
            self.entity(train, ":TrainService", f"Train {number}-{index}")
            for name, since, until in (("a", "1994", "2005"), ("b", "2007", "2016")):
                self.claim(
                    train,
                    f"route-{name}",
                    ":ServiceRoute",
                    (":crossing", crossing),
                    (":terminus", f"<place/town-{number}-0>"),
                    (":terminus", f"<place/town-{number}-1>"),
                    (":from", f'"{since}"^^xsd:gYear'),
                    (":until", f'"{until}"^^xsd:gYear'),
                )
