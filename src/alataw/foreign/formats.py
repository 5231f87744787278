"""The home of formats: which a file is written in, by its name, and the bytes that its name stands for."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pyoxigraph import RdfFormat

from alataw.errors import InputError, Location, UsageError
from alataw.foreign import gates
from alataw.repository import shown

MOST_BYTES = 4 * 2**30
"""How large a file may be, also when it is decompressed."""

MOST_PIPED_BYTES = 256 * 2**20
"""How much may come through a pipe."""

MOST_RATIO = 250
"""How many times larger than the file what is in it may be; RDF seldom goes beyond 50, gzip up to 1,032."""

_FREE_BYTES = 64 * 2**20
"""Up to here no ratio is too large."""

_PIECE = 2**20


class Format(NamedTuple):
    """A format: how its files end, how it is parsed, and what is refused before parsing."""

    suffixes: tuple[str, ...]
    rdf: RdfFormat
    admit: Callable[[gates.Bytes, str], None]
    code: str = "AL005"


FORMATS: dict[str, Format] = {
    "turtle": Format((".ttl",), RdfFormat.TURTLE, gates.nested_text, "AL001"),
    "ntriples": Format((".nt",), RdfFormat.N_TRIPLES, gates.text),
    "nquads": Format((".nq",), RdfFormat.N_QUADS, gates.text),
    "trig": Format((".trig",), RdfFormat.TRIG, gates.nested_text),
    "jsonld": Format((".jsonld", ".json"), RdfFormat.JSON_LD, gates.json),
    "rdfxml": Format((".rdf", ".xml", ".owl"), RdfFormat.RDF_XML, gates.xml),
}
"""Every format that is read; each also compressed with gzip."""


@dataclass(frozen=True)
class Source:
    """A file to read: its name for people, its place, its format, and its content where it came through a pipe."""

    file: str
    path: str
    format: str
    content: bytes | None = None

    @classmethod
    def of(cls, path: Path, format: str | None = None, *, stdin: BinaryIO | None = None) -> Source:
        """Find out what a name stands for.

        Args:
            path: A file, or `-` for stdin.
            format: A key of `FORMATS`; None to tell it by the suffix.
            stdin: Where `-` reads from.

        Raises:
            UsageError: AL006 if the format is unknown, or cannot be told.
            InputError: AL003 if more comes through a pipe than it may, AL004 for a folder.
        """
        if format is not None and format not in FORMATS:
            raise UsageError(f"{format} is no format", code="AL006", fix=f"take one of {', '.join(FORMATS)}")
        if path.is_dir():
            raise InputError(f"{path} is a folder", code="AL004", fix=f"name its files, as in {path / '*.ttl'}")
        piped = stdin if str(path) == "-" else None
        name = "stdin" if piped else shown(path) if path.is_file() else path.as_posix()
        format = format or _by_suffix(path)
        if format is None:
            raise UsageError(
                f"the format of {name} cannot be told from its name",
                code="AL006",
                why=f"known are {', '.join(s for f in FORMATS.values() for s in f.suffixes)}, also with .gz behind",
                fix=f"name it with --data-format or --shapes-format: {', '.join(FORMATS)}",
            )
        if piped:
            return cls(name, "-", format, _drained(piped, name))
        if path.exists() and not path.is_file():
            with path.open("rb") as pipe:
                return cls(name, str(path), format, _drained(pipe, name))
        return cls(name, str(path.absolute()), format)

    @property
    def base_iri(self) -> str:
        """What relative IRIs resolve against: the address of the file (RFC 3986, 5.1.3)."""
        return (Path.cwd() / "stdin" if self.path == "-" else Path(self.path).absolute()).as_uri()

    def open(self) -> BinaryIO:
        """Open the content, decompressed, as a file on disk.

        Raises:
            InputError: AL004 if it cannot be read, AL003 if it is over a limit, AL009 if it is damaged.
        """
        try:
            file = _unnamed(self.content) if self.content is not None else Path(self.path).open("rb")  # noqa: SIM115
        except OSError as error:
            raise InputError.unreadable(error, self.file) from error
        with ExitStack() as opened:
            opened.enter_context(file)
            head, size = file.read(2), file.seek(0, 2)
            file.seek(0)
            if head == b"\x1f\x8b":
                return _decompressed(file, size, self.file)
            if self.path.lower().endswith(".gz") and head:
                raise _damaged(self.file, "it does not begin as gzip does")
            if size > MOST_BYTES:
                raise _too_large(self.file, f"the file has {size:,} bytes, more than {MOST_BYTES:,}")
            opened.pop_all()
        return file


def whole(file: BinaryIO) -> gates.Bytes:
    """The bytes of an open file, read as they are looked at."""
    with suppress(ValueError):  # an empty file has nothing to map
        return mmap(file.fileno(), 0, access=ACCESS_READ)
    return b""


def _by_suffix(path: Path) -> str | None:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"][-1:]
    return next((name for name, format in FORMATS.items() if set(suffixes) & set(format.suffixes)), None)


def _drained(pipe: BinaryIO, name: str) -> bytes:
    content = pipe.read(MOST_PIPED_BYTES + 1)
    if len(content) > MOST_PIPED_BYTES:
        raise _too_large(name, f"more than {MOST_PIPED_BYTES:,} bytes came", fix="save it, and name the file")
    return content


def _unnamed(content: bytes) -> BinaryIO:
    """A file that has no name, and goes when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # whoever gets it closes it
    file.write(content)
    file.seek(0)
    return file


def _decompressed(file: BinaryIO, small: int, name: str) -> BinaryIO:
    most = min(MOST_BYTES, max(_FREE_BYTES, MOST_RATIO * small))
    size = 0
    try:
        with ExitStack() as opened, gzip.GzipFile(fileobj=file) as content:
            large = opened.enter_context(_unnamed(b""))
            while piece := content.read(_PIECE):
                size += len(piece)
                if size > most:
                    raise _too_large(name, f"{small:,} bytes hold more than {most:,} when they are decompressed")
                large.write(piece)
            large.seek(0)
            opened.pop_all()
    except EOFError as error:
        raise _damaged(name, "the compressed data ends too soon") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(name, str(error)) from error
    return large


def _damaged(name: str, why: str) -> InputError:
    return InputError(
        "the compressed file is damaged", code="AL009", why=why, fix="fetch it again", location=Location(name)
    )


def _too_large(name: str, what: str, fix: str = "split the file, or leave it out") -> InputError:
    return InputError(what, code="AL003", fix=fix, location=Location(name))
