"""Anybody's data is checked against anybody's shapes, from the command line, with no repository at all."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse, serialize
from rdflib.compare import isomorphic
from rdflib.namespace import RDF, SH

from alataw.conformance import check_files
from alataw.foreign import FORMATS, Source

Run = Callable[..., subprocess.CompletedProcess[str]]
X = "http://x.org/"
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix x: <http://x.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

x:Shape a sh:NodeShape ;
  sh:targetClass x:Station ;
  sh:property [ sh:path x:name ; sh:minCount 1 ; sh:message "Give a name." ] ;
  sh:property [ sh:path x:gauge ; sh:datatype xsd:integer ; sh:severity sh:Warning ; sh:message "A number, please." ] ;
  sh:property [ sh:path ( x:next [ sh:inversePath x:next ] ) ; sh:maxCount 1 ; sh:message "One, please." ] .
"""
DATA = """<http://x.org/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://x.org/Station> .
<http://x.org/a> <http://x.org/gauge> "wide" .
<http://x.org/a> <http://x.org/next> <http://x.org/b> .
<http://x.org/c> <http://x.org/next> <http://x.org/b> .
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of somebody's, without a repository, in which the shapes stand."""
    (tmp_path / "shapes.ttl").write_text(SHAPES, encoding="utf-8")
    (tmp_path / "data.nt").write_text(DATA, encoding="utf-8")
    return tmp_path


def told(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    assert done.returncode in (0, 1), done.stderr
    parsed = json.loads(done.stdout)
    assert isinstance(parsed, dict)
    return parsed


def test_the_json_report_says_all_of_a_result(folder: Path, run: Run) -> None:
    """IRIs whole, places as numbers; what is missing null."""
    done = run("check", "--data", "data.nt", "--shapes", "shapes.ttl", "--format", "json", cwd=folder)
    assert done.returncode == 1
    report = told(done)
    assert report["conforms"] is False
    results = {result["message"]: result for result in report["results"]}  # type: ignore[attr-defined]
    gauge = results["A number, please."]
    assert {
        key: gauge[key] for key in gauge if key not in ("sourceShape", "sourceLine", "identity", "acknowledged")
    } == {
        "code": "AL040",
        "severity": "Warning",
        "message": "A number, please.",
        "file": "data.nt",
        "line": 2,
        "column": 39,
        "focusNode": f"{X}a",
        "resultPath": f"{X}gauge",
        "value": "wide",
        "rule": f"{X}Shape",
        "sourceConstraintComponent": "http://www.w3.org/ns/shacl#DatatypeConstraintComponent",
    }
    assert gauge["sourceShape"].startswith("_:")
    assert (results["Give a name."]["line"], results["Give a name."]["column"]) == (1, 1)
    assert results["One, please."]["resultPath"] == f"<{X}next>/^<{X}next>"


def test_the_turtle_report_is_that_of_another_engine(folder: Path, run: Run) -> None:
    """Result paths are RDF structures; the whole graph is what pySHACL says on its own."""
    import pyshacl

    done = run("check", "--data", "data.nt", "--shapes", "shapes.ttl", "--format", "turtle", cwd=folder)
    assert done.returncode == 1
    ours = rdflib.Graph().parse(data=done.stdout, format="turtle")
    _, theirs, _ = pyshacl.validate(
        rdflib.Graph().parse(data=DATA, format="nt"), shacl_graph=rdflib.Graph().parse(data=SHAPES, format="turtle")
    )
    for graph in (ours, theirs):  # the blank shapes of two readings are told apart by what they are
        for result in graph.subjects(RDF.type, SH.ValidationResult):
            shape = graph.value(result, SH.sourceShape)
            graph.remove((shape, None, None))
            graph.remove((result, SH.sourceShape, None))
    (report,) = ours.subjects(RDF.type, SH.ValidationReport)
    assert len(list(ours.objects(report, SH.result))) == 3
    assert isomorphic(ours, _reachable(theirs))


def _reachable(graph: rdflib.Graph) -> rdflib.Graph:
    """What of a graph hangs from its report."""
    kept, waiting = rdflib.Graph(), list(graph.subjects(RDF.type, SH.ValidationReport))
    while waiting:
        for triple in graph.triples((waiting.pop(), None, None)):
            if triple not in kept:
                kept.add(triple)
                if isinstance(triple[2], rdflib.BNode):
                    waiting.append(triple[2])
    return kept


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "gzip"])
def test_every_format_gives_the_same_results(name: str, compressed: bool, folder: Path) -> None:
    """What is found does not depend on how the data is written; each result has a file, and a line where one is told."""
    graph = NamedNode(f"{X}graph") if FORMATS[name].rdf.supports_datasets else DefaultGraph()
    quads = [Quad(*quad.triple, graph) for quad in parse(DATA, format=RdfFormat.N_TRIPLES)]
    text = serialize(quads, format=FORMATS[name].rdf) or b""
    file = folder / f"theirs{FORMATS[name].suffixes[0]}{'.gz' if compressed else ''}"
    file.write_bytes(gzip.compress(text) if compressed else text)
    report = check_files([Source.of(file)], [Source.of(folder / "shapes.ttl")])
    assert sorted((f.message, str(f.focus_node), str(f.value)) for f in report) == [
        ("A number, please.", f"<{X}a>", '"wide"'),
        ("Give a name.", f"<{X}a>", "None"),
        ("One, please.", f"<{X}a>", "None"),
    ]
    assert all(finding.location.line for finding in report)


