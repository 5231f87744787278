"""The home of reports as text: the table of formats in which findings are written, all from one list."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote
from xml.etree import ElementTree

from alataw.codes import CODES
from alataw.errors import UnknownNameError
from alataw.paths import to_rdf
from alataw.report import Finding, Report, Severity
from alataw.terms import BASE, DEF, RDF, SH, XSD, BlankNode, Literal, NamedNode, Term, Triple, text_of

WORDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "info"}
"""How a severity is called where people read messages."""


def write(report: Report, format: str) -> str:
    """Write a report in a format of `FORMATS`.

    Raises:
        UnknownNameError: AL018 if there is no such format.
    """
    if format not in FORMATS:
        raise UnknownNameError(
            f"reports are not written as {format}", code="AL018", fix=f"take one of {', '.join(FORMATS)}"
        )
    return FORMATS[format].write(report)


def _short(term: Term | None) -> str:
    return text_of(term).removeprefix(BASE)


def _short_path(finding: Finding) -> str:
    return finding.result_path.replace(DEF.iri, ":").replace(BASE, "")


def _component(finding: Finding) -> str:
    name = text_of(finding.source_constraint_component).rpartition("#")[2].removesuffix("ConstraintComponent")
    return f"sh:{name}" if name else finding.code


# -- text -------------------------------------------------------------------------------------------


def _text(report: Report) -> str:
    """By file, then line: the message, the line it is about, what was looked at, by which rule."""
    open_: list[Finding] = []
    known: list[Finding] = []
    for finding in report:
        (known if finding.acknowledged else open_).append(finding)
    lines: list[str] = []
    for finding in open_:
        lines += [*_lines(finding), ""]
    if known:
        lines += ["Acknowledged:"]
        for finding in known:
            word = finding.acknowledged
            assert word is not None  # noqa: S101  # that is how they were sorted
            lines += [
                f"  {finding.location}: {WORDS[finding.severity]} {finding.message.replace(BASE, '')}",
                f"    {word.by}, {word.on}: {word.reason}",
            ]
        lines.append("")
    return _UNSAFE.sub("\ufffd", "\n".join([*lines, *_by_rule(open_), summary(report)])) + "\n"


# What would steer a terminal, or turn the order of its text.
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

_MOST_SHOWN = 500


def _clipped(text: str) -> str:
    """A text as far as people read it; machines get it whole."""
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}..."


def _by_rule(findings: list[Finding]) -> list[str]:
    """How often each rule found something, most often first; nothing where a list says no more than the findings."""
    counts = Counter((WORDS[finding.severity], _rule(finding)) for finding in findings)
    if len(counts) == len(findings):
        return []
    width = len(str(max(counts.values())))
    rows = sorted(counts.items(), key=lambda row: (-row[1], row[0]))
    return ["By rule:", *(f"  {count:{width}} {word:7} {rule}" for (word, rule), count in rows), ""]


_DATATYPE = re.compile(r"(?<=\^\^)<http://www\.w3\.org/2001/XMLSchema#(\w+)>")


def _lines(finding: Finding) -> list[str]:
    message = _clipped(finding.message.replace(BASE, ""))
    head = f"{finding.location}: {WORDS[finding.severity]}[{finding.code}] {message}"
    lines = [head]
    if finding.source_line:
        number = str(finding.location.line)
        indent = " " * (len(number) + 3)
        lines.append(f"  {number} | {finding.source_line}")
        lines.append(f"{indent}| {' ' * max(finding.location.column - 1, 0)}^".rstrip())
    if finding.focus_node is not None or finding.source_shape is not None:
        seen = [_short(finding.focus_node)] if finding.focus_node is not None else []
        path = _short_path(finding)
        if path:
            value = "" if finding.value is None else f" = {finding.value}".replace(BASE, "")
            seen.append(path + _DATATYPE.sub(r"xsd:\1", _clipped(value)))
        seen.append(_component(finding))
        if finding.source_shape is not None:
            seen.append(f"by {_short(finding.rule or finding.source_shape)}")
        lines.append(f"      = {' · '.join(seen)}")
    if finding.identity and finding.severity is Severity.WARNING:
        lines.append(f"      = known? acknowledge it as {finding.identity}")
    return lines


def summary(report: Report) -> str:
    """One line: how many of what, and what was acknowledged."""
    counts = Counter(finding.severity for finding in report if not finding.acknowledged)
    known = sum(1 for finding in report if finding.acknowledged)
    plural = {Severity.VIOLATION: "violation", Severity.WARNING: "warning"}
    parts = [
        f"{counts[severity]} {word}{'' if counts[severity] == 1 else 's'}"
        for severity, word in plural.items()
        if counts[severity]
    ]
    parts += [f"{counts[Severity.INFO]} info"] if counts[Severity.INFO] else []
    parts += [f"{known} acknowledged"] if known else []
    verdict = "conforms" if report.conforms else "does not conform"
    return f"{verdict}: {', '.join(parts) if parts else 'nothing found'}"


# -- for machines -----------------------------------------------------------------------------------


def to_dict(finding: Finding) -> dict[str, Any]:
    """A finding as JSON tells it; IRIs whole, what is missing null."""
    word = finding.acknowledged
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "file": finding.location.file,
        "line": finding.location.line,
        "column": finding.location.column,
        "focusNode": text_of(finding.focus_node) or None,
        "resultPath": finding.result_path or None,
        "value": None if finding.value is None else text_of(finding.value),
        "sourceShape": text_of(finding.source_shape) or None,
        "rule": text_of(finding.rule or finding.source_shape) or None,
        "sourceConstraintComponent": text_of(finding.source_constraint_component) or None,
        "sourceLine": finding.source_line or None,
        "identity": finding.identity or None,
        "acknowledged": {"by": word.by, "on": word.on, "reason": word.reason} if word else None,
    }


def _json(report: Report) -> str:
    told = {"conforms": report.conforms, "results": [to_dict(finding) for finding in report]}
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _github(report: Report) -> str:
    """Workflow commands; what is acknowledged is only noted."""
    levels = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}

    def escaped(text: str, more: str = "") -> str:
        for letter in "%\r\n" + more:
            text = text.replace(letter, f"%{ord(letter):02X}")
        return text

    lines = []
    for finding in report:
        level = "notice" if finding.acknowledged else levels[finding.severity]
        place = {"file": finding.location.file, "line": finding.location.line, "col": finding.location.column}
        told = {key: value for key, value in place.items() if value} | {
            "title": f"{finding.code} {_component(finding)}"
        }
        properties = ",".join(f"{key}={escaped(str(value), ':,')}" for key, value in told.items())
        lines.append(f"::{level} {properties}::{escaped(finding.message)}\n")
    return "".join(lines)


def _rule(finding: Finding) -> str:
    """What a finding is counted under: its shape and component, else its code."""
    shape = _short(finding.rule or finding.source_shape)
    if not shape or not finding.source_constraint_component:
        return finding.code
    # A shape that has no name is told from its sisters by its path.
    path = f" {_short_path(finding)}" if finding.rule and finding.result_path else ""
    return f"{shape}{path} {_component(finding)}"


def _sarif(report: Report) -> str:
    """SARIF 2.1.0 (OASIS); fingerprints are of focus, path and rule, so that they outlive moved lines."""
    levels = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    rules = {
        _rule(f): {"id": _rule(f), "shortDescription": {"text": CODES[f.code].title}, "helpUri": BASE} for f in report
    }
    results = []
    for finding in report:
        region: dict[str, Any] = {"startLine": max(finding.location.line, 1)}
        if finding.location.column:
            region["startColumn"] = finding.location.column
        file = finding.location.file
        artifact = {"uri": quote(file) if not file.startswith("/") else f"file://{quote(file)}"}
        results.append(
            {
                "ruleId": _rule(finding),
                "level": levels[finding.severity],
                "message": {"text": finding.message},
                "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
                "partialFingerprints": {
                    "focusPathRule/v1": f"{text_of(finding.focus_node)} {finding.result_path} {_rule(finding)}"
                },
                **(
                    {"suppressions": [{"kind": "external", "justification": finding.acknowledged.reason}]}
                    if finding.acknowledged
                    else {}
                ),
            }
        )
    driver = {"name": "alataw", "informationUri": BASE, "rules": [rules[key] for key in sorted(rules)]}
    told = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"


def _junit(report: Report) -> str:
    """One test case a rule: failed with its findings, or skipped where all are acknowledged."""
    by_rule: dict[str, list[Finding]] = defaultdict(list)
    for finding in report:
        by_rule[_rule(finding)].append(finding)
    suite = ElementTree.Element("testsuite", name="alataw check", tests=str(max(len(by_rule), 1)))
    failures = skipped = 0
    for rule in sorted(by_rule):
        case = ElementTree.SubElement(suite, "testcase", classname="alataw", name=rule)
        failing = [f for f in by_rule[rule] if f.severity.fails and not f.acknowledged]
        text = _for_xml("\n".join(f"{f.location}: {f.message}" for f in failing or by_rule[rule]))
        if failing:
            failures += 1
            ElementTree.SubElement(case, "failure", message=_for_xml(failing[0].message)).text = text
        elif all(f.acknowledged for f in by_rule[rule]):
            skipped += 1
            ElementTree.SubElement(case, "skipped", message="acknowledged")
        else:
            ElementTree.SubElement(case, "system-out").text = text
    if not by_rule:
        ElementTree.SubElement(suite, "testcase", classname="alataw", name="nothing found")
    suite.set("failures", str(failures))
    suite.set("skipped", str(skipped))
    suite.set("errors", "0")
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _for_xml(text: str) -> str:
    # XML 1.0, 2.2: Char. What it cannot hold is shown as the replacement character.
    return "".join(c if (ord(c) >= 0x20 and c not in "\ufffe\uffff") or c in "\t\n\r" else "\ufffd" for c in text)


def _turtle(report: Report) -> str:
    """A SHACL validation report (3.6), which conforms only if nothing at all was found (3.6.1.1)."""
    from pyoxigraph import RdfFormat, serialize

    results = [f for f in report if f.source_constraint_component is not None]
    used = {text_of(term) for f in results for term in (f.focus_node, f.value, f.source_shape)}
    stem = "report"
    while any(label.startswith(f"_:{stem}") for label in used):
        stem += "-"
    node = BlankNode(f"{stem}0")
    conforms = Literal("false" if results else "true", datatype=XSD.boolean)
    triples = [Triple(node, RDF.type, SH.ValidationReport), Triple(node, SH.conforms, conforms)]
    for number, finding in enumerate(results, 1):
        result = BlankNode(f"{stem}{number}")
        path, structure = to_rdf(finding.result_path, f"{stem}{number}path") if finding.result_path else (None, [])
        said: dict[NamedNode, Term | None] = {
            RDF.type: SH.ValidationResult,
            SH.focusNode: finding.focus_node,
            SH.resultPath: path,
            SH.value: finding.value,
            SH.sourceShape: finding.source_shape,
            SH.sourceConstraintComponent: finding.source_constraint_component,
            SH.resultSeverity: SH[finding.severity.value],
            SH.resultMessage: Literal(finding.message),
        }
        triples.insert(number + 1, Triple(node, SH.result, result))
        triples += [Triple(result, predicate, value) for predicate, value in said.items() if value is not None]
        triples += structure
    prefixes = {"def": DEF.iri, "rdf": RDF.iri, "sh": SH.iri, "xsd": XSD.iri}
    return (serialize(triples, format=RdfFormat.TURTLE, prefixes=prefixes) or b"").decode()


def _html(report: Report) -> str:
    """A table for notebooks."""
    rows = "".join(
        f"<tr><td>{escape(str(f.location))}</td><td>{WORDS[f.severity]}</td><td><bdi>{escape(f.message)}</bdi></td>"
        f"<td>{escape(f.acknowledged.reason) if f.acknowledged else ''}</td></tr>"
        for f in report
    )
    head = "<tr><th>where</th><th>severity</th><th>what</th><th>acknowledged</th></tr>"
    return f"<p>{escape(summary(report))}</p><table><thead>{head}</thead><tbody>{rows}</tbody></table>\n"


class Format(NamedTuple):
    """A form of a report: its media type and what writes it."""

    media_type: str
    write: Callable[[Report], str]


FORMATS: dict[str, Format] = {
    "text": Format("text/plain", _text),
    "json": Format("application/json", _json),
    "github": Format("text/plain", _github),
    "sarif": Format("application/sarif+json", _sarif),
    "junit": Format("application/xml", _junit),
    "turtle": Format("text/turtle", _turtle),
    "html": Format("text/html", _html),
}
"""Every form of a report."""
