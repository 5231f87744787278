"""Measure linking: precision and recall by setting and country, beside other ways in the same run.

    python tests/benchmarks/linking/run.py [--errors] [--country PL ...] [--setting NAME ...] [--all] [--alone] [--size]

Reads OpenStreetMap's stations with a Wikidata tag, which is the truth, and Wikidata's stations, from the folder of
shared data sets beside the repository (or $ALATAW_DATASETS).
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from peers import PEERS
from settings import SETTINGS

from alataw.listings import Reader
from alataw.matching import Candidate, Decision, Thing, propose

DATASETS = Path(os.environ.get("ALATAW_DATASETS", Path(__file__).resolve().parents[4] / "shared" / "datasets"))
COUNTRIES = {"PL": "Q36", "UA": "Q212", "HU": "Q28", "LV": "Q211", "EE": "Q191", "BG": "Q219", "GR": "Q41", "BE": "Q31"}
JUDGED = Path(__file__).with_name("judged.csv")
"""Truths that were read and judged wrong, and second items of one station, each with the reason.

Unless --all is given, the first are left out, and to accept the second is no false accept.
"""

ALL = "--all" in sys.argv
SYSTEMS = {"P722": "uic", "P2815": "esr", "P954": "ibnr"}


def belgium() -> tuple[list[Thing], list[Thing], dict[str, str]]:
    """Another list, on which nothing was set: iRail's stations, whose addresses end in the UIC code of the truth."""
    file = DATASETS / "irail-stations" / "stations.csv"
    items = DATASETS / "wikidata-stations-europe" / "geojson" / "Q31.geojson.gz"
    theirs = Reader(SYSTEMS, {}).read(items.read_bytes(), items.name)
    ours = Reader(SYSTEMS, {"be": "Q31"}, "Q55488").read(file.read_bytes(), file.name)
    by_code = {code.code: thing.id for thing in theirs for code in thing.codes if code.system == "uic"}
    return ours, theirs, {t.id: by_code[code] for t in ours if (code := t.id[-7:]) in by_code and code[:2] == "88"}


def lists(country: str) -> tuple[list[Thing], list[Thing], dict[str, str]]:
    """Ours, theirs, and the truth as far as it is among theirs."""
    if country == "BE":
        return belgium()
    osm = DATASETS / "osm-stations" / f"{country}.geojson.gz"
    items = DATASETS / "wikidata-stations-europe" / "geojson" / f"{COUNTRIES[country]}.geojson.gz"
    ours = Reader(SYSTEMS, {}, "Q55488").read(osm.read_bytes(), osm.name)
    theirs = Reader(SYSTEMS, {}).read(items.read_bytes(), items.name)
    known = {thing.id for thing in theirs}
    features = json.loads(gzip.decompress(osm.read_bytes()))["features"]
    told = {f["id"]: f["properties"]["PWIKI"][0]["value"] for f in features if f["properties"].get("PWIKI")}
    wrong = {row["thing"] for row in judged() if row["verdict"] == "wrong truth"}
    return ours, theirs, {id: item for id, item in told.items() if item in known and id not in wrong}


def judged() -> list[dict[str, str]]:
    """What was judged; nothing if all is to be counted."""
    return [] if ALL else list(csv.DictReader(JUDGED.open(encoding="utf-8")))


