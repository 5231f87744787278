"""The home of what is published: one release of the graph, at one address, within limits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from alataw.graph import Graph
from alataw.sparql import MOST_CHARACTERS, MOST_DEPTH, MOST_OPERATORS
from alataw.store import Bound

_UNITS = ((2**20, "MiB"), (2**10, "KiB"))


@dataclass(frozen=True)
class Limits:
    """What one request may take, and how many queries there may be.

    Units: seconds of wall-clock time, rows or triples, bytes of the answer, bytes of the body, characters, MiB of
    memory; queries in SPARQL that are answered at once, and that may wait for that.
    """

    seconds: float = 10.0
    rows: int = 100_000
    answer_bytes: int = 32 * 2**20
    body_bytes: int = 2**20
    query_characters: int = MOST_CHARACTERS
    memory_mib: int = 512
    at_once: int = 2
    waiting: int = 256

    def told(self) -> Iterator[tuple[str, str]]:
        """Every limit in words: of what, and how much."""
        yield "length of a query", f"{self.query_characters:,} characters"
        yield "depth of a query", f"brackets nested {MOST_DEPTH} deep"
        yield "operators of a query", f"{MOST_OPERATORS:,}"
        yield "time of a request", f"{self.seconds:g} seconds"
        yield "size of a request", _size(self.body_bytes)
        yield "memory of a request", f"{self.memory_mib:,} MiB"
        yield "rows or triples of an answer", f"{self.rows:,}"
        yield "size of an answer", _size(self.answer_bytes)
        yield "queries answered at once", f"{self.at_once:,}"
        yield "queries that may wait", f"{self.waiting:,}"


def _size(number: int) -> str:
    """Bytes in the greatest unit of which they are so many whole ones.

    >>> _size(32 * 2**20), _size(1536), _size(5678)
    ('32 MiB', '1,536 bytes', '5,678 bytes')
    """
    unit, name = next(((unit, name) for unit, name in _UNITS if number % unit == 0), (1, "bytes"))
    return f"{number // unit:,} {name}"


@dataclass(frozen=True)
class Publication:
    """A graph as it is published.

    Args:
        graph: What is published; IRIs stay what they are wherever it is served.
        address: Where, with a slash at its end; absolute links begin with it, whatever a client calls the host.
        limits: What one request may take.
    """

    graph: Graph
    address: str = "http://127.0.0.1:8000/"
    limits: Limits = field(default_factory=Limits)

    @property
    def bound(self) -> Bound:
        """The most that an answer may hold before it is written: no character is written as less than a byte."""
        return Bound(self.limits.rows, self.limits.answer_bytes)

    def link(self, path: str) -> str:
        """A link to a path of ours, for pages: without scheme and host, so that it works wherever it is read."""
        return urlsplit(self.address).path + path

    def url(self, path: str) -> str:
        """The absolute address of a path of ours, for headers and descriptions."""
        return self.address + path

    @cached_property
    def release(self) -> str:
        """What tells this release from another: the same facts give the same, in whatever order (16 hex digits)."""
        facts = sum(int.from_bytes(hashlib.sha256(str(triple).encode()).digest()) for triple in self.graph.each())
        digest = hashlib.sha256(str(facts).encode())
        for query in self.graph.queries:
            digest.update(query.text.encode())
        return digest.hexdigest()[:16]
