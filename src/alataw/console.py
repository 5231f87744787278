"""The home of the terminal: what every command shares of output, remarks, progress and the options before it.

stdout is data alone; remarks and progress go to stderr, coloured on a terminal.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alataw.graph import Graph


class Settings:
    """What the options before the command say."""

    repository: Path | None = None
    debug = False


def open_graph() -> Graph:
    """Open the repository that the options name, or the nearest."""
    from alataw.graph import open as open_

    return open_(Settings.repository)


def out(data: bytes | str) -> None:
    """Write data to stdout, as bytes: the same on every system and in every locale."""
    with _unless_closed(sys.stdout):
        sys.stdout.buffer.write(data.encode() if isinstance(data, str) else data)
        sys.stdout.buffer.flush()


def note(text: str) -> None:
    """Write a remark to stderr."""
    with _unless_closed(sys.stderr):
        print(text, file=sys.stderr, flush=True)  # noqa: T201


@contextmanager
def _unless_closed(stream: Any) -> Iterator[None]:
    """Let a reader such as `head` go when it has seen enough: the exit code is still the command's own."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show on a terminal what is being done; elsewhere be silent."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("...") as status:
        yield lambda step: status.update(step)


def coloured(text: str, stream: Any) -> str:
    """Colour messages on a terminal (NO_COLOR and FORCE_COLOR honoured), leave them plain elsewhere."""
    if os.environ.get("NO_COLOR") or not (stream.isatty() or os.environ.get("FORCE_COLOR")):
        return text
    import re
    from io import StringIO

    from rich.console import Console
    from rich.text import Text

    styled = Text(text)
    for pattern, style in (
        (r"(?m)^\S+?:\d+(?::\d+)?(?=: )", "bold"),
        (r"(?m)\berror(?=\[AL|:)|^does not conform", "bold red"),
        (r"\bwarning(?=\[AL)", "bold yellow"),
        (r"(?m)\binfo(?=\[AL)|^conforms", "cyan"),
        (r"(?m)^\s+(?:why:|fix:|\d+ \||=|\|)", "blue"),
    ):
        styled.highlight_regex(re.compile(pattern), style)
    out = StringIO()
    Console(file=out, force_terminal=True, width=10_000, color_system="standard").print(styled, end="")
    return out.getvalue()
