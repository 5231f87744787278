"""The home of the processes that answer: the zygote, which has read the graph, and the workers that it forks.

The zygote has one thread and opens no store for writing, so that a fork of it is whole; what it has read, its workers
share with it until they write. It does what the front tells it and ends with it.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pickle
import re
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from alataw.errors import AlatawError
from alataw.graph import Graph
from alataw.publication import Publication
from alataw.repository import Repository
from alataw.serving import wire
from alataw.serving.problems import problem
from alataw.serving.settings import Source
from alataw.store import EmbeddedStore, Store
from alataw.web import Reply, Request
from alataw.workers import Bounds, confine

WARM_S = 120.0
"""How long one request may take to warm up with."""

GROWTH_MIB = 64
"""By how much a worker may grow; then it is replaced, so that memory is as it was."""

PAGES = (
    *("", "about", "crossings", "disputes", "search", "query", "openapi.json", "sitemap.xml", "linkset", "reconcile"),
    *("catalog", ".well-known/void", ".well-known/sparql-examples", "context/v1.jsonld"),
)
"""What is asked for before anybody asks."""

Answer = Callable[[Publication, Request], Reply]


def main() -> None:
    """Read what is to be published from stdin, then do what comes on the socket whose number is the argument."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # these are for the front; what it started ends with it
    control = socket.socket(fileno=int(sys.argv[1]))
    source: Source = pickle.load(sys.stdin.buffer)  # noqa: S301  # from the process that started this one
    os.environ["RUST_BACKTRACE"] = "0"
    try:
        publication = published(source)
        answer: Answer = importlib.import_module(source.application).answer
        publication.graph.ready()  # what a worker derived it would keep to itself
        warm(publication, answer, (*_one_of_each_kind(publication, answer), *PAGES))
        release = publication.release
    except Exception as error:
        known = isinstance(error, AlatawError)
        _tell(control, failed=str(error) if known else traceback.format_exc())
        return
    gc.collect()
    gc.freeze()  # what is read stays; looking through it for garbage would only copy it
    _tell(control, ready=release)
    _attend(control, publication, answer, confined=not source.endpoint)


def published(source: Source) -> Publication:
    """Open what is published."""
    store: Store | None = None
    if source.store:
        store = EmbeddedStore(source.store, read_only=True)
    elif source.endpoint:
        from alataw.remote import Endpoint, RemoteStore

        credentials = os.environ.get("ALATAW_CREDENTIALS", "")
        endpoint = Endpoint(source.endpoint, auth=source.auth, credentials=credentials)
        store = RemoteStore(endpoint, timeout_s=source.limits.seconds)
    return Publication(Graph(Repository.find(source.repository), store), source.address, source.limits)


def warm(publication: Publication, answer: Answer, paths: Sequence[str]) -> None:
    """Have everything made that is kept between requests, once for all workers: by asking for one of each kind.

    A process beside this one goes ahead and tries each request, so that what cannot be answered harms nobody.
    """
    rest = iter([Request(path=path, headers={"accept": "text/html, */*;q=0.1"}) for path in paths])
    while ahead := list(rest):
        rest, (reader, writer) = iter(ahead), os.pipe()
        process = os.fork()
        if process == 0:
            _try(publication, answer, ahead, writer)
        os.close(writer)
        while os.read(reader, 1):
            answer(publication, next(rest))
        os.close(reader)
        os.waitpid(process, 0)
        next(rest, None)  # at which it ended


def _try(publication: Publication, answer: Answer, requests: list[Request], done: int) -> None:
    """Answer each, and say so; never return."""
    try:
        confine(Bounds(_memory_mib()[0] + publication.limits.memory_mib), network=True)
        for request in requests:
            signal.setitimer(signal.ITIMER_REAL, WARM_S)
            answer(publication, request)
            os.write(done, b".")
    finally:  # a fault will be told when somebody asks for it
        os._exit(0)


