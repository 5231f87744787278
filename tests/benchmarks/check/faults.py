"""The home of injected faults: one row a kind, what is broken, and every result that a check then owes.

A row breaks one node of a pool of `railway.Railway` (its class, unless the pool says otherwise). Rows are written so
that no fault touches what another needs; a test holds the results to pySHACL's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from .railway import Railway, part

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


class Injected(NamedTuple):
    """A fault that was injected: its kind, the node that was broken, and the results owed."""

    kind: str
    node: str
    results: list[Owed]


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
        name = f"{shape.replace('#', ': ')} {called}"
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
ELSEWHERE = ("not of the scheme", "Node", "track-gauge:1067")


# -- faults that reach beyond one node --------------------------------------------------------------


def _same_name(railway: Railway, node: str) -> list[Owed]:
    label = railway.objects(node, "skos:prefLabel")[0]
    railway.add(f"{node[:-1]}-double>", ":TrainService", ("skos:prefLabel", label), pool="double")
    return [Owed(node, "entity#same-name", "SPARQL", label)]


def _one_country(railway: Railway, node: str) -> list[Owed]:
    side, other = part(node, "side-0"), part(node, "side-1")
    country = railway.objects(other, ":country")[0]
    put(":country", country)(railway, side)
    return [
        Owed(node, "border-crossing#one-country", "SPARQL", country),
        Owed(side, "crossing-side#station-abroad", "SPARQL", railway.objects(side, ":station")[0]),
    ]


def _one_side(railway: Railway, node: str) -> list[Owed]:
    side = part(node, "side-1")
    drop(":sideOf")(railway, side)
    return [Owed(node, "border-crossing#sides", "MinCount"), Owed(side, "crossing-side#side-of", "MinCount")]


def _three_sides(railway: Railway, node: str) -> list[Owed]:
    country = railway.add(
        part(node, "land"),
        ":Place",
        ("skos:prefLabel", f'"Land of {node[1:-1]}"@en'),
        (":placeKind", "place-kind:region"),
        pool="land",
    )
    railway.add(part(node, "side-2"), ":CrossingSide", (":sideOf", node), (":country", country), pool="third side")
    return [Owed(node, "border-crossing#sides", "MaxCount")]


def _opening_unstated(railway: Railway, node: str) -> list[Owed]:
    for opening in ("opening-a", "opening-b"):
        del railway.said[part(node, opening)]
    return [Owed(node, "station#opening-unstated", "SPARQL", node)]


def _dates_differ(railway: Railway, node: str) -> list[Owed] | None:
    if not node.endswith("#opening-a>"):
        return None
    put(":date", '"1989"^^xsd:gYear')(railway, node)
    return [Owed(node, "opening#dates-differ", "SPARQL", '"1989"^^xsd:gYear')]


def _two_at_once(railway: Railway, node: str) -> list[Owed] | None:
    if not node.endswith("#tenure-1>"):
        return None
    put(":until", '"2019"^^xsd:gYear')(railway, node)
    operator = railway.objects(part(node, "tenure-2"), ":operator")[0]
    return [Owed(node, "operator-tenure#two-at-once", "SPARQL", operator)]


def _early_name(railway: Railway, node: str) -> list[Owed]:
    operator = railway.objects(node, ":operator")[0]
    name = railway.objects(part(operator, "name-2018"), ":name")[0]
    put(":operatorName", name)(railway, node)
    return [Owed(node, "operator-tenure#name-before-its-time", "SPARQL", name)]


def _changes_nothing(railway: Railway, node: str) -> list[Owed]:
    original = railway.objects(node, "org:originalOrganization")[0]
    put("org:resultingOrganization", original)(railway, node)
    return [Owed(node, "organisation-change#changes-nothing", "SPARQL", original)]


def _ended_elsewhere(railway: Railway, node: str) -> list[Owed] | None:
    if not node.endswith("#route-a>"):
        return None
    drop(":until")(railway, node)
    until = railway.objects(part(node, "route-b"), ":until")[0]
    return [Owed(node, "service-route#ended-elsewhere", "SPARQL", until)]


def _times(railway: Railway, node: str, per_cent: int) -> str:
    tonnage = int(railway.objects(node, ":tonnage")[0].split('"')[1])
    return f'"{tonnage * per_cent // 100}"^^xsd:integer'


def _parts_and_total(railway: Railway, node: str) -> list[Owed]:
    total = _times(railway, node, 102)
    put(":tonnage", total)(railway, node)
    return [Owed(node, "freight-observation#parts-and-total", "SPARQL", total)]


def _rates_differ(railway: Railway, node: str) -> list[Owed]:
    put(":tonnage", _times(railway, node, 150))(railway, node)
    both = part(node, node.partition("#")[2].replace("other>", "both"))
    return [Owed(both, "freight-observation#rates-differ", "SPARQL", railway.objects(both, ":tonnage")[0])]


def _twice_in_one_report(railway: Railway, node: str) -> list[Owed]:
    again = f"{node[:-1]}-again>"
    railway.add(again, ":FreightObservation", *railway.said[node][1:], pool="again")
    put(":tonnage", _times(railway, node, 105))(railway, again)
    tonnage = railway.objects(node, ":tonnage")[0]
    return [Owed(node, "freight-observation#twice-in-one-report", "SPARQL", tonnage)]


def _check_digit(railway: Railway, node: str) -> list[Owed]:
    code = railway.objects(node, ":code")[0].strip('"')
    mistyped = f'"{code[:5]}{(int(code[5]) + 1) % 10}"'
    put(":code", mistyped)(railway, node)
    return [Owed(node, "code-assignment#check-digit", "SPARQL", mistyped)]


# -- the table --------------------------------------------------------------------------------------

FAULTS: tuple[Fault, ...] = (
    # Claims in general
    *wrong(":NameClaim", ":about", "claim#about", MISSING),
    *wrong(":CommodityFlow", ":about", "claim#about", ("twice", "MaxCount", "<{}#side-0>"),
           ("of nothing known", "Node", "<{}#nowhere>")),
    *wrong(":NameClaim", ":about", "claim#elsewhere", ("in another file", "SPARQL", "<catalog#freight>")),
    *wrong(":Location", ":until", "claim#ends-before-it-begins", ("", "SPARQL", '"1899"^^xsd:gYear')),
    Fault("claim: length without ends", ":PortOfEntryStatus", owes(
        put(":minimumDuration", '"P30Y"^^xsd:duration'), drop(":until"),
        results=(("claim#length-without-ends", "SPARQL", '"P30Y"^^xsd:duration'),))),
    *wrong(":Coordinates", ":locator", "claim#locator", MISSING, ("empty", "MinLength", '""'),
           ("with a language", "Datatype", '"p. 7"@en'), ("twice", "MaxCount", '"p. 9999"')),
    *wrong(":Suspension", ":until", "claim#open-date", ("", "SPARQL", '"[2004..]"^^:edtf')),
    *wrong(":TrackGaugeClaim", ":rank", "claim#rank", MISSING),
    Fault("claim#rank not of the scheme", ":TrackGaugeClaim", owes(
        put(":rank", "track-gauge:1067"),
        results=(("claim#rank", "Node", "track-gauge:1067"), ("claim#rank-unexplained", "SPARQL", "track-gauge:1067")))),
    Fault("claim#rank twice", ":Location", owes(
        also(":rank", "rank:preferred"),
        results=(("claim#rank", "MaxCount"), ("claim#rank-unexplained", "SPARQL", "rank:preferred")))),
    Fault("claim: rank explained in vain", ":LinePosition", owes(
        also(":reasonForRank", '"an editor said so"@en'),
        results=(("claim#rank-explained-in-vain", "SPARQL", '"an editor said so"@en'),))),
    *wrong(":Closure", ":rank", "claim#rank-unexplained", ("", "SPARQL", "rank:deprecated")),
    *wrong("ranked :NameClaim", ":rankedBy", "claim#ranked-by", ("with a language", "Datatype", '"A. Editor"@en'),
           ("twice", "MaxCount", '"B. Editor"')),
    *wrong("ranked :CommodityFlow", ":rankedOn", "claim#ranked-on", ("a year", "Datatype", '"2026"^^xsd:gYear'),
           ("ill-formed", "Datatype", '"2026-02-30"^^xsd:date')),
    *wrong("ranked :Location", ":reasonForRank", "claim#reason-for-rank", ("no language", "Datatype", '"newer"')),
    *wrong(":CommodityFlow", ":statedAs", "claim#stated-as", ("no language", "Datatype", '"in these words"')),
    *wrong(":NameClaim", ":valueKind", "claim#value-kind", MISSING, ELSEWHERE,
           ("twice", "MaxCount", "value-kind:derived")),
    *wrong(":Coordinates", "prov:wasDerivedFrom", "claim#was-derived-from", MISSING, NOBODY),
    # Every entity
    Fault("entity: said by hand", "region", owes(
        also(":operatedBy", "<catalog#freight>"),
        results=(("entity#said-by-hand", "SPARQL", "<catalog#freight>"), ("place", "Closed", "<catalog#freight>")))),
    Fault("entity: same name", ":TrainService", _same_name),
    Fault("entity: undeclared class", ":Organisation", owes(
        also("rdf:type", ":Organization"), results=(("entity#undeclared-class", "SPARQL", ":Organization"),))),
    Fault("entity: undeclared property", ":Source", owes(
        also(":publishedBy", '"A Press"'),
        results=(("entity#undeclared-property", "SPARQL", '"A Press"'), ("source", "Closed", '"A Press"')))),
    # Stations, places, lines, organisations, trains
    *wrong(":Station", ":country", "station#country", MISSING, NOBODY, ("twice", "MaxCount", "<place/town-0-0>")),
    *wrong(":Station", "skos:prefLabel", "station#label", MISSING, ("no language", "Datatype", '"Station ?"'),
           ("twice in a language", "UniqueLang", '"Another name"@en')),
    *wrong(":Station", "skos:altLabel", "station#other-label", ("no language", "Datatype", '"Alatau"')),
    *wrong(":Station", "dcterms:source", "station#source", NOBODY),
    *wrong(":Station", ":stationRole", "station#station-role", ELSEWHERE),
    stray(":Station", "station", ":code", '"708507"'),
    Fault("station: also something else", ":Station", owes(
        put(":stationRole", "station-role:border-station"), also("rdf:type", ":RailwayLine"),
        results=(("station#also-something-else", "SPARQL", ":RailwayLine"),
                 ("railway-line", "Closed", "station-role:border-station")))),
    Fault("station: opening unstated", ":Station", _opening_unstated),
    *wrong(":Place", ":countryCode", "place#country-code", ("not two capitals", "Pattern", '"Kz"'),
           ("with a language", "Datatype", '"KZ"@en')),
    *wrong(":Place", ":placeKind", "place#place-kind", MISSING, ELSEWHERE),
    Fault("place: country without code", ":Place", owes(
        put(":placeKind", "place-kind:country"),
        results=(("place#country-without-code", "SPARQL", "place-kind:country"),))),
    *wrong(":RailwayLine", "skos:prefLabel", "railway-line#label", ("no language", "Datatype", '"Line ?"')),
    *wrong(":Organisation", ":country", "organisation#country", NOBODY),
    *wrong(":TrainService", "skos:prefLabel", "train-service#label",
           ("twice in a language", "UniqueLang", '"The train"@en')),
    *wrong("skos:Concept", "skos:definition", "concept#definition", MISSING,
           ("no sentence", "Pattern", '"ore of a kind"@en')),
    *wrong("skos:Concept", "skos:inScheme", "concept#scheme", ("of another class", "Class", "<catalog#freight>")),
    *wrong(":KilometrageSystem", ":ofLine", "kilometrage-system#of-line", NOBODY),
    stray(":KilometrageSystem", "kilometrage-system", ":retrieved", '"2026-11-24"^^xsd:date'),
    # Sources
    *wrong(":Source", "schema:url", "source#address", ("not of the web", "Pattern", '"ftp://example.org/x"^^xsd:anyURI')),
    *wrong(":Source", "schema:url", "source#no-address", ("", "SPARQL", "")),
    *wrong(":Source", "dcterms:language", "source#language", ("no tag", "Pattern", '"English"')),
    *wrong(":Source", "dcterms:issued", "source#issued", ("no date", "Or", '"last year"')),
    *wrong(":Source", "dcterms:title", "source#title", ("twice", "MaxCount", '"Ein Almanach"@de')),
    *wrong(":Source", "dcterms:publisher", "source#publisher", ("with a language", "Datatype", '"A Press"@en')),
    *wrong(":Source", ":retrieved", "source#retrieved", ("ill-formed", "Datatype", '"2026-13-01"^^xsd:date')),
    # Border crossings
    Fault("border-crossing: one country", ":BorderCrossing", _one_country),
    Fault("border-crossing: one side", ":BorderCrossing", _one_side),
    Fault("border-crossing: three sides", ":BorderCrossing", _three_sides),
    *wrong(":CrossingSide", ":line", "crossing-side#line", NOBODY),
    *wrong(":CrossingSide", ":station", "crossing-side#station", NOBODY),
    # Openings, closures, suspensions
    *wrong(":Closure", ":date", "closure#date", MISSING, ("ill-formed", "Or", '"2019-06-31"^^xsd:date')),
    *wrong("opening of crossing", ":extendedTo", "opening#extended-to", NOBODY),
    *wrong(":Opening", ":openingKind", "opening#opening-kind", MISSING),
    Fault("opening: dates differ", ":Opening", _dates_differ),
    *wrong(":Suspension", ":from", "suspension#from", MISSING),
    # Codes
    *wrong("telecode code", ":about", "code-assignment#about", ("of coordinates", "Or", "<{}#coordinates>")),
    *wrong("un-locode code", ":code", "code-assignment#another-country", ("", "SPARQL", '"ZZABC"')),
    Fault("code-assignment: check digit", "esr code", _check_digit),
    *wrong("telecode code", ":code", "code-assignment#malformed", ("", "SPARQL", '"A1B"')),
    *wrong("telecode code", ":code", "code-assignment#code", ("twice", "MaxCount", '"QQQ"')),
    *wrong("telecode code", ":codeSystem", "code-assignment#code-system", ELSEWHERE),
    # Freight
    *wrong(":FreightObservation", "qb:dataSet", "freight-observation#data-set", MISSING, NOBODY),
    *wrong(":FreightObservation", ":direction", "freight-observation#direction", ELSEWHERE),
    *wrong(":FreightObservation", ":growth", "freight-observation#growth",
           ("a double", "Datatype", '"12.8"^^xsd:double'), ("twice", "MaxCount", '"3.5"^^xsd:decimal')),
    *wrong(":FreightObservation", ":growthBase", "freight-observation#growth-base", ("no date", "Or", '"last year"')),
    Fault("freight-observation: growth base unknown", ":FreightObservation", owes(
        put(":growth", '"7.25"^^xsd:decimal'), drop(":growthBase"),
        results=(("freight-observation#growth-base-unknown", "SPARQL", '"7.25"^^xsd:decimal'),))),
    *wrong(":FreightObservation", ":period", "freight-observation#before-the-opening",
           ("", "SPARQL", '"1950-03"^^xsd:gYearMonth')),
    Fault("freight-observation: parts and total", "total", _parts_and_total),
    Fault("freight-observation: rates differ", "other report", _rates_differ),
    Fault("freight-observation: twice in one report", ":FreightObservation", _twice_in_one_report),
    *wrong(":FreightObservation", ":period", "freight-observation#period",
           ("ill-formed", "Or", '"2031-02-30"^^xsd:date')),
    *wrong(":FreightObservation", ":report", "freight-observation#report", NOBODY),
    *wrong(":FreightObservation", ":tonnage", "freight-observation#tonnage", MISSING,
           ("below zero", "MinInclusive", '"-5"^^xsd:integer'), ("a double", "Datatype", '"8.9E6"^^xsd:double')),
    Fault("freight-observation#tonnage ill-formed", ":FreightObservation", owes(
        put(":tonnage", '"12a"^^xsd:integer'),
        results=(("freight-observation#tonnage", "Datatype", '"12a"^^xsd:integer'),
                 ("freight-observation#tonnage", "MinInclusive", '"12a"^^xsd:integer')))),
    *wrong(":CommodityFlow", ":commodity", "commodity-flow#commodity", MISSING, ELSEWHERE),
    *wrong(":CommodityFlow", ":period", "commodity-flow#period", ("ill-formed", "Or", '"2011-13-01"^^xsd:date')),
    # Lines
    *wrong(":LineLength", ":length", "line-length#length", ("zero", "MinExclusive", '"0"^^xsd:decimal'),
           ("an integer", "Datatype", '"47"^^xsd:integer')),
    *wrong(":LinePosition", ":kilometre", "line-position#kilometre", ("below zero", "MinInclusive", '"-1"^^xsd:decimal')),
    *wrong(":LinePosition", ":kilometre", "line-position#beyond-the-line", ("", "SPARQL", '"1900.25"^^xsd:decimal')),
    Fault("line-position: system unknown", ":LinePosition", owes(
        put(":kilometre", '"3.25"^^xsd:decimal'), drop(":kilometrage"),
        results=(("line-position#system-unknown", "SPARQL", '"3.25"^^xsd:decimal'),))),
    *wrong(":LinePosition", ":line", "line-position#line", MISSING),
    *wrong(":LineRelation", ":relatedLine", "line-relation#related-line", NOBODY),
    # Names, places, ports of entry, gauges
    *wrong(":NameClaim", ":name", "name-claim#name", ("no language", "Datatype", '"Alatau"')),
    Fault("name-claim: name missing", ":NameClaim", owes(
        put(":nameLanguage", '"kk"^^xsd:language'), drop(":name"),
        results=(("name-claim#name-missing", "SPARQL", '"kk"^^xsd:language'),))),
    Fault("name-claim: says nothing", ":NameClaim", owes(
        drop(":nameLanguage"), drop(":name"), results=(("name-claim#says-nothing", "SPARQL"),))),
    *wrong(":NameClaim", ":nameLanguage", "name-claim#name-language", ("a text", "Datatype", '"en"')),
    *wrong(":Location", ":place", "location#place", MISSING, NOBODY),
    *wrong(":PortOfEntryStatus", ":minimumDuration", "port-of-entry-status#minimum-duration",
           ("ill-formed", "Datatype", '"20 years"^^xsd:duration')),
    *wrong(":PortOfEntryStatus", ":exclusiveWithin", "port-of-entry-status#exclusive-within", NOBODY),
    *wrong(":TrackGaugeClaim", ":gauge", "track-gauge-claim#gauge", MISSING),
    # Operators and services
    *wrong("tenure of line", ":from", "operator-tenure#beginning-unknown", ("", "SPARQL", "")),
    *wrong("tenure of line", ":operator", "operator-tenure#operator", MISSING, NOBODY),
    *wrong(":OperatorTenure", ":operatorRole", "operator-tenure#operator-role", ELSEWHERE),
    *wrong(":OperatorTenure", ":operatorName", "operator-tenure#operator-name", ("no language", "Datatype", '"KTZ"')),
    stray(":OperatorTenure", "operator-tenure", ":name", '"A name"@en'),
    Fault("operator-tenure: two at once", ":OperatorTenure", _two_at_once),
    Fault("operator-tenure: name before its time", ":OperatorTenure", _early_name),
    *wrong(":OrganisationChange", ":date", "organisation-change#date", MISSING),
    Fault("organisation-change: changes nothing", ":OrganisationChange", _changes_nothing),
    *wrong(":ServiceRoute", ":crossing", "service-route#crossing", NOBODY),
    *wrong(":ServiceRoute", ":terminus", "service-route#terminus", ("thrice", "MaxCount", "<place/country-0>")),
    Fault("service-route: ended elsewhere", ":ServiceRoute", _ended_elsewhere),
    # Acknowledgements
    *wrong(":Acknowledgement", ":finding", "acknowledgement#finding", ("no identity", "Pattern", '"12AB"')),
    stray(":Acknowledgement", "acknowledgement", ":locator", '"p. 1"'),
)  # fmt: skip
"""Every kind of fault."""


def inject(railway: Railway, times: int, seed: int = 0) -> list[Injected]:
    """Break a railway.

    Args:
        railway: What is broken, in place.
        times: How many victims of each kind; fewer where so many cannot be found.
        seed: The same seed picks the same victims.

    Returns:
        What was injected, kind by kind.
    """
    chance = random.Random(seed)
    pools = {name: chance.sample(pool, len(pool)) for name, pool in railway.pools.items()}
    taken: set[str] = set()

    def victims(fault: Fault) -> Iterator[Injected]:
        for node in pools.get(fault.pool, ()):
            if node in railway.said and (family := _family(node)) not in taken:
                owed = fault.breaks(railway, node)
                if owed is not None:
                    taken.add(family)
                    yield Injected(fault.name, node, owed)

    return [found for fault in FAULTS for found in islice(victims(fault), times)]


def _family(node: str) -> str:
    """What is compared with each other, of which one fault is enough."""
    return re.sub(r"#side-\d|(?<=#)(tenure|opening|route|freight-\d+)-\w+", r"\1", node)
