"""The home of the check of links: what has become of the items that we link to, each as a finding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from alataw.errors import Location
from alataw.links import Ours
from alataw.matching import Thing, compare, distance_km
from alataw.matching.evidence import OTHER_KIND
from alataw.report import Finding, Report, Severity
from alataw.repository import shown
from alataw.terms import NamedNode

if TYPE_CHECKING:
    from alataw.graph import Graph
    from alataw.sssom import Link
    from alataw.wikidata import Condition, Wikidata

FAR_KM = 5.0


def check(graph: Graph, wikidata: Wikidata) -> Report:
    """Look at every linked item.

    Returns:
        Findings at the rows of the file of mappings: merged (AL115), deleted (AL116), of another kind (AL117), far
        away (AL118), linked twice or to nothing here (AL119).
    """
    mappings = graph.repository.mappings()
    links = [row for row in mappings if not row.rejected]
    conditions = wikidata.conditions(sorted({row.item for row in links}))
    ours = {thing.id: thing for kind in _kinds(links) for thing in Ours(graph).things(kind)}
    twice = {item for item, count in Counter(row.item for row in links).items() if count > 1}
    file = shown(graph.repository.mapping_file)
    lines = graph.repository.mapping_file.read_text(encoding="utf-8").split("\n") if links else []
    findings = []
    for row in links:
        for code, severity, message in _said(row, ours.get(row.path), conditions[row.item], twice):
            findings.append(
                Finding(
                    code,
                    severity,
                    message,
                    Location(file, row.line, 1),
                    source_line=lines[row.line - 1],
                    focus_node=NamedNode(mappings.base + row.path),
                    value=NamedNode(f"http://www.wikidata.org/entity/{row.item}"),
                )
            )
    return Report.of(findings)


def _kinds(links: list[Link]) -> list[str]:
    return sorted({row.path.partition("/")[0] for row in links})


def _said(row: Link, ours: Thing | None, condition: Condition, twice: set[str]) -> Iterator[tuple[str, Severity, str]]:
    if condition.merged_into:
        yield "AL115", Severity.WARNING, f"{row.item} was merged into {condition.merged_into}; link to that."
    elif not condition.exists:
        yield "AL116", Severity.WARNING, f"{row.item} is not there any more; look for another item, or unlink."
    if row.item in twice:
        yield "AL119", Severity.VIOLATION, f"{row.item} is linked from several entities; one of them is another thing."
    if ours is None:
        yield "AL119", Severity.VIOLATION, f"<{row.path}> has no document; correct the path or remove the row."
        return
    theirs = condition.thing
    if any(part.what == "kind" and part.weight <= OTHER_KIND for part in compare(ours, theirs).parts):
        said = ", ".join(sorted(theirs.kinds))
        yield (
            "AL117",
            Severity.WARNING,
            f"{row.item} is of another kind ({said}); link to the thing itself.",
        )
    distance = distance_km(ours, theirs)
    if distance is not None and distance > FAR_KM:
        yield "AL118", Severity.WARNING, f"{row.item} is {distance:.0f} km away; check both points and the link."