def _one_of_each_kind(publication: Publication, answer: Answer) -> Iterator[str]:
    """For each folder of the sitemap the first thing in it, as a page and in two formats."""
    maps = [answer(publication, Request(path=path)).body for path in ("sitemap.xml", "sitemap-1.xml")]
    pattern = rf"<loc>{re.escape(publication.address)}([a-z-]+)/([^<#?]+?)(?:\.html)?</loc>"
    paths = re.findall(pattern, b"".join(maps).decode())
    for folder, name in dict(reversed(paths)).items():
        yield from (f"{folder}/{name}.{suffix}" for suffix in ("html", "ttl", "jsonld"))


def _tell(control: socket.socket, **said: object) -> None:
    with contextlib.suppress(OSError):  # the front may be gone, which is seen when it is listened to
        control.sendall(json.dumps(said).encode() + b"\n")


def _attend(control: socket.socket, publication: Publication, answer: Answer, *, confined: bool) -> None:
    """Fork and end workers as told, until the front is gone."""
    ended, rung = socket.socketpair()
    rung.setblocking(False)
    ended.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(rung.fileno())
    alive: dict[int, int] = {}  # the number of each worker -> its process
    while True:
        readable, _, _ = select.select([control, ended], [], [])
        if ended in readable:
            ended.recv(4096)
            _bury(control, alive)
        if control not in readable:
            continue
        said, descriptors, _, _ = socket.recv_fds(control, wire.ORDER.size, 1)
        if len(said) < wire.ORDER.size:
            break
        kind, number = wire.ORDER.unpack(said)
        if kind == wire.END:
            if number in alive:  # what is not buried yet is still ours, whatever its number
                os.kill(alive[number], signal.SIGKILL)
            continue
        channel = socket.socket(fileno=descriptors[0])
        try:
            process = os.fork()
        except OSError:
            channel.close()  # which tells the front
            continue
        if process == 0:
            for inherited in (control, ended, rung):
                inherited.close()
            _work(channel, publication, answer, free=kind == wire.FREE, confined=confined)
        channel.close()
        alive[number] = process
        _tell(control, born=number, process=process)
    signal.set_wakeup_fd(-1)
    for process in alive.values():
        os.kill(process, signal.SIGKILL)


def _bury(control: socket.socket, alive: dict[int, int]) -> None:
    """Tell of each worker that has ended, and how."""
    for number, process in tuple(alive.items()):
        found, status = os.waitpid(process, os.WNOHANG)
        if found:
            del alive[number]
            _tell(control, ended=number, status=os.waitstatus_to_exitcode(status))


# -- inside a worker --------------------------------------------------------------------------------


def _work(channel: socket.socket, publication: Publication, answer: Answer, *, free: bool, confined: bool) -> None:
    """Answer what comes, one request after the other; never return."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # which ends the process, whatever it is doing
        if free:
            os.nice(19)
        size, born = _memory_mib()
        confine(Bounds(size + publication.limits.memory_mib), network=not confined)
        while _answer_one(channel, publication, answer, born + GROWTH_MIB):
            pass
        status = 0
    except (EOFError, ConnectionError):  # the front needs it no more
        status = 0
    except (
        BaseException
    ):  # whatever it is, the client is told that its worker is gone, and the reason stands in the log
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _answer_one(channel: socket.socket, publication: Publication, answer: Answer, most_mib: int) -> bool:
    """Answer the next request; whether there can be another, or this process has grown too much."""
    head, body = wire.receive(channel)
    seconds, method, path, query, headers = head
    request = Request(method, path, query, headers, body)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        reply = answer(publication, request)
    except Exception as error:
        if isinstance(error, MemoryError):
            raise
        traceback.print_exc()
        fault = "This is a fault of the server; it has been written down."
        reply = problem(500, request, fault, home=urlsplit(publication.address).path)
    signal.setitimer(signal.ITIMER_REAL, 0)
    another = _memory_mib()[1] < most_mib
    channel.sendall(wire.packed([reply.status, reply.headers, another], reply.body))
    return another


def _memory_mib() -> tuple[int, int]:
    """The address space of this process, and what of it is its own."""
    if sys.platform != "linux":
        return 0, 0
    with open("/proc/self/statm", "rb") as file:
        pages: Any = [int(word) for word in file.read().split()]
    page = os.sysconf("SC_PAGE_SIZE")
    return pages[0] * page >> 20, (pages[1] - pages[2]) * page >> 20
