"""`alataw link`: candidates with reasons, a person's decisions, and what has become of links."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from misbehaving import SEEN

import alataw
from alataw import sssom

DATA = Path(__file__).parent / "data"
Run = Callable[..., subprocess.CompletedProcess[str]]
LISTS = ("--ours", str(DATA / "irail-be.csv"), "--items", str(DATA / "wikidata-be.geojson"))


@pytest.mark.parametrize("command", ["propose", "review", "import", "check", "compare"])
def test_every_command_explains_itself_with_an_example(command: str, run: Run) -> None:
    """--help shows a call that works."""
    done = run("link", command, "--help")
    assert done.returncode == 0
    assert f"Example: alataw link {command}" in done.stdout


def test_anybody_can_link_a_list_of_stations(run: Run) -> None:
    """Forty Belgian stations: each is found, accepted or to be reviewed, with its reasons, and no tram stop is taken."""
    done = run("link", "propose", *LISTS, "--format", "csv")
    assert done.returncode == 0, done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert list(rows[0]) == ["subject_id", "object_id", "score", "decision", "reasons"]
    accepted = {row["subject_id"]: row["object_id"] for row in rows if row["decision"] == "accept"}
    assert len(accepted) >= 37
    assert accepted["http://irail.be/stations/NMBS/008895000"] == "Q2741273"
    features = {f["id"]: f for f in json.loads((DATA / "wikidata-be.geojson").read_text(encoding="utf-8"))["features"]}
    for item in accepted.values():
        assert {v["value"] for v in features[item]["properties"]["P31"]} & {"Q55488", "Q55678"}
    assert all("name" in row["reasons"] and 0 < float(row["score"]) <= 1 for row in rows)
    assert "to accept" in done.stderr


@pytest.mark.parametrize("format_", ["table", "json", "sssom"])
def test_candidates_come_in_every_form(format_: str, run: Run) -> None:
    """Each form names the item; JSON has the parts, SSSOM only what is accepted."""
    done = run("link", "propose", *LISTS, "--format", format_)
    assert "Q2741273" in done.stdout
    if format_ == "json":
        assert json.loads(done.stdout)[0]["parts"][0]["what"] == "name"
    if format_ == "sssom":
        read = sssom.read(done.stdout.encode(), "x", "https://w3id.org/alataw/")
        assert {row.mapping_justification for row in read} == {sssom.COMPOSITE}


def test_the_graph_is_proposed_items_of_an_endpoint(linked: Path, endpoint: str, tmp_path: Path, run: Run) -> None:
    """Dostyk, unlinked, is proposed the station, not the town; and offline the same from the cache."""
    graph = alataw.open(linked)
    kept = [row for row in graph.repository.mappings() if row.path != "station/dostyk"]
    file = graph.repository.mapping_file
    file.write_bytes(sssom.write(sssom.MappingSet(graph.repository.base, tuple(kept))))
    words = ("--repository", str(linked), "link", "propose", "--endpoint", endpoint, "--format", "csv")
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = run(*words, **cache)
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    assert {(row["subject_id"], row["object_id"], row["decision"]) for row in rows} == {
        ("station/dostyk", "Q900000012", "accept")
    }
    assert run(*words, "--offline", **cache).stdout == done.stdout


def test_a_decision_is_kept_at_once_and_not_asked_again(linked: Path, run: Run, tmp_path: Path) -> None:
    """Accept one, reject one: both stand in the mappings, with who and when, and neither comes again."""
    items = tmp_path / "items.csv"
    items.write_text(
        "id,label,country,P31\nQ71,Khorgas border crossing,Q148,Q115110263\nQ72,Alashankou–Dostyk border crossing,Q148,Q115110263\n",
        encoding="utf-8",
    )
    words = (
        "--repository",
        str(linked),
        "link",
        "review",
        "--kind",
        "border-crossing",
        "--items",
        str(items),
        "--by",
        "A. Editor",
    )
    command = [sys.executable, "-m", "alataw", *words]
    environment = {**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        command, input="a\nr\n", capture_output=True, encoding="utf-8", env=environment, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    mappings = alataw.open(linked).repository.mappings()
    assert mappings.links["border-crossing/cn-kz-alashankou-dostyk"] == "Q72"
    assert mappings.rejected == {("border-crossing/cn-kz-khorgos-altynkol", "Q71")}
    row = next(row for row in mappings if row.item == "Q72")
    assert (row.reviewer_label, row.mapping_justification) == ("A. Editor", sssom.REVIEWED)
    assert "name" in row.comment
    again = run(*words)
    assert "1 of" not in again.stderr
    assert "1 rejected" in again.stderr


def test_what_has_become_of_links_is_found(linked: Path, endpoint: str, tmp_path: Path, run: Run) -> None:
    """Merged, gone, twice, without a document: each at its row of the file."""
    file = linked / "data" / "mapping" / "wikidata.sssom.tsv"
    text = file.read_text(encoding="utf-8").rstrip("\n").split("\n")
    pattern = next(line for line in text if "station/alashankou" in line)
    text += [
        pattern.replace("station/alashankou", "station/nowhere"),
        pattern.replace("Q900000001", "Q900000013").replace("station/alashankou", "station/horgos"),
    ]
    file.write_text(
        "\n".join(sorted(text, key=lambda line: (not line.startswith("#"), not line.startswith("subject_id"), line)))
        + "\n",
        encoding="utf-8",
    )
    done = run(
        "--repository",
        str(linked),
        "link",
        "check",
        "--endpoint",
        endpoint,
        "--format",
        "json",
        XDG_CACHE_HOME=str(tmp_path / "c"),
    )
    assert done.returncode == 1, done.stderr
    for code in ("AL115", "AL116", "AL119"):
        assert code in done.stdout, code
    assert "Q900000012" in done.stdout


def test_an_item_of_another_kind_or_place_is_found(linked: Path, endpoint: str, tmp_path: Path) -> None:
    """A station that is linked to the town, and one whose item lies far away."""
    from alataw import linkcheck
    from alataw.wikidata import Wikidata

    graph = alataw.open(linked)
    rows = [
        sssom.Link("alataw:station/dostyk", object_id="wd:Q900000013"),
        sssom.Link("alataw:station/alashankou", object_id="wd:Q2741273"),
    ]
    graph.repository.mapping_file.write_bytes(sssom.write(sssom.MappingSet(graph.repository.base, tuple(rows))))
    document = linked / "data" / "station" / "alashankou.ttl"
    claim = '\n<station/alashankou#coordinates>\n  a :Coordinates ;\n  :about <station/alashankou> ;\n  <http://www.opengis.net/ont/geosparql#asWKT> "POINT(82.57 45.17)"^^<http://www.opengis.net/ont/geosparql#wktLiteral> ;\n  :rank rank:normal\n.\n'
    document.write_text(document.read_text(encoding="utf-8") + claim, encoding="utf-8")
    found = {finding.code for finding in linkcheck.check(alataw.open(linked), Wikidata(endpoint, cache=tmp_path / "c"))}
    assert found == {"AL117", "AL118"}


def test_the_ledger_is_printed(linked: Path, endpoint: str, tmp_path: Path, run: Run) -> None:
    """One entity, in CSV, with the counts on stderr."""
    words = ("--repository", str(linked), "link", "compare", "station/alashankou", "--endpoint", endpoint)
    done = run(*words, "--format", "csv", XDG_CACHE_HOME=str(tmp_path / "c"))
    assert done.returncode == 0, done.stderr
    assert {row["status"] for row in csv.DictReader(io.StringIO(done.stdout))} >= {
        "agree",
        "differ",
        "only theirs",
        "deprecated there",
    }
    assert "agree" in done.stderr


def test_a_bad_service_stops_the_command_and_changes_nothing(
    linked: Path, misbehaving: Callable[[str], str], tmp_path: Path, run: Run
) -> None:
    """Exit 4, the reason on stderr, and the mappings as they were."""
    before = (linked / "data" / "mapping" / "wikidata.sssom.tsv").read_bytes()
    done = run(
        "--repository",
        str(linked),
        "link",
        "check",
        "--endpoint",
        misbehaving("/html"),
        XDG_CACHE_HOME=str(tmp_path / "c"),
    )
    assert done.returncode == 4
    assert "error[AL113]" in done.stderr
    assert "text/html" in done.stderr
    assert (linked / "data" / "mapping" / "wikidata.sssom.tsv").read_bytes() == before
    assert SEEN


def test_links_that_a_table_states_are_taken_over_once(linked: Path, tmp_path: Path, run: Run) -> None:
    """A label that names one entity of its kind; the others are told, and running again changes nothing."""
    table = tmp_path / "items.csv"
    table.write_text(
        "wikidata_id,label,kind,note,source_title,source_url,confidence\n"
        "Q16959,Ürümqi,place,,A list,https://example.org/,high\n"
        ",Alashankou railway station,station,,,,not-found\n"
        "Q5,Nowhere,place,,,,high\n"
        "Q6,operator,property,,,,high\n"
        "Q7,Kazakhstan,country,,,,high\n",
        encoding="utf-8",
    )
    words = ("--repository", str(linked), "link", "import", str(table), "--on", "2026-11-26")
    done = run(*words)
    assert "1 links taken over, 3 left" in done.stderr
    assert "Nowhere: names nothing here" in done.stdout
    assert "is linked to Q232, not Q7" in done.stdout
    mappings = alataw.open(linked).repository.mappings()
    assert mappings.links["place/urumqi"] == "Q16959"
    row = next(row for row in mappings if row.item == "Q16959")
    assert (row.confidence, row.mapping_date, row.mapping_source) == ("0.95", "2026-11-26", "https://example.org/")
    assert "0 links taken over" in run(*words).stderr


def test_the_check_of_the_graph_looks_at_its_mappings(linked: Path) -> None:
    """A row on an entity that is not there, and a file that cannot be read, are findings with their line."""
    file = linked / "data" / "mapping" / "wikidata.sssom.tsv"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("station/dostyk", "station/nowhere"), encoding="utf-8")
    (finding,) = (f for f in alataw.open(linked).check() if f.code == "AL119")
    assert text.split("\n")[finding.location.line - 1].startswith("alataw:station/dostyk")
    file.write_text(text + "nonsense\n", encoding="utf-8")
    (finding,) = (f for f in alataw.open(linked).check([file]) if f.code == "AL111")
    assert finding.location.line == text.count("\n") + 1


def test_links_that_claims_state_are_taken_over(linked: Path, run: Run) -> None:
    """A code in the system of Wikidata's items becomes a reviewed mapping, with source and place in it."""
    document = linked / "data" / "railway-line" / "turksib.ttl"
    claim = (
        "\n<railway-line/turksib#code-wikidata>\n  a :CodeAssignment ;\n  :about <railway-line/turksib> ;\n"
        '  :code "Q1421980" ;\n  :codeSystem <vocabulary/code-system#wikidata> ;\n'
        "  :rank <vocabulary/rank#normal> ;\n"
        "  <http://www.w3.org/ns/prov#wasDerivedFrom> <source/china-org-cn-alataw-pass-port> ;\n"
        '  :locator "item"\n.\n'
    )
    document.write_text(document.read_text(encoding="utf-8") + claim, encoding="utf-8")
    assert " links taken over, 0 left" in run("--repository", str(linked), "link", "import").stderr
    row = next(row for row in alataw.open(linked).repository.mappings() if row.path == "railway-line/turksib")
    assert (row.item, row.mapping_justification) == ("Q1421980", sssom.REVIEWED)
    assert row.comment.endswith("item")
    assert row.confidence


