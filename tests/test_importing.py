"""The import: rows become claims, what stands stays, what is doubtful is told, and a second time changes nothing."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from alataw.errors import InputError
from alataw.importing import Import, import_claims
from alataw.repository import Repository
from alataw.sources import COLUMNS, read_table
from alataw.sources.readings import READINGS, esr_check_digit
from alataw.terms import BASE, SKOS, NamedNode, text_of

ROOT = Path(__file__).resolve().parents[1]
PAGE = "A page on stations", "https://example.org/stations", "medium"
ARTICLE = "Alashankou railway station", "", "as-stated"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository with the facts of the sample, to be written to."""
    for name in ("ontology", "queries"):
        (tmp_path / name).symlink_to(ROOT / name)
    shutil.copytree(ROOT / "tests" / "sample" / "data", tmp_path / "data")
    return tmp_path


def table(folder: Path, *rows: tuple[str, ...], name: str = "claims.csv", columns: tuple[str, ...] = COLUMNS) -> Path:
    """Write a table of claims beside the repository."""
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    (folder / "rows").mkdir(exist_ok=True)
    (folder / "rows" / name).write_text(out.getvalue(), encoding="utf-8")
    return folder / "rows" / name


def take(folder: Path, *rows: tuple[str, ...]) -> Import:
    """Import rows."""
    return import_claims(Repository(folder), table(folder, *rows))


def said(folder: Path, path: str, fragment: str) -> dict[str, set[str]]:
    """What a claim says: local name of a property to the texts of its values."""
    document = Repository(folder).read(folder / "data" / f"{path}.ttl")
    node = NamedNode(f"{BASE}{path}#{fragment}")
    facts: dict[str, set[str]] = {}
    for triple in document.triples:
        if triple.subject == node:
            facts.setdefault(triple.predicate.value.rpartition("#")[2].rpartition("/")[2], set()).add(
                text_of(triple.object)
            )
    return facts


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Every file of `data/`."""
    return {path.as_posix(): path.read_bytes() for path in sorted((folder / "data").rglob("*")) if path.is_file()}


# -- claims -----------------------------------------------------------------------------------------


def test_a_row_becomes_a_claim_with_its_source(folder: Path) -> None:
    """Value, precision, remark, source and rank stand in the entity's document."""
    done = take(folder, ("station", "dostyk", "opened", "1959", "track reached it", *PAGE))
    assert (done.count("new"), done.problems) == (1, ())
    claim = said(folder, "station/dostyk", "rail-traffic-1959")
    assert claim["date"] == {"1959"}
    assert claim["comment"] == {"track reached it"}
    assert claim["rank"] == {f"{BASE}vocabulary/rank#normal"}
    assert claim["wasDerivedFrom"] == {f"{BASE}source/a-page-on-stations"}


def test_a_second_import_changes_nothing(folder: Path) -> None:
    """Every row is known then, and no byte is another."""
    rows = (
        ("station", "dostyk", "opened", "1959", "", *PAGE),
        ("station", "dostyk", "lat", "45.2522", "", *PAGE),
        ("station", "dostyk", "lon", "82.4839", "", *PAGE),
        ("crossing", "alashankou-dostyk", "gauge_a_mm", "1435 (and 1520)", "", *PAGE),
    )
    take(folder, *rows)
    before = bytes_of(folder)
    again = take(folder, *rows)
    assert again.count("known") == len(rows)
    assert again.written == ()
    assert bytes_of(folder) == before


def test_what_a_source_says_already_is_known(folder: Path) -> None:
    """The sample has the opening of September 1992 from the article; a row that says it again adds its remark only."""
    row = ("crossing", "alashankou-dostyk", "rails_joined", "1992-09-12", "no other source says so", *ARTICLE)
    done = take(folder, row)
    (outcome,) = done.outcomes
    assert [node.value.rpartition("#")[2] for node in outcome.nodes] == ["rails-joined-1992"]
    claim = said(folder, "border-crossing/cn-kz-alashankou-dostyk", "rails-joined-1992")
    assert claim["comment"] == {"no other source says so"}


