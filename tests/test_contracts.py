"""Contracts are kept, and what rots is told."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import alataw
from alataw import contracts
from alataw.errors import InputError
from alataw.report import Severity

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A repository with two questions, which a test may break."""
    for name in ("ontology", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "queries").mkdir()
    for name in ("best-view.rq", "best-view.explain.rq", "names-of-entity.rq", "lines-of-station.rq"):
        # A busy machine makes nothing rot.
        text = (ROOT / "queries" / name).read_text(encoding="utf-8")
        patient = re.sub(r"within-ms: \d+", "within-ms: 60000", text)
        (tmp_path / "queries" / name).write_text(patient, encoding="utf-8")
    return tmp_path


def told(folder: Path, severity: Severity = Severity.VIOLATION) -> list[str]:
    report, _ = contracts.verify(alataw.open(folder))
    assert all(finding.code == "AL030" for finding in report)
    return [finding.message for finding in report if finding.severity == severity]


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_contracts_of_the_repository_are_kept(graph: alataw.Graph) -> None:
    """No query of ours has rotted since the last release; none lacks its record."""
    report, kept = contracts.verify(graph)
    assert [finding.message for finding in report if finding.severity.value == "Violation"] == []
    assert set(contracts.read(graph)) == set(kept)


def test_fewer_rows_than_at_the_last_release(copy: Path) -> None:
    """A fact that left takes a row with it."""
    graph = alataw.open(copy)
    contracts.record(graph, contracts.verify(graph)[1])
    assert told(copy) == []
    edit(copy / "data/station/alashankou.ttl", '  skos:altLabel "Alatau"@en ;\n', "")
    (message, *_) = [text for text in told(copy) if "last release" in text and "12 rows" in text]
    assert "13 at the last release" in message


def test_a_column_that_is_gone(copy: Path) -> None:
    """Whoever reads a column by its name is told before its readers are."""
    graph = alataw.open(copy)
    contracts.record(graph, contracts.verify(graph)[1])
    file = copy / "queries/lines-of-station.rq"
    edit(file, "?lineName", "?lineLabel")
    edit(file, "lineName:", "lineLabel:")
    assert any("columns lineName are gone" in text for text in told(copy))


def test_a_query_that_is_gone(copy: Path) -> None:
    """A question that the last release answered, and this one does not."""
    graph = alataw.open(copy)
    contracts.record(graph, contracts.verify(graph)[1])
    (copy / "queries/lines-of-station.rq").unlink()
    assert any("lines-of-station is gone" in text for text in told(copy))


def test_a_query_that_is_slower_than_it_promises(copy: Path) -> None:
    """Even at its best of several tries."""
    edit(copy / "queries/names-of-entity.rq", "within-ms: 60000", "within-ms: 0")
    assert any("0 are promised" in text and "ms" in text for text in told(copy, Severity.WARNING))


def test_a_query_that_is_slower_than_at_the_last_release(copy: Path) -> None:
    """Beside the others in the same run, though it is within its promise."""
    graph = alataw.open(copy)
    kept = dict(contracts.verify(graph)[1])
    pace = kept["best-view"].pace
    assert pace
    contracts.record(graph, kept | {"best-view": kept["best-view"]._replace(pace=pace / 100)})
    report, _ = contracts.verify(alataw.open(copy))
    (slower,) = [finding for finding in report if finding.location and finding.location.file.endswith("best-view.rq")]
    assert (slower.severity, slower.code) == (Severity.WARNING, "AL030")
    assert "times the median of all" in slower.message


def test_a_record_without_paces_is_read(copy: Path) -> None:
    """One that was written before paces were measured says nothing of them."""
    (copy / "queries/release.tsv").write_text(
        "query\trows\tcolumns\nnames-of-entity\t1\tname,source\n", encoding="utf-8"
    )
    assert contracts.read(alataw.open(copy)) == {"names-of-entity": contracts.Kept(1, ("name", "source"))}
    assert told(copy) == []


def test_fewer_rows_than_promised(copy: Path) -> None:
    """The contract alone is enough, without a release."""
    edit(copy / "queries/names-of-entity.rq", "min-rows: 5", "min-rows: 500")
    assert any("500 are promised" in text for text in told(copy))


def test_a_record_that_is_none_is_told(copy: Path) -> None:
    """With its line."""
    (copy / "queries/release.tsv").write_text("query\trows\tcolumns\nx\tmany\ty\n", encoding="utf-8")
    with pytest.raises(InputError) as refused:
        contracts.verify(alataw.open(copy))
    assert refused.value.code == "AL036"
    assert refused.value.location is not None
    assert refused.value.location.line == 2


def test_the_command_says_so_by_its_exit_code(copy: Path, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """0 if nothing rotted, 1 if something has, and --record keeps what there is."""
    assert run("--repository", str(copy), "query", "--verify").returncode == 0
    edit(copy / "queries/names-of-entity.rq", "min-rows: 5", "min-rows: 500")
    rotten = run("--repository", str(copy), "query", "--verify")
    assert rotten.returncode == 1
    assert "AL030" in rotten.stdout
    assert run("--repository", str(copy), "query", "--verify", "--record").returncode == 0
    assert "names-of-entity\t13\t" in (copy / "queries/release.tsv").read_text(encoding="utf-8")
