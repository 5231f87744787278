"""What is mechanical is mended, after it was shown, and nothing else is."""

from __future__ import annotations

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from alataw import fixes
from alataw.errors import InputError
from alataw.repository import Repository

Run = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).resolve().parents[1]
STATION = "data/station/alashankou.ttl"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of this repository to break."""
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def replace(copy: Path, old: str, new: str, file: str = STATION) -> str:
    """Put something else into a file; the text before."""
    text = (copy / file).read_text(encoding="utf-8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return text


MENDED: list[tuple[str, str, str, str]] = [
    # what stands, what is put there, what --fix makes of it, the fix that is named
    ('  :from "2005"^^xsd:gYear ;', '  :from "2005"^^xsd:date ;', '  :from "2005"^^xsd:gYear ;', "date datatype"),
    ('  :from "2005"^^xsd:gYear ;', '  :from "2005-09"^^xsd:date ;', '  :from "2005-09"^^xsd:gYearMonth ;', "date datatype"),
    ('  :from "2005"^^xsd:gYear ;', '  :from "2005-09-12"^^xsd:gYear ;', '  :from "2005-09-12"^^xsd:date ;', "date datatype"),
    ('  :from "2005"^^xsd:gYear ;', '  :from "2005~"^^xsd:gYear ;', '  :from "2005~"^^:edtf ;', "date datatype"),
    ('  :from "2005"^^xsd:gYear ;', '  :from "2005"^^:edtf ;', '  :from "2005"^^xsd:gYear ;', "date datatype"),
    ('  :from "2005"^^xsd:gYear ;', '  :from "2005-09-12" ;', '  :from "2005-09-12"^^xsd:date ;', "date datatype"),
    ('  :from "2005"^^xsd:gYear ;', "  :from 2005 ;", '  :from "2005"^^xsd:gYear ;', "date datatype"),
    ('"Ala Tau"@en ;', '"Ala Tau" ;', '"Ala Tau"@en ;', "language of a label"),
    ("  :kilometre 2358.376 ;\n", "      :kilometre 2358.376 ;\n", "  :kilometre 2358.376 ;\n", "canonical form"),
    ("@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "@prefix s: <http://www.w3.org/2004/02/skos/core#> .\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .", "canonical form"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "mended", "name"), MENDED)
def test_what_is_mechanical_is_mended_and_nothing_else(old: str, new: str, mended: str, name: str, copy: Path) -> None:
    """The file is what it was, but for the line that was wrong; a second run finds nothing to mend."""
    before = replace(copy, old, new)
    repository = Repository(copy)
    (change,) = fixes.plan(repository, [])
    assert name in change.fixes
    assert change.difference.startswith("--- a/")
    fixes.apply(repository, change)
    wanted = sorted(before.replace(old, mended, 1).splitlines())
    assert sorted((copy / STATION).read_text(encoding="utf-8").splitlines()) == wanted
    assert fixes.plan(Repository(copy), []) == []


LEFT = [
    ('  :from "2005"^^xsd:gYear ;', '  :from "2005-02-30"^^xsd:date ;'),
    ('  :from "2005"^^xsd:gYear ;', '  :from "around 2005"^^xsd:date ;'),
    ('  :from "2005"^^xsd:gYear ;', '  :from "2005-13"^^xsd:gYearMonth ;'),
    ('  :code "KZALS" ;', '  :code "1990" ;'),
    ('"Ala Tau"@en ;', '"Алатау" ;'),
    ('  :locator "KZ, ALS"\n', '  :locator "1990"\n'),
]


@pytest.mark.parametrize(("old", "new"), LEFT)
def test_what_is_not_sure_is_left_alone(old: str, new: str, copy: Path) -> None:
    """An impossible date, a name that may be in any language, a text that only looks like a date."""
    replace(copy, old, new)
    mended = [name for change in fixes.plan(Repository(copy), []) for name in change.fixes]
    assert set(mended) <= {"canonical form"}


def test_this_repository_has_nothing_to_mend(repository: Repository) -> None:
    """What is clean stays as it is, shapes and ontology as well."""
    assert fixes.plan(repository, []) == []


def test_what_would_lose_a_comment_or_cannot_be_read_is_left(copy: Path) -> None:
    """The check tells of both."""
    replace(copy, "  :kilometre 2358.376 ;", "      :kilometre 2358.376 ; # exact")
    replace(copy, "  a ", "  a a ", "data/place/china.ttl")
    assert fixes.plan(Repository(copy), []) == []


def test_a_file_that_changed_in_between_is_not_written(copy: Path) -> None:
    """What somebody wrote meanwhile stays."""
    replace(copy, ':from "2005"^^xsd:gYear', ':from "2005"^^xsd:date')
    repository = Repository(copy)
    (change,) = fixes.plan(repository, [])
    replace(copy, '"2005"^^xsd:date', '"2006"^^xsd:date')
    with pytest.raises(InputError) as refused:
        fixes.apply(repository, change)
    assert refused.value.code == "AL047"
    assert '"2006"^^xsd:date' in (copy / STATION).read_text(encoding="utf-8")


def test_without_a_terminal_nothing_is_changed_unless_yes_is_said(copy: Path, run: Run) -> None:
    """The difference is shown, exit code 1; with --yes it is made, and the check runs again."""
    before = replace(copy, ':from "2005"^^xsd:gYear', ':from "2005"^^xsd:date')
    shown = run("check", "--fix", cwd=copy)
    assert shown.returncode == 1
    assert '-  :from "2005"^^xsd:date ;\n+  :from "2005"^^xsd:gYear ;\n' in shown.stdout
    assert "nothing was changed; run again with --yes" in shown.stderr
    assert '"2005"^^xsd:date' in (copy / STATION).read_text(encoding="utf-8")
    done = run("check", STATION, "--fix", "--yes", "--format", "json", cwd=copy)
    assert done.returncode == 0, done.stderr
    assert '"conforms": true' in done.stdout
    assert "+++ b/data/station/alashankou.ttl" in done.stderr
    assert (copy / STATION).read_text(encoding="utf-8") == before
    again = run("check", "--fix", cwd=copy)
    assert again.returncode == 0
    assert "+++" not in again.stdout


@pytest.mark.parametrize(("answer", "exit_code"), [("y", 0), ("n", 1)])
def test_on_a_terminal_it_is_asked(answer: str, exit_code: int, copy: Path) -> None:
    """Only a yes mends."""
    before = replace(copy, ':from "2005"^^xsd:gYear', ':from "2005"^^xsd:date')
    ours, theirs = pty.openpty()
    try:
        os.write(ours, f"{answer}\n".encode())
        done = subprocess.run(
            [sys.executable, "-m", "alataw", "check", STATION, "--fix"],
            cwd=copy,
            stdin=theirs,
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == exit_code, done.stderr
    assert "Mend?" in done.stderr
    assert ((copy / STATION).read_text(encoding="utf-8") == before) is (answer == "y")
