"""The home of bounded queries: one asked in a process of its own, which is ended when its time is over.

The engine cannot be told to stop, so its process is. The next query starts another, which reads the graph anew. An
endpoint is another process anyway: its answer is waited for no longer.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import threading
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeAlias

from alataw import querytext, sparql
from alataw.errors import AlatawError, QueryError
from alataw.graph import Graph
from alataw.graph import open as open_graph
from alataw.remote import RemoteStore
from alataw.store import EmbeddedStore, Result, Solutions, Store
from alataw.workers import BOUNDS, confine

START_S = 120.0
"""How long a worker may take to read the graph."""

_Told: TypeAlias = tuple[Result | dict[str, Any], bool]
"""What a worker sends: an answer and whether it is whole, or what an error is made of."""


def bounded(graph: Graph, *, seconds: float = 10.0, most_rows: int = 1000) -> Callable[[str], tuple[Result, bool]]:
    """What asks the engine of a graph within bounds.

    Args:
        graph: The graph; an engine in memory that it was given is not seen, its repository is.
        seconds: How long a query may take.
        most_rows: How many rows or triples of an answer are given.

    Returns:
        A function of a query's text, as `Worker.ask`.
    """
    given = graph.given
    if isinstance(given, RemoteStore):
        return partial(_ask_endpoint, RemoteStore(given.endpoint, timeout_s=seconds), most_rows)
    if isinstance(given, EmbeddedStore) and given.directory is not None:
        return Worker(partial(EmbeddedStore, given.directory, read_only=True), seconds=seconds, most_rows=most_rows).ask
    return Worker(partial(read, graph.repository.root), seconds=seconds, most_rows=most_rows).ask


def read(root: Path) -> Store:
    """The engine of a repository, ready to answer."""
    return open_graph(root).ready().store


def _ask_endpoint(store: RemoteStore, most: int, text: str) -> tuple[Result, bool]:
    """Ask for one row more than is given, so that the endpoint sends no more; a DESCRIBE it sends whole."""
    sparql.admit(text)
    windowed = querytext.window(text, most + 1, None) if querytext.form(text) in ("SELECT", "CONSTRUCT") else text
    return _bounded(store.query(windowed), most)


class Worker:
    """Asks queries of an engine, one at a time: threads may ask at once, and wait for each other.

    Args:
        opens: Opens the engine, in the process of the worker; can be pickled.
        seconds: How long a query may take.
        most_rows: How many rows or triples of an answer are given.
    """

    def __init__(self, opens: Callable[[], Store], *, seconds: float = 10.0, most_rows: int = 1000) -> None:
        self._opens, self._seconds, self._most_rows = opens, seconds, most_rows
        self._process: multiprocessing.process.BaseProcess | None = None
        self._connection: Connection | None = None
        self._asking = threading.Lock()

    def ask(self, text: str) -> tuple[Result, bool]:
        """Ask a query.

        Returns:
            The answer, of at most `most_rows`, and whether that is all of it.

        Raises:
            QueryError: AL017 if it is refused, AL037 if it took too long or too much.
        """
        # The answer on the connection is that of the query sent last, and who ends the process ends it for all.
        with self._asking:
            connection = self._started()
            connection.send(text)
            told = self._received(connection, self._seconds)
            if told is None:
                self.stop()
        if told is None:
            raise QueryError(
                f"the query was ended after {self._seconds:g} s",
                code="AL037",
                why="it takes more time or memory than a query may",
                fix="ask for less, or in smaller steps",
            )
        answer, whole = told
        if isinstance(answer, dict):
            raise QueryError(**answer)
        return answer, whole

    def stop(self) -> None:
        """End the process; the next query starts another."""
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._process = self._connection = None

    def _started(self) -> Connection:
        """The connection to a process that has read the graph."""
        if self._process is None or not self._process.is_alive() or self._connection is None:
            # A new interpreter: a fork would copy the threads' locks of this one.
            context = multiprocessing.get_context("spawn")
            self._connection, theirs = context.Pipe()
            arguments = (theirs, self._opens, self._most_rows)
            self._process = context.Process(target=_serve, args=arguments, daemon=True)
            self._process.start()
            theirs.close()
            if self._received(self._connection, START_S) is None:
                self.stop()
                raise QueryError("the graph could not be read", code="AL037", fix="run `alataw doctor`")
            assert self._connection  # noqa: S101  # it was made above
        return self._connection

    @staticmethod
    def _received(connection: Connection, seconds: float) -> _Told | None:
        """What the process sends in time; None if it does not, or is gone."""
        with contextlib.suppress(EOFError, OSError):
            if connection.poll(seconds):
                told: _Told = connection.recv()
                return told
        return None


def _serve(connection: Connection, opens: Callable[[], Store], most_rows: int) -> None:
    """Answer what comes, until the other side is gone."""
    store = opens()
    confine(BOUNDS)
    connection.send(("ready", True))
    while True:
        try:
            text = connection.recv()
        except EOFError:
            return
        try:
            connection.send(_bounded(store.query(text), most_rows))
        except AlatawError as error:
            connection.send((vars(error), True))


def _bounded(result: Result, most: int) -> tuple[Result, bool]:
    if isinstance(result, bool):
        return result, True
    if isinstance(result, Solutions):
        return Solutions(result.variables, result.rows[:most]), len(result.rows) <= most
    return result[:most], len(result) <= most
