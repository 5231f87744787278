"""The documentation shows what is true: its commands are run, its Turtle is read, its links lead somewhere."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from alataw import turtle
from alataw.repository import Repository
from alataw.sparql import tokens
from alataw.terms import BASE, DEF, NamedNode

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def blocks(language: str) -> Iterator[tuple[Path, int, str]]:
    """Every fenced block of a language, with its page and line."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in re.finditer(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
            indent = len(match[1])
            body = "".join(line[indent:] for line in match[2].splitlines(keepends=True))
            yield page, text[: match.start()].count("\n") + 2, body


def sessions() -> Iterator[tuple[str, str, str]]:
    """Every command of a console block and what it is said to print."""
    for page, line, body in blocks("console"):
        for command, said in re.findall(r"^\$ (alataw [^\n]*)\n((?:(?!\$ ).*\n)*)", body, re.MULTILINE):
            yield f"{page.name}:{line}", command.partition("  #")[0], said


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, which commands may write to."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("ontology", "data", "queries", "tests/linking/data"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


# Commands of a page are in one process: one may ask what another made.
@pytest.mark.parametrize(
    ("where", "command", "said"),
    [pytest.param(*one, marks=pytest.mark.xdist_group(one[0].partition(":")[0])) for one in sessions()],
    ids=lambda text: text[:60].strip(),
)
def test_a_command_prints_what_the_page_says(
    where: str, command: str, said: str, copy: Path, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Each line stands in the output, in order; `...` leaves out lines, or the rest of one."""
    done = run(*shlex.split(command)[1:], cwd=copy)
    assert done.returncode in (0, 1), done.stderr
    pattern = re.escape(said).replace(re.escape(" ...\n"), "[^\n]*\n").replace(re.escape("...\n"), "(?:.*\n)*?")
    assert re.search(rf"^{pattern}", done.stdout), f"{where}: {command} printed\n{done.stdout}"


@pytest.mark.parametrize(("page", "line", "body"), [*blocks("turtle")], ids=lambda value: str(value)[:20])
def test_turtle_of_the_docs_is_true_to_the_ontology(page: Path, line: int, body: str, repository: Repository) -> None:
    """A block is Turtle under the graph's prefixes, and its terms are ours."""
    known = {triple.subject for document in repository.ontology() for triple in document.triples}
    head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in repository.prefixes.items())
    for triple in turtle.parse(f"@base <{BASE}> .\n{head}{body}".encode(), file=page.name).triples:
        for term in (triple.predicate, triple.object):
            if isinstance(term, NamedNode) and (term in DEF or term.value.startswith(f"{BASE}vocabulary/")):
                assert term in known, f"{page.name}:{line} {term}"


@pytest.mark.parametrize(("page", "line", "body"), [*blocks("sparql")], ids=lambda value: str(value)[:20])
def test_sparql_of_the_docs_is_a_stored_query(page: Path, line: int, body: str) -> None:
    """A block reads as a stored query, header and all."""
    from alataw.queries import StoredQuery

    assert list(tokens(body))
    assert StoredQuery.read("example", body, file=f"{page.name}:{line}").parameters


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link names a file, and a heading of it where it has a fragment."""
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), target
        if fragment:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert fragment in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}, (
                target
            )


def test_every_command_is_in_the_readme(run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Whoever reads the README or the changelog has met every command."""
    listed = run("--help").stdout.partition("Commands:")[2]
    text = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CHANGELOG.md"))
    for command in re.findall(r"^  (\w+) ", listed, re.MULTILINE):
        assert re.search(rf"`(?:alataw )?{command}\b", text), command


def test_decisions_carry_their_number() -> None:
    """Each decision has the number of its file in its title, and no two have one number."""
    pages = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    for page in pages:
        assert page.read_text(encoding="utf-8").startswith(f"# {int(page.name[:4])}. ")
    assert len({page.name[:4] for page in pages}) == len(pages)


def test_the_spreadsheet_lists_every_property_and_qualifier() -> None:
    """The page has a row for each property of the form, with its types and its class, and one for each qualifier."""
    from alataw.sources import PROPERTIES
    from alataw.sources.claims import QUALIFIERS

    text = (ROOT / "docs" / "spreadsheet.md").read_text(encoding="utf-8")
    properties = text.partition("## Qualifiers")[0]
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", properties, re.MULTILINE))
    for name, property_ in PROPERTIES.items():
        assert all(word in rows[name] for word in (*property_.types, property_.claims)), name
    for key in QUALIFIERS:
        assert re.search(rf"^\| [^|]*`{key}`", text, re.MULTILINE), key


def test_the_how_to_adds_a_crossing(copy: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Its table is imported, the check of what it makes conforms, and a second import is silent."""
    ((page, _, table),) = blocks("csv")
    (copy / "crossing.csv").write_text(table, encoding="utf-8")
    done = run("import", "claims", "crossing.csv", cwd=copy)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 5
    said = page.read_text(encoding="utf-8")
    assert "data/border-crossing/ru-mn-solovyovsk-ereentsav.ttl" in done.stdout
    assert "Five documents are new" in said
    assert run("import", "claims", "crossing.csv", cwd=copy).stdout == ""
    checked = run("check", *done.stdout.split(), cwd=copy)
    assert checked.returncode == 0, checked.stdout
    dispute = run("query", "disputed-claims", "solovyovsk-ereentsav", "--format", "csv", cwd=copy).stdout
    assert "rail-traffic-1939,its source is the better one" in dispute
    for path in done.stdout.split():
        (copy / path).unlink()


def test_python_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """The README's Python prints what it says."""
    import doctest

    monkeypatch.chdir(ROOT)
    failed, tried = doctest.testfile(str(ROOT / "README.md"), module_relative=False)
    assert tried
    assert not failed