def test_a_source_that_differs_stands_beside(folder: Path) -> None:
    """Nothing is overwritten: what stood is a subset of what stands."""
    path = folder / "data" / "border-crossing" / "cn-kz-alashankou-dostyk.ttl"
    before = set(Repository(folder).read(path).triples)
    take(folder, ("crossing", "alashankou-dostyk", "rails_joined", "1990-09-12", "", *PAGE))
    after = set(Repository(folder).read(path).triples)
    assert before < after
    assert {triple.subject.value.rpartition("#")[2] for triple in after - before} == {"rails-joined-1990-09-12"}  # type: ignore[union-attr]


def test_two_sources_that_agree_are_two_claims(folder: Path) -> None:
    """The second takes the next free name."""
    take(folder, ("station", "dostyk", "opened", "1959", "", *PAGE))
    done = take(folder, ("station", "dostyk", "opened", "1959", "", "Another page", "https://example.org/2", "low"))
    assert [node.value.rpartition("#")[2] for outcome in done.outcomes for node in outcome.nodes] == [
        "rail-traffic-1959-2"
    ]


def test_a_tenure_that_says_less_is_known_by_the_one_that_says_more(folder: Path) -> None:
    """An operator without years is no second tenure where the same source gives the years, in whatever order."""
    done = take(
        folder,
        ("station", "dostyk", "operator", "Northern Xinjiang Railway Company", "", *PAGE),
        ("station", "dostyk", "operator", "Northern Xinjiang Railway Company", "from=1991; until=2001", *PAGE),
    )
    assert [outcome.outcome for outcome in done.outcomes] == ["known", "new"]


def test_a_dry_run_writes_nothing(folder: Path) -> None:
    """It tells the files that would be written."""
    before = bytes_of(folder)
    file = table(folder, ("station", "dostyk", "opened", "1959", "", *PAGE))
    done = import_claims(Repository(folder), file, dry=True)
    assert len(done.written) == 2
    assert bytes_of(folder) == before


def test_what_is_written_is_canonical(folder: Path) -> None:
    """`alataw format` would change nothing."""
    take(folder, ("station", "dostyk", "opened", "1959", 'it\'s "so"', *PAGE))
    repository = Repository(folder)
    for document in repository.data():
        assert document.canonical(repository.prefixes) == document.parsed.text


# -- entities ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("called", ["dostyk", "Dostyk railway station", "Dostyk", "ДОСТЫК"])
def test_an_entity_is_found_by_slug_or_name(called: str, folder: Path) -> None:
    """In any spelling or script."""
    done = take(folder, ("station", called, "opened", "1959", "", *PAGE))
    assert said(folder, "station/dostyk", "rail-traffic-1959"), done.problems


def test_an_entity_is_found_by_its_wikidata_item(folder: Path) -> None:
    """Once a source has said whose item it is."""
    take(folder, ("station", "dostyk", "wikidata_qid", "Q4169", "", *PAGE))
    take(folder, ("station", "Q4169", "opened", "1959", "", *PAGE))
    assert said(folder, "station/dostyk", "rail-traffic-1959")


def test_rows_that_say_enough_make_an_entity(folder: Path) -> None:
    """A station needs a name and a country; its slug is its name in ASCII."""
    done = take(
        folder,
        ("station", "aktogay", "name_en", "Aktogay", "", *PAGE),
        ("station", "aktogay", "name_ru", "Актогай", "", *PAGE),
        ("station", "aktogay", "country", "KZ", "", *PAGE),
    )
    assert not done.problems
    document = Repository(folder).read(folder / "data" / "station" / "aktogay.ttl")
    labels = {t.object.value for t in document.triples if t.predicate == SKOS.prefLabel}  # type: ignore[union-attr]
    assert labels == {"Aktogay", "Актогай"}


def test_rows_that_make_a_border_crossing_make_its_two_sides(folder: Path) -> None:
    """The codes of the countries begin its slug, in the order of the rows."""
    done = take(
        folder,
        ("crossing", "bakhty", "name_en", "Bakhty", "", *PAGE),
        ("crossing", "bakhty", "country_a", "KZ", "", *PAGE),
        ("crossing", "bakhty", "country_b", "CN", "", *PAGE),
        ("crossing", "bakhty", "gauge_b_mm", "1435", "", *PAGE),
    )
    assert not done.problems
    claim = said(folder, "border-crossing/kz-cn-bakhty", "gauge-cn-1435")
    assert claim["about"] == {f"{BASE}border-crossing/kz-cn-bakhty#side-cn"}


