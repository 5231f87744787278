"""The home of what comes over from grlc: its decorators and its `?_name` variables, as a stored query of ours.

grlc splices what a reader gives into the text; here each such variable becomes a `VALUES` block, so that it is a term.
Source: grlc 1.3, README, "Decorators" and "Parameter syntax".
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from alataw import querytext, sparql
from alataw.errors import InputError, Location, QueryError, UsageError
from alataw.queries.header import body_of
from alataw.queries.stored import StoredQuery
from alataw.resolution import literal

# How a variable of grlc ends, its datatype here, and an example if the file gives none. The rest are languages, of two
# letters, and datatypes that no parameter of ours has.
_DATATYPES = {
    "": ("string", "x"),
    "literal": ("string", "x"),
    "string": ("string", "x"),
    "integer": ("integer", "1"),
    "number": ("decimal", "1.5"),
    "decimal": ("decimal", "1.5"),
    "date": ("date", "2001-01-01"),
    "gYear": ("date", "2001"),
    "gYearMonth": ("date", "2001-01"),
    "boolean": ("boolean", "true"),
}
_VARIABLE = re.compile(r"(?P<optional>__?)(?P<name>[A-Za-z][A-Za-z0-9]*)(?:_(?P<kind>\w+))?")
_LANGUAGE = re.compile(r"(?P<language>[a-z]{2})(?:_[A-Za-z0-9]{2,8})*")
_IRI = re.compile(r"https?://[^\s<>\"{}|^`\\]+")

_OURS = ("limit", "offset", "explain")
"""What every stored query takes besides its parameters."""
_AGGREGATES = {"GROUP", "HAVING", "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}


@dataclass(frozen=True)
class _Parameter:
    """A parameter: its name here, the datatype it has (empty for an IRI), an example, and the language of its value."""

    name: str
    datatype: str
    example: str
    required: bool
    language: str = ""
    tagged: str = ""

    @property
    def variable(self) -> str:
        """What stands in the query: the parameter, or what is made of it."""
        return self.tagged or self.name

    @property
    def kind(self) -> str:
        """What it takes, as a header says it."""
        return f"datatype: {self.datatype}" if self.datatype else "class: Entity"

    @property
    def block(self) -> str:
        """What binds it."""
        term = literal(self.example, self.datatype) if self.datatype else f"<{self.example}>"
        made = f' BIND(STRLANG(?{self.name}, "{self.language}") AS ?{self.tagged})' if self.language else ""
        return f"VALUES ?{self.name} {{ {term} }}{made}"


@dataclass
class _Group:
    """What stands between braces, or the query as a whole.

    Args:
        begin: The offset behind the brace.
        is_query: Whether it is a query, so that its patterns stand in a group of its own.
        where: That group.
        keywords: The keywords that stand in it, and in no group within.
    """

    begin: int = 0
    is_query: bool = False
    where: _Group | None = None
    keywords: set[str] = field(default_factory=set)


def translate(text: str, *, file: str) -> str:
    """Write a query of grlc as a file for `queries/`.

    Returns:
        The file; its contract promises nothing yet, and what grlc says of endpoints and pages is left out. A parameter
        whose name is taken has `Given` behind it, and a name with `_` in it is written in camel case.

    Raises:
        InputError: AL038 if the decorators are no YAML, the query is no SELECT or CONSTRUCT, a variable has no
            example that an IRI could be taken from or a datatype that no parameter has, or what it becomes would be
            no stored query.
    """
    said = _decorators(text, file)
    body = body_of(text)
    form = querytext.form(body)
    if form not in ("SELECT", "CONSTRUCT"):
        raise _refusal(file, f"it asks {form or 'nothing'}, and only SELECT and CONSTRUCT are taken over")
    try:
        body, parameters = _bound(body, said, file)
        columns = _columns(body) if form == "SELECT" else []
        body = _ordered(body, columns)
        made = "".join(f"#+ {line}\n" for line in _header(said, parameters, columns, form)) + body + "\n"
        StoredQuery.read("query", made, file=file)
    except (QueryError, UsageError) as error:
        told = f"{error.what}: {error.why}" if error.why else error.what
        raise _refusal(file, f"as a stored query it would be refused, {told}") from None
    return made


# -- the text ------------------------------------------------------------------------------------------


def _bound(body: str, said: dict[str, Any], file: str) -> tuple[str, list[_Parameter]]:
    """The text with its variables under their names here, and a block in each group that uses a parameter.

    A group sees what is bound within it and nothing else (SPARQL 1.1, 18.2): a block around a UNION would bind nothing
    for a FILTER in one of its branches.
    """
    used = list(_used(body))
    written = dict.fromkeys(token.text[1:] for token, _ in used)
    plain = _plain([name for name in written if not name.startswith("_")], file)
    parameters = _parameters([name for name in written if name.startswith("_")], {*plain.values(), *_OURS}, said, file)
    edits = []
    within: dict[int, dict[_Parameter, None]] = defaultdict(dict)
    for token, group in used:
        name = token.text[1:]
        parameter = parameters.get(name)
        edits.append((token.offset, token.end, f"?{parameter.variable if parameter else plain[name]}"))
        if parameter:
            if group.is_query and group.keywords & _AGGREGATES:
                raise _refusal(file, f"?{name} stands beside an aggregate, where only groups of rows are seen")
            where = group.where if group.is_query else group
            if where is None:
                raise _refusal(file, "no bracket opens its WHERE")
            within[where.begin][parameter] = None
    edits += [(begin, begin, "".join(f"\n  {one.block}" for one in those)) for begin, those in within.items()]
    for begin, end, new in sorted(edits, reverse=True):
        body = body[:begin] + new + body[end:]
    return body.strip(), list(dict.fromkeys(parameters.values()))


def _used(body: str) -> Iterator[tuple[sparql.Token, _Group]]:
    """Each variable and the group that it stands in; what stands in the template of a CONSTRUCT is the query's."""
    groups = [_Group(is_query=True)]
    before = ""
    for token in sparql.tokens(body):
        if token.kind == "comment":
            continue
        group = groups[-1]
        if token.text == "{":
            inner = group if before == "CONSTRUCT" else _Group(token.end)
            if group.is_query and group.where is None and before not in ("CONSTRUCT", "EXISTS"):
                group.where = inner
            groups.append(inner)
        elif token.text == "}" and len(groups) > 1:
            groups.pop()
        elif token.kind == "variable":
            yield token, group
        group.is_query = group.is_query or token.keyword == "SELECT"
        group.keywords.add(token.keyword)
        before = token.keyword


