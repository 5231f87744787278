"""The home of the check of a running site, clause by clause: the lines of `docs/http.md`, asked of it over HTTP.

Any site can be looked at: a server of ours, somebody else's endpoint, a folder on a static host. A clause that has
nothing to hold there says so. Nothing is sent that could change a site.
"""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from alataw.errors import RemoteError, UnknownNameError
from alataw.livecheck import documents, protocol
from alataw.livecheck.site import FailsError, InapplicableError, Site
from alataw.names import nearest

__all__ = ["CLAUSES", "FORMATS", "Clause", "Outcome", "check", "writer"]


class Clause(NamedTuple):
    """A clause: its name, and what looks whether it holds; the first line of its documentation is what it says."""

    name: str
    look: Callable[[Site], None]

    @property
    def says(self) -> str:
        """What the clause says, in a sentence."""
        return (self.look.__doc__ or "").strip().splitlines()[0].rstrip(".")


CLAUSES = (
    Clause("sparql-get", protocol.by_get),
    Clause("sparql-form", protocol.by_form),
    Clause("sparql-body", protocol.by_body),
    Clause("sparql-one-query", protocol.once),
    Clause("sparql-other-bodies", protocol.other_bodies),
    Clause("sparql-dataset", protocol.dataset),
    Clause("sparql-from", protocol.from_never_fetches),
    Clause("sparql-service", protocol.service_is_refused),
    Clause("sparql-update", protocol.updates),
    Clause("sparql-select", protocol.select),
    Clause("sparql-ask", protocol.ask),
    Clause("sparql-construct", protocol.construct),
    Clause("sparql-accept", protocol.weighing),
    Clause("sparql-unacceptable", protocol.unacceptable),
    Clause("sparql-malformed", protocol.malformed),
    Clause("sparql-problems", protocol.problems),
    Clause("sparql-head", protocol.head),
    Clause("sparql-options", protocol.options),
    Clause("sparql-cors", protocol.cors),
    Clause("sparql-bounds", protocol.bounds),
    Clause("sparql-time", protocol.heavy),
    Clause("sparql-overload", protocol.overload),
    Clause("description", protocol.described),
    Clause("description-true", protocol.truly_described),
    Clause("description-counts", protocol.graphs_counted),
    Clause("graph-read", protocol.graph_read),
    Clause("graph-unknown", protocol.graph_unknown),
    Clause("graph-write", protocol.graph_kept),
    Clause("entity-303", documents.redirects),
    Clause("entity-formats", documents.formats),
    Clause("entity-charset", documents.encodings),
    Clause("entity-location", documents.location),
    Clause("entity-etag", documents.tags),
    Clause("entity-304", documents.unchanged),
    Clause("entity-cache", documents.freshness),
    Clause("entity-modified", documents.modified),
    Clause("entity-links", documents.signposts),
    Clause("entity-linkset", documents.link_sets),
    Clause("entity-404", documents.not_there),
    Clause("entity-410", documents.withdrawn),
    Clause("page-json-ld", documents.described_in_page),
    Clause("page-language", documents.languages),
    Clause("page-policy", documents.policy),
    Clause("void", documents.void),
    Clause("catalog", documents.catalog),
    Clause("sitemap", documents.sitemap),
    Clause("openapi", documents.openapi),
    Clause("sparql-examples", documents.examples),
    Clause("query-answers", documents.questions),
    Clause("query-errors", documents.wrong_questions),
    Clause("query-pages", documents.pages_of_rows),
    Clause("reconcile", documents.reconciliation),
    Clause("safe-host", documents.hosts),
    Clause("safe-paths", documents.traversal),
    Clause("safe-headers", documents.injection),
    Clause("safe-lengths", documents.smuggling),
)
"""Every clause, in the order of `docs/http.md`."""

HEAVY = ("sparql-time", "sparql-bounds")
"""The clauses that cost a site some seconds of its time, or its life; asked last, in this order."""


class Outcome(NamedTuple):
    """What became of a clause: `pass`, `fail` or `n/a`, and why."""

    site: str
    clause: Clause
    verdict: str
    why: str = ""