@pytest.mark.parametrize(
    ("rows", "code", "words"),
    [
        ([("station", "nowhere", "opened", "1959", "", *PAGE)], "AL104", "Nothing here is nowhere"),
        (
            [
                ("station", "dostyk-2", "name_en", "Dostyk", "", *PAGE),
                ("station", "dostyk-2", "country", "KZ", "", *PAGE),
            ],
            "AL104",
            "is called Dostyk, as station/dostyk is",
        ),
        ([("station", "dostyk", "operator", "Nobody's Railway", "", *PAGE)], "AL105", "No organisation here is called"),
        ([("station", "dostyk", "oppened", "1959", "", *PAGE)], "AL102", "did you mean opened"),
        ([("station", "dostyk", "length_km", "10", "", *PAGE)], "AL102", "A station has no length_km"),
        ([("bridge", "dostyk", "opened", "1959", "", *PAGE)], "AL102", "bridge is none of"),
        ([("station", "dostyk", "opened", "1959-13", "", *PAGE)], "AL103", "1959-13 is no month"),
        ([("station", "dostyk", "esr", "708508", "", *PAGE)], "AL103", "the check digit of 708508 should be 7"),
        ([("station", "dostyk", "lat", "45.25", "", *PAGE)], "AL103", "needs the longitude"),
        ([("station", "dostyk", "country", "CN", "", *PAGE)], "AL103", "dostyk lies in place/kazakhstan here"),
        ([("crossing", "alashankou-dostyk", "resumed", "[1990..1992]", "", *PAGE)], "AL103", "is no single date"),
        ([("station", "dostyk", "km", "10.5", "", *PAGE)], "AL103", "counts along a line"),
        (
            [("crossing", "alashankou-dostyk", "freight", "1000", "period=2012", *PAGE)],
            "AL103",
            "direction=... and scope=",
        ),
        ([("station", "dostyk", "opened", "1959", "", "", "", "medium")], "AL106", "No source, no claim"),
        ([("station", "dostyk", "opened", "1959", "", "A", "javascript:x", "medium")], "AL106", "is no address"),
        ([("station", "dostyk", "opened", "1959", "", "A", "", "surely")], "AL106", "surely is none of"),
    ],
)
def test_a_row_for_a_person_is_told_and_the_rest_goes_on(
    rows: list[tuple[str, ...]], code: str, words: str, folder: Path
) -> None:
    """The problem has file, row and column, says what to do, and the good row beside it is taken."""
    done = take(folder, *rows, ("station", "dostyk", "opened", "1960", "", *PAGE))
    assert done.count("new") == 1
    problem = done.problems[0]
    assert (problem.code, problem.location.line, problem.location.column > 0) == (code, 2, True)
    assert words.lower() in problem.message.lower()
    assert said(folder, "station/dostyk", "rail-traffic-1960")


def test_a_decided_row_is_what_the_decision_says(folder: Path) -> None:
    """A row that a person has decided on is neither taken nor doubtful; a decision that leads nowhere is told."""
    mapping = folder / "data" / "mapping"
    mapping.mkdir()
    header = "entity,property,value,source_title,claims,reason\n"
    line = f'alashankou,km,2358.376,"{PAGE[0]}",{{}},known\n'
    row = ("station", "alashankou", "km", "2358.376", "", *PAGE)
    for claims, outcome in (
        ("station/alashankou#position-lanxin", "decided"),
        ("", "left out"),
        ("station/x#y", "refused"),
    ):
        (mapping / "decided-rows.csv").write_text(header + line.format(claims), encoding="utf-8")
        done = take(folder, row)
        assert [one.outcome for one in done.outcomes] == [outcome]
        assert [problem.code for problem in done.problems] == (["AL107"] if outcome == "refused" else [])


# -- readings ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reading", "cell", "values"),
    [
        ("date", "1990-09-12", ["1990-09-12"]),
        ("date", "1966-01-01T00:00:00Z", ["1966"]),
        ("date", "[1990..1992]", ["[1990..1992]"]),
        ("decimal", "1882.560", ["1882.560"]),
        ("gauges", "dual 1520/1435, 10 km", ["1520", "1435"]),
        ("codes", "CN HRS; also KZ HOR", ["CNHRS", "KZHOR"]),
        ("codes", "0042", ["0042"]),
        ("esr", "98700", ["987002"]),
        ("names", "Grodekovo (1898); Border Station (1899)", ["Grodekovo", "Border Station"]),
    ],
)
def test_a_cell_is_read(reading: str, cell: str, values: list[str]) -> None:
    """With the digits and the precision that it has."""
    assert [text_of(read.value).rpartition("#")[2] for read in READINGS[reading](cell)] == values


