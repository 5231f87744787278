"""The home of dates with precision: which literals are dates, and how two of them compare.

A date is known to the year, the month or the day (xsd:gYear, xsd:gYearMonth, xsd:date), or it is an :edtf
text (ISO 8601-2, EDTF levels 0 to 2) of the forms that facts need:

    1990~  1990?  1990-09%     approximate, uncertain, both        (level 1)
    [1990..1992]  [..2001]     one date of a set, open at an end   (level 2)
    2011-01/2011-10            an interval                         (level 0)

SPARQL engines need not compare years (SPARQL 1.1, 17.3), so queries and shapes compare texts: `FIRST_DAY` and
`LAST_DAY` are the two expressions, and the functions here say the same. A coarse date covers all that it
contains: its last day ends in `~`, which sorts after every digit. Compare a first with a last, never two firsts.
Both patterns match no empty text, since Virtuoso replaces none that could, and name ASCII alone, since an engine
compiles them for each question, and "any character" takes it twice as long.
"""

from __future__ import annotations

import datetime
import re

from alataw.terms import DEF, XSD, Literal

FIRST_DAY = r'REPLACE(STR({}), "[~?%/.\\]][ -~]*|\\[", "")'
"""SPARQL for the first day that a date may mean; empty, and so before all others, if it is open."""

LAST_DAY = r'CONCAT(REPLACE(STR({}), "^[ -~]*[/.\\[]|[\\]~?%]", ""), "~")'
"""SPARQL for the last day that a date may mean; `~`, and so after all others, if it is open."""

DATATYPES = {XSD.gYear: 4, XSD.gYearMonth: 7, XSD.date: 10}
"""The datatypes of dates that are simply known, with the length of their lexical forms."""

_DATE = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
DATE_PATTERN = f"^({_DATE}([~?%])?|\\[({_DATE})?\\.\\.({_DATE})?\\]|{_DATE}/{_DATE})$"
"""The texts that may be dates, as a regular expression of ECMA 262."""
_EDTF = re.compile(
    rf"(?P<near>{_DATE}[~?%])|\[(?P<since>{_DATE})?\.\.(?P<till>{_DATE})?\]|(?P<start>{_DATE})/(?P<end>{_DATE})"
)


def first_day(text: str) -> str:
    """The first day that a date may mean, as far as it is written.

    >>> first_day("2011-01/2011-10"), first_day("[..2001]"), first_day("1990~")
    ('2011-01', '', '1990')
    """
    match = re.match(r"\[?([0-9-]*)", text)
    return match[1] if match else ""


def last_day(text: str) -> str:
    """The last day that a date may mean, as far as it is written, ended by `~`.

    >>> last_day("2011-01/2011-10"), last_day("[2005..]"), last_day("1990~")
    ('2011-10~', '~', '1990~')
    """
    match = re.search(r"([0-9-]*)[\]~?%]*$", text)
    return f"{match[1] if match else ''}~"


def literal(text: str) -> Literal:
    """Make a date of a text, as precise as the text is.

    >>> literal("1992-09").datatype.value.rpartition("#")[2], literal("[..2001]").datatype.value.rpartition("#")[2]
    ('gYearMonth', 'edtf')
    """
    if re.fullmatch(_DATE, text):
        return Literal(text, datatype=next(kind for kind, length in DATATYPES.items() if length == len(text)))
    return Literal(text, datatype=DEF.edtf)


def problem(date: Literal) -> str | None:
    """Say what is wrong with a date.

    Returns:
        A clause without its full stop, or None for a date that is fine and for a literal that is no date.

    >>> problem(Literal("1992-02-30", datatype=XSD.date))
    '1992-02-30 is no day of the calendar'
    """
    text = date.value
    if date.datatype == DEF.edtf:
        match = _EDTF.fullmatch(text)
        if not match or text == "[..]":
            return f"{text} is none of the forms YYYY[-MM[-DD]] with ~ ? or % behind, [a..b], [..b], [a..], a/b"
        parts = [part.rstrip("~?%") for part in match.groups() if part]
        wrong = next(filter(None, map(_not_in_calendar, parts)), None)
        if wrong is None and len(parts) == 2 and last_day(parts[1]) < parts[0]:
            return f"{parts[1]} is before {parts[0]}"
        return wrong
    if date.datatype not in DATATYPES:
        return None
    if not re.fullmatch(_DATE, text) or len(text) != DATATYPES[date.datatype]:
        name = date.datatype.value.rpartition("#")[2]
        form = "YYYY-MM-DD"[: DATATYPES[date.datatype]]
        return f"{text} is not of the form {form} that xsd:{name} has"
    return _not_in_calendar(text)


def _not_in_calendar(text: str) -> str | None:
    year, month, day = (text + "-01-01"[len(text) - 4 :]).split("-")
    try:
        datetime.date(int(year), int(month), int(day))
    except ValueError:
        unit = {4: "year", 7: "month", 10: "day"}[len(text)]
        return f"{text} is no {unit} of the calendar"
    return None
