"""Servers that are started once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from running import Running, running

from alataw.repository import Repository, new

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that is read quickly."""
    folder = tmp_path_factory.mktemp("small") / "railways"
    new(folder, Repository(ROOT))
    return folder


@pytest.fixture(scope="session")
def server(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose requests have two seconds, and whose clients have one for each step."""
    times = {"HEAD_S": 1.0, "BODY_S": 1.0, "IDLE_S": 2.0, "CHUNK_S": 1.0}
    with running(tmp_path_factory.mktemp("server"), source={"repository": small}, times=times) as started:
        yield started
