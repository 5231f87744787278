"""Pages of this repository, made once."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from kinds import OURS, every

import alataw
from alataw.pages import Pages
from alataw.publication import Publication

sys.path.append(str(Path(__file__).resolve().parents[1] / "serving"))  # where servers are started


@pytest.fixture(scope="session")
def publication(graph: alataw.Graph) -> Publication:
    return Publication(graph)


@pytest.fixture(scope="session")
def pages(publication: Publication) -> Pages:
    """The pages of this repository."""
    return Pages(publication)


@pytest.fixture(scope="session")
def made(pages: Pages) -> dict[str, str]:
    """A page of each kind, by name."""
    return {name: make() for name, make in every(pages, OURS).items()}
