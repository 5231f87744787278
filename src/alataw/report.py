"""The home of findings: what a check has to say about the data, sorted, each with its place.

How a report is written for people and machines is `reports`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum

from alataw.errors import Location
from alataw.terms import SH, NamedNode, Term, text_of


class Severity(Enum):
    """How bad a finding is (SHACL 2.1.4): cannot be true, an editor must look, imprecise but usable."""

    VIOLATION = "Violation"
    WARNING = "Warning"
    INFO = "Info"

    @classmethod
    def of(cls, iri: NamedNode) -> Severity:
        """The severity that an IRI names; one of somebody's own is as bad as a Violation.

        >>> Severity.of(NamedNode("http://www.w3.org/ns/shacl#Info"))
        <Severity.INFO: 'Info'>
        """
        name = iri.value.removeprefix(SH.iri)
        return cls(name) if name in {severity.value for severity in cls} else cls.VIOLATION

    @property
    def fails(self) -> bool:
        """Whether a check with such a finding fails: a remark never does."""
        return self is not Severity.INFO

    def at_least(self, other: Severity) -> bool:
        """Whether this is as bad as the other, or worse.

        >>> Severity.WARNING.at_least(Severity.INFO), Severity.WARNING.at_least(Severity.VIOLATION)
        (True, False)
        """
        order = list(Severity)
        return order.index(self) <= order.index(other)


@dataclass(frozen=True)
class Acknowledgement:
    """An editor's word that a finding is known: who, when and why."""

    by: str
    on: str
    reason: str


@dataclass(frozen=True)
class Finding:
    """One thing that a check found.

    Args:
        code: The `AL0nn` of the kind of finding.
        severity: How bad it is.
        message: One sentence that says what is wrong and what to do.
        location: The file, and the line and column of the triple (or text) that is meant.
        source_line: That line, as it stands in the file.
        focus_node: The node that was looked at (SHACL `sh:focusNode`).
        result_path: The path from it, as a property IRI or as SPARQL path text; empty if there is none.
        value: The value that is wrong.
        source_shape: The shape that says so.
        source_constraint_component: The SHACL constraint component.
        rule: The named shape in which a blank source shape stands; None where the source shape has a name itself.
        identity: A digest of the finding and of the data under it; what an acknowledgement names.
        acknowledged: The editor's word, if there is one for this identity.
    """

    code: str
    severity: Severity
    message: str
    location: Location
    source_line: str = ""
    focus_node: Term | None = None
    result_path: str = ""
    value: Term | None = None
    source_shape: Term | None = None
    source_constraint_component: NamedNode | None = None
    rule: NamedNode | None = None
    identity: str = ""
    acknowledged: Acknowledgement | None = None

    def sort_key(self) -> tuple[object, ...]:
        """A total order: by place, then by rule and by what is meant."""
        return (
            self.location,
            self.code,
            text_of(self.source_shape),
            text_of(self.focus_node),
            self.result_path,
            text_of(self.value),
            self.message,
        )


@dataclass(frozen=True)
class Report:
    """All findings of one check, in order of place."""

    findings: tuple[Finding, ...] = field(default=())

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Report:
        """Sort the findings; two that say the same are two (SHACL 4.4.5: one for each language)."""
        return cls(tuple(sorted(findings, key=Finding.sort_key)))

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def conforms(self) -> bool:
        """Whether nothing fails: every Violation and Warning is gone or acknowledged."""
        return not any(finding.severity.fails and not finding.acknowledged for finding in self.findings)

    def at_least(self, severity: Severity) -> Report:
        """The findings of this severity or worse."""
        return Report(tuple(finding for finding in self.findings if finding.severity.at_least(severity)))
