"""The home of sentences about syntax errors: what the parser says tersely, said so that it can be mended."""

from __future__ import annotations

import re
from typing import NamedTuple

from rapidfuzz import process


class Sentence(NamedTuple):
    """What is wrong, why, and what to do."""

    what: str
    why: str
    fix: str


# The parser's message -> our sentence; `{0}` is what the pattern catches. First match wins.
_SENTENCES: tuple[tuple[str, Sentence], ...] = (
    (
        r"The prefix (\S*:) has not been declared",
        Sentence("the prefix {0} is not declared", "no @prefix line before this one declares it", "{prefixes}"),
    ),
    (
        r"A dot is expected at the end of statements",
        Sentence(
            "the statement before this is not closed",
            "a new subject begins here, or a second object without a comma",
            "end the statement with ` ;` if the same subject goes on, with ` .` if it is complete",
        ),
    ),
    (
        r"(?i)no scheme found in an absolute IRI",
        Sentence(
            "the IRI is relative, and nothing says to what",
            "no @base line stands before it",
            "begin the file with @base <IRI> . or write the whole IRI",
        ),
    ),
    (
        r"Triples should be followed by a dot",
        Sentence(
            "the statement is not closed",
            "the text ends here, and a statement ends with a dot",
            "write the dot, and look whether the end of the file was cut off",
        ),
    ),
    (
        r"blank node property lists should end with a '\]'",
        Sentence("a bracket [ is not closed", "the statements in it end here", "close it with ]"),
    ),
    (
        r"^\. is not a valid RDF object",
        Sentence("an object is missing", "the statement ends where its object should stand", "write the object"),
    ),
    (
        r"^(\S+) is not a valid RDF object",
        Sentence(
            "{0} is not an object",
            "an object is an IRI, a prefixed name, a literal, [ ] or ( )",
            'write <...> around an IRI, "..." around text, or a prefix before a name',
        ),
    ),
    (
        r"^\. is not a valid predicate",
        Sentence(
            "a predicate is missing",
            "the statement ends after its subject",
            "write a predicate and an object",
        ),
    ),
    (
        r"^(.+) is not a valid predicate",
        Sentence(
            "{0} is not a predicate",
            "a predicate is an IRI, a prefixed name, or the word a",
            "write <...> around an IRI, or a prefix before a name",
        ),
    ),
    (
        r"^\. is not a valid subject",
        Sentence("a dot too many", "nothing stands before it", "remove the dot"),
    ),
    (
        r"^(.+) is not a valid subject",
        Sentence(
            "{0} is not a subject",
            "a statement begins here, and a subject is an IRI, a prefixed name, [ ] or ( )",
            "if the line before belongs to it, end that line with ` ;` or ` ,` and not with a dot",
        ),
    ),
    (
        r"Unexpected escape character '(.+)'",
        Sentence(
            "{0} is not an escape",
            r"a backslash stands only before t b n r f \" ' \\ u U",
            r"write \\ for a backslash",
        ),
    ),
    (
        r"The escape sequence '(.+?)' is (?:not a valid hexadecimal string|encoding)",
        Sentence("{0} is not a character", r"\u takes four hexadecimal digits, \U eight", "correct the digits"),
    ),
    (
        r"escapes in IRIs should be % followed by two hexadecimal characters, found '(.+)'",
        Sentence("{0} is not a percent escape", "% takes two hexadecimal digits", "correct the digits"),
    ),
    (
        r"character that are allowed to be escaped",
        Sentence(
            "this character cannot be escaped in a name",
            "a backslash in a name stands only before _~.-!$&'()*+,;=/?#@%",
            "write the whole IRI in <...>",
        ),
    ),
    (
        r"A language code should always start with a letter",
        Sentence("not a language tag", "a tag is letters, as in @en or @zh-Hans", "correct the tag"),
    ),
    (
        r"Invalid IRI code point '(.+)'",
        Sentence(
            "the IRI holds {0!r}",
            "an IRI has no spaces, quotes, braces or < >",
            "percent-encode it, or close the IRI with >",
        ),
    ),
    (
        r"The PREFIX keyword should be followed by a prefix",
        Sentence("the prefix of this @prefix line is missing its colon", "", "write @prefix name: <IRI> ."),
    ),
    (
        r"The PREFIX declaration should be followed by",
        Sentence("this @prefix line has no IRI", "", "write @prefix name: <IRI> ."),
    ),
    (
        r"The BASE keyword should be followed",
        Sentence("this @base line has no IRI", "", "write @base <IRI> ."),
    ),
    (
        r"Expecting a datatype IRI after \^\^",
        Sentence(
            "the datatype is missing",
            "after ^^ an IRI or a prefixed name must follow",
            "write it, or remove ^^",
        ),
    ),
    (
        r"double exponent cannot be empty",
        Sentence(
            "the number has no exponent",
            "digits must follow the letter e",
            "write the digits or remove the e",
        ),
    ),
    (
        r"An integer should not be empty",
        Sentence(
            "a sign without digits",
            "",
            "write digits after the sign, or <...> or quotes around what is meant",
        ),
    ),
    (
        r"A blank node ID cannot be empty",
        Sentence("a blank node without a label", "", "write a name after _:"),
    ),
)

_OPEN_STRING = Sentence(
    "a string is not closed",
    "the text ends, or the line ends, inside a quoted string",
    'close the string with ", or use """ for text over several lines',
)
_OPEN_LONG_STRING = Sentence(
    "a string over several lines is not closed",
    "the text ends inside it",
    "close it with the three quotes it began with",
)
_OPEN_IRI = Sentence("an IRI is not closed", "the text ends inside < >", "close it with >")
_OPEN_TEXT = Sentence(
    "the text ends inside a statement",
    "a statement ends with a dot; a write that was cut off leaves it open",
    "complete the statement, or fetch the file again",
)


def sentence(message: str, at: str, prefixes: dict[str, str]) -> Sentence:
    """Say what a message of the parser means.

    Args:
        message: The parser's message, without its place.
        at: The text from the place on.
        prefixes: The prefixes declared before the place.
    """
    if message.lower().startswith("line jumps"):
        return _OPEN_STRING
    if message.startswith("Unexpected end"):
        if at.startswith(('"""', "'''")):
            return _OPEN_LONG_STRING
        if at.startswith(('"', "'")):
            return _OPEN_STRING
        return _OPEN_IRI if at.startswith("<") else _OPEN_TEXT
    for pattern, told in _SENTENCES:
        match = re.search(pattern, message)
        if match:
            caught = match.groups()
            if "{prefixes}" in told.fix:
                return Sentence(told.what.format(*caught), told.why, _declare(caught[0], prefixes))
            return Sentence(told.what.format(*caught), told.why, told.fix)
    return Sentence(message[:1].lower() + message[1:], "", "correct the text here")


def _declare(prefix: str, prefixes: dict[str, str]) -> str:
    near = process.extract(prefix.rstrip(":"), list(prefixes), limit=2, score_cutoff=60)
    meant = " or ".join(f"{name}:" for name, *_ in near)
    return f"declare it with `@prefix {prefix} <...> .`" + (f", or write {meant}" if meant else "")
