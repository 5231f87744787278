"""The home of links: what of ours may be which item, what was decided, and what has become of it.

How two descriptions compare is `matching`; how mappings stand in a file is `sssom`; where items come from is
`wikidata` or a list. Nothing is linked but by a person's word in `data/mapping/`.
"""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from alataw import sssom
from alataw.errors import UnknownNameError
from alataw.listings import WIKIDATA, Reader
from alataw.matching import Candidate, Code, Decision, Name, Point, Thing
from alataw.solutions import UNSEEN
from alataw.sssom import Link
from alataw.store import Solutions
from alataw.terms import DEF, SKOS, Literal, NamedNode, text_of

if TYPE_CHECKING:
    from alataw.graph import Graph

_COUNTRIES = f"SELECT ?place ?code WHERE {{ ?place {DEF.countryCode} ?code }} ORDER BY STR(?place) STR(?code)"
_POINT = re.compile(r"(?:<\S+>\s*)?POINT\s*\(\s*(\S+)\s+(\S+)\s*\)", re.IGNORECASE)


class Ours:
    """The graph as it is linked: its entities as things, and the words in which others tell the same.

    Args:
        graph: The graph.
    """

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.base = graph.repository.base

    def things(self, kind: str) -> list[Thing]:
        """The entities of a kind, such as `station`, with all that speaks for a link.

        Raises:
            UnknownNameError: AL112 if there is no such kind.
        """
        told = self._told.get(self._class(kind), {})
        return [self._thing(path, said, self.item_of_class(kind)) for path, said in told.items()]

    def reader(self, kind: str) -> Reader:
        """What reads lists in the words of the graph: code systems by name and Wikidata property, countries by code.

        Args:
            kind: What a thing is that does not say so; empty if that is not known.
        """
        systems = {system: system for system in self.properties.values()} | dict(self.properties)
        return Reader(systems, self.countries, self.item_of_class(kind) if kind else "")

    @cached_property
    def properties(self) -> Mapping[str, str]:
        """The Wikidata property of each code system, as the alignment tells: `P722` to `uic`."""
        return {
            item: text_of(subject).rpartition("#")[2]
            for subject, item in self._alignment
            if "/code-system#" in text_of(subject) and item.startswith("P")
        }

    @cached_property
    def countries(self) -> Mapping[str, str]:
        """The item of each country that is linked, by its code in lower case."""
        found = self._graph.store.query(_COUNTRIES)
        return {
            text_of(code).lower(): self.links[path]
            for place, code in (found.rows if isinstance(found, Solutions) else ())
            if (path := text_of(place).removeprefix(self.base)) in self.links
        }

    @cached_property
    def links(self) -> Mapping[str, str]:
        """The item of each entity that is linked, by its path."""
        return self._graph.repository.mappings().links

    def item_of_class(self, kind: str) -> str:
        """The item of a class, as the alignment tells: `station` to `Q55488`; empty if it tells none.

        Raises:
            UnknownNameError: AL112 if there is no such kind.
        """
        class_ = self._class(kind)
        return next((item for subject, item in self._alignment if subject == class_ and item.startswith("Q")), "")

    def _class(self, kind: str) -> NamedNode:
        classes = self._graph.repository.classes
        if kind not in classes:
            raise UnknownNameError(
                f"there is no kind {kind}", code="AL112", fix=f"take one of {', '.join(sorted(classes))}"
            )
        return classes[kind]

    @cached_property
    def _alignment(self) -> list[tuple[NamedNode, str]]:
        return [
            (triple.subject, text_of(triple.object).rpartition("/")[2])
            for document in self._graph.repository.ontology()
            for triple in document.triples
            if triple.predicate == SKOS.closeMatch
            and isinstance(triple.subject, NamedNode)
            and text_of(triple.object).startswith(WIKIDATA)
        ]

    @cached_property
    def _told(self) -> Mapping[Any, Mapping[str, list[Mapping[str, Any]]]]:
        """The rows of what is known of each entity, by class and path."""
        told: dict[Any, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
        for row in self._graph.query("things-to-link").mappings():
            told[row["kind"]][text_of(row["entity"]).removeprefix(self.base)].append(row)
        return told

    def _thing(self, path: str, said: list[Mapping[str, Any]], item: str) -> Thing:
        links = self.links
        points = (_POINT.match(text_of(row["point"])) for row in said if row["point"])
        return Thing(
            path,
            tuple(
                Name(row["name"].value, row["name"].language or "", row["until"] is not None)
                for row in said
                if isinstance(row["name"], Literal)
            ),
            tuple(Point(float(match[1]), float(match[2])) for match in points if match),
            frozenset(
                Code(system, text_of(row["code"]))
                for row in said
                if row["code"]
                # An item that a claim states is a link to be looked at, and no evidence for itself.
                if (system := text_of(row["system"]).rpartition("#")[2]) != "wikidata"
            ),
            frozenset(
                links[country]
                for row in said
                if row["country"]
                if (country := text_of(row["country"]).removeprefix(self.base)) in links
            ),
            frozenset({item} if item else ()),
            frozenset(
                links[line]
                for row in said
                if row["line"]
                if (line := text_of(row["line"]).removeprefix(self.base)) in links
            ),
        )


# -- candidates as text -----------------------------------------------------------------------------

CANDIDATE_COLUMNS = ("subject_id", "object_id", "score", "decision", "reasons")


def _row(candidate: Candidate) -> tuple[str, ...]:
    pair = candidate.comparison
    return (pair.ours.id, pair.theirs.id, f"{pair.score:.3f}", str(candidate.decision), candidate.reasons)


def _csv(candidates: Iterable[Candidate], base: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CANDIDATE_COLUMNS)
    writer.writerows(map(_row, candidates))
    return out.getvalue()


def _json(candidates: Iterable[Candidate], base: str) -> str:
    told = [
        {
            "subject_id": candidate.comparison.ours.id,
            "subject_label": candidate.comparison.ours.label,
            "object_id": candidate.comparison.theirs.id,
            "object_label": candidate.comparison.theirs.label,
            "score": round(candidate.comparison.score, 3),
            "decision": str(candidate.decision),
            "parts": [
                {"what": part.what, "weight": part.weight, "words": part.words} for part in candidate.comparison.parts
            ],
            "why_not": candidate.why_not,
        }
        for candidate in candidates
    ]
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def _sssom(candidates: Iterable[Candidate], base: str) -> str:
    links = (
        link_of(candidate, justification=sssom.COMPOSITE)
        for candidate in candidates
        if candidate.decision == Decision.ACCEPT
    )
    return sssom.write(sssom.MappingSet(base, tuple(sorted(links)))).decode()


def _table(candidates: Iterable[Candidate], base: str) -> str:
    lines = []
    for candidate in candidates:
        pair = candidate.comparison
        lines.append(f"{candidate.decision:<6}  {pair.score:.3f}  {pair.ours.id} {pair.ours.label}")
        lines.append(f"                 {pair.theirs.id} {pair.theirs.label}")
        lines.append(f"                 {candidate.reasons}")
    return "".join(f"{UNSEEN.sub(' ', line)}\n" for line in lines)


FORMATS: dict[str, Callable[[Iterable[Candidate], str], str]] = {
    "table": _table,
    "csv": _csv,
    "json": _json,
    "sssom": _sssom,
}
"""Every form in which candidates are written; SSSOM holds those that are accepted."""


# -- decisions --------------------------------------------------------------------------------------


def link_of(candidate: Candidate, *, rejected: bool = False, by: str = "", justification: str = sssom.REVIEWED) -> Link:
    """The mapping that a decision on a candidate makes."""
    pair = candidate.comparison
    return Link(
        subject_id=f"alataw:{pair.ours.id}",
        subject_label=pair.ours.label,
        predicate_modifier="Not" if rejected else "",
        object_id=f"wd:{pair.theirs.id}",
        object_label=pair.theirs.label,
        mapping_justification=justification,
        reviewer_label=by,
        mapping_date=datetime.datetime.now(tz=datetime.UTC).date().isoformat() if by else "",
        confidence=f"{pair.score:.3f}",
        comment=candidate.reasons,
    )


def open_candidates(candidates: Iterable[Candidate], mappings: sssom.MappingSet) -> Iterator[Candidate]:
    """The candidates on which nobody has decided: neither linked nor rejected."""
    for candidate in candidates:
        pair = (candidate.comparison.ours.id, candidate.comparison.theirs.id)
        if pair[0] not in mappings.links and pair not in mappings.rejected:
            yield candidate


def side_by_side(candidate: Candidate, width: int = 100) -> str:
    """A candidate as a person judges it: both descriptions beside each other, then the evidence."""
    ours, theirs = candidate.comparison.ours, candidate.comparison.theirs
    half = width // 2 - 8

    def cell(values: Iterable[object]) -> str:
        text = ", ".join(dict.fromkeys(map(str, values)))
        return text if len(text) <= half else text[: half - 1] + "…"

    rows = [
        ("", [ours.id], [theirs.id]),
        ("names", [name.text for name in ours.names], [name.text for name in theirs.names]),
        (
            "codes",
            [f"{c.system} {c.code}" for c in sorted(ours.codes)],
            [f"{c.system} {c.code}" for c in sorted(theirs.codes)],
        ),
        ("country", sorted(ours.countries), sorted(theirs.countries)),
        ("kind", sorted(ours.kinds), sorted(theirs.kinds)),
        ("point", *([f"{p.longitude_deg:.4f} {p.latitude_deg:.4f}" for p in thing.points] for thing in (ours, theirs))),
    ]
    lines = [f"{name:<8}{cell(one):<{half}}  {cell(other)}".rstrip() for name, one, other in rows if one or other]
    lines += [f"{candidate.comparison.score:.3f} {candidate.decision}", *map(str, candidate.comparison.parts)]
    return "".join(
        f"  {UNSEEN.sub(' ', line)}\n" for line in [*lines, *([candidate.why_not] if candidate.why_not else [])]
    )
