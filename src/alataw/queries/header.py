"""The home of the header of a stored query: YAML behind `#+`, its keys, and the place of each.

What the header says of the query below it is held against that query in `holding`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alataw.errors import Location, UsageError
from alataw.names import nearest
from alataw.resolution import DATATYPES, DERIVED

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, Node

VIEWS = ("table", "timeline", "bar-chart", "line-chart", "map", "graph", "boolean", "turtle")
"""How an answer can be shown."""


def _matching(pattern: str, name: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(f"{text or 'nothing'} is not {name}")
        return text

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    return _matching("|".join(map(re.escape, words)), f"one of {', '.join(words)}")


def _truth(text: str) -> bool:
    return _one_of("true", "false")(text) == "true"


def _count(text: str) -> int:
    return int(_matching(r"[0-9]{1,9}", "a whole number")(text))


_TEXT = _matching(r"(?s).*\S.*", "a text")
_CLASS = _matching(r"[A-Z][A-Za-z]*", "the name of a class")
_KIND = {
    "class": _CLASS,
    "datatype": _one_of(*DATATYPES),
    "in": _matching(r"[a-z]+(?:-[a-z]+)*", "the name of a vocabulary"),
    "description": _TEXT,
}
_ANY = ""
"""Stands in the schema for whatever name the header gives."""

# Scalars are read as texts and then by this schema, never by YAML's guesses: in YAML 1.1 the parameter `on` and the
# country NO are truth values, and 2003-09-12 is a date.
_SCHEMA = {
    "summary": _TEXT,
    "description": _TEXT,
    "about": _CLASS,
    "view": _one_of(*VIEWS),
    "parameters": {_ANY: _KIND | {"required": _truth, "example": _TEXT, "default": _TEXT}},
    "derived": {_ANY: {"as": _one_of(*DERIVED), "from": [_TEXT]}},
    "columns": {_ANY: _KIND},
    "evidence": _one_of("rows", "query", "none"),
    "contract": {"min-rows": _count, "within-ms": _count},
    "tags": [_TEXT],
}
_REQUIRED = (("summary",), ("contract",), ("contract", "min-rows"), ("contract", "within-ms"))


@dataclass
class Header:
    """What a header says.

    Args:
        file: The file, as it is shown to people.
        lines: The lines of the file.
        said: The values by key, as the schema reads them.
        places: Where each key stands, by the keys that lead to it.
    """

    file: str
    lines: list[str]
    said: dict[str, Any] = field(default_factory=dict)
    places: dict[tuple[str, ...], Location] = field(default_factory=dict)

    @classmethod
    def read(cls, text: str, file: str) -> Header:
        """Read the header of a file.

        Raises:
            UsageError: AL016, with the place.
        """
        import yaml

        header = cls(file, text.replace("\r\n", "\n").split("\n"))
        try:
            node = yaml.compose("\n".join(header._yaml()), Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
            raise header.fault(problem or str(error), header._location(mark)) from error
        if node is None:
            raise header.fault("it has no header; begin it with `#+ summary: ...`")
        header.said = header._value(node, _SCHEMA, ())
        for path in _REQUIRED:
            if path not in header.places:
                raise header.fault(f"the header has no {path[-1]}", header.places.get(path[:-1]))
        return header

    def fault(self, why: str, where: Location | tuple[str, ...] | None = None) -> UsageError:
        """What to raise when the file breaks a rule: `where` is a place, or the keys that lead to one."""
        location = self.places.get(where) if isinstance(where, tuple) else where
        location = location or Location(self.file, 1, 1)
        line = self.lines[location.line - 1] if location.line <= len(self.lines) else ""
        return UsageError(
            "this is not a stored query",
            code="AL016",
            why=why,
            fix="see how the other files of queries/ are written",
            location=location,
            source_line=line,
        )

    def _yaml(self) -> Iterator[str]:
        """The YAML, line by line, so that its lines are those of the file."""
        ended = False
        for number, line in enumerate(self.lines, 1):
            if not line.startswith("#+"):
                ended = True
                continue
            if ended:
                raise self.fault("all lines of the header stand together", Location(self.file, number, 1))
            tab = line.find("\t")
            if tab >= 0:
                raise self.fault("a tab stands in the header; take spaces", Location(self.file, number, tab + 1))
            if line[2:3].strip():
                raise self.fault("a space is missing behind #+", Location(self.file, number, 3))
            yield line[3:]

    def _location(self, mark: Any) -> Location:
        return Location(self.file, mark.line + 1, mark.column + 4) if mark else Location(self.file, 1, 1)

    def _value(self, node: Node, schema: Any, path: tuple[str, ...]) -> Any:
        """Read a node by its part of the schema."""
        from yaml.nodes import MappingNode, ScalarNode, SequenceNode

        place = self._location(node.start_mark)
        if callable(schema):
            if not isinstance(node, ScalarNode):
                raise self.fault(f"{path[-1]} is a single value", place)
            try:
                return schema(node.value)
            except ValueError as error:
                raise self.fault(str(error), place) from error
        if isinstance(schema, list):
            if not isinstance(node, SequenceNode):
                raise self.fault(f"{path[-1]} is a list in square brackets", place)
            return [self._value(item, schema[0], path) for item in node.value]
        if not isinstance(node, MappingNode):
            raise self.fault(f"{path[-1] if path else 'the header'} is a table of keys", place)
        return dict(self._pairs(node, schema, path))

    def _pairs(self, node: MappingNode, schema: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
        for key, value in node.value:
            name, place = self._value(key, str, (*path, "a key")), self._location(key.start_mark)
            here = (*path, name)
            if here in self.places:
                raise self.fault(f"{name} is said twice", place)
            self.places[here] = place
            if _ANY in schema:
                if not re.fullmatch(r"[A-Za-z][A-Za-z0-9]*", name):
                    raise self.fault(f"{name} is not a name that a variable can have", place)
            elif name not in schema:
                near = nearest(name, schema, limit=1)
                told = f"did you mean {near[0]}?" if near else f"known are {', '.join(schema)}"
                raise self.fault(f"{name} is no key of a stored query; {told}", place)
            yield name, self._value(value, schema.get(name, schema.get(_ANY)), here)


def body_of(text: str) -> str:
    """A query without its header."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("#+"))
