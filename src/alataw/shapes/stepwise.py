"""The home of EXISTS taken step by step.

Oxigraph answers an EXISTS over several triple patterns by joining all of the graph, for each solution anew; one over a
single pattern it looks up. `EXISTS { A . B FILTER(c) }` is the same as `EXISTS { A FILTER EXISTS { B FILTER(c) } }`
(SPARQL 1.1, 18.6, substitution), so what is written in the one form is asked in the other.
"""

from __future__ import annotations

from typing import NamedTuple

from alataw import sparql
from alataw.sparql import Token


class Pattern(NamedTuple):
    """A triple pattern: its text, and what it starts from and leads to."""

    subject: str
    text: str
    object: str


class _Beyond(Exception):  # noqa: N818  # it is no error, but the end of what is understood
    """The group holds more than triple patterns and filters."""


def stepwise(text: str) -> str:
    """Write each EXISTS over several triple patterns as one within the other, where it holds nothing else but filters.

    >>> print(stepwise("ASK { ?a :p ?b FILTER NOT EXISTS { ?c a :C ; :q ?b FILTER(?c != ?a) } }"))
    ASK { ?a :p ?b FILTER NOT EXISTS { ?c :q ?b FILTER EXISTS { ?c a :C FILTER(?c != ?a) } } }
    """
    told = [token for token in sparql.tokens(text) if token.kind != "comment"]
    for number in range(len(told) - 1, 0, -1):
        if told[number].text == "{" and told[number - 1].keyword == "EXISTS":
            end = _closing(told, number)
            inside = text[told[number].end : told[end].offset]
            outside = {t.text[1:] for t in told[:number] + told[end:] if t.kind == "variable"}
            changed = _nested(inside, outside)
            if changed != inside:
                text = text[: told[number].end] + changed + text[told[end].offset :]
                told = [token for token in sparql.tokens(text) if token.kind != "comment"]
    return text


def _closing(told: list[Token], number: int) -> int:
    """The index of the bracket that closes the one at an index."""
    depth = 0
    for index in range(number, len(told)):
        depth += (told[index].kind == "open") - (told[index].kind == "close")
        if depth == 0:
            return index
    raise _Beyond


def _nested(inside: str, outside: set[str]) -> str:
    try:
        patterns, filters = _parts(inside)
    except _Beyond:
        return inside
    if len(patterns) < 2:
        return inside
    *first, last = _in_order(patterns, outside)
    asked = " ".join([last.text, *filters])
    for pattern in reversed(first):
        asked = f"{pattern.text} FILTER EXISTS {{ {asked} }}"
    return f" {asked} "


def _in_order(patterns: list[Pattern], known: set[str]) -> list[Pattern]:
    """The patterns, each as far as can be hanging on what is known before it; a class comes late, it finds much."""
    known, left, ordered = set(known), list(patterns), []
    while left:
        best = max(left, key=lambda pattern: _weight(pattern, known))
        left.remove(best)
        ordered.append(best)
        known |= {end[1:] for end in (best.subject, best.object) if end[0] in "?$"}
    return ordered


def _weight(pattern: Pattern, known: set[str]) -> tuple[int, bool]:
    """How little a pattern will find: by ends that are known, a constant object counting less than a variable."""
    of_subject = 3 * (pattern.subject[0] not in "?$" or pattern.subject[1:] in known)
    of_object = 1 if pattern.object[0] not in "?$" else 2 * (pattern.object[1:] in known)
    return of_subject + of_object, pattern.text.split()[1] != "a"


def _parts(inside: str) -> tuple[list[Pattern], list[str]]:
    """The triple patterns of a group, each written out, and its filters."""
    told = [token for token in sparql.tokens(inside) if token.kind != "comment"]
    patterns: list[Pattern] = []
    filters: list[str] = []
    start = index = 0
    while index < len(told):
        if told[index].keyword == "FILTER":
            patterns += _statements(inside, told[start:index])
            end = _filter_end(told, index)
            filters.append(inside[told[index].offset : told[end].end])
            start = index = end + 1
        else:
            index += 1
    patterns += _statements(inside, told[start:])
    return patterns, filters


def _filter_end(told: list[Token], index: int) -> int:
    """The index of the last token of a filter: of its bracket, or of the braces of its EXISTS."""
    while index < len(told):
        if told[index].kind == "open":
            return _closing(told, index)
        index += 1
    raise _Beyond


def _statements(inside: str, told: list[Token]) -> list[Pattern]:
    """Triple patterns, of which those of a subject may share it, and those of a predicate too."""
    found: list[Pattern] = []
    subject, predicate = "", list[str]()
    words: list[Token] = []

    def close(to: int) -> None:
        nonlocal subject, predicate, words
        if not words:
            return
        if any(_is_beyond(token) for token in words):
            raise _Beyond
        given = 2 if predicate else 1 if subject else 0
        if len(words) < 3 - given:
            raise _Beyond
        if not subject:
            subject, words = words[0].text, words[1:]
        at = len(words) - 1
        if at and words[at].kind == "language":
            at -= 1
        if not predicate:
            predicate = _steps(inside, words[:at], words[at].offset)
        elif at:
            raise _Beyond
        start = subject
        for number, step in enumerate(predicate):
            last = number == len(predicate) - 1
            end = inside[words[at].offset : to].strip() if last else f"?step{words[0].offset}_{number}"
            found.append(Pattern(start, f"{start} {step} {end}", end))
            start = end
        words = []

    for number, token in enumerate(told):
        between = inside[told[number - 1].end : token.offset] if number else ""
        if number and any(mark in between for mark in ".;,"):
            close(told[number - 1].end)
            if "." in between:
                subject = ""
            if "," not in between:
                predicate = []
        words.append(token)
    close(told[-1].end if told else 0)
    return found


def _steps(inside: str, words: list[Token], end: int) -> list[str]:
    """A predicate, or the steps of a path that is a sequence."""
    starts, depth = [words[0].offset], 0
    for token in words:
        depth += (token.kind == "open") - (token.kind == "close")
        if not depth and token.text == "|":
            return [inside[words[0].offset : end].strip()]
        if not depth and token.text == "/":
            starts.append(token.end)
    behind = [*(start - 1 for start in starts[1:]), end]
    return [inside[start:to].strip() for start, to in zip(starts, behind, strict=True)]


def _is_beyond(token: Token) -> bool:
    """Whether a token is none of a plain triple pattern; a blank node is one within its group alone."""
    if token.kind in ("number", "open", "close"):
        return token.text not in "()"
    return token.text in ("^", "<", ">") or token.text.startswith("_:") or token.keyword not in ("", "A")
