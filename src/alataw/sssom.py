"""The home of mappings as text: SSSOM/TSV, a header of YAML behind `#` and one mapping a row.

A mapping is a person's act: it says who reviewed it, when, and on what evidence. A rejection is a mapping with the
predicate modifier `Not`; it is kept, so that nobody has to look at the pair again.

Source: Simple Standard for Sharing Ontological Mappings 1.0, https://mapping-commons.github.io/sssom/.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace

from alataw.errors import InputError, Location
from alataw.terms import SCHEMA, NamedNode, Triple

PREDICATE = "schema:sameAs"
CURATED, REVIEWED, COMPOSITE = (
    "semapv:ManualMappingCuration",
    "semapv:MappingReview",
    "semapv:CompositeMatching",
)
"""Justifications: a person looked both up; a person looked at what a source or a matcher says; the matcher alone."""

PREFIXES = {
    "schema": SCHEMA.iri,
    "semapv": "https://w3id.org/semapv/vocab/",
    "wd": "http://www.wikidata.org/entity/",
}
"""The prefixes of a mapping set, beside `alataw:` for the repository's base."""

_ITEM = re.compile(r"wd:Q[1-9][0-9]*")


@dataclass(frozen=True, order=True)
class Link:
    """One row: the slots of SSSOM that are used here, named as there, in the order in which they stand."""

    subject_id: str
    subject_label: str = ""
    predicate_modifier: str = ""
    predicate_id: str = PREDICATE
    object_id: str = ""
    object_label: str = ""
    mapping_justification: str = CURATED
    reviewer_label: str = ""
    mapping_date: str = ""
    confidence: str = ""
    mapping_source: str = ""
    comment: str = ""
    # Where the row stands, for messages.
    line: int = field(default=0, compare=False)

    @property
    def rejected(self) -> bool:
        """Whether a person said that the two are not one."""
        return self.predicate_modifier == "Not"

    @property
    def item(self) -> str:
        """The item, such as `Q232`."""
        return self.object_id.removeprefix("wd:")

    @property
    def path(self) -> str:
        """The path of the entity, such as `place/kazakhstan`."""
        return self.subject_id.removeprefix("alataw:")


COLUMNS = tuple(slot.name for slot in fields(Link) if slot.name != "line")
"""The columns, in order."""


@dataclass(frozen=True)
class MappingSet:
    """A file of mappings.

    Args:
        base: What the prefix `alataw:` stands for.
        mappings: The rows, sorted.
    """

    base: str
    mappings: tuple[Link, ...] = ()

    def __iter__(self) -> Iterator[Link]:
        return iter(self.mappings)

    def __len__(self) -> int:
        return len(self.mappings)

    def with_(self, mappings: Iterable[Link]) -> MappingSet:
        """The set with some rows more; a row on the same pair takes the place of the one that was."""
        kept = {(row.subject_id, row.object_id): row for row in (*self.mappings, *mappings)}
        return replace(self, mappings=tuple(sorted(kept.values())))

    @property
    def links(self) -> Mapping[str, str]:
        """Path to item, of what is not rejected."""
        return {row.path: row.item for row in self.mappings if not row.rejected}

    @property
    def rejected(self) -> frozenset[tuple[str, str]]:
        """Path and item of each pair that a person has rejected."""
        return frozenset((row.path, row.item) for row in self.mappings if row.rejected)

    def triples(self) -> Iterator[Triple]:
        """What the mappings say of entities: `schema:sameAs` an item, never `owl:sameAs`."""
        for row in self.mappings:
            if not row.rejected:
                yield Triple(NamedNode(self.base + row.path), SCHEMA.sameAs, NamedNode(PREFIXES["wd"] + row.item))


def read(data: bytes, file: str, base: str) -> MappingSet:
    """Read a file of mappings.

    Raises:
        InputError: AL111 if it is not SSSOM/TSV as it is written here, with the line.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _wrong(file, 1, "it is not UTF-8") from error
    lines = text.split("\n")
    head = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    reader = csv.reader(io.StringIO("\n".join(lines[head:])), delimiter="\t", quoting=csv.QUOTE_NONE)
    header = next(reader, [])
    unknown = [name for name in header if name not in COLUMNS]
    if unknown or "subject_id" not in header or "object_id" not in header:
        raise _wrong(file, head + 1, f"the columns are not {', '.join(COLUMNS)}")
    rows = []
    for number, cells in enumerate(reader, head + 2):
        if not cells:
            continue
        if len(cells) != len(header):
            raise _wrong(file, number, f"the row has {len(cells)} cells, the header {len(header)}")
        row = Link(**dict(zip(header, cells, strict=True)), line=number)
        problem = _problem(row)
        if problem:
            raise _wrong(file, number, problem)
        rows.append(row)
    return MappingSet(base, tuple(sorted(rows)))


def write(mappings: MappingSet) -> bytes:
    """Write a set: the same rows give the same bytes."""
    prefixes = {"alataw": mappings.base, **PREFIXES}
    head = [
        "# mapping_set_id: " + mappings.base + "mapping/wikidata",
        "# mapping_set_title: Links to Wikidata",
        "# license: https://creativecommons.org/publicdomain/zero/1.0/",
        "# curie_map:",
        *(f"#   {prefix}: {iri}" for prefix, iri in sorted(prefixes.items())),
    ]
    rows = ["\t".join(COLUMNS)]
    rows += ["\t".join(_cell(getattr(row, name)) for name in COLUMNS) for row in sorted(mappings.mappings)]
    return "".join(f"{line}\n" for line in [*head, *rows]).encode()


def _cell(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _problem(row: Link) -> str:
    """What is wrong with a row; empty if nothing is."""
    if not row.subject_id.startswith("alataw:") or len(row.subject_id) <= len("alataw:"):
        return f"the subject {row.subject_id} is not written alataw:path"
    if not _ITEM.fullmatch(row.object_id):
        return f"the object {row.object_id} is no item, such as wd:Q232"
    if row.predicate_id != PREDICATE:
        return f"the predicate is {row.predicate_id}, not {PREDICATE}"
    if row.predicate_modifier not in ("", "Not"):
        return f"the predicate modifier is {row.predicate_modifier}, not Not"
    if not row.mapping_justification.startswith("semapv:"):
        return "the row has no justification"
    if row.confidence and not re.fullmatch(r"0(\.[0-9]+)?|1(\.0+)?", row.confidence):
        return f"the confidence {row.confidence} is not between 0 and 1"
    return ""


def _wrong(file: str, line: int, why: str) -> InputError:
    return InputError(
        "not a file of mappings",
        code="AL111",
        why=why,
        fix="mend the line; `alataw link review` writes the form",
        location=Location(file, line, 1),
    )