@pytest.mark.parametrize(
    "words",
    [
        ("--data", "data.nt", "more.ttl", "--shapes", "shapes.ttl", "shapes2.ttl"),
        ("--shapes", "shapes.ttl", "--data", "data.nt", "--data", "more.ttl", "--shapes", "shapes2.ttl"),
        ("--data=data.nt", "--data=more.ttl", "--shapes=shapes.ttl", "--shapes=shapes2.ttl"),
    ],
)
def test_several_files_are_one_graph(words: tuple[str, ...], folder: Path, run: Run) -> None:
    """What one file says of a node of another counts; files follow their option, or it is said again."""
    (folder / "more.ttl").write_text(f'<{X}a> <{X}name> "A" .\n', encoding="utf-8")
    (folder / "shapes2.ttl").write_text(
        f"@prefix sh: <http://www.w3.org/ns/shacl#> . <{X}S2> a sh:NodeShape ; sh:targetNode <{X}c> ; "
        f'sh:property [ sh:path <{X}name> ; sh:minCount 1 ; sh:message "And a name here." ] .\n',
        encoding="utf-8",
    )
    done = run("check", *words, "--format", "json", cwd=folder)
    messages = sorted(result["message"] for result in told(done)["results"])  # type: ignore[attr-defined]
    assert messages == ["A number, please.", "And a name here.", "One, please."]


def test_data_comes_through_a_pipe(folder: Path) -> None:
    """`-` is stdin; its format must be said."""
    command = [sys.executable, "-m", "alataw", "check", "--data", "-", "--shapes", "shapes.ttl"]

    def piped(*more: str, data: str = DATA) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "NO_COLOR": "1"}
        return subprocess.run(
            [*command, *more],
            cwd=folder,
            input=data,
            capture_output=True,
            encoding="utf-8",
            check=False,
            env=environment,
            timeout=60,
        )

    assert "stdin:2:39: warning[AL040]" in piped("--data-format", "ntriples").stdout
    assert "stdin:1:" in piped("--data-format", "ntriples", data="<x").stderr
    unsaid = piped()
    assert (unsaid.returncode, unsaid.stdout) == (2, "")
    assert "error[AL006] the format of stdin cannot be told from its name" in unsaid.stderr


