"""Only what changed is checked: since a revision, and while somebody edits."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from alataw import changes, checks
from alataw.errors import UsageError
from alataw.report import Finding
from alataw.repository import Repository, new

OPENING = "data/station/example-border.ttl"


@pytest.fixture
def root(tmp_path: Path, repository: Repository) -> Path:
    """A small repository, committed to git."""
    folder = tmp_path / "own"
    new(folder, repository)
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-qm", "begin")):
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=n@example.org", *words], cwd=folder, check=True)
    return folder


def told(findings: object) -> set[tuple[str, str, int, str]]:
    assert hasattr(findings, "__iter__")
    found: list[Finding] = list(findings)
    return {(f.code, Path(f.location.file).name, f.location.line, f.message) for f in found}


def station(root: Path) -> Path:
    return next((root / "data" / "station").glob("*.ttl"))


def test_nothing_is_looked_at_where_nothing_changed(root: Path) -> None:
    """A tree that is as the revision was has nothing to check."""
    assert len(changes.check_since(Repository(root), "HEAD")) == 0


def test_what_a_change_affects_is_found(root: Path) -> None:
    """A class that another document needs is taken away: what needs it is found, in the file that did not change."""
    source = next((root / "data" / "source").glob("*.ttl"))
    source.write_text(source.read_text(encoding="utf-8").replace("a :Source", "a :Place"), encoding="utf-8")
    since = changes.check_since(Repository(root), "HEAD")
    full = checks.check(Repository(root))
    assert told(since) <= told(full)
    before = told(_before(root))
    assert told(since) >= {each for each in told(full) if each[0] == "AL040" and each not in before}
    assert station(root).name in {Path(finding.location.file).name for finding in since}


def _before(root: Path) -> object:
    """What a full check of the revision finds."""
    other = root.parent / "before"
    subprocess.run(["git", "clone", "-q", root, other], check=True)
    return checks.check(Repository(other))


def test_a_file_that_is_new_or_gone_counts(root: Path) -> None:
    """Files that git does not know, and files that are no more."""
    shutil.copy(station(root), root / "data" / "station" / "another.ttl")
    found = changes.check_since(Repository(root), "HEAD")
    assert {"another.ttl"} <= {Path(finding.location.file).name for finding in found}
    (root / "data" / "station" / "another.ttl").unlink()
    next((root / "data" / "source").glob("*.ttl")).unlink()
    found = changes.check_since(Repository(root), "HEAD")
    assert station(root).name in {Path(finding.location.file).name for finding in found}


def test_a_change_of_the_rules_is_a_full_check(root: Path) -> None:
    """Whoever changes a shape sees everything."""
    shape = root / "ontology" / "shape" / "station.ttl"
    shape.write_text(shape.read_text(encoding="utf-8").replace("sh:Info", "sh:Warning"), encoding="utf-8")
    assert told(changes.check_since(Repository(root), "HEAD")) == told(checks.check(Repository(root)))


def test_a_revision_that_is_none_is_told(root: Path, tmp_path: Path, repository: Repository) -> None:
    """No such revision, a revision that looks like an option, no git repository."""
    for revision in ("nowhere", "--output=x"):
        with pytest.raises(UsageError) as caught:
            changes.check_since(Repository(root), revision)
        assert caught.value.code == "AL050"
    new(tmp_path / "plain", repository)
    with pytest.raises(UsageError, match="does not know"):
        changes.check_since(Repository(tmp_path / "plain"), "HEAD")


def test_a_watch_tells_what_a_full_check_tells(root: Path) -> None:
    """Broken, mended, broken otherwise: each look gives the findings of what changed, and nothing while nothing does."""
    watch = changes.Watch(Repository(root))
    assert told(watch.report) == told(checks.check(Repository(root)))
    assert watch.look() is None
    file = station(root)
    text = file.read_text(encoding="utf-8")
    for number, broken in enumerate([text + "nonsense", text, text.replace("a :Station ;", "a :Statoin ;"), text], 1):
        file.write_text(broken, encoding="utf-8")
        os.utime(file, ns=(number * 10**9, number * 10**9))
        report = watch.look()
        assert report is not None
        full = checks.check(Repository(root))
        here = {each for each in told(full) if each[1] == file.name and each[0] != "AL044"}
        assert told(report) >= here
        assert told(report) <= told(full)
