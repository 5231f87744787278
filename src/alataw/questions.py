"""The home of stored queries on the command line: how they are listed, explained, and called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from alataw.errors import ParameterError
from alataw.queries import StoredQuery, Value


def listing(queries: Iterable[StoredQuery]) -> str:
    """One line a stored query: how it is called, and what it answers."""
    rows = [(f"{query.name} {_signature(query)}".rstrip(), query.summary) for query in queries]
    width = max((len(call) for call, _ in rows), default=0)
    return "".join(f"{call:<{width}}  {summary}\n" for call, summary in rows)


def _signature(query: StoredQuery) -> str:
    return " ".join(
        parameter.name.upper() if parameter.required else f"[--{parameter.name}]" for parameter in query.parameters
    )


def usage(query: StoredQuery) -> str:
    """What a stored query answers, takes and gives, with a call that works."""
    lines = [
        f"{query.summary}.",
        "",
        query.description,
        "",
        f"Usage: alataw query {query.name} {_signature(query)}",
        "",
    ]
    if query.parameters:
        lines += ["Parameters:"]
        for parameter in query.parameters:
            need = "" if parameter.required else " Optional."
            lines.append(f"  --{parameter.name}  {parameter.kind} {parameter.of}. {parameter.description}{need}")
            lines.append(f"      for example: {parameter.example}")
        lines.append("")
    if query.columns:
        lines += ["Columns:"]
        lines += [f"  {name}  {said.get('description', '')}" for name, said in query.columns.items()]
        lines.append("")
    return "\n".join([*lines, f"Example: alataw query {query.name} {query.example}".rstrip()]) + "\n"


def arguments(query: StoredQuery, words: Sequence[str]) -> dict[str, list[Value]]:
    """Sort the words after a stored query's name into its parameters.

    Args:
        query: The stored query.
        words: Values in the order of the parameters, and `--parameter value` or `--parameter=value`; a
            parameter given several times takes several values.

    Returns:
        Parameter to values; what is unknown is left for `bind` to refuse.

    Raises:
        ParameterError: AL013 for an option without a value, AL014 for a value too many.

    >>> query = StoredQuery("q", "", "", "")
    >>> arguments(query, ["--on", "2003", "--on=2004"])
    {'on': ['2003', '2004']}
    """
    values: dict[str, list[Value]] = {}
    free: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("--"):
            free.append(word)
            continue
        name, equals, value = word[2:].partition("=")
        given = value if equals else next(rest, None)
        if given is None:
            raise ParameterError(f"--{name} has no value", code="AL013", fix=f"write --{name} VALUE")
        values.setdefault(name, []).append(given)
    open_ = [parameter.name for parameter in query.parameters if parameter.name not in values]
    if len(free) > len(open_):
        raise ParameterError(
            f"{query.name} takes no further value {free[len(open_)]}",
            code="AL014",
            fix=f"see `alataw query {query.name} --help`; quote a value with spaces",
        )
    return values | {name: [value] for name, value in zip(open_, free, strict=False)}
