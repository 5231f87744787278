"""The home of the check of what an engine holds: shapes asked where the data is, of a folder or of any endpoint.

What SHACL cannot see, bytes, paths and names of files, is for `checks`; an engine has none of these.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from alataw import checks, shapes
from alataw.errors import Location, UnknownNameError
from alataw.report import Acknowledgement, Finding, Report, Severity
from alataw.store import Solutions, Store
from alataw.terms import DEF, NamedNode, Term, Triple, text_of

_ACKNOWLEDGEMENTS = f"""
SELECT ?finding ?by ?on ?reason WHERE {{
  ?node a {DEF.Acknowledgement} ; {DEF.finding} ?finding ; {DEF.acknowledgedBy} ?by ; {DEF.acknowledgedOn} ?on ;
    {DEF.reason} ?reason .
}}
ORDER BY ?finding ?reason
"""
_SAID = "SELECT ?predicate ?value WHERE {{ {} ?predicate ?value }} ORDER BY ?predicate ?value"


def check(
    store: Store,
    rules: Iterable[Triple],
    *,
    place: str,
    engine: str = shapes.DEFAULT,
    progress: Callable[[str], None] = lambda _: None,
) -> tuple[Report, bool]:
    """Check what an engine holds.

    Args:
        store: The engine.
        rules: The shapes graph.
        place: The engine as people know it: where each finding is said to be.
        engine: What runs the shapes; a key of `shapes.ENGINES`.
        progress: Told the name of each step as it begins.

    Returns:
        All findings, acknowledged ones marked; and whether the data were looked at where they are, not fetched.

    Raises:
        UnknownNameError: AL018 if there is no such engine.
        RemoteError: If the engine cannot be reached, or cuts an answer.
    """
    if engine not in shapes.ENGINES:
        fix = f"take one of {', '.join(shapes.ENGINES)}"
        raise UnknownNameError(f"no engine is named {engine}", code="AL018", fix=fix)
    rules = list(rules)
    progress("shapes")
    results = shapes.ask(store, rules) if engine == shapes.DEFAULT else None
    there = results is not None
    if results is None:
        progress("fetch the data")
        results = shapes.validate(store.triples(), rules, engine=engine)
    return Report.of(_findings(store, results, Location(place))), there


def _findings(store: Store, results: Iterable[shapes.Result], place: Location) -> Iterator[Finding]:
    known = _acknowledgements(store)
    said: dict[Term, list[Triple]] = defaultdict(list)
    for result in results:
        finding = checks.finding_of(result, place)
        if finding.severity is not Severity.VIOLATION and known:
            node = result.focus_node
            if node not in said:
                said[node] = list(_said(store, node))
            finding = replace(finding, identity=checks.identity(finding, said[node]))
            finding = replace(finding, acknowledged=known.get(finding.identity))
        yield finding


def _acknowledgements(store: Store) -> Mapping[str, Acknowledgement]:
    """The findings that editors have acknowledged, by their identity."""
    found = store.query(_ACKNOWLEDGEMENTS)
    rows = found.rows if isinstance(found, Solutions) else ()
    return {text_of(finding): Acknowledgement(*map(text_of, rest)) for finding, *rest in rows}


def _said(store: Store, node: Term) -> Iterator[Triple]:
    """What is said of a node; of a blank node nothing can be asked."""
    found = store.query(_SAID.format(node)) if isinstance(node, NamedNode) else None
    for predicate, value in found.rows if isinstance(found, Solutions) else ():
        if isinstance(node, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
            yield Triple(node, predicate, value)
