"""The home of faults: what is wrong with shapes themselves."""

from __future__ import annotations

from typing import NamedTuple

from alataw.report import Severity
from alataw.terms import NamedNode, Subject, Term


class Fault(NamedTuple):
    """Something wrong with a shape itself: its code, the triple that shows it, what to say, and what to do."""

    code: str
    subject: Subject
    predicate: NamedNode | None
    value: Term | None
    message: str
    severity: Severity = Severity.VIOLATION