def test_what_conforms_is_said_to(folder: Path, run: Run) -> None:
    """Exit code 0, and a report that conforms in every format."""
    (folder / "good.ttl").write_text(f'<{X}a> a <{X}Station> ; <{X}name> "A" .\n', encoding="utf-8")
    words = ("check", "--data", "good.ttl", "--shapes", "shapes.ttl")
    assert run(*words, cwd=folder).stdout == "conforms: nothing found\n"
    done = run(*words, "--format", "turtle", cwd=folder)
    assert done.returncode == 0
    graph = rdflib.Graph().parse(data=done.stdout, format="turtle")
    assert list(graph.objects(None, SH.conforms)) == [rdflib.Literal(True)]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--data", "gone.ttl", "--shapes", "shapes.ttl"), "AL004", "gone.ttl"),
        (("--data", "data.fifo", "--shapes", "shapes.ttl"), "AL006", "data.fifo"),
        (("--data", ".", "--shapes", "shapes.ttl", "--data-format", "turtle"), "AL004", "folder"),
        (("--data", "data.nt", "--shapes", "gone.ttl"), "AL004", "gone.ttl"),
        (("--data", "data.nt"), "AL046", "--shapes"),
        (("--shapes", "shapes.ttl"), "AL046", "--data"),
        (("data.nt", "--data", "data.nt", "--shapes", "shapes.ttl"), "AL046", "two checks"),
        (("--data", "data.nt", "--shapes", "shapes.ttl", "--fix"), "AL046", "--fix"),
        (("--data", "data.txt", "--shapes", "shapes.ttl"), "AL006", ".ttl, .nt"),
        (("--data", "data.zip", "--shapes", "shapes.ttl"), "AL006", "--data-format"),
        (("--data", "data.nt", "--shapes", "shapes.ttl", "--data-format", "n3"), "AL006", "turtle, ntriples"),
        (("--data", "bad.ttl", "--shapes", "shapes.ttl"), "AL001", "bad.ttl:2:5"),
        (("--data", "bad.rdf", "--shapes", "shapes.ttl"), "AL007", "bad.rdf:1:1"),
        (("--data", "data.nt", "--shapes", "shapes.ttl", "-f", "pdf"), "AL018", "sarif"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_or_meant_exits_2(
    words: tuple[str, ...], code: str, said: str, folder: Path, run: Run
) -> None:
    """With its code, its place and what to do on stderr, and nothing on stdout."""
    (folder / "bad.ttl").write_text("<http://x.org/a> a\n    x:b .\n", encoding="utf-8")
    (folder / "bad.rdf").write_text('<!DOCTYPE x [<!ENTITY a "b">]><x/>', encoding="utf-8")
    done = run("check", *words, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"error[{code}]" in done.stderr
    assert said in done.stderr
    assert "fix:" in done.stderr


def test_lexical_forms_are_held_to_the_shapes_as_they_are_written(folder: Path) -> None:
    """What an engine would write canonically is seen as it stands, and what breaks its datatype is a finding."""
    (folder / "forms.ttl").write_text(
        f'<{X}a> <{X}p> 01 , 1.50 , "abc"^^<http://www.w3.org/2001/XMLSchema#integer> .\n', encoding="utf-8"
    )
    (folder / "plain.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix x: <http://x.org/> .\n"
        'x:S a sh:NodeShape ; sh:targetNode x:a ; sh:property [ sh:path x:p ; sh:pattern "^[1-9]$" ; sh:message "Plain." ] .\n',
        encoding="utf-8",
    )
    report = check_files([Source.of(folder / "forms.ttl")], [Source.of(folder / "plain.ttl")])
    assert [(finding.value.value, finding.location.column) for finding in report] == [  # type: ignore[union-attr]
        ("01", 35),
        ("1.50", 40),
        ("abc", 47),
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux alone")
def test_a_file_that_exhausts_memory_is_named(folder: Path, run: Run) -> None:
    """The worker dies of it, this process says so."""
    with gzip.open(folder / "fat.nt.gz", "wt", encoding="utf-8") as file:
        for number in range(300_000):
            file.write(f'<{X}{number}> <{X}b> "{number * 7919 % 1_000_003}" .\n')
    done = run("check", "--data", "fat.nt.gz", "--shapes", "shapes.ttl", "--memory-limit", "256", cwd=folder)
    assert done.returncode == 2
    assert "error[AL008] reading fat.nt.gz ended the process that did it" in done.stderr
    assert "out of memory" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_shape_that_would_call_out_is_refused_and_not_run(folder: Path) -> None:
    """SERVICE, scripts and imports are findings; nothing else is said, since nothing was run."""
    (folder / "evil.ttl").write_text(
        SHAPES
        + 'x:Evil a sh:NodeShape ; sh:targetClass x:Station ; sh:sparql [ sh:select "SELECT $this { SERVICE <http://127.0.0.1:9/> { $this ?p ?o } }" ] .\n'
        + "<http://x.org/> <http://www.w3.org/2002/07/owl#imports> <http://127.0.0.1:9/more.ttl> .\n",
        encoding="utf-8",
    )
    report = check_files([Source.of(folder / "data.nt")], [Source.of(folder / "evil.ttl")])
    assert [(finding.code, finding.location.line) for finding in report] == [("AL043", 10), ("AL043", 11)]
    assert not report.conforms


def test_a_shape_that_checks_nothing_is_found_at_its_line(folder: Path) -> None:
    """A misspelt term and a target that finds nothing, in the file of the shapes."""
    (folder / "idle.ttl").write_text(
        SHAPES.replace("sh:minCount", "sh:minCuont")
        + "x:Idle a sh:NodeShape ;\n  sh:targetClass x:Sation ; sh:closed true .\n",
        encoding="utf-8",
    )
    report = check_files([Source.of(folder / "data.nt")], [Source.of(folder / "idle.ttl")])
    found = {finding.code: finding for finding in report if finding.code != "AL040"}
    assert {code: finding.location.line for code, finding in found.items()} == {"AL041": 7, "AL042": 11, "AL048": 11}
    assert "did you mean sh:minCount?" in found["AL041"].message


def test_text_for_people_holds_nothing_that_steers_a_terminal(folder: Path, run: Run) -> None:
    """Escapes and overrides of somebody's strings are shown as replaced; machines get them whole."""
    (folder / "evil.ttl").write_text(
        f'<{X}a> a <{X}Station> ; <{X}gauge> "\\u001B[2J\\u202E", "{"long" * 1000}" .\n', encoding="utf-8"
    )
    words = ("check", "--data", "evil.ttl", "--shapes", "shapes.ttl")
    text = run(*words, cwd=folder).stdout
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert "long..." in text
    assert "\\u001b[2J" in run(*words, "--format", "json", cwd=folder).stdout


def test_results_are_counted_by_rule(folder: Path, run: Run) -> None:
    """The end of the text says which rule found how many."""
    (folder / "many.nt").write_text("".join(DATA.replace("/a>", f"/a{n}>") for n in range(12)), encoding="utf-8")
    text = run("check", "--data", "many.nt", "--shapes", "shapes.ttl", cwd=folder).stdout
    summary = text[text.index("By rule:") :].splitlines()
    assert summary[1:4] == [
        f"  12 error   {X}Shape <{X}next>/^<{X}next> sh:MaxCount",
        f"  12 error   {X}Shape {X}name sh:MinCount",
        f"  12 warning {X}Shape {X}gauge sh:Datatype",
    ]
    assert summary[-1] == "does not conform: 24 violations, 12 warnings"
