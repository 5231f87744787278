"""Reports for machines: valid by their own schemas, safe in the text they go into."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import rdflib
from rdflib.namespace import RDF, SH

from alataw import reports
from alataw.errors import Location, UnknownNameError
from alataw.report import Acknowledgement, Finding, Report, Severity
from alataw.terms import BASE, DEF, Literal, NamedNode
from alataw.terms import SH as OUR_SH

ROOT = Path(__file__).resolve().parents[1]
# OASIS SARIF 2.1.0: https://github.com/oasis-tcs/sarif-spec, commit e0583813964ec43cea53b6b531b402866095ed1f.
SARIF = json.loads((ROOT / "tests" / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))

FINDING = Finding(
    code="AL040",
    severity=Severity.WARNING,
    message="Look: 50 % of\r\nthis, and <that> & \x07.",
    location=Location("data/a b/é,x.ttl", 12, 3),
    source_line='  :name "é"@fr ;',
    focus_node=NamedNode(f"{BASE}station/a"),
    result_path=DEF.name.value,
    value=Literal("é", language="fr"),
    source_shape=NamedNode(f"{BASE}shape/name-claim#name"),
    source_constraint_component=OUR_SH.PatternConstraintComponent,
    identity="0123456789abcdef",
)
KNOWN = replace(
    FINDING, message="Known.", acknowledged=Acknowledgement("A. Editor", "2026-11-24", "true of the source")
)
BARE = Finding("AL001", Severity.VIOLATION, "Not Turtle.", Location("data/b.ttl"))
REPORT = Report.of([FINDING, KNOWN, BARE])


@pytest.mark.parametrize("report", [Report(), REPORT, Report.of([KNOWN])], ids=["empty", "mixed", "known"])
def test_sarif_is_valid_by_its_schema(report: Report) -> None:
    """The OASIS schema accepts every report."""
    jsonschema.validate(json.loads(reports.write(report, "sarif")), SARIF, format_checker=jsonschema.FormatChecker())


def test_sarif_fingerprints_survive_moved_lines() -> None:
    """The same finding on another line is the same alert, and an acknowledged one is suppressed with its reason."""

    def fingerprint(finding: Finding) -> str:
        (run,) = json.loads(reports.write(Report.of([finding]), "sarif"))["runs"]
        return run["results"][0]["partialFingerprints"]["focusPathRule/v1"]

    assert fingerprint(FINDING) == fingerprint(replace(FINDING, location=Location("data/a b/é,x.ttl", 99, 1)))
    assert fingerprint(FINDING) != fingerprint(replace(FINDING, focus_node=NamedNode(f"{BASE}station/b")))
    (run,) = json.loads(reports.write(Report.of([KNOWN]), "sarif"))["runs"]
    assert run["results"][0]["suppressions"][0]["justification"] == "true of the source"


def test_json_has_every_key_of_a_result() -> None:
    """IRIs whole, places as numbers, what is missing null."""
    told = json.loads(reports.write(REPORT, "json"))
    assert told["conforms"] is False
    by_message = {result["message"]: result for result in told["results"]}
    one = by_message[FINDING.message]
    assert (one["file"], one["line"], one["column"]) == ("data/a b/é,x.ttl", 12, 3)
    assert one["focusNode"] == f"{BASE}station/a"
    assert one["resultPath"] == DEF.name.value
    assert one["value"] == "é"
    assert one["sourceShape"] == f"{BASE}shape/name-claim#name"
    assert one["sourceConstraintComponent"] == "http://www.w3.org/ns/shacl#PatternConstraintComponent"
    assert one["acknowledged"] is None
    assert by_message["Known."]["acknowledged"] == {
        "by": "A. Editor",
        "on": "2026-11-24",
        "reason": "true of the source",
    }
    assert by_message["Not Turtle."]["focusNode"] is None


def test_a_workflow_command_is_one_line() -> None:
    """Line ends, colons and commas of a finding cannot start another command."""
    lines = reports.write(Report.of([FINDING]), "github").splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(
        "::warning file=data/a b/é%2Cx.ttl,line=12,col=3,title=AL040 sh%3APattern::Look: 50 %25 of%0D%0Athis"
    )
    assert reports.write(Report.of([KNOWN]), "github").startswith("::notice ")


def test_junit_counts_what_fails_and_what_is_known() -> None:
    """Well-formed, with a failure a rule that fails, and control characters replaced."""
    root = ElementTree.fromstring(reports.write(REPORT, "junit"))  # noqa: S314  # our own text
    (suite,) = root
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("2", "2", "0")
    assert "\ufffd" in "".join(suite.itertext())
    known = ElementTree.fromstring(reports.write(Report.of([KNOWN]), "junit"))  # noqa: S314
    assert known[0].get("skipped") == "1"
    assert ElementTree.fromstring(reports.write(Report(), "junit"))[0].get("failures") == "0"  # noqa: S314


def test_turtle_is_a_validation_report_of_the_w3c() -> None:
    """A second reader finds sh:ValidationReport with its results; findings that are not SHACL's are left out."""
    graph = rdflib.Graph().parse(data=reports.write(REPORT, "turtle"), format="turtle")
    (report,) = graph.subjects(RDF.type, SH.ValidationReport)
    assert graph.value(report, SH.conforms).toPython() is False
    results = list(graph.objects(report, SH.result))
    assert len(results) == 2
    for result in results:
        assert str(graph.value(result, SH.resultPath)) == DEF.name.value
        assert graph.value(result, SH.value) == rdflib.Literal("é", lang="fr")


def test_html_is_escaped() -> None:
    """A finding's text is no markup."""
    assert "&lt;that&gt; &amp;" in reports.write(REPORT, "html")


def test_an_unknown_format_names_those_there_are() -> None:
    """The fix lists the formats."""
    with pytest.raises(UnknownNameError) as refused:
        reports.write(REPORT, "pdf")
    assert "sarif" in refused.value.fix


@pytest.mark.parametrize(
    ("findings", "said"),
    [
        ([], "conforms: nothing found"),
        ([KNOWN], "conforms: 1 acknowledged"),
        ([FINDING], "does not conform: 1 warning"),
        ([FINDING, KNOWN, BARE], "does not conform: 1 violation, 1 warning, 1 acknowledged"),
        ([replace(BARE, severity=Severity.INFO)], "conforms: 1 info"),
    ],
)
def test_the_last_line_sums_up(findings: list[Finding], said: str) -> None:
    """Counts by severity, the acknowledged apart."""
    assert reports.write(Report.of(findings), "text").splitlines()[-1] == said
