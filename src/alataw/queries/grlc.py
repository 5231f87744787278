"""The home of what comes over from grlc: its decorators and its `?_name` variables, as a stored query of ours.

grlc splices what a reader gives into the text; here each such variable becomes a `VALUES` block, so that it is a term.
Source: grlc 1.3, README, "Decorators" and "Parameter syntax".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alataw import sparql
from alataw.errors import InputError, Location
from alataw.queries.header import body_of
from alataw.terms import XSD, Literal

# How a variable of grlc ends, its datatype here, and an example if the file gives none; an IRI is an entity.
_KINDS = {
    "iri": ("class: Entity", ""),
    "integer": ("datatype: integer", "1"),
    "xsd_integer": ("datatype: integer", "1"),
    "number": ("datatype: decimal", "1.5"),
    "xsd_decimal": ("datatype: decimal", "1.5"),
    "xsd_date": ("datatype: date", "2001-01-01"),
    "xsd_gYear": ("datatype: date", "2001"),
    "xsd_boolean": ("datatype: boolean", "true"),
    "xsd_string": ("datatype: string", "x"),
    "": ("datatype: string", "x"),
}
_VARIABLE = re.compile(r"[?$](?P<optional>__?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?:_(?P<kind>\w+))?")


@dataclass(frozen=True)
class _Parameter:
    name: str
    kind: str
    example: str
    required: bool
    language: str = ""

    @property
    def variable(self) -> str:
        """What stands in the query: the parameter, or what is made of it."""
        return f"{self.name}Tagged" if self.language else self.name

    @property
    def block(self) -> str:
        """What binds it."""
        if self.language:
            tag = self.language.replace("_", "-")
            made = f'BIND(STRLANG(?{self.name}, "{tag}") AS ?{self.variable})'
            return f"VALUES ?{self.name} {{ {Literal(self.example)} }} {made}"
        if self.kind.startswith("class"):
            return f"VALUES ?{self.name} {{ <{self.example}> }}"
        datatype = {"integer": XSD.integer, "decimal": XSD.decimal, "boolean": XSD.boolean, "date": XSD.date}
        of = datatype.get(self.kind.partition(": ")[2])
        of = XSD.gYear if of == XSD.date and len(self.example) == 4 else of
        term = Literal(self.example, datatype=of) if of else Literal(self.example)
        return f"VALUES ?{self.name} {{ {term} }}"


def translate(text: str, *, file: str) -> str:
    """Write a query of grlc as a file for `queries/`.

    Returns:
        The file; its contract promises nothing yet, and what grlc says of endpoints and pages is left out.

    Raises:
        InputError: AL038 if the decorators are no YAML, the query is no SELECT or CONSTRUCT, or a variable has no
            example that an IRI could be taken from.
    """
    said = _decorators(text, file)
    body = body_of(text)
    form = sparql.form(body)
    if form not in ("SELECT", "CONSTRUCT"):
        raise _refusal(file, f"it asks {form or 'nothing'}, and only SELECT and CONSTRUCT are taken over")
    found: dict[str, _Parameter] = {}
    body = "".join(_renamed(body, said, found, file))
    begin = _where(body, file)
    blocks = "".join(f"\n  {parameter.block}" for parameter in found.values())
    body = f"{body[:begin]}{blocks}{body[begin:]}".strip()
    columns = _columns(body) if form == "SELECT" else []
    if columns and not sparql.is_ordered(body):
        limit = re.search(r"\b(?:LIMIT|OFFSET)\b(?![\s\S]*\})", body)
        order = f"ORDER BY {' '.join('?' + name for name in columns)}"
        body = f"{body[: limit.start()]}{order}\n{body[limit.start() :]}" if limit else f"{body}\n{order}"
    return "".join(f"#+ {line}\n" for line in _header(said, list(found.values()), columns, form)) + body + "\n"


def _decorators(text: str, file: str) -> dict[str, Any]:
    import yaml

    told = "\n".join(line[2:].removeprefix(" ") for line in text.splitlines() if line.startswith("#+"))
    try:
        said = yaml.load(told, Loader=yaml.BaseLoader) or {}  # noqa: S506  # it makes texts of everything
    except yaml.YAMLError as error:
        raise _refusal(file, f"the decorators are no YAML: {getattr(error, 'problem', error)}") from None
    if not isinstance(said, dict):
        raise _refusal(file, "the decorators are no table of keys")
    return said


def _renamed(body: str, said: dict[str, Any], found: dict[str, _Parameter], file: str) -> Iterator[str]:
    """The text with each variable of grlc under its plain name; what it is goes into `found`."""
    done = 0
    for token in sparql.tokens(body):
        match = _VARIABLE.fullmatch(token.text) if token.kind == "variable" else None
        if match:
            name = match["name"]
            if name not in found:
                found[name] = _parameter(name, match["kind"] or "", match["optional"] == "_", said, file)
            yield body[done : token.offset] + f"?{found[name].variable}"
            done = token.end
    yield body[done:]


def _parameter(name: str, kind: str, required: bool, said: dict[str, Any], file: str) -> _Parameter:
    of, example = _KINDS.get(kind, _KINDS[""])
    language = kind if kind not in _KINDS and re.fullmatch(r"[a-z]{2,3}(?:_[A-Za-z0-9]+)*", kind) else ""
    given = [of_name for key in ("defaults", "enumerate") for of_name in _of(said.get(key), name)]
    example = given[0] if given else example
    if not example or (of.startswith("class") and not re.fullmatch(r"https?://[^\s<>\"{}|^`\\]+", example)):
        raise _refusal(file, f"the variable ?_{name} takes an IRI, and no default gives an example of one")
    return _Parameter(name, of, example, required, language)


def _of(said: Any, name: str) -> list[str]:
    """What `defaults` or `enumerate` (lists of tables, or of names) give for a variable."""
    tables = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    values = [table[key] for table in tables for key in table if key.lstrip("_") == name or key.split("_")[0] == name]
    return [str(one) for value in values for one in (value if isinstance(value, list) else [value])]


def _where(body: str, file: str) -> int:
    """The offset behind the bracket that opens the WHERE."""
    tokens = [token for token in sparql.tokens(body) if token.kind != "comment"]
    where = next((n for n, token in enumerate(tokens) if token.keyword == "WHERE"), -1)
    opening = next((token for token in tokens[where + 1 :] if token.text == "{"), None)
    if opening is None:
        raise _refusal(file, "no bracket opens its WHERE")
    return opening.end


def _columns(body: str) -> list[str]:
    from alataw.store import EmbeddedStore, Solutions

    result = EmbeddedStore().query(body)
    return list(result.variables) if isinstance(result, Solutions) else []


def _header(said: dict[str, Any], parameters: list[_Parameter], columns: list[str], form: str) -> Iterator[str]:
    summary = str(said.get("summary") or "A question").strip().splitlines()[0]
    yield f"summary: {json.dumps(summary, ensure_ascii=False)}"
    if said.get("description"):
        yield f"description: {json.dumps(' '.join(str(said['description']).split()), ensure_ascii=False)}"
    yield f"view: {'table' if form == 'SELECT' else 'turtle'}"
    if parameters:
        yield "parameters:"
        for one in parameters:
            required = "required: true, " if one.required else ""
            yield f"  {one.name}: {{{one.kind}, {required}example: {json.dumps(one.example, ensure_ascii=False)}}}"
    if columns:
        yield "columns:"
        yield from (f"  {name}: {{description: {name}}}" for name in columns)
    yield "evidence: none"
    yield "contract: {min-rows: 0, within-ms: 1000}"
    tags = said.get("tags")
    if isinstance(tags, list) and tags:
        yield f"tags: [{', '.join(json.dumps(str(tag), ensure_ascii=False) for tag in tags)}]"


def _refusal(file: str, why: str) -> InputError:
    return InputError(
        "this query of grlc cannot be taken over",
        code="AL038",
        why=why,
        fix="correct it, or write it as a stored query by hand (see docs/stored-queries.md)",
        location=Location(file, 1, 1),
    )
