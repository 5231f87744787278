"""The home of what breaks generated data: edits of one node, and those that reach beyond it.

Each tells every result that a check then owes. None touches what another needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from .railway import Railway
from .statements import part

Edit = Callable[[Railway, str], None]


class Owed(NamedTuple):
    """A result that is owed: its focus node, its shape below `shape/`, its component, and its value if it has one."""

    focus: str
    shape: str
    component: str
    value: str | None = None


class Fault(NamedTuple):
    """A kind of fault: its name, the pool of its victims, and what breaks one, None if that one cannot be broken."""

    name: str
    pool: str
    breaks: Callable[[Railway, str], list[Owed] | None]


# -- edits ------------------------------------------------------------------------------------------


def drop(predicate: str) -> Edit:
    """Unsay a predicate."""

    def edit(railway: Railway, node: str) -> None:
        railway.said[node] = [statement for statement in railway.said[node] if statement[0] != predicate]

    return edit


def also(predicate: str, value: str) -> Edit:
    """Say one more value; `{}` is the document of the node."""
    return lambda railway, node: railway.said[node].append((predicate, _here(node, value)))


def put(predicate: str, value: str) -> Edit:
    """Say another value instead."""

    def edit(railway: Railway, node: str) -> None:
        drop(predicate)(railway, node)
        also(predicate, value)(railway, node)

    return edit


def _here(node: str, value: str) -> str:
    return value.replace("{}", node[1:-1].partition("#")[0])


def owes(*edits: Edit, results: tuple[tuple[str, ...], ...]) -> Callable[[Railway, str], list[Owed]]:
    """Make edits that each victim answers with the same results about itself."""

    def breaks(railway: Railway, node: str) -> list[Owed]:
        for edit in edits:
            edit(railway, node)
        return [Owed(node, shape, component, _value(node, component, *value)) for shape, component, *value in results]

    return breaks


def _value(node: str, component: str, value: str | None = None) -> str | None:
    """A SPARQL rule of a node shape that names no value gives its focus node (SHACL 5.3.2)."""
    return _here(node, value) if value is not None else node if component == "SPARQL" else None


def wrong(pool: str, predicate: str, shape: str, *cases: tuple[str, str, str]) -> Iterator[Fault]:
    """Faults of one value: what is put instead, the component that finds it, and what that is called.

    Args:
        pool: Whose value it is.
        predicate: The property.
        shape: The property shape.
        cases: Name, component and value; without a value the property is dropped.
    """
    for called, component, value in cases:
        name = f"{shape}: {called}" if called else shape
        if not value:
            yield Fault(name, pool, owes(drop(predicate), results=((shape, component),)))
        elif component in ("MaxCount", "UniqueLang"):
            yield Fault(name, pool, owes(also(predicate, value), results=((shape, component),)))
        else:
            yield Fault(name, pool, owes(put(predicate, value), results=((shape, component, value),)))


def stray(pool: str, shape: str, predicate: str, value: str) -> Fault:
    """A property that a closed shape does not know."""
    return Fault(f"{shape}: closed", pool, owes(also(predicate, value), results=((shape, "Closed", value),)))


MISSING = ("missing", "MinCount", "")
NOBODY = ("of another class", "Class", "<https://w3id.org/alataw/vocabulary/rank>")
NOTHING = ("neither of the class nor an item", "Or", "<https://w3id.org/alataw/vocabulary/rank>")
ELSEWHERE = ("not of the scheme", "Node", "track-gauge:1067")


# -- faults that reach beyond one node --------------------------------------------------------------


def same_name(railway: Railway, node: str) -> list[Owed]:
    """Another node of the class takes the label."""
    label = railway.objects(node, "skos:prefLabel")[0]
    railway.add(f"{node[:-1]}-double>", ":TrainService", ("skos:prefLabel", label), pool="double")
    return [Owed(node, "entity#same-name", "SPARQL", label)]


def one_country(railway: Railway, node: str) -> list[Owed]:
    """Both sides lie in one country."""
    side, other = part(node, "side-0"), part(node, "side-1")
    country = railway.objects(other, ":country")[0]
    put(":country", country)(railway, side)
    return [
        Owed(node, "border-crossing#one-country", "SPARQL", country),
        Owed(side, "crossing-side#station-abroad", "SPARQL", railway.objects(side, ":station")[0]),
    ]


def one_side(railway: Railway, node: str) -> list[Owed]:
    """One side is of no crossing."""
    side = part(node, "side-1")
    drop(":sideOf")(railway, side)
    return [Owed(node, "border-crossing#sides", "MinCount"), Owed(side, "crossing-side#side-of", "MinCount")]


def three_sides(railway: Railway, node: str) -> list[Owed]:
    """A third side is of the crossing."""
    country = railway.add(
        part(node, "land"),
        ":Place",
        ("skos:prefLabel", f'"Land of {node[1:-1]}"@en'),
        (":placeKind", "place-kind:region"),
        pool="land",
    )
    railway.add(part(node, "side-2"), ":CrossingSide", (":sideOf", node), (":country", country), pool="third side")
    return [Owed(node, "border-crossing#sides", "MaxCount")]


def gauge_unlike_station(railway: Railway, node: str) -> list[Owed] | None:
    """The side has a gauge that its station has not."""
    side = railway.objects(node, ":about")[0]
    if railway.objects(side, ":station")[0] not in railway.said:
        return None
    put(":gauge", "track-gauge:1067")(railway, node)
    return [Owed(side, "crossing-side#gauge-unlike-station", "SPARQL", "track-gauge:1067")]


def closed_before(railway: Railway, node: str) -> list[Owed] | None:
    """The closure comes before every opening."""
    openings = [opening for name in "ab" if (opening := part(node, f"opening-{name}")) in railway.said]
    put(":date", '"1930"^^xsd:gYear')(railway, node)
    return [Owed(node, "closure#before-the-opening", "SPARQL", '"1930"^^xsd:gYear') for _ in openings] or None


def late_works(railway: Railway, node: str) -> list[Owed]:
    """Works begin when both the rails and traffic are there."""
    put(":date", '"2001"^^xsd:gYear')(railway, node)
    openings = part(node, "opening"), part(node, "traffic")
    return [
        Owed(opening, "opening#before-the-works", "SPARQL", railway.objects(opening, ":date")[0])
        for opening in openings
    ]


def opening_unstated(railway: Railway, node: str) -> list[Owed]:
    """The openings of the station are gone."""
    for opening in ("opening-a", "opening-b"):
        del railway.said[part(node, opening)]
    return [Owed(node, "station#opening-unstated", "SPARQL", node)]


def dates_differ(railway: Railway, node: str) -> list[Owed] | None:
    """Of two sources one says years later."""
    if not node.endswith("#opening-a>"):
        return None
    put(":date", '"1989"^^xsd:gYear')(railway, node)
    return [Owed(node, "opening#dates-differ", "SPARQL", '"1989"^^xsd:gYear')]


def two_at_once(railway: Railway, node: str) -> list[Owed] | None:
    """The first tenure lasts into the second."""
    if not node.endswith("#tenure-1>"):
        return None
    put(":until", '"2019"^^xsd:gYear')(railway, node)
    operator = railway.objects(part(node, "tenure-2"), ":operator")[0]
    return [Owed(node, "operator-tenure#two-at-once", "SPARQL", operator)]


def early_name(railway: Railway, node: str) -> list[Owed]:
    """The operator is called as it was called later."""
    operator = railway.objects(node, ":operator")[0]
    name = railway.objects(part(operator, "name-2018"), ":name")[0]
    put(":operatorName", name)(railway, node)
    return [Owed(node, "operator-tenure#name-before-its-time", "SPARQL", name)]


def changes_nothing(railway: Railway, node: str) -> list[Owed]:
    """The transfer leads back."""
    original = railway.objects(node, "org:originalOrganization")[0]
    put("org:resultingOrganization", original)(railway, node)
    return [Owed(node, "organisation-change#changes-nothing", "SPARQL", original)]


def ended_elsewhere(railway: Railway, node: str) -> list[Owed] | None:
    """One source knows no end of the route, and another does."""
    if not node.endswith("#route-a>"):
        return None
    drop(":until")(railway, node)
    until = railway.objects(part(node, "route-b"), ":until")[0]
    return [Owed(node, "service-route#ended-elsewhere", "SPARQL", until)]


def period(shape: str, component: str, value: str) -> Callable[[Railway, str], list[Owed]]:
    """Count freight in another period, `{}` of which is the month: the months of a crossing differ."""

    def breaks(railway: Railway, node: str) -> list[Owed]:
        month = railway.objects(node, ":period")[0].removeprefix('"2024-')[:2]
        other = value.replace("{}", month)
        put(":period", other)(railway, node)
        return [Owed(node, shape, component, other)]

    return breaks


def _times(railway: Railway, node: str, per_cent: int) -> str:
    tonnage = int(railway.objects(node, ":tonnage")[0].split('"')[1])
    return f'"{tonnage * per_cent // 100}"^^xsd:integer'


def parts_and_total(railway: Railway, node: str) -> list[Owed]:
    """The total is 2 % more than its parts."""
    total = _times(railway, node, 102)
    put(":tonnage", total)(railway, node)
    return [Owed(node, "freight-observation#parts-and-total", "SPARQL", total)]


def part_above_whole(railway: Railway, node: str) -> list[Owed]:
    """In one month the other report counts twice of what the first does in the year."""
    more = _times(railway, node, 200)
    put(":tonnage", more)(railway, node)
    year = railway.objects(node, ":period")[0][1:5]
    put(":period", f'"{year}-05"^^xsd:gYearMonth')(railway, node)
    return [Owed(node, "freight-observation#part-above-whole", "SPARQL", more)]


def crossings_above_border(railway: Railway, node: str) -> list[Owed] | None:
    """Over the whole border there is half of what one crossing of it has."""
    crossing = f"<border-crossing/crossing-{railway.objects(node, ':about')[0].rpartition('-')[2]}"
    sides = [side for name in "01" if crossing in railway.objects(side := part(crossing, f"side-{name}"), ":sideOf")]
    if len({railway.objects(side, ":country")[0] for side in sides}) < 2:
        return None
    fewer = _times(railway, node, 25)
    put(":tonnage", fewer)(railway, node)
    return [Owed(node, "freight-observation#crossings-above-border", "SPARQL", fewer)]


def rates_differ(railway: Railway, node: str) -> list[Owed]:
    """The other report has half as much again."""
    put(":tonnage", _times(railway, node, 150))(railway, node)
    both = part(node, node.partition("#")[2].replace("other>", "both"))
    return [Owed(both, "freight-observation#rates-differ", "SPARQL", railway.objects(both, ":tonnage")[0])]


def twice_in_one_report(railway: Railway, node: str) -> list[Owed]:
    """The report says the same twice, the second time 5 % more."""
    again = f"{node[:-1]}-again>"
    railway.add(again, ":FreightObservation", *railway.said[node][1:], pool="again")
    put(":tonnage", _times(railway, node, 105))(railway, again)
    tonnage = railway.objects(node, ":tonnage")[0]
    return [Owed(node, "freight-observation#twice-in-one-report", "SPARQL", tonnage)]


def check_digit(railway: Railway, node: str) -> list[Owed]:
    """The last digit is mistyped."""
    code = railway.objects(node, ":code")[0].strip('"')
    mistyped = f'"{code[:5]}{(int(code[5]) + 1) % 10}"'
    put(":code", mistyped)(railway, node)
    return [Owed(node, "code-assignment#check-digit", "SPARQL", mistyped)]


def coded_twice(railway: Railway, node: str) -> list[Owed]:
    """There are two codes in one assignment."""
    code = railway.objects(node, ":code")[0]
    also(":code", f'{code[:-2]}9"')(railway, node)
    return [Owed(node, "code-assignment#code", "MaxCount")]


def another_railway(railway: Railway, node: str) -> list[Owed]:
    """The code begins as those of another country do."""
    code = railway.objects(node, ":code")[0]
    prefixes = (railway.objects(country, ":uicCountryCode")[0] for country in railway.pools["country"])
    other = next(prefix for prefix in prefixes if prefix[:3] != code[:3])
    put(":code", f"{other[:3]}{code[3:]}")(railway, node)
    return [Owed(node, "code-assignment#another-railway", "SPARQL", f"{other[:3]}{code[3:]}")]


def shared(railway: Railway, node: str) -> list[Owed]:
    """A country has the code too."""
    country = railway.pools["country"][0]
    again = part(country, f"of-{node.partition('/')[2].partition('#')[0]}")
    railway.add(again, ":CodeAssignment", *railway.said[node][1:], pool="again")
    put(":about", country)(railway, again)
    return [Owed(again, "code-assignment#shared", "SPARQL", railway.objects(node, ":code")[0])]


def one_gauge_only(railway: Railway, node: str) -> list[Owed]:
    """Where the gauge is said to break one is known."""
    put(":kind", "station-role:break-of-gauge-station")(railway, node)
    gauge = railway.objects(part(node, "gauge"), ":gauge")[0]
    return [Owed(node, "classification#one-gauge-only", "SPARQL", gauge)]


def after_the_source(railway: Railway, node: str) -> list[Owed] | None:
    """Freight was counted years after its source was issued."""
    source = railway.objects(node, "prov:wasDerivedFrom")[0]
    if not railway.objects(source, "dcterms:issued")[0].endswith("^^xsd:gYear"):
        return None
    return period("freight-observation#after-the-source", "SPARQL", '"2031-{}"^^xsd:gYearMonth')(railway, node)


def region_without_bounds(railway: Railway, node: str) -> list[Owed]:
    """The region of the port is one that no law bounds."""
    put(":placeKind", "place-kind:informal-region")(railway, node)
    ports = railway.pools[":PortOfEntryStatus"] + railway.pools["ranked :PortOfEntryStatus"]
    claims = [claim for claim in ports if node in railway.objects(claim, ":exclusiveWithin")]
    return [Owed(claim, "port-of-entry-status#region-without-bounds", "SPARQL", node) for claim in claims]
