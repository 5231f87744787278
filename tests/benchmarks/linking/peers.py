"""The home of other ways to link, run beside ours on the same lists: each gives candidates, and decides with `accept`.

    plain ranking   the likest transliterated name within 5 km, by rapidfuzz; accepted from 50 on
    csv-reconcile   the likest name by its Dice coefficient, accepted where it says `match`; knows names alone

csv-reconcile is taken where it is installed: `pip install --target DIR csv-reconcile`, then PYTHONPATH=DIR.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

from anyascii import anyascii
from rapidfuzz import fuzz

from alataw.matching import Candidate, Decision, Thing, compare, distance_km
from alataw.matching.candidates import Index

WITHIN_KM, ACCEPT_FROM = 5.0, 50.0


def plain_ranking(ours: list[Thing], theirs: list[Thing], asked: set[str]) -> list[Candidate]:
    """Rank by the best ratio of transliterated names among what lies within 5 km, the nearer first."""
    index = Index(theirs)
    spelled = {thing.id: [anyascii(name.text).lower() for name in thing.names] for thing in (*ours, *theirs)}
    found = []
    for thing in ours:
        if thing.id not in asked:
            continue
        best: tuple[float, float, Thing] | None = None
        for other in index.near(thing) if thing.points else theirs:
            distance = distance_km(thing, other)
            if distance is not None and distance > WITHIN_KM:
                continue
            ratio = max((fuzz.ratio(a, b) for a in spelled[thing.id] for b in spelled[other.id]), default=0.0)
            if best is None or (ratio, -(distance or 0)) > best[:2]:
                best = ratio, -(distance or 0.0), other
        if best:
            decision = Decision.ACCEPT if best[0] >= ACCEPT_FROM else Decision.REVIEW
            found.append(Candidate(compare(thing, best[2]), decision))
    return found


def csv_reconcile(ours: list[Thing], theirs: list[Thing], asked: set[str]) -> list[Candidate]:
    """Ask it for the first name of each of ours, among the first names of theirs."""
    import_module("csv_reconcile_dice")
    scorer, score = import_module("csv_reconcile.scorer"), import_module("csv_reconcile.score")
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    database.execute("CREATE TABLE reconcile (id TEXT PRIMARY KEY, word TEXT, bigrams TEXT)")
    by_id = {thing.id: thing for thing in theirs if thing.names}
    rows = ((id, thing.label, *scorer.normalizeRow(thing.label, None)) for id, thing in by_id.items())
    database.executemany("INSERT INTO reconcile VALUES (?, ?, ?)", rows)
    queried = [thing for thing in ours if thing.id in asked and thing.names]
    batch = {thing.id: {"query": thing.label, "limit": 10} for thing in queried}
    answers = score.processQueryBatch(database, batch, limit=10, threshold=30.0)
    return [
        Candidate(compare(thing, by_id[result["id"]]), Decision.ACCEPT if result["match"] else Decision.REVIEW)
        for thing in queried
        for result in answers[thing.id]["result"]
    ]


PEERS: dict[str, Callable[[list[Thing], list[Thing], set[str]], list[Candidate]]] = {
    "plain ranking": plain_ranking,
    **({"csv-reconcile": csv_reconcile} if find_spec("csv_reconcile") else {}),
}
"""Every other way: ours, theirs, the ids that are asked -> candidates."""
