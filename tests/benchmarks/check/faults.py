"""The home of the kinds of faults: one row a kind, whom it befalls, and what is broken.

A row breaks one node of a pool of `railway.Railway` (its class, unless the pool says otherwise). A test holds the
results that are owed to pySHACL's.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from .edits import (
    ELSEWHERE,
    MISSING,
    NOBODY,
    NOTHING,
    Fault,
    Owed,
    after_the_source,
    also,
    another_railway,
    changes_nothing,
    check_digit,
    closed_before,
    coded_twice,
    crossings_above_border,
    dates_differ,
    drop,
    early_name,
    ended_elsewhere,
    gauge_unlike_station,
    late_works,
    one_country,
    one_gauge_only,
    one_side,
    opening_unstated,
    owes,
    part_above_whole,
    parts_and_total,
    period,
    put,
    rates_differ,
    region_without_bounds,
    same_name,
    shared,
    stray,
    three_sides,
    twice_in_one_report,
    two_at_once,
    wrong,
)
from .railway import Railway


class Injected(NamedTuple):
    """A fault that was injected: its kind, the node that was broken, and the results owed."""

    kind: str
    node: str
    results: list[Owed]


FAULTS: tuple[Fault, ...] = (
    # Claims in general
    *wrong(":NameClaim", ":about", "claim#about", MISSING),
    *wrong(":CommodityFlow", ":about", "claim#about", ("twice", "MaxCount", "<{}#side-0>"),
           ("of nothing known", "Node", "<{}#nowhere>")),
    *wrong(":NameClaim", ":about", "claim#elsewhere", ("in another file", "SPARQL", "<catalog#freight>")),
    *wrong(":Location", ":until", "claim#ends-before-it-begins", ("", "SPARQL", '"1899"^^xsd:gYear')),
    Fault("claim#length-without-ends", ":PortOfEntryStatus", owes(
        put(":minimumDuration", '"P30Y"^^xsd:duration'), drop(":until"),
        results=(("claim#length-without-ends", "SPARQL", '"P30Y"^^xsd:duration'),))),
    *wrong(":Coordinates", ":locator", "claim#locator", MISSING, ("empty", "MinLength", '""'),
           ("with a language", "Datatype", '"p. 7"@en'), ("twice", "MaxCount", '"p. 9999"')),
    *wrong(":Suspension", ":until", "claim#open-date", ("", "SPARQL", '"[2004..]"^^:edtf')),
    *wrong(":TrackGaugeClaim", ":rank", "claim#rank", MISSING),
    Fault("claim#rank: not of the scheme", ":TrackGaugeClaim", owes(
        put(":rank", "track-gauge:1067"),
        results=(("claim#rank", "Node", "track-gauge:1067"), ("claim#rank-unexplained", "SPARQL", "track-gauge:1067")))),
    Fault("claim#rank: twice", ":Location", owes(
        also(":rank", "rank:preferred"),
        results=(("claim#rank", "MaxCount"), ("claim#rank-unexplained", "SPARQL", "rank:preferred")))),
    Fault("claim#rank-explained-in-vain", ":LinePosition", owes(
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
    *wrong(":Coordinates", "geo:asWKT", "coordinates#point", MISSING,
           ("latitude with a comma", "Pattern", '"POINT(82,57 45,17)"^^geo:wktLiteral')),
    # Every entity
    Fault("entity#said-by-hand", "region", owes(
        also(":operatedBy", "<catalog#freight>"),
        results=(("entity#said-by-hand", "SPARQL", "<catalog#freight>"), ("place", "Closed", "<catalog#freight>")))),
    Fault("entity#same-name", ":TrainService", same_name),
    Fault("entity#undeclared-class", ":Organisation", owes(
        also("rdf:type", ":Organization"), results=(("entity#undeclared-class", "SPARQL", ":Organization"),))),
    Fault("entity#undeclared-property", ":Source", owes(
        also(":publishedBy", '"A Press"'),
        results=(("entity#undeclared-property", "SPARQL", '"A Press"'), ("source", "Closed", '"A Press"')))),
    # Stations, places, lines, organisations, trains
    *wrong(":Station", ":country", "station#country", MISSING, NOBODY),
    Fault("station#country: four times", ":Station", owes(
        also(":country", "<place/town-0-0>"), also(":country", "<place/town-0-1>"), also(":country", "<place/region-0-0>"),
        results=(("station#country", "MaxCount"),))),
    *wrong(":Station", "skos:prefLabel", "station#label", MISSING, ("no language", "Datatype", '"Station of {}"'),
           ("twice in a language", "UniqueLang", '"Another name of {}"@en')),
    *wrong(":Station", "skos:altLabel", "station#other-label", ("no language", "Datatype", '"Alatau"')),
    *wrong(":Station", "dcterms:source", "station#source", NOBODY),
    *wrong(":Station", ":stationRole", "station#station-role", ELSEWHERE),
    stray(":Station", "station", ":code", '"708507"'),
    Fault("station#also-something-else", ":Station", owes(
        put(":stationRole", "station-role:border-station"), also("rdf:type", ":RailwayLine"),
        results=(("station#also-something-else", "SPARQL", ":RailwayLine"),
                 ("railway-line", "Closed", "station-role:border-station")))),
    Fault("station#opening-unstated", ":Station", opening_unstated),
    *wrong(":Place", ":countryCode", "place#country-code", ("not two capitals", "Pattern", '"Kz"'),
           ("with a language", "Datatype", '"KZ"@en')),
    *wrong(":Place", ":placeKind", "place#place-kind", MISSING, ELSEWHERE),
    Fault("place#country-without-code", ":Place", owes(
        put(":placeKind", "place-kind:country"),
        results=(("place#country-without-code", "SPARQL", "place-kind:country"),))),
    *wrong("border", ":borderOf", "place#border-of", ("thrice", "MaxCount", "<place/town-0-0>")),
    *wrong("country", ":uicCountryCode", "place#uic-country-code", ("twice", "MaxCount", '"99"')),
    *wrong(":RailwayLine", "skos:prefLabel", "railway-line#label", ("no language", "Datatype", '"Line of {}"')),
    *wrong(":Organisation", ":country", "organisation#country", NOBODY),
    *wrong(":TrainService", "skos:prefLabel", "train-service#label",
           ("twice in a language", "UniqueLang", '"Train of {}"@en')),
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
    *wrong(":Source", "dcterms:bibliographicCitation", "source#citation",
           ("with a language", "Datatype", '"Almanac, 1"@en')),
    *wrong(":Source", "dcterms:publisher", "source#publisher", ("with a language", "Datatype", '"A Press"@en')),
    *wrong(":Source", ":retrieved", "source#retrieved", ("ill-formed", "Datatype", '"2026-13-01"^^xsd:date')),
    # Border crossings
    Fault("border-crossing#one-country", ":BorderCrossing", one_country),
    Fault("border-crossing#one-side", ":BorderCrossing", one_side),
    Fault("border-crossing#three-sides", ":BorderCrossing", three_sides),
    *wrong(":CrossingSide", ":line", "crossing-side#line", NOBODY),
    *wrong(":CrossingSide", ":station", "crossing-side#station", NOBODY),
    Fault("crossing-side#gauge-unlike-station", "gauge of side", gauge_unlike_station),
    *wrong(":Capacity", ":capacity", "capacity#capacity", ("zero", "MinExclusive", '"0"^^xsd:decimal')),
    *wrong(":TrainCount", ":trains", "train-count#trains", MISSING, ("below zero", "MinInclusive", '"-1"^^xsd:integer')),
    *wrong(":TrainCount", ":report", "train-count#report", NOBODY),
    # Openings, works, closures, suspensions
    *wrong(":Closure", ":date", "closure#date", MISSING, ("ill-formed", "Or", '"2019-06-31"^^xsd:date')),
    *wrong("opening of crossing", ":extendedTo", "opening#extended-to", NOBODY),
    *wrong(":Opening", ":openingKind", "opening#opening-kind", MISSING),
    Fault("opening#dates-differ", ":Opening", dates_differ),
    *wrong("traffic of crossing", ":date", "opening#before-the-rails", ("", "SPARQL", '"1985"^^xsd:gYear')),
    Fault("opening#before-the-works", "works", late_works),
    *wrong(":Milestone", ":milestoneKind", "milestone#milestone-kind", MISSING, ELSEWHERE),
    Fault("closure#before-the-opening", ":Closure", closed_before),
    *wrong(":Closure", ":openingKind", "closure#opening-kind", ELSEWHERE),
    *wrong(":Suspension", ":from", "suspension#from", MISSING),
    *wrong(":Suspension", ":openingKind", "suspension#opening-kind", ELSEWHERE),
    # Codes
    *wrong("telecode code", ":about", "code-assignment#about", ("of coordinates", "Or", "<{}#coordinates>")),
    *wrong("un-locode code", ":code", "code-assignment#another-country", ("", "SPARQL", '"ZZABC"')),
    Fault("code-assignment#check-digit", "esr code", check_digit),
    *wrong("telecode code", ":code", "code-assignment#malformed", ("", "SPARQL", '"{}"')),
    Fault("code-assignment#code: twice", "un-locode code", coded_twice),
    Fault("code-assignment#another-railway", "uic code", another_railway),
    Fault("code-assignment#shared", "telecode code", shared),
    *wrong("telecode code", ":codeSystem", "code-assignment#code-system", ELSEWHERE),
    # Freight
    *wrong(":FreightObservation", "qb:dataSet", "freight-observation#data-set", MISSING, NOBODY),
    *wrong(":FreightObservation", ":direction", "freight-observation#direction", ELSEWHERE),
    *wrong(":FreightObservation", ":growth", "freight-observation#growth",
           ("a double", "Datatype", '"12.8"^^xsd:double'), ("twice", "MaxCount", '"3.5"^^xsd:decimal')),
    *wrong(":FreightObservation", ":growthBase", "freight-observation#growth-base", ("no date", "Or", '"last year"')),
    Fault("freight-observation#growth-base-unknown", ":FreightObservation", owes(
        put(":growth", '"7.25"^^xsd:decimal'), drop(":growthBase"),
        results=(("freight-observation#growth-base-unknown", "SPARQL", '"7.25"^^xsd:decimal'),))),
    Fault("freight-observation#after-the-source", ":FreightObservation", after_the_source),
    Fault("freight-observation#before-the-opening", ":FreightObservation",
          period("freight-observation#before-the-opening", "SPARQL", '"1950-{}"^^xsd:gYearMonth')),
    Fault("freight-observation#crossings-above-border", "whole border", crossings_above_border),
    Fault("freight-observation#part-above-whole", "other report", part_above_whole),
    Fault("freight-observation#parts-and-total", "total", parts_and_total),
    Fault("freight-observation#rates-differ", "other report", rates_differ),
    Fault("freight-observation#twice-in-one-report", ":FreightObservation", twice_in_one_report),
    Fault("freight-observation#period: ill-formed", ":FreightObservation",
          period("freight-observation#period", "Or", '"2021-{}-32"^^xsd:date')),
    *wrong(":FreightObservation", ":report", "freight-observation#report", NOBODY),
    *wrong(":FreightObservation", ":tonnage", "freight-observation#tonnage", MISSING,
           ("below zero", "MinInclusive", '"-5"^^xsd:integer'), ("a double", "Datatype", '"8.9E6"^^xsd:double')),
    Fault("freight-observation#tonnage: ill-formed", ":FreightObservation", owes(
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
    Fault("line-position#system-unknown", ":LinePosition", owes(
        put(":kilometre", '"3.25"^^xsd:decimal'), drop(":kilometrage"),
        results=(("line-position#system-unknown", "SPARQL", '"3.25"^^xsd:decimal'),))),
    *wrong(":LinePosition", ":line", "line-position#line", MISSING),
    *wrong(":LineRelation", ":relatedLine", "line-relation#related-line", NOBODY),
    # Names, places, ports of entry, gauges, heights, kinds, remarks
    *wrong(":NameClaim", ":name", "name-claim#name", ("no language", "Datatype", '"Alatau"')),
    Fault("name-claim#name-missing", ":NameClaim", owes(
        put(":nameLanguage", '"kk"^^xsd:language'), drop(":name"),
        results=(("name-claim#name-missing", "SPARQL", '"kk"^^xsd:language'),))),
    Fault("name-claim#says-nothing", ":NameClaim", owes(
        drop(":nameLanguage"), drop(":name"), results=(("name-claim#says-nothing", "SPARQL"),))),
    *wrong(":NameClaim", ":nameLanguage", "name-claim#name-language", ("a text", "Datatype", '"en"')),
    *wrong(":Location", ":place", "location#place", MISSING, NOTHING),
    *wrong(":PortOfEntryStatus", ":minimumDuration", "port-of-entry-status#minimum-duration",
           ("ill-formed", "Datatype", '"20 years"^^xsd:duration')),
    *wrong(":PortOfEntryStatus", ":exclusiveWithin", "port-of-entry-status#exclusive-within", NOBODY),
    Fault("port-of-entry-status#region-without-bounds", "region", region_without_bounds),
    *wrong(":TrackGaugeClaim", ":gauge", "track-gauge-claim#gauge", MISSING),
    *wrong(":Elevation", ":elevation", "elevation#elevation", ("in the sky", "MaxInclusive", '"5100.5"^^xsd:decimal'),
           ("under ground", "MinInclusive", '"-400.5"^^xsd:decimal')),
    *wrong(":Classification", ":kind", "classification#kind", MISSING, NOTHING),
    Fault("classification#one-gauge-only", ":Classification", one_gauge_only),
    *wrong(":Remark", ":remark", "remark#remark", ("no language", "Datatype", '"Wagons wait here for days."')),
    # Operators and services
    *wrong("tenure of line", ":from", "operator-tenure#beginning-unknown", ("", "SPARQL", "")),
    *wrong("tenure of line", ":operator", "operator-tenure#operator", MISSING, NOTHING),
    *wrong(":OperatorTenure", ":operatorRole", "operator-tenure#operator-role", ELSEWHERE),
    *wrong(":OperatorTenure", ":operatorName", "operator-tenure#operator-name", ("no language", "Datatype", '"KTZ"')),
    stray(":OperatorTenure", "operator-tenure", ":name", '"A name"@en'),
    Fault("operator-tenure#two-at-once", ":OperatorTenure", two_at_once),
    Fault("operator-tenure#name-before-its-time", ":OperatorTenure", early_name),
    *wrong(":OrganisationChange", ":date", "organisation-change#date", MISSING),
    *wrong(":OrganisationChange", "org:resultingOrganization", "organisation-change#resulting", NOBODY),
    Fault("organisation-change#changes-nothing", ":OrganisationChange", changes_nothing),
    *wrong(":ServiceRoute", ":crossing", "service-route#crossing", NOBODY),
    *wrong(":ServiceRoute", ":terminus", "service-route#terminus", ("thrice", "MaxCount", "<place/country-0>")),
    Fault("service-route#ended-elsewhere", ":ServiceRoute", ended_elsewhere),
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