def check(
    address: str,
    *,
    only: Collection[str] = (),
    timeout_s: float = 30.0,
    heavy: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """Look at a site.

    Args:
        address: Where it is.
        only: The names of clauses; none for all.
        timeout_s: How long one reply may take.
        heavy: Whether to ask `HEAVY` too, when all else is asked.
        progress: Told the name of each clause.

    Raises:
        UsageError: AL133 if that is no address of a site.
        UnknownNameError: AL018 if there is no such clause.
        RemoteError: AL113 if it does not answer at all.
    """
    wanted = _wanted(only)
    site = Site(address, timeout_s=timeout_s)
    site.get()
    outcomes = {}
    for clause in sorted(wanted, key=lambda clause: ("", *HEAVY).index(clause.name) if clause.name in HEAVY else 0):
        progress(clause.name)
        if clause.name in HEAVY and not heavy:
            outcomes[clause] = Outcome(site.address, clause, "n/a", "not asked; --heavy asks it")
        else:
            outcomes[clause] = _outcome(site, clause)
    return [outcomes[clause] for clause in wanted]


def _wanted(only: Collection[str]) -> list[Clause]:
    for name in set(only) - {clause.name for clause in CLAUSES}:
        near = nearest(name, [clause.name for clause in CLAUSES])
        raise UnknownNameError(f"no clause is named {name}", code="AL018", candidates=tuple(near))
    return [clause for clause in CLAUSES if not only or clause.name in only]


def _outcome(site: Site, clause: Clause) -> Outcome:
    try:
        clause.look(site)
    except InapplicableError as error:
        return Outcome(site.address, clause, "n/a", str(error))
    except FailsError as error:
        return Outcome(site.address, clause, "fail", str(error))
    except RemoteError as error:
        return Outcome(site.address, clause, "fail", f"no answer: {error.why}")
    except OSError as error:
        return Outcome(site.address, clause, "fail", f"it did not answer: {error}")
    except (LookupError, SyntaxError, TypeError, ValueError, AttributeError) as error:
        return Outcome(site.address, clause, "fail", f"what came is not of the form that is due: {error}")
    return Outcome(site.address, clause, "pass")


# -- how it is told ------------------------------------------------------------------------------------


def writer(format: str) -> Callable[[Sequence[Outcome]], str]:
    """What writes outcomes in a format of `FORMATS`.

    Raises:
        UnknownNameError: AL018 if there is no such format.
    """
    if format not in FORMATS:
        told = f"outcomes are not written as {format}"
        raise UnknownNameError(told, code="AL018", fix=f"take one of {', '.join(FORMATS)}")
    return FORMATS[format]


def _text(outcomes: Sequence[Outcome]) -> str:
    width = max(len(each.clause.name) for each in outcomes)
    lines = [
        f"{each.verdict:<4}  {each.clause.name:<{width}}  {each.clause.says}" + (f": {each.why}" if each.why else "")
        for each in outcomes
    ]
    for site in dict.fromkeys(each.site for each in outcomes):
        of = [each.verdict for each in outcomes if each.site == site]
        told = f"{of.count('pass')} pass, {of.count('fail')} fail, {of.count('n/a')} do not apply"
        lines.append(f"{site} {'conforms' if 'fail' not in of else 'does not conform'}: {told}")
    return "\n".join(lines) + "\n"


def _json(outcomes: Sequence[Outcome]) -> str:
    told = [
        {"site": site, "clause": clause.name, "says": clause.says, "verdict": verdict, "why": why}
        for site, clause, verdict, why in outcomes
    ]
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _markdown(outcomes: Sequence[Outcome]) -> str:
    sites = list(dict.fromkeys(each.site for each in outcomes))
    by = {(each.site, each.clause.name): each for each in outcomes}
    lines = [["clause", "says", *sites], ["---"] * (len(sites) + 2)]
    for clause in dict.fromkeys(each.clause for each in outcomes):
        lines.append([clause.name, clause.says, *(_cell(by[site, clause.name]) for site in sites)])
    lines.append(["", "passed, of those that apply", *(_score(outcomes, site) for site in sites)])
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _cell(outcome: Outcome) -> str:
    why = outcome.why.replace("|", "\\|").replace("\n", " ")[:80]
    return {"pass": "yes", "n/a": "-"}.get(outcome.verdict, f"**no**: {why}")


def _score(outcomes: Iterable[Outcome], site: str) -> str:
    of = [each.verdict for each in outcomes if each.site == site]
    return f"{of.count('pass')} of {len(of) - of.count('n/a')}"


def _junit(outcomes: Sequence[Outcome]) -> str:
    root = ET.Element("testsuites")
    for site in dict.fromkeys(each.site for each in outcomes):
        of = [each for each in outcomes if each.site == site]
        failures, skipped = (str(sum(each.verdict == verdict for each in of)) for verdict in ("fail", "n/a"))
        counts = {"tests": str(len(of)), "failures": failures, "errors": "0", "skipped": skipped}
        suite = ET.SubElement(root, "testsuite", {"name": site, **counts})
        for each in of:
            named = {"classname": "check-live", "name": f"{each.clause.name}: {each.clause.says}"}
            case = ET.SubElement(suite, "testcase", named)
            if each.verdict != "pass":
                ET.SubElement(case, "failure" if each.verdict == "fail" else "skipped", {"message": each.why})
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"


FORMATS: dict[str, Callable[[Sequence[Outcome]], str]] = {
    "text": _text,
    "json": _json,
    "markdown": _markdown,
    "junit": _junit,
}
"""How it is told."""
