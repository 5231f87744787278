"""Folders and files: which path is which IRI, and writes that happen wholly or not at all."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import alataw
from alataw.errors import InputError, RepositoryError
from alataw.repository import Repository, new, shown, write
from alataw.terms import BASE

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("path", "iri"),
    [
        ("data/station/alashankou.ttl", "station/alashankou"),
        ("data/catalog.ttl", "catalog"),
        ("ontology/def.ttl", "def"),
        ("ontology/vocabulary/rank.ttl", "vocabulary/rank"),
        ("ontology/shape/station.ttl", "shape/station"),
    ],
)
def test_the_path_is_the_iri(path: str, iri: str, repository: Repository) -> None:
    """Folder and file name make the IRI."""
    assert repository.iri_of(ROOT / path).value == BASE + iri


def test_a_folder_without_a_graph_is_no_repository(tmp_path: Path) -> None:
    """The message says what is missing and what to do."""
    with pytest.raises(RepositoryError) as refused:
        alataw.open(tmp_path)
    assert refused.value.code == "AL070"
    assert "ontology/prefixes.ttl" in refused.value.why
    assert "alataw new" in refused.value.fix


def test_the_nearest_repository_upwards_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work from any folder below."""
    monkeypatch.chdir(ROOT / "data" / "station")
    assert Repository.find().root == ROOT


def test_elsewhere_the_graph_of_the_package_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """From a folder that has nothing to do with it, there is a graph."""
    monkeypatch.chdir(tmp_path)
    assert (Repository.find().root / "data" / "station" / "alashankou.ttl").exists()


def test_a_new_repository_has_its_own_base(tmp_path: Path, repository: Repository) -> None:
    """Somebody else's entities are below somebody else's base; the words are ours."""
    files = new(tmp_path / "mine", repository)
    mine = alataw.open(tmp_path / "mine")
    assert mine.repository.base == "https://example.org/railway/"
    assert mine.check().conforms
    assert len(mine.query("find-by-name", name="first station")) > 0
    assert tmp_path / "mine" / "README.md" in files
    with pytest.raises(RepositoryError) as refused:
        new(tmp_path / "mine", repository)
    assert refused.value.code == "AL071"


def test_a_write_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the rename, the old file stands; no scratch file stays."""
    file = tmp_path / "a.ttl"
    write(file, b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(RepositoryError, match="cannot be written") as refused:
        write(file, b"new")
    assert "No space left" in refused.value.why
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_a_write_keeps_the_permissions(tmp_path: Path) -> None:
    """A file that was shared stays shared."""
    file = tmp_path / "a.ttl"
    write(file, b"old")
    file.chmod(0o664)
    write(file, b"new")
    assert file.stat().st_mode & 0o777 == 0o664


def test_a_file_that_cannot_be_read_is_told_by_its_name(tmp_path: Path) -> None:
    """A folder with the suffix of a file is no bug of ours."""
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    (tmp_path / "data" / "station" / "folder.ttl").mkdir()
    with pytest.raises(InputError) as refused:
        Repository(tmp_path).data()
    assert refused.value.code == "AL004"


def test_paths_are_shown_from_where_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below here relative, elsewhere whole: what editors can open."""
    monkeypatch.chdir(ROOT / "data")
    assert shown(ROOT / "data" / "station") == "station"
    assert shown(ROOT / "docs") == str(ROOT / "docs")
