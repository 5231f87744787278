"""The home of tables as people send them: CSV, read cell by cell, with the place of every fault.

The form is RFC 4180 in UTF-8 with a header; a byte order mark, which spreadsheets write, is passed over. A cell
is text and stays text: `NO` is Norway and `0042` keeps its zeros. What a cell means is not known here.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alataw.errors import InputError, Location

if TYPE_CHECKING:
    import _csv

MOST_BYTES = 64 * 2**20
MOST_CELL = 10_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]|[\u202a-\u202e\u2066-\u2069]")
_FORMULA = re.compile(r"[=@]|[+-](?![0-9])")


@dataclass(frozen=True, order=True)
class Problem:
    """What is wrong with one row.

    Args:
        location: The file, the line on which the row begins, and the column counted in cells from 1.
        code: The `AL1nn` of the kind of fault.
        message: A sentence that says what is wrong and what to do.
        column: The name of the column; empty if the row as a whole is meant.
    """

    location: Location
    code: str
    message: str
    column: str = ""

    def __str__(self) -> str:
        """Write the problem as every message is written, with the name of the column."""
        named = f"column {self.column}: " if self.column else ""
        return f"{self.location}: warning[{self.code}] {named}{self.message}"


@dataclass(frozen=True)
class Table:
    """A table read.

    Args:
        file: Its name, as people read it.
        columns: The header.
        rows: Line number and cells by column, in order; only rows without a fault.
        problems: The rows with a fault.
    """

    file: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, dict[str, str]], ...]
    problems: tuple[Problem, ...]


def read_table(data: bytes, *, file: str, needed: Sequence[str]) -> Table:
    """Read a table.

    Args:
        data: The bytes of the file.
        file: Its name in messages.
        needed: The columns that must be there; others may be.

    Raises:
        InputError: AL100, if the file as a whole is not such a table: nothing of it is used.
    """
    text = _decoded(data, file)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = _header(lines, file, needed)
    rows: list[tuple[int, dict[str, str]]] = []
    problems: list[Problem] = []
    for line, cells in _rows(lines, file):
        fault = _fault(cells, header)
        if fault:
            column, message = fault
            place = Location(file, line, header.index(column) + 1 if column else 0)
            problems.append(Problem(place, "AL101", message, column))
        elif any(cells):
            normal = (unicodedata.normalize("NFC", cell.strip()) for cell in cells)
            rows.append((line, dict(zip(header, normal, strict=True))))
    return Table(file, header, tuple(rows), tuple(problems))


def _decoded(data: bytes, file: str) -> str:
    if len(data) > MOST_BYTES:
        raise _refused("it is larger than 64 MiB", "split it", file)
    if not data.strip():
        raise _refused("it is empty", "fetch or save it again", file)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:4]:
        raise _refused("it is UTF-16", "save it as CSV in UTF-8", file)
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise _refused("it holds a NUL byte, as a write that was cut off leaves", "save it again", file, line)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _refused("it is not UTF-8", "save it as CSV in UTF-8", file, line) from error


def _header(lines: _csv.Reader, file: str, needed: Sequence[str]) -> tuple[str, ...]:
    try:
        header = tuple(cell.strip() for cell in next(lines))
    except csv.Error as error:
        raise _refused(f"its header is no CSV ({error})", "mend the quotes in the first line", file, 1) from error
    missing = [name for name in needed if name not in header]
    if missing and len(header) == 1 and re.search(r"[;\t|]", header[0]):
        raise _refused("its cells are not parted by commas", "save it with commas between the cells", file, 1)
    if missing:
        raise _refused(f"its header lacks {', '.join(missing)}", "name the columns in the first line", file, 1)
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice or "" in header:
        what = f"has {', '.join(twice)} twice" if twice else "has a column without a name"
        raise _refused(f"its header {what}", "give every column one name", file, 1)
    return header


def _rows(reader: _csv.Reader, file: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line on which it begins."""
    csv.field_size_limit(MOST_BYTES)
    begin = reader.line_num + 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            why = f"the row is no CSV ({error})"
            raise _refused(why, "close the quote, and write a quote within quotes twice", file, begin) from error
        yield begin, cells
        begin = reader.line_num + 1


def _fault(cells: list[str], header: tuple[str, ...]) -> tuple[str, str] | None:
    """The first fault of a row: the column, if it is one cell's, and what to do."""
    for name, cell in zip(header, cells, strict=False):
        if "\n" in cell or "\r" in cell:
            return name, "A quote is opened here and closed on a later line; close it, since no cell has two lines."
        if len(cell) > MOST_CELL:
            return name, f"The cell has {len(cell):,} characters; cut it to {MOST_CELL:,}."
        if found := _CONTROL.search(cell):
            return name, f"The cell holds the character U+{ord(found[0]):04X}, which no text needs; remove it."
        if _FORMULA.match(cell):
            return name, f"{cell[:20]!r} begins as a formula does; write the value itself."
    if any(cells) and len(cells) != len(header):
        return "", f"The row has {len(cells)} cells and the header {len(header)}; quote what holds a comma."
    return None


def _refused(why: str, fix: str, file: str, line: int = 0) -> InputError:
    return InputError("the table cannot be read", code="AL100", why=why, fix=fix, location=Location(file, line))
