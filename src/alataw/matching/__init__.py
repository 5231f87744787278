"""The home of matching, pure: two descriptions -> a score with its parts, and a decision.

    words        what names say of kinds and sides, by language
    spelling     a name as a key, and how alike two are
    things       what is compared
    evidence     what speaks for and against a pair
    candidates   which pairs are compared
    decisions    accept, review

Nothing here reads files or knows where things come from.
"""

from alataw.matching.candidates import Index
from alataw.matching.decisions import Candidate, Decision, propose, rank
from alataw.matching.evidence import Comparison, Part, compare
from alataw.matching.things import Code, Name, Point, Thing, distance_km

__all__ = [
    "Candidate",
    "Code",
    "Comparison",
    "Decision",
    "Index",
    "Name",
    "Part",
    "Point",
    "Thing",
    "compare",
    "distance_km",
    "propose",
    "rank",
]
