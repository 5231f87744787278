"""Our own server holds every clause of docs/http.md, as `alataw check-live` looks at it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from running import running

import parts
from alataw import livecheck
from alataw.publication import Limits
from servers import free_port


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A part of this repository with everything that a clause could want: tombstones, and a day of release."""
    folder = parts.copy_part(tmp_path_factory.mktemp("whole") / "repository")
    shutil.copytree(parts.ROOT / "data" / "mapping", folder / "data" / "mapping")
    parts.withdraw(folder)
    parts.date(folder, "2026-11-26")
    return folder


@pytest.mark.xdist_group("live")
def test_our_server_passes_every_clause(
    whole: Path, tmp_path: Path, run: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """All of them apply, but for the one that would take an attack; the command says the same by its exit code."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/"
    source = {
        "repository": whole,
        "application": "alataw.application",
        "address": address,
        "limits": Limits(seconds=2.0),
    }
    with running(tmp_path, source=source, port=port):
        outcomes = livecheck.check(address, heavy=True)
        assert {each.clause.name: each.why for each in outcomes if each.verdict == "fail"} == {}
        assert [each.clause.name for each in outcomes if each.verdict == "n/a"] == ["sparql-overload"]
        done = run("check-live", address)
        assert done.returncode == 0, done.stdout
        assert f"{address} conforms" in done.stdout
