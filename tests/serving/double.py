"""An application that does what a real one should never do: the rim is tried with it.

`quiet` paths are answered, the others are faults by name; what begins with `free/` is in the lane of that name.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from hashlib import sha256

from alataw.publication import Publication
from alataw.store import Solutions
from alataw.web import Reply, Request

LARGE = 8 * 2**20


def answer(publication: Publication, request: Request) -> Reply:
    name, _, rest = request.path.removeprefix("free/").partition("/")
    return _ACTS.get(name, _missing)(publication, request, rest)


def lane(request: Request) -> str:
    return "free" if request.path.startswith("free/") else "quick"


def _missing(publication: Publication, request: Request, rest: str) -> Reply:
    return Reply(404, b"nothing\n")


def _quiet(publication: Publication, request: Request, rest: str) -> Reply:
    """Say what was asked, in which release, and by which process."""
    accept = request.headers.get("accept", "")
    said = f"{request.method} {request.path} {request.query} {publication.release} {accept}"
    headers = (
        ("Content-Type", "text/plain; charset=utf-8"),
        ("ETag", f'"{tag_of(said)}"'),
        ("Vary", "Accept"),
        ("Cache-Control", "max-age=60"),
        ("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT"),
    )
    return Reply(200, f"{said}\n{os.getpid()}\n".encode() + request.body, headers)


def tag_of(said: str) -> str:
    """The tag of what was said, without its quotes."""
    return sha256(said.encode()).hexdigest()[:16]


def _fresh(publication: Publication, request: Request, rest: str) -> Reply:
    """Never kept: who works on it is told, and which release it has."""
    time.sleep(float(rest or 0))
    return Reply(200, f"{publication.release} {os.getpid()}\n".encode(), (("Cache-Control", "no-store"),))


def _spin(publication: Publication, request: Request, rest: str) -> Reply:
    while True:
        pass


def _sluggish(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer GET, and nothing else."""
    return _spin(publication, request, rest) if request.method == "POST" else _fresh(publication, request, rest)


def _heavy(publication: Publication, request: Request, rest: str) -> Reply:
    """Ask the engine what it cannot answer in time, and cannot be stopped at."""
    everything = " ".join(f"?a{number} ?b{number} ?c{number} ." for number in range(6))
    publication.graph.sparql(f"SELECT (COUNT(*) AS ?n) {{ {everything} }}")
    return Reply(200, b"answered\n")


def _count(publication: Publication, request: Request, rest: str) -> Reply:
    found = publication.graph.store.query("SELECT ?s ?p ?o { ?s ?p ?o }")
    assert isinstance(found, Solutions)
    return Reply(200, str(len(found.rows)).encode())


def _crash(publication: Publication, request: Request, rest: str) -> Reply:
    ctypes.string_at(0)
    return Reply(200)


def _fail(publication: Publication, request: Request, rest: str) -> Reply:
    raise ZeroDivisionError


def _eat(publication: Publication, request: Request, rest: str) -> Reply:
    return Reply(200, bytes(2**36))


def _grow(publication: Publication, request: Request, rest: str) -> Reply:
    """Take memory and keep it, without more harm than that."""
    _kept.append(os.urandom(2**20) * 80)
    return Reply(200, f"{os.getpid()}\n".encode(), (("Cache-Control", "no-store"),))


_kept: list[bytes] = []


def _large(publication: Publication, request: Request, rest: str) -> Reply:
    return Reply(200, b"x" * LARGE, (("Cache-Control", "no-store"),))


def _split(publication: Publication, request: Request, rest: str) -> Reply:
    return Reply(200, b"", (("Location", "/a\r\nSet-Cookie: b"),))


def _call(publication: Publication, request: Request, rest: str) -> Reply:
    import socket

    try:
        socket.create_connection(("127.0.0.1", int(rest)), timeout=2).close()
    except OSError as error:
        return Reply(200, type(error).__name__.encode())
    return Reply(200, b"connected")


_ACTS: dict[str, Callable[[Publication, Request, str], Reply]] = {
    "quiet": _quiet,
    "fresh": _fresh,
    "spin": _spin,
    "sluggish": _sluggish,
    "heavy": _heavy,
    "count": _count,
    "crash": _crash,
    "fail": _fail,
    "eat": _eat,
    "grow": _grow,
    "large": _large,
    "split": _split,
    "call": _call,
}
