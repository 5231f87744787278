"""The home of doubts: why a claim is to be read with care."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from alataw.pages.knowledge import Knowledge, Row
from alataw.pages.words import Words
from alataw.terms import NamedNode, Term, text_of

Doubts = Mapping[Term, Sequence[Markup]]


def doubts(disputes: Iterable[Row], acknowledgements: Iterable[Row], words: Words) -> Doubts:
    """Claim to why it is doubtful: another claim contradicts it, or an editor has a word on it.

    Args:
        disputes: Rows of `disputed-claims`.
        acknowledgements: Rows of `acknowledgements-of-entity`.
        words: How terms are written.
    """
    found: dict[Term, dict[Markup, None]] = defaultdict(dict)
    for row in disputes:
        for claim in (row["claim"], row["other"]):
            if is_contradiction(row) and claim is not None:
                found[claim][Markup("Another source says otherwise.")] = None
    for row in acknowledgements:
        if (claim := row["claim"]) is not None:
            found[claim][words.value(row["reason"])] = None
    return {claim: list(reasons) for claim, reasons in found.items()}


def doubts_about(entities: Sequence[NamedNode], knowledge: Knowledge, words: Words) -> Doubts:
    """Why the claims about some entities are doubtful."""
    if not entities:
        return {}
    known = knowledge.rows("acknowledgements-of-entity", entity=entities)
    return doubts(knowledge.disputes_of(entities), known, words)


def is_contradiction(dispute: Row) -> bool:
    """Whether one of two claims must be wrong."""
    return text_of(dispute["bothCanBeTrue"]) != "true"
