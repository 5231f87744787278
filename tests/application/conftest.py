"""What tests of the application share: a publication of this repository, and a way to ask it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest
from answers import Ask, asked

import alataw
from alataw.publication import Publication
from alataw.web import Reply
from carrier import carried

sys.path.append(str(Path(__file__).resolve().parents[1] / "pages"))  # where pages are read


@pytest.fixture(scope="session")
def publication(graph: alataw.Graph) -> Publication:
    """This repository, published below a path, so that no link forgets it."""
    return Publication(graph, "https://example.org/rail/")


@pytest.fixture(scope="session")
def ask(publication: Publication) -> Ask:
    """Ask for a path; what is behind a question mark is the query, keywords are headers."""

    def ask_(path: str = "", method: str = "GET", *, body: bytes = b"", **headers: str) -> Reply:
        return asked(publication, path, method, body=body, **headers)

    return ask_


@pytest.fixture(scope="session")
def live(graph: alataw.Graph) -> Iterator[Publication]:
    """This repository, published on loopback."""
    with carried(graph) as publication:
        yield publication


class Received(NamedTuple):
    """What came over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


@pytest.fixture
def http(live: Publication) -> Callable[..., Received]:
    """Ask the publication on loopback; `Date` and `Server` are left out of what comes."""

    def http_(method: str, path: str, body: bytes | None = None, **headers: str) -> Received:
        connection = HTTPConnection(urlsplit(live.address).netloc, timeout=30)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, "/" + path, body, told)
        reply = connection.getresponse()
        found = {name: value for name, value in reply.getheaders() if name not in ("Date", "Server")}
        data = reply.read()
        connection.close()
        return Received(reply.status, found, data)

    return http_
