"""The command line: data on stdout, remarks on stderr, exit codes that mean something."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).resolve().parents[1]
COMMANDS = (
    *("build", "check", "format", "query", "load", "mcp", "serve", "reload", "check-live", "show", "export"),
    *("new", "doctor", "explain", "import", "link"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str, run: Run) -> None:
    """--help shows what a command does and a call that works."""
    done = run(command, "--help")
    assert done.returncode == 0
    assert f"Example: alataw {command}" in done.stdout
    assert not done.stderr


def test_the_help_names_every_command(run: Run) -> None:
    """What is tested here is all there is."""
    listed = run("--help").stdout.partition("Commands:")[2]
    assert tuple(re.findall(r"^  ([\w-]+) ", listed, re.MULTILINE)) == COMMANDS


def test_starting_imports_nothing_heavy(run: Run) -> None:
    """The help comes before rdflib, pySHACL, PyLD or rich are thought of."""
    done = subprocess.run(
        ["python3", "-c", "import time"], capture_output=True, check=True
    )  # the interpreter alone, so that a cold disk is warm
    assert done.returncode == 0
    started = time.perf_counter()
    code = "import sys, alataw.cli; print(sorted({m.split('.')[0] for m in sys.modules} & {'rdflib','pyshacl','pyld','rich','yaml','rapidfuzz','pypinyin'}))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True).stdout
    assert told.strip() == "[]", f"{told} after {time.perf_counter() - started:.2f} s"


def test_operators_of_alashankou_as_csv(run: Run) -> None:
    """The tenures by two sources, and nothing else on stdout."""
    done = run("query", "operators-of-station", "alashankou", "--format", "csv")
    assert done.returncode == 0
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert [row["operatorName"] for row in rows] == [
        "Northern Xinjiang Railway Company",
        "Northern Xinjiang Railway Company",
        "China Railway Ürümqi Group",
        "Ürümqi Railway Bureau",
        "China Railway Ürümqi Group",
    ]
    assert done.stderr == "5 rows\n"


@pytest.mark.parametrize(
    ("words", "said", "exit_code"),
    [
        (("query", "operaters"), "error[AL010] no stored query is named operaters\n  fix: did you mean `alataw query operators-of-station`?", 2),
        (("query", "operators-of-station"), "error[AL013]", 2),
        (("query", "operators-of-station", "alashanku"), "did you mean `station/alashankou`", 2),
        (("query", "operators-of-station", "alashankou", "--in", "2003"), "error[AL014]", 2),
        (("query", "operators-of-station", "alashankou", "--on", "yesterday"), "error[AL015]", 2),
        (("query", "operators-of-station", "alashankou", "2003", "x"), "error[AL014]", 2),
        (("query", "operators-of-station", "alashankou", "--on"), "error[AL013] --on has no value", 2),
        (("query", "operators-of-station", "alashankou", "-f", "pdf"), "error[AL018]", 2),
        (("query", "lines-of-station", "place/china"), "error[AL011]", 2),
        (("show", "alashankou"), "error[AL012] alashankou names several", 2),
        (("query", "operators-of-station", "}"), "fix: `alataw query find-by-name NAME` searches", 2),
        (("show", "nowhere"), "error[AL011] no entity is named nowhere", 2),
        (("export", "-f", "docx"), "error[AL018]", 2),
        (("export", "--view", "worst"), "error[AL018]", 2),
        (("export", "-o", "/proc/nothing/x"), "error[AL072]", 2),
        (("build", "-o", "/proc/nothing/x"), "error[AL072]", 2),
        (("new", "/proc/nothing/x"), "error[AL072]", 2),
        (("new", "README.md"), "error[AL072]", 2),
        (("explain", "AL999"), "error[AL019]", 2),
        (("check", "--format", "pdf"), "error[AL018]", 2),
        (("check", "no/such/file.ttl"), "", 2),
        (("--repository", "/", "check"), "error[AL070]", 2),
        (("new", "src"), "error[AL071]", 2),
        (("nonsense",), "No such command", 2),
    ],
)  # fmt: skip
def test_wrong_use_says_what_to_do(words: tuple[str, ...], said: str, exit_code: int, run: Run) -> None:
    """A wrong call exits 2, says why on stderr, and shows no traceback."""
    done = run(*words)
    assert done.returncode == exit_code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_the_finished_query_can_be_pasted(run: Run, graph: object) -> None:
    """--text prints SPARQL with the values in place, which gives the same answer by itself."""
    text = run("query", "operators-of-station", "alashankou", "--on", "2003-05", "--text").stdout
    assert '"2003-05"^^<http://www.w3.org/2001/XMLSchema#gYearMonth>' in text
    assert "<https://w3id.org/alataw/station/alashankou>" in text
    assert len(graph.sparql(text)) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["json", "xml", "tsv", "jsonl", "markdown", "turtle", "table"])
def test_an_answer_comes_in_every_format(name: str, run: Run) -> None:
    """Each format names the operator."""
    done = run("query", "operators-of-station", "alashankou", "--format", name)
    assert done.returncode == 0, done.stderr
    assert "China Railway Ürümqi Group" in done.stdout


def test_limit_and_offset_page_through_an_answer(run: Run) -> None:
    """Pages joined are the whole."""
    whole = run("query", "operators-of-station", "alashankou", "-f", "csv").stdout.splitlines()
    pages = [
        run(
            "query", "operators-of-station", "alashankou", "-f", "csv", "--limit", "1", "--offset", str(n)
        ).stdout.splitlines()[1]
        for n in range(len(whole) - 1)
    ]
    assert whole[1:] == pages


def test_check_as_json_has_the_promised_keys(run: Run) -> None:
    """The form that machines read: whole IRIs, a place for each result, acknowledged ones marked."""
    done = run("check", "--format", "json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert told["conforms"] is True
    keys = {"code", "severity", "message", "file", "line", "column", "focusNode", "resultPath", "value"}
    keys |= {"sourceShape", "sourceConstraintComponent", "acknowledged"}
    for result in told["results"]:
        assert keys <= set(result)
        assert (ROOT / result["file"]).exists()
        assert result["line"] > 0
        assert result["focusNode"].startswith("https://w3id.org/alataw/")
    assert {bool(result["acknowledged"]) for result in told["results"]} == {True, False}


def test_severity_leaves_out_what_is_less(run: Run) -> None:
    """--severity warning lists no Info."""
    told = json.loads(run("check", "-f", "json", "--severity", "warning").stdout)
    assert {result["severity"] for result in told["results"]} == {"Warning"}


def test_findings_exit_1(run: Run, tmp_path: Path) -> None:
    """A file that does not conform is a finding, not wrong use."""
    file = tmp_path / "new.ttl"
    file.write_text(
        "@base <https://w3id.org/alataw/> .\n@prefix : <def#> .\n\n<station/new>\n  a :Station\n.\n", encoding="utf-8"
    )
    done = run("check", str(file))
    assert done.returncode == 1
    assert f"{file}:4:1: error[AL040]" in done.stdout
    assert "4 | <station/new>" in done.stdout


def test_format_rewrites_and_then_rests(run: Run, tmp_path: Path) -> None:
    """A file is put in canonical form once; --check tells without touching; comments are not lost."""
    file = tmp_path / "a.ttl"
    untidy = (
        '@prefix skos: <http://www.w3.org/2004/02/skos/core#> . <https://w3id.org/alataw/x> skos:prefLabel "X"@en .'
    )
    file.write_text(untidy, encoding="utf-8")
    assert run("format", "--check", str(file)).returncode == 1
    assert file.read_text(encoding="utf-8") == untidy
    assert run("format", str(file)).returncode == 0
    once = file.read_text(encoding="utf-8")
    assert once != untidy
    assert run("format", "--check", str(file)).returncode == 0
    file.write_text(once + "# mine\n", encoding="utf-8")
    done = run("format", str(file))
    assert done.returncode == 2
    assert "AL026" in done.stderr
    assert file.read_text(encoding="utf-8").endswith("# mine\n")


def test_a_broken_file_is_never_rewritten(run: Run, tmp_path: Path) -> None:
    """What cannot be read stays as it is."""
    file = tmp_path / "a.ttl"
    file.write_text('<x:a> <x:b> "c\n', encoding="utf-8")
    done = run("format", str(file))
    assert done.returncode == 2
    assert f"{file}:1:13: error[AL001]" in done.stderr
    assert file.read_text(encoding="utf-8") == '<x:a> <x:b> "c\n'


def test_two_exports_with_different_hash_seeds_are_the_same_bytes(run: Run, tmp_path: Path) -> None:
    """The same facts give the same bytes, in every format and view."""
    for name in ("turtle", "nquads", "jsonld", "rdfxml", "csv", "geojson", "trig", "ntriples"):
        for view in ("claims", "best"):
            outputs = []
            for seed in ("1", "4242"):
                file = tmp_path / f"{name}.{view}.{seed}"
                assert run("export", "-f", name, "--view", view, "-o", str(file), PYTHONHASHSEED=seed).returncode == 0
                outputs.append(file.read_bytes())
            assert outputs[0] == outputs[1], (name, view)
            assert len(outputs[0]) > 100


def test_show_prints_an_entity_with_its_sources(run: Run) -> None:
    """Facts, claims by kind, the wording where it matters, and footnotes."""
    text = run("show", "station/alashankou").stdout
    assert text.startswith("Alashankou railway station\nhttps://w3id.org/alataw/station/alashankou\n")
    assert "kilometre 2358.376" in text
    assert "“Originally, when opening”" in text
    number = re.search(r"until 2005 \[(\d+)\]", text)
    assert number
    assert f"[{number[1]}] Alashankou railway station, paragraph 3, sentence 2" in text


def test_new_makes_a_repository_that_conforms_and_answers(run: Run, tmp_path: Path) -> None:
    """A graph of one's own starts clean, under an address of one's own."""
    assert run("new", str(tmp_path / "mine")).returncode == 0
    done = run("--repository", str(tmp_path / "mine"), "check", "--severity", "warning")
    assert done.returncode == 0, done.stdout
    rows = run("query", "operators-of-station", "first-station", "-f", "csv", cwd=tmp_path / "mine").stdout
    assert "https://example.org/railway/station/first-station#operator-2001" in rows


def test_build_is_all_or_nothing(run: Run, tmp_path: Path) -> None:
    """A build writes everything with digests; one that is refused leaves the last as it was."""
    out = tmp_path / "out"
    assert run("build", "-o", str(out)).returncode == 0
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert set(summary["files"]) | {"summary.json"} == {path.name for path in out.iterdir()}
    assert summary["triples"] > 600
    assert run("new", str(tmp_path / "mine")).returncode == 0
    broken = tmp_path / "mine" / "data" / "station" / "first-station.ttl"
    broken.write_text(broken.read_text(encoding="utf-8").replace(":country", ":contry"), encoding="utf-8")
    done = run("--repository", str(tmp_path / "mine"), "build", "-o", str(out))
    assert done.returncode == 2
    assert "error[AL073]" in done.stderr
    assert json.loads((out / "summary.json").read_text(encoding="utf-8")) == summary


@pytest.mark.parametrize("words", [("query",), ("query", "find-by-name", "x"), ("build",)], ids=" ".join)
def test_a_stored_query_that_is_not_text_is_told_by_its_file(words: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    """A damaged file of queries/ is wrong input, and no bug."""
    assert run("new", str(tmp_path / "mine")).returncode == 0
    file = tmp_path / "mine/queries/find-by-name.rq"
    text = file.read_bytes()
    file.write_bytes(text + b"\xff")
    done = run(*words, cwd=tmp_path / "mine")
    assert done.returncode == 2
    place = f"queries/find-by-name.rq:{text.count(10) + 1}:1"
    assert done.stderr.startswith(f"{place}: error[AL002] the byte 0xff is not UTF-8")


@pytest.mark.parametrize(("words", "exit_code"), [("export", 0), ("export --format pdf", 2)])
def test_a_reader_that_leaves_does_not_change_the_exit_code(words: str, exit_code: int) -> None:
    """`alataw ... | head -1` ends as it would have ended."""
    shell = f"set -o pipefail; {sys.executable} -m alataw {words} 2>&1 | true"
    done = subprocess.run(["bash", "-c", shell], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (exit_code, "")


def test_doctor_finds_everything_in_place(run: Run) -> None:
    """Python, libraries, repository and optional parts are told, one a line."""
    done = run("doctor")
    assert done.returncode == 0, done.stdout
    assert not [line for line in done.stdout.splitlines() if line.startswith("fail")]


def test_explain_tells_more_about_a_code(run: Run) -> None:
    """A paragraph for one code, a line for each of all."""
    assert run("explain", "al010").stdout.startswith("AL010: no stored query of that name\n\n")
    assert "AL090  a bug" in run("explain").stdout


def test_colour_is_for_terminals_and_those_who_ask(run: Run) -> None:
    """Piped output is plain unless FORCE_COLOR says otherwise."""
    assert "\x1b[" not in run("check", "data/station").stdout
    coloured = run("check", "data/station", NO_COLOR="", FORCE_COLOR="1").stdout
    assert "\x1b[1mdata/station/" in coloured
    assert coloured.splitlines()[-1].startswith("\x1b[36mconforms")


def test_completion_knows_queries_and_entities(run: Run) -> None:
    """The shell is told stored queries and paths of entities."""
    words = run("", _ALATAW_COMPLETE="complete_bash", COMP_WORDS="alataw query oper", COMP_CWORD="2").stdout
    from alataw.console import complete_entity, complete_query

    assert complete_query("oper") == ["operators-of-station"]
    assert "station/alashankou" in complete_entity("station/")
    assert isinstance(words, str)