def test_a_slow_service_is_not_waited_for(misbehaving: Callable[[str], str], tmp_path: Path, run: Run) -> None:
    """The deadline of --timeout holds for a service that drips, and nothing is written."""
    words = ("link", "propose", "--endpoint", misbehaving("/drip"), "--timeout", "0.5", "--format", "csv")
    done = run(*words, XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == 4
    assert "no whole answer came within 0.5 s" in done.stderr
    assert not done.stdout


@pytest.mark.parametrize(
    ("words", "said", "exit_code"),
    [
        (("propose", "--kind", "dragon"), "error[AL112]", 2),
        (("propose", "--format", "pdf"), "error[AL018]", 2),
        (("propose", "--ours", "nowhere.csv"), "error[AL004]", 2),
        (("compare", "--format", "pdf"), "error[AL018]", 2),
        (("compare", "station/nowhere", "--offline"), "error[AL011]", 2),
        (("propose", "--offline"), "error[AL114]", 4),
        (("import", "README.md"), "error[AL110]", 2),
    ],
)  # fmt: skip
def test_wrong_use_says_what_to_do(words: tuple[str, ...], said: str, exit_code: int, run: Run, tmp_path: Path) -> None:
    """A wrong call exits 2, a service that is not to be asked 4; both say why on stderr."""
    done = run("link", *words, XDG_CACHE_HOME=str(tmp_path))
    assert done.returncode == exit_code, done.stderr
    assert said in done.stderr


def test_names_of_others_do_not_reach_the_terminal_raw(tmp_path: Path, run: Run) -> None:
    """Control characters in a list would move or hide other text of the terminal; they are left out where people read."""
    listed = tmp_path / "list.csv"
    listed.write_text("id,name,country\n1,\x1b[31mBrest\u202e,Q184\n", encoding="utf-8")
    done = run("link", "propose", "--ours", str(listed), "--items", str(listed))
    assert "Brest" in done.stdout
    assert "\x1b" not in done.stdout
    assert "\u202e" not in done.stdout
