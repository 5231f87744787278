r"""The home of lexical forms: which texts a datatype has.

The patterns are those of XML Schema 1.1 Part 2, in the part of regular expressions that SPARQL, Python and every engine
share, so that one table serves the compiled queries and the reader.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from alataw.terms import XSD

_ZONE = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?"
_YEAR = "-?([1-9][0-9]{3,}|0[0-9]{3})"
_DAYS = "((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
# The Gregorian rule: the last two digits are divisible by four, and where they are 00 the two before are.
_LEAP = "-?([0-9]*[0-9]{2}(0[48]|[2468][048]|[13579][26])|[0-9]*([02468][048]|[13579][26])00)-02-29"
_DATE = f"({_YEAR}-{_DAYS}|{_LEAP})"
_TIME = r"(([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?|24:00:00(\.0+)?)"
_SECONDS = r"[0-9]+(\.[0-9]+)?S"
_DAY_TIME = f"([0-9]+D(T([0-9]+H)?([0-9]+M)?({_SECONDS})?)?|T([0-9]+H)?([0-9]+M)?({_SECONDS})?)"
_FLOAT = r"([+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?INF|NaN)"


class Form(NamedTuple):
    """What a lexical form of a datatype is.

    Args:
        pattern: The whole form.
        least, most: The bounds of the value, for whole numbers that have any.
        beside: A pattern that the form must not match as well.
    """

    pattern: str
    least: int | None = None
    most: int | None = None
    beside: str = ""


def _whole(bits: int, *, signed: bool = True) -> Form:
    """The whole numbers of so many bits."""
    return Form("[+-]?[0-9]+", -(2 ** (bits - 1)) if signed else 0, 2 ** (bits - 1) - 1 if signed else 2**bits - 1)


# XML Schema 1.1 Part 2: 3.3 primitive datatypes, 3.4 the others; a name that is absent here has any text.
FORMS: dict[str, Form] = {
    XSD.boolean.value: Form("true|false|1|0"),
    XSD.decimal.value: Form(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"),
    XSD.float.value: Form(_FLOAT),
    XSD.double.value: Form(_FLOAT),
    XSD.date.value: Form(_DATE + _ZONE),
    XSD.time.value: Form(_TIME + _ZONE),
    XSD.dateTime.value: Form(f"{_DATE}T{_TIME}{_ZONE}"),
    XSD.dateTimeStamp.value: Form(f"{_DATE}T{_TIME}{_ZONE.removesuffix('?')}"),
    XSD.gYear.value: Form(_YEAR + _ZONE),
    XSD.gYearMonth.value: Form(f"{_YEAR}-(0[1-9]|1[0-2]){_ZONE}"),
    XSD.gMonth.value: Form(f"--(0[1-9]|1[0-2]){_ZONE}"),
    XSD.gMonthDay.value: Form(f"--({_DAYS}|02-29){_ZONE}"),
    XSD.gDay.value: Form(f"---(0[1-9]|[12][0-9]|3[01]){_ZONE}"),
    XSD.duration.value: Form(f"-?P([0-9]+Y)?([0-9]+M)?{_DAY_TIME}?", beside="-?P|.*T"),
    XSD.yearMonthDuration.value: Form("-?P([0-9]+Y)?([0-9]+M)?", beside="-?P"),
    XSD.dayTimeDuration.value: Form(f"-?P{_DAY_TIME}", beside=".*T"),
    XSD.hexBinary.value: Form("([0-9a-fA-F]{2})*"),
    XSD.base64Binary.value: Form("(([A-Za-z0-9+/] ?){4})*(([A-Za-z0-9+/] ?){2}==|([A-Za-z0-9+/] ?){3}=)?"),
    XSD.language.value: Form("[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
    XSD.integer.value: Form("[+-]?[0-9]+"),
    XSD.nonNegativeInteger.value: Form(r"\+?[0-9]+|-0+"),
    XSD.nonPositiveInteger.value: Form(r"-[0-9]+|\+?0+"),
    XSD.positiveInteger.value: Form(r"\+?0*[1-9][0-9]*"),
    XSD.negativeInteger.value: Form("-0*[1-9][0-9]*"),
    XSD.long.value: _whole(64),
    XSD.int.value: _whole(32),
    XSD.short.value: _whole(16),
    XSD.byte.value: _whole(8),
    XSD.unsignedLong.value: _whole(64, signed=False),
    XSD.unsignedInt.value: _whole(32, signed=False),
    XSD.unsignedShort.value: _whole(16, signed=False),
    XSD.unsignedByte.value: _whole(8, signed=False),
}


def is_well_formed(text: str, datatype: str) -> bool:
    """Whether a text is a lexical form of a datatype; of one that is unknown every text is.

    >>> is_well_formed("2003-02-29", "http://www.w3.org/2001/XMLSchema#date")
    False
    >>> is_well_formed("2004-02-29", "http://www.w3.org/2001/XMLSchema#date")
    True
    """
    form = FORMS.get(datatype)
    if form is None:
        return True
    if not re.fullmatch(form.pattern, text) or (form.beside and re.fullmatch(form.beside, text)):
        return False
    if form.least is None or form.most is None:
        return True
    return len(text.lstrip("+-0")) <= 20 and form.least <= int(text) <= form.most