class Tally:
    """What became of the things of which the truth is known."""

    def __init__(self) -> None:
        self.truths = self.accepted = self.right = self.shown = self.gone = self.false = 0
        self.errors: list[str] = []

    def add(self, truth: dict[str, str], left: set[str], found: list[Candidate]) -> None:
        second = {(row["thing"], row["found"]) for row in judged() if row["verdict"] == "second item"}
        accepted = {c.comparison.ours.id: c for c in found if c.decision == Decision.ACCEPT}
        shown: dict[str, set[str]] = defaultdict(set)
        for candidate in found:
            shown[candidate.comparison.ours.id].add(candidate.comparison.theirs.id)
        for id, item in truth.items():
            if item not in left:
                self.gone += 1
                if id in accepted and (id, accepted[id].comparison.theirs.id) not in second:
                    self.false += 1
                    self._error("gone", id, item, accepted[id])
                continue
            self.truths += 1
            self.shown += item in shown[id]
            self.accepted += id in accepted
            right = id in accepted and accepted[id].comparison.theirs.id == item
            self.right += right
            if id in accepted and not right:
                self._error("wrong", id, item, accepted[id])
            elif not right:
                near = next((c for c in found if c.comparison.ours.id == id and c.comparison.theirs.id == item), None)
                self._error("missed" if near is None else "review", id, item, near)

    def _error(self, kind: str, id: str, item: str, candidate: Candidate | None) -> None:
        told = (
            f"{candidate.comparison.theirs.id} {candidate.comparison.score:.3f} {candidate.reasons}"
            if candidate
            else ""
        )
        self.errors.append(f"    {kind}: {id} is {item}: {told}")

    def __iadd__(self, other: Tally) -> Tally:
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        return self

    def __str__(self) -> str:
        def share(part: int, whole: int) -> str:
            return f"{part / whole:.4f}" if whole else "-"

        told = f"precision {share(self.right, self.accepted)} recall {share(self.right, self.truths)} "
        told += f"with review {share(self.shown, self.truths)} of {self.truths}"
        return told + (
            f", false accepts {self.false} of {self.gone} ({share(self.false, self.gone)})" if self.gone else ""
        )


def measure(ways: dict[str, Callable[..., list[Candidate]]], arguments: argparse.Namespace) -> None:
    """Print a line for each setting, way and country."""
    given = {country: lists(country) for country in arguments.country or [each for each in COUNTRIES if each != "BE"]}
    for name in arguments.setting or SETTINGS:
        for way, run in ways.items():
            pooled, told, started = Tally(), [], time.perf_counter()
            for country, (ours, theirs, truth) in given.items():
                tally = Tally()
                for change in SETTINGS[name].changes:
                    changed = change(ours, theirs)
                    found = run(*changed) if way == "alataw" else run(*changed, set(truth))
                    tally.add(truth, {thing.id for thing in changed[1]}, found)
                told.append(f"  {country}: {tally}")
                pooled += tally
            print(f"{name}, {way}: {pooled} ({time.perf_counter() - started:.0f} s)", *told, sep="\n", flush=True)
            if arguments.errors and way == "alataw":
                print(*pooled.errors, sep="\n")


def measure_size(count: int = 30_000) -> None:
    """Match 30,000 of the items, as they are called in their own country, with as many."""
    reader = Reader(SYSTEMS, {})
    theirs: dict[str, Thing] = {}
    for path in sorted((DATASETS / "wikidata-stations-europe" / "geojson").glob("*.gz")):
        theirs |= {thing.id: thing for thing in reader.read(path.read_bytes(), path.name)}
    things = list(theirs.values())
    things += [Thing(f"{t.id}-", t.names, t.points, t.codes) for t in things[: max(0, count - len(things))]]
    changed = SETTINGS["blurred by 10 km"].changes[0](things, things)[0]
    started = time.perf_counter()
    found = propose(changed, things)
    seconds, peak = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(changed):,} by {len(things):,}: {len(found):,} candidates in {seconds:.0f} s, peak {peak:.0f} MB")


def main() -> None:
    """Run what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--errors", action="store_true", help="list every pair that is wrong, missed or under review")
    parser.add_argument("--country", nargs="*", choices=COUNTRIES)
    parser.add_argument("--setting", nargs="*", choices=SETTINGS)
    parser.add_argument("--all", action="store_true", help="with the truths that were judged wrong")
    parser.add_argument("--alone", action="store_true", help="without the peers")
    parser.add_argument("--size", action="store_true", help="measure 30,000 by 30,000 instead")
    arguments = parser.parse_args()
    if arguments.size:
        measure_size()
    else:
        measure({"alataw": propose} | ({} if arguments.alone else PEERS), arguments)


if __name__ == "__main__":
    main()
