"""The home of what is published: one release of the graph, at one address, within limits."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlsplit

from alataw.graph import Graph
from alataw.sparql import MOST_CHARACTERS
from alataw.store import Bound


@dataclass(frozen=True)
class Limits:
    """What one request may take.

    Units: seconds of wall-clock time, rows or triples, bytes of the answer, bytes of the body, MiB of memory.
    """

    seconds: float = 10.0
    rows: int = 100_000
    answer_bytes: int = 32 * 2**20
    body_bytes: int = 2**20
    query_characters: int = MOST_CHARACTERS
    memory_mib: int = 512


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