def test_esr_check_digits() -> None:
    """Codes of stations that are known to be right (five digits, check digit)."""
    for code in ("708507", "944702", "935703", "130007", "130837"):
        assert esr_check_digit(code[:5]) == code[5]


# -- tables that are none ---------------------------------------------------------------------------

HEAD = (",".join(COLUMNS) + "\n").encode()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it is empty"),
        (HEAD.decode().encode("utf-16"), "it is UTF-16"),
        (HEAD + b"station,\0", "NUL"),
        (HEAD + "station,dosty\u0301k".encode("latin-1", "replace") + b"\xff", "not UTF-8"),
        (HEAD.replace(b",", b";"), "not parted by commas"),
        (HEAD.replace(b"value", b"worth"), "lacks value"),
        (HEAD.replace(b"\n", b",value\n"), "has value twice"),
        (HEAD + b'station,dostyk,opened,1959,"never closed,A,,medium\nstation,b,opened,1,,A,,low\n', "is no CSV"),
    ],
)
def test_a_table_that_is_none_is_refused_whole(data: bytes, why: str) -> None:
    """With the reason, and the line where there is one."""
    with pytest.raises(InputError) as caught:
        read_table(data, file="claims.csv", needed=COLUMNS)
    assert caught.value.code == "AL100"
    assert why in caught.value.why


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (b"station,dostyk,opened,1959", "has 4 cells"),
        (b"station,dostyk,opened,1959,a,b,A,,medium,more", "has 10 cells"),
        (b'station,"dos\ntyk",opened,1959,,A,,medium', "closed on a later line"),
        (b"station,dostyk,opened,=1+1,,A,,medium", "begins as a formula"),
        ("station,dos\u202etyk,opened,1959,,A,,medium".encode(), "U+202E"),
        (b"station,dostyk,opened," + b"1" * 20_000 + b",,A,,medium", "20,000 characters"),
    ],
)
def test_a_row_that_is_none_is_told_and_does_not_shift_the_next(row: bytes, words: str) -> None:
    """The next row has its own line and its own cells."""
    good = b"station,dostyk,country,NO,,A,,medium\n"
    read = read_table(HEAD + row + b"\n" + good, file="claims.csv", needed=COLUMNS)
    assert [cells["value"] for _, cells in read.rows] == ["NO"]
    assert [line for line, _ in read.rows] == [3 + row.count(b"\n")]
    assert words in read.problems[0].message


def test_a_byte_order_mark_is_passed_over_and_text_put_into_nfc() -> None:
    """Spreadsheets write the one, and people type either form of a letter."""
    data = b"\xef\xbb\xbf" + HEAD + "station,x,name_en,Zamyn-U\u0308u\u0308d,,A,,medium\n".encode()
    read = read_table(data, file="claims.csv", needed=COLUMNS)
    assert read.rows[0][1]["value"] == "Zamyn-Üüd"


# -- the command ------------------------------------------------------------------------------------


def test_the_command_reports_each_row(folder: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Stdout names the files, stderr the rows for a person, the report every row; exit 1 if a person is needed."""
    file = table(
        folder,
        ("station", "dostyk", "opened", "1959", "", *PAGE),
        ("station", "dostyk", "opened", "never", "", *PAGE),
    )
    done = run("import", "claims", str(file), "--report", str(folder / "report.csv"), cwd=folder)
    assert done.returncode == 1
    assert "data/station/dostyk.ttl" in done.stdout
    assert "rows/claims.csv:3:4: warning[AL103] column value: Never is none of the forms" in done.stderr
    rows = list(csv.DictReader(io.StringIO((folder / "report.csv").read_text(encoding="utf-8"))))
    assert [(row["outcome"], row["claims"]) for row in rows] == [
        ("new", "station/dostyk#rail-traffic-1959"),
        ("refused", ""),
    ]
