"""The home of the exceptions: bad use and unreadable input. Bad data is a `Finding`, never an exception.

    AlatawError
    ├── UsageError              exit 2   the call is wrong
    │   ├── UnknownNameError             a name that nothing has; carries the nearest candidates
    │   ├── ParameterError               a parameter of a stored query is missing or of the wrong kind
    │   └── RepositoryError              a folder is not a repository, or cannot be written
    ├── InputError              exit 2   a file cannot be read; carries its place
    ├── QueryError              exit 2   a SPARQL query that the engine refuses
    ├── MissingExtraError       exit 3   an optional part of the package is not installed
    └── RemoteError             exit 4   the network or a remote service failed

Every one says what is wrong (`what`), why that is so (`why`) and what to do (`fix`), has a code
that `alataw explain` knows, and a `location` where one is known.
"""

from __future__ import annotations

import copyreg
import re
from dataclasses import dataclass

_COMMAND = re.compile(r"\balataw [a-z]")


def sentence(text: str) -> str:
    """A text of an error, which may begin small and lack its stop, as a sentence.

    >>> sentence("begin at the first page"), sentence("did you mean it?")
    ('Begin at the first page.', 'Did you mean it?')
    """
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


@dataclass(frozen=True, order=True)
class Location:
    """A place in a file: line and column count from 1; 0 means the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """Write the place as editors read it.

        >>> str(Location("data/station/alashankou.ttl", 12, 3)), str(Location("data"))
        ('data/station/alashankou.ttl:12:3', 'data')
        """
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


class AlatawError(Exception):
    """Anything that stops a command, told so that the reader can go on.

    Args:
        what: What is wrong, as a sentence without its full stop.
        code: The `AL0nn` that `alataw explain` explains.
        why: The reason, where the sentence does not give it.
        fix: What to do.
        location: Where, if it is in a file.
        source_line: The line at the location, as it stands there.
    """

    exit_code = 2

    def __init__(
        self,
        what: str,
        *,
        code: str,
        why: str = "",
        fix: str = "",
        location: Location | None = None,
        source_line: str = "",
    ) -> None:
        super().__init__(what)
        self.what = what
        self.code = code
        self.why = why
        self.fix = fix
        self.location = location
        self.source_line = source_line

    @property
    def advice(self) -> str:
        """What to do where there is no command line: the fix, unless that is a command.

        >>> UsageError("no", code="AL014", fix="see `alataw query --help`").advice
        ''
        """
        return "" if _COMMAND.search(self.fix) else self.fix

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle what is said, which Exception would leave out, so that a worker process can raise it here."""
        return copyreg.__newobj__, (type(self), self.what), self.__dict__  # type: ignore[attr-defined]

    def __str__(self) -> str:
        """Put place, what, why and fix into the one order in which every message stands."""
        head = f"{self.location}: " if self.location else ""
        lines = [f"{head}error[{self.code}] {self.what}"]
        if self.source_line and self.location:
            lines.append(f"    {self.source_line}")
            lines.append("    " + " " * max(self.location.column - 1, 0) + "^")
        lines += [f"  {word}: {text}" for word, text in (("why", self.why), ("fix", self.fix)) if text]
        return "\n".join(lines)


class UsageError(AlatawError):
    """The call is wrong: an argument, an option, a name."""

    parameter = ""
    """The parameter of a stored query whose value is wrong; empty if it is something else."""


class UnknownNameError(UsageError):
    """A name that nothing has.

    Args:
        candidates: The nearest names, best first; shown as the fix when no fix is given.
    """

    def __init__(self, what: str, *, code: str, candidates: tuple[str, ...] = (), why: str = "", fix: str = "") -> None:
        if not fix and candidates:
            fix = "did you mean " + " or ".join(f"`{name}`" for name in candidates) + "?"
        super().__init__(what, code=code, why=why, fix=fix)
        self.candidates = candidates


class ParameterError(UsageError):
    """A parameter of a stored query is missing, unknown or of the wrong kind."""


class RepositoryError(UsageError):
    """A folder is not a repository, or cannot be written."""


class InputError(AlatawError):
    """A file cannot be read: not UTF-8, not valid, over a limit. Nothing of it is used."""

    @classmethod
    def unreadable(cls, error: OSError, file: str) -> InputError:
        """The operating system refuses a file."""
        return cls(
            "the file cannot be read",
            code="AL004",
            why=error.strerror or str(error),
            fix="correct the name or the permissions",
            location=Location(file),
        )


class QueryError(AlatawError):
    """A SPARQL query that the engine refuses."""


class MissingExtraError(AlatawError):
    """An optional part of the package is not installed; the fix names `pip install 'alataw[...]'`."""

    exit_code = 3


class RemoteError(AlatawError):
    """The network or a remote service failed."""

    exit_code = 4
