"""The home of the settings of the server: what is published, and how it is carried."""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from alataw.errors import UsageError
from alataw.publication import Limits

Networks: TypeAlias = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


@dataclass(frozen=True)
class Source:
    """What is published; whoever has this can make the publication.

    Args:
        repository: Where the facts stand.
        store: A folder that holds the graph (see `alataw load`); None for memory.
        endpoint: An engine elsewhere; empty for one here.
        auth: `basic`, `digest`, `bearer`, or empty; who one is stands in ALATAW_CREDENTIALS.
        address: Where it is published, with a slash at its end.
        limits: What one request may take.
        application: The module that has the functions `answer` and `lane`.
    """

    repository: Path
    store: Path | None = None
    endpoint: str = ""
    auth: str = ""
    address: str = "http://127.0.0.1:8000/"
    limits: Limits = field(default_factory=Limits)
    application: str = "alataw.application"


@dataclass(frozen=True)
class Settings:
    """How it is carried.

    Args:
        source: What is published.
        host: The address to listen on.
        port: The port; 0 for any that is free.
        workers: How many processes answer documents and stored queries.
        free_workers: How many answer SPARQL of strangers.
        queue: How many requests may wait for a process, in each lane.
        cache_mib: How much memory replies that are kept may take.
        connections: How many clients may be connected.
        rate: How many requests a second one client may make, for long; 0 for no limit.
        burst: How many it may make at once.
        trusted: The networks of proxies that are believed in whom they forward for.
        open_metrics: Whether everybody may read /metrics, not only this machine.
        access_log: A file; `-` for stderr, empty for none.
        grace_s: How long requests may take to end when the server is to stop.
        control: The socket by which `alataw reload` speaks to the server.
    """

    source: Source
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 2
    free_workers: int = 2
    queue: int = 256
    cache_mib: int = 64
    connections: int = 2000
    rate: float = 0
    burst: int = 100
    trusted: Networks = ()
    open_metrics: bool = False
    access_log: str = "-"
    grace_s: float = 10.0
    control: Path | None = None


def networks(texts: Iterable[str]) -> Networks:
    """Read addresses and networks.

    Raises:
        UsageError: AL123 if one is neither.

    >>> networks(["10.0.0.0/8", "::1"])
    (IPv4Network('10.0.0.0/8'), IPv6Network('::1/128'))
    """
    try:
        return tuple(ipaddress.ip_network(text) for text in texts)
    except ValueError as error:
        raise UsageError(
            "a proxy is not clear", code="AL123", why=str(error), fix="name addresses, or networks as 10.0.0.0/8"
        ) from None


def address(text: str) -> str:
    """The address under which everything is published, with its slash.

    Raises:
        UsageError: AL123 if it is none.

    >>> address("https://example.org/graph")
    'https://example.org/graph/'
    """
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise UsageError(f"{text} is no address to publish at", code="AL123", fix="write it as https://example.org/")
    return text.rstrip("/") + "/"


def control_of(port: int) -> Path:
    """Where the server of a port listens to `alataw reload`: a folder that is its user's alone."""
    folder = os.environ.get("RUNTIME_DIRECTORY") or os.environ.get("XDG_RUNTIME_DIR")
    return Path(folder or f"/tmp/alataw-{os.getuid()}") / f"alataw-{port}.sock"  # noqa: S108  # made for its user alone
