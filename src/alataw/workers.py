"""The home of worker processes: a function that runs where it can neither exhaust nor end this process, nor call out.

A parser may die of its input: of a segmentation fault, or of memory. What runs here dies alone, and what it was at is
known, since it says each step before it takes it.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import platform
import signal
import struct
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from threading import Timer
from typing import Any

from alataw.errors import AlatawError, InputError


@dataclass(frozen=True)
class Bounds:
    """What a worker may take.

    Units: MiB of address space (which a process also reserves and never uses), seconds of wall-clock time.
    """

    memory_mib: int = 4096
    time_s: float = 600.0


BOUNDS = Bounds()


def run(
    function: Callable[..., Any],
    /,
    *arguments: object,
    bounds: Bounds = BOUNDS,
    progress: Callable[[str], None] = lambda _: None,
) -> Any:
    """Run a function of a module in a process of its own, without network and within bounds.

    Args:
        function: Takes the arguments and the keyword `progress`, to which it tells each step before it takes it.
        arguments: Anything that can be pickled, as can what the function returns.
        bounds: What it may take.
        progress: Told each step.

    Returns:
        What the function returned.

    Raises:
        AlatawError: What the function raised.
        InputError: AL008 if the process ended before the function did, with the step that ended it.
    """
    step, late = "the work", False
    # -P: what stands in the folder where people are is no module of ours.
    command = [sys.executable, "-P", "-c", "from alataw.workers import serve; serve()"]
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere) as process:  # noqa: S603  # this Python

        def stop() -> None:
            nonlocal late
            late = True
            process.kill()

        timer = Timer(bounds.time_s, stop)
        timer.start()
        try:
            assert process.stdin is not None and process.stdout is not None  # noqa: PT018, S101  # both are pipes
            try:
                process.stdin.write(pickle.dumps(bounds) + pickle.dumps((function, arguments)))
                process.stdin.close()
            except BrokenPipeError:
                pass  # it has ended already, and is told of below
            while True:
                kind, said = pickle.load(process.stdout)  # noqa: S301  # our own process
                if kind == "step":
                    step = said
                    progress(said)
                elif kind == "result":
                    return said
                elif kind == "memory":
                    raise _ended(step, "it ran out of memory", bounds)
                elif kind == "refused":
                    raise said
                else:
                    raise RuntimeError(said)
        except (EOFError, pickle.UnpicklingError):
            why = f"it took more than {bounds.time_s:g} s" if late else _cause(process.wait())
            raise _ended(step, why, bounds) from None
        finally:
            timer.cancel()
            process.kill()


def _cause(code: int) -> str:
    if code in (-signal.SIGABRT, -signal.SIGKILL):
        return "it ran out of memory"
    return f"it ended with {signal.Signals(-code).name}" if code < 0 else f"it ended with exit code {code}"


def _ended(step: str, why: str, bounds: Bounds) -> InputError:
    return InputError(
        f"{step} ended the process that did it",
        code="AL008",
        why=f"{why}; it may take {bounds.memory_mib:,} MiB and {bounds.time_s:g} s",
        fix="if the file is to be trusted, raise --memory-limit or --time-limit; else leave it out",
    )


# -- inside the worker ------------------------------------------------------------------------------


def serve() -> None:
    """Do the one piece of work that comes on stdin; what it says goes to stdout, pickled."""
    channel = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no message of ours

    def tell(kind: str, said: object) -> None:
        channel.write(pickle.dumps((kind, said)))
        channel.flush()

    try:
        confine(pickle.load(sys.stdin.buffer))  # noqa: S301  # from the process that started this one
        function, arguments = pickle.load(sys.stdin.buffer)  # noqa: S301
        tell("result", function(*arguments, progress=lambda step: tell("step", step)))
    except MemoryError:
        tell("memory", None)
    except AlatawError as error:
        tell("refused", error)
    except BaseException:  # a panic of the parser beneath is no Exception; whatever it is, it is told
        tell("failed", traceback.format_exc())


def confine(bounds: Bounds, *, network: bool = False) -> None:
    """Take memory and, unless it is needed, the network away from this process, where the system can.

    Its time is for others to end.
    """
    if sys.platform == "linux":
        import resource

        size = bounds.memory_mib * 2**20
        resource.setrlimit(resource.RLIMIT_AS, (size, size))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if not network:
            _without_network()


# linux/audit.h and the tables of system calls: the architecture, then seccomp, socket, socketpair, io_uring_setup.
_CALLS = {"x86_64": (0xC000003E, 317, (41, 53, 425)), "aarch64": (0xC00000B7, 277, (198, 199, 425))}
# linux/bpf_common.h and linux/seccomp.h.
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 13  # EACCES
_NO_NEW_PRIVILEGES, _SET_FILTER, _ALL_THREADS = 38, 1, 1


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def _without_network() -> None:
    """Have the kernel refuse every new socket (seccomp(2)); another architecture is left as it is."""
    machine = platform.machine()
    if machine not in _CALLS:
        return
    architecture, seccomp, denied = _CALLS[machine]
    steps = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 0, len(denied) + 2, architecture), (_LOAD, 0, 0, 0)]
    steps += [(_JUMP_IF_EQUAL, len(denied) - number, 0, call) for number, call in enumerate(denied)]
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _DENY)]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    kept = ctypes.create_string_buffer(code, len(code))
    program = _Program(len(steps), ctypes.cast(kept, ctypes.c_void_p).value)
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.syscall(seccomp, _SET_FILTER, _ALL_THREADS, ctypes.byref(program))