def _plain(names: Iterable[str], file: str) -> dict[str, str]:
    """What variables that are no parameters are called here: a column has no `_` in its name."""
    called: dict[str, str] = {}
    for name in names:
        first, *rest = filter(None, name.split("_"))
        new = first + "".join(part[0].upper() + part[1:] for part in rest)
        if new in called.values():
            raise _refusal(file, f"?{name} and another variable would both be called ?{new}")
        called[name] = new
    return called


def _parameters(names: Iterable[str], taken: set[str], said: dict[str, Any], file: str) -> dict[str, _Parameter]:
    """The parameter of each variable of grlc."""
    found: dict[str, _Parameter] = {}
    known: set[str] = set()
    for written in names:
        match = _VARIABLE.fullmatch(written)
        if not match:
            raise _refusal(file, f"?{written} begins as a parameter does, and has no name of letters and digits")
        if match["name"] in known:
            raise _refusal(file, f"the parameter {match['name']} is written in two ways, once as ?{written}")
        known.add(match["name"])
        name = _free(match["name"], taken)
        found[written] = _parameter(written, match, name, said, file)
        if found[written].language:
            found[written] = replace(found[written], tagged=_free(f"{name}Tagged", taken))
    return found


def _free(name: str, taken: set[str]) -> str:
    """The name, with `Given` behind it while it is taken; now it is."""
    while name in taken:
        name += "Given"
    taken.add(name)
    return name


def _parameter(written: str, match: re.Match[str], name: str, said: dict[str, Any], file: str) -> _Parameter:
    kind = match["kind"] or ""
    given = [one for key in ("defaults", "enumerate") for one in _of(said.get(key), match["name"])]
    required = match["optional"] == "_"
    if kind == "iri":
        if not given or not _IRI.fullmatch(given[0]):
            raise _refusal(file, f"the variable ?{written} takes an IRI, and no default gives an example of one")
        return _Parameter(name, "", given[0], required)
    language = kind.replace("_", "-") if _LANGUAGE.fullmatch(kind) else ""
    if not language and kind.removeprefix("xsd_") not in _DATATYPES:
        raise _refusal(file, f"?{written} ends in {kind}, which is no datatype that a parameter has, and no language")
    datatype, example = _DATATYPES["" if language else kind.removeprefix("xsd_")]
    return _Parameter(name, datatype, given[0] if given else example, required, language)


def _ordered(body: str, columns: list[str]) -> str:
    """The text with an ORDER BY, before what comes after one (SPARQL 1.1, 19.8, [18])."""
    if not columns or querytext.is_ordered(body):
        return body
    end = querytext.end_of_order(body)
    order = f"ORDER BY {' '.join('?' + name for name in columns)}"
    return "\n".join(filter(None, (body[:end].rstrip(), order, body[end:])))


def _columns(body: str) -> list[str]:
    from alataw.store import EmbeddedStore, Solutions

    result = EmbeddedStore().judge(body)
    return list(result.variables) if isinstance(result, Solutions) else []


# -- the header ----------------------------------------------------------------------------------------


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


def _of(said: Any, name: str) -> list[str]:
    """What `defaults` or `enumerate` (lists of tables, or of names) give for a variable."""
    tables = [one for one in said if isinstance(one, dict)] if isinstance(said, list) else []
    values = [table[key] for table in tables for key in table if key.lstrip("_").partition("_")[0] == name]
    return [str(one) for value in values for one in (value if isinstance(value, list) else [value])]


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
