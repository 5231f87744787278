"""Reports for machines: valid by their own schemas, safe in the text they go into."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest
import rdflib
import xmlschema
from rdflib.namespace import RDF, SH

from alataw import reports
from alataw.errors import Location, UnknownNameError
from alataw.report import Acknowledgement, Finding, Report, Severity
from alataw.terms import BASE, DEF, BlankNode, Literal, NamedNode
from alataw.terms import SH as OUR_SH

ROOT = Path(__file__).resolve().parents[1]
# OASIS SARIF 2.1.0: https://github.com/oasis-tcs/sarif-spec, commit e0583813964ec43cea53b6b531b402866095ed1f.
SARIF = json.loads((ROOT / "tests" / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))

# Jenkins' schema of JUnit reports: https://github.com/jenkinsci/xunit-plugin, commit
# 8c515de2804b3fd591a3b0f1ff8908a1b1a41887, MIT License.
JUNIT = xmlschema.XMLSchema(ROOT / "tests" / "schemas" / "junit-10.xsd")

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
# A finding of somebody's data: blank nodes, a path, and a file that is named from the root.
THEIRS = replace(
    FINDING,
    location=Location("/srv/their data/é.nt", 3, 1),
    focus_node=BlankNode("n"),
    result_path="^<http://x.org/a>/(<http://x.org/b>|<http://x.org/c>)*",
    value=BlankNode("report1"),
    source_shape=BlankNode("node-1"),
    rule=NamedNode("http://x.org/Shape"),
)
REPORT = Report.of([FINDING, KNOWN, BARE])
REPORTS = pytest.mark.parametrize(
    "report",
    [Report(), REPORT, Report.of([KNOWN]), Report.of([THEIRS, BARE])],
    ids=["empty", "mixed", "known", "theirs"],
)


@REPORTS
def test_sarif_is_valid_by_its_schema(report: Report) -> None:
    """The OASIS schema accepts every report."""
    jsonschema.validate(json.loads(reports.write(report, "sarif")), SARIF, format_checker=jsonschema.FormatChecker())


@REPORTS
def test_junit_is_valid_by_its_schema(report: Report) -> None:
    """The schema that Jenkins reads reports by accepts every report."""
    JUNIT.validate(reports.write(report, "junit"))


def test_sarif_tells_files_as_addresses() -> None:
    """A relative file is relative to the checkout, one from the root is an address of its own; both are escaped."""
    (run,) = json.loads(reports.write(Report.of([FINDING, THEIRS]), "sarif"))["runs"]
    told = [result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in run["results"]]
    assert told == ["file:///srv/their%20data/%C3%A9.nt", "data/a%20b/%C3%A9%2Cx.ttl"]


def test_a_blank_shape_is_told_by_the_named_one_and_the_path() -> None:
    """Labels of blank nodes are no names: rules and fingerprints are the same whatever they are."""
    other = replace(THEIRS, source_shape=BlankNode("node-2"))
    for format in ("text", "github", "sarif", "junit"):
        assert reports.write(Report.of([THEIRS]), format) == reports.write(Report.of([other]), format)
    assert "by http://x.org/Shape\n" in reports.write(Report.of([THEIRS]), "text")


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


def test_a_result_path_is_a_structure_of_rdf() -> None:
    """SHACL 2.3.1: a second reader finds the path, and no label of the data is taken for one of the report."""
    graph = rdflib.Graph().parse(data=reports.write(Report.of([THEIRS]), "turtle"), format="turtle")
    (result,) = graph.subjects(RDF.type, SH.ValidationResult)
    first, second = rdflib.collection.Collection(graph, graph.value(result, SH.resultPath))
    assert graph.value(first, SH.inversePath) == rdflib.URIRef("http://x.org/a")
    choice = graph.value(second, SH.zeroOrMorePath)
    assert list(rdflib.collection.Collection(graph, graph.value(choice, SH.alternativePath))) == [
        rdflib.URIRef("http://x.org/b"),
        rdflib.URIRef("http://x.org/c"),
    ]
    assert isinstance(graph.value(result, SH.focusNode), rdflib.BNode)
    assert not list(graph.predicate_objects(graph.value(result, SH.value)))


def test_turtle_holds_many_results() -> None:
    """Tens of thousands are written as they come."""
    many = Report.of([replace(FINDING, location=Location("x.nt", number)) for number in range(1, 20_001)])
    assert reports.write(many, "turtle").count("sh:ValidationResult ") == 20_000


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
