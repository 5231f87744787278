"""The home of the parameters of stored queries: what they take, and the terms that values become."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from alataw.errors import ParameterError, UnknownNameError
from alataw.queries.header import Header
from alataw.resolution import Resolver, literal
from alataw.terms import Literal, NamedNode, Term, Triple

ANYTHING = "Entity"
"""The class of a parameter that takes whatever has an IRI of ours."""

Value = str | int | float | bool | decimal.Decimal | datetime.date | Term
"""What a parameter may be given as: text to be resolved, a Python value, or a term."""

_TAKEN = (str, int, float, decimal.Decimal, datetime.date, NamedNode, Literal)
"""What is read as a value: all else has no text of its own, or is no thing that could be asked for."""


@dataclass(frozen=True)
class Parameter:
    """One parameter: the kind of term it takes, and an example.

    Args:
        name: Its name, without `?`.
        kind: `class`, `datatype` or `in`.
        of: The class, the datatype, or the vocabulary.
        required: Whether the query cannot be asked without it.
        example: A value that is known to give an answer.
        description: A sentence.
        default: The value that it has if it is left out; empty if the query is then asked without it.
    """

    name: str
    kind: str
    of: str
    required: bool
    example: str
    description: str
    default: str = ""

    def term(self, value: Value, resolver: Resolver) -> Term:
        """Turn a value into a term of this kind; of a literal its lexical form is read.

        Raises:
            UnknownNameError: AL011 or AL012, if it does not name one thing.
            ParameterError: AL015 if it is of another kind.
        """
        is_node = isinstance(value, NamedNode)
        if not isinstance(value, _TAKEN) or (is_node and self.kind == "datatype"):
            raise ParameterError(f"{self.name} is refused", code="AL015", why=f"it takes a {self.of}", fix="give one")
        text = value.value if isinstance(value, Literal) else str(value)
        if isinstance(value, bool):
            text = text.lower()
        try:
            if self.kind == "datatype":
                return literal(text, self.of)
            if self.kind == "in":
                return resolver.concept(text, self.of)
            return resolver.entity(text, None if self.of == ANYTHING else self.of)
        except UnknownNameError as error:
            error.parameter = self.name
            raise
        except ParameterError as error:
            told = f"{self.name}: {error.what}"
            raise ParameterError(told, code=error.code, why=error.why, fix=error.fix) from None

    @classmethod
    def read(cls, name: str, said: Mapping[str, Any], header: Header) -> Parameter:
        """The parameter that a header describes.

        Raises:
            UsageError: AL016 if it breaks a rule of stored queries.
        """
        here = ("parameters", name)
        kinds = [kind for kind in ("class", "datatype", "in") if kind in said]
        if len(kinds) != 1 or "example" not in said:
            raise header.fault(f"the parameter {name} has an example, and one of class, datatype, in", here)
        if name in ("limit", "offset"):
            raise header.fault(f"every query has {name} already", here)
        if said.get("required") and "default" in said:
            raise header.fault(f"{name} is required, so its default is never used", (*here, "default"))
        return cls(
            name=name,
            kind=kinds[0],
            of=said[kinds[0]],
            required=said.get("required", False),
            example=said["example"],
            description=said.get("description", ""),
            default=said.get("default", ""),
        )

    def is_example(self, term: Term | None) -> bool:
        """Whether a term is what the example names, as far as the text alone tells."""
        if term is None:
            return not self.required
        if self.kind == "datatype":
            return term == literal(self.example, self.of)
        ends = (f"/{self.example}", f"#{self.example}")
        return isinstance(term, NamedNode) and (term.value == self.example or term.value.endswith(ends))


def listed(value: Value | Iterable[Value] | None) -> list[Any]:
    """The values of a parameter: none, one, or several."""
    several = isinstance(value, Iterable) and not isinstance(value, (str, bytes, bytearray, Mapping, Triple))
    return [one for one in (value if several else [value]) if one is not None]  # type: ignore[union-attr]
