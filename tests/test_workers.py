"""A worker process does one piece of work within bounds, and nothing that ends it ends this process."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from alataw import workers
from alataw.errors import InputError, Location
from alataw.workers import Bounds

Tell = Callable[[str], None]


def double(number: int, *, progress: Tell) -> int:
    progress("counting")
    print("what a library prints")  # noqa: T201  # must not get among the messages
    return 2 * number


def refuse(*, progress: Tell) -> None:
    raise InputError("no", code="AL005", why="because", fix="mend", location=Location("x.nt", 2, 3), source_line="x")


def fail(*, progress: Tell) -> None:
    raise ZeroDivisionError("of ours")


def crash(number: int, *, progress: Tell) -> None:
    progress("reading evil.nt")
    os.kill(os.getpid(), number)


def overrun(*, progress: Tell) -> None:
    progress("reading null.nt")
    ctypes.string_at(0)


def eat(*, progress: Tell) -> None:
    progress("reading fat.nt")
    kept = bytearray(1)
    while True:
        kept += bytes(2**26)


def sleep(*, progress: Tell) -> None:
    progress("reading slow.nt")
    time.sleep(60)


def leave(*, progress: Tell) -> None:
    progress("reading gone.nt")
    os._exit(7)


def call_out(address: tuple[str, int], *, progress: Tell) -> str:
    try:
        socket.create_connection(address, timeout=2)
    except OSError as error:
        return type(error).__name__
    return "connected"


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a worker import this module."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))


def test_a_worker_returns_what_its_function_does_and_tells_each_step() -> None:
    """The answer comes back, the steps as they are taken, and prints go nowhere."""
    told: list[str] = []
    assert workers.run(double, 21, progress=told.append) == 42
    assert told == ["counting"]


def test_what_the_function_raises_is_raised_here_whole() -> None:
    """Place, reason and fix outlive the journey."""
    with pytest.raises(InputError) as refused:
        workers.run(refuse)
    error = refused.value
    assert (error.what, error.code, error.why, error.fix) == ("no", "AL005", "because", "mend")
    assert (error.location, error.source_line) == (Location("x.nt", 2, 3), "x")


def test_a_bug_in_a_worker_is_a_bug_here() -> None:
    """Its traceback comes along."""
    with pytest.raises(RuntimeError, match=r"ZeroDivisionError: of ours"):
        workers.run(fail)


@pytest.mark.parametrize(
    ("function", "arguments", "bounds", "said"),
    [
        (crash, (signal.SIGSEGV,), Bounds(), ("reading evil.nt", "SIGSEGV")),
        (crash, (signal.SIGABRT,), Bounds(), ("reading evil.nt", "out of memory")),
        (overrun, (), Bounds(), ("reading null.nt", "SIGSEGV")),
        (sleep, (), Bounds(time_s=1), ("reading slow.nt", "more than 1 s")),
        (leave, (), Bounds(), ("reading gone.nt", "exit code 7")),
        pytest.param(
            *(eat, (), Bounds(memory_mib=512), ("reading fat.nt", "out of memory")),
            marks=pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux alone"),
        ),
    ],
)
def test_a_death_is_told_with_the_step_that_died(
    function: Callable[..., object], arguments: tuple[object, ...], bounds: Bounds, said: tuple[str, str]
) -> None:
    """A crash, a time-out and an exhausted memory each end the worker, and here are an error with its cause."""
    started = time.monotonic()
    with pytest.raises(InputError) as died:
        workers.run(function, *arguments, bounds=bounds)
    assert died.value.code == "AL008"
    assert died.value.what.startswith(said[0])
    assert said[1] in died.value.why
    assert time.monotonic() - started < 30


@pytest.mark.skipif(sys.platform != "linux", reason="the network is taken away on Linux alone")
def test_a_worker_has_no_network() -> None:
    """Not even this machine can be called."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        assert workers.run(call_out, server.getsockname()) == "PermissionError"
        with pytest.raises(TimeoutError):
            server.accept()
