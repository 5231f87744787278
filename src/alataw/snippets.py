"""The home of snippets: a finished query, ready to be pasted into the language that a reader works in.

A snippet asks an endpoint by the SPARQL 1.1 Protocol and prints the answer. The query stands in it as a literal of the
language, of the kind in which nothing is replaced, so that no value of the query can become code.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import NamedTuple

from alataw import querytext
from alataw.errors import UnknownNameError
from alataw.queries.header import body_of

ENDPOINT = "http://127.0.0.1:7878/query"
"""The endpoint that is asked if none is named."""


class _Asked(NamedTuple):
    """What a snippet asks: the query, the endpoint, and whether rows come."""

    text: str
    endpoint: str
    rows: bool

    @property
    def media_type(self) -> str:
        return "text/csv" if self.rows else "text/turtle"


def write(text: str, language: str, *, endpoint: str = ENDPOINT) -> str:
    """Write a snippet.

    Args:
        text: The finished query; the header of a stored query is left out.
        language: A key of `LANGUAGES`.
        endpoint: The address that is asked.

    Raises:
        UnknownNameError: AL018 if there are no snippets in the language.

    >>> print(write("ASK {}", "curl").splitlines()[-1])
    QUERY
    """
    if language not in LANGUAGES:
        raise UnknownNameError(
            f"there are no snippets in {language}", code="AL018", fix=f"take one of {', '.join(LANGUAGES)}"
        )
    return LANGUAGES[language](_Asked(body_of(text).rstrip() + "\n", endpoint, querytext.form(text) == "SELECT"))


def _curl(asked: _Asked) -> str:
    # Between these marks a shell replaces nothing; the mark is no line of the query.
    mark = "QUERY"
    while mark in asked.text.splitlines():
        mark += "_"
    return (
        f"curl --silent --show-error --fail --header 'Accept: {asked.media_type}' \\\n"
        f"  --data-urlencode query@- {shlex.quote(asked.endpoint)} <<'{mark}'\n{asked.text}{mark}\n"
    )


def _sparqlwrapper(asked: _Asked) -> str:
    form, kind = ("CSV", "SELECT") if asked.rows else ("TURTLE", "CONSTRUCT")
    return f"""from SPARQLWrapper import {form}, POST, SPARQLWrapper

client = SPARQLWrapper({json.dumps(asked.endpoint)})
client.setMethod(POST)
client.setOnlyConneg(True)
client.setReturnFormat({form})
client.setQuery({_python(asked.text)})
client.queryType = "{kind}"
print(client.query().convert().decode())
"""


def _rdflib(asked: _Asked) -> str:
    show = 'for row in answer:\n    print(*row, sep=", ")' if asked.rows else "print(answer.graph.serialize())"
    # Virtuoso takes no prefixes before a BASE, and sends rows as RDF to whoever accepts that.
    form = "json" if asked.rows else "turtle"
    return f"""from rdflib import Graph
from rdflib.plugins.stores.sparqlstore import SPARQLStore

store = SPARQLStore({json.dumps(asked.endpoint)}, method="POST_FORM", returnFormat="{form}", context_aware=False)
graph = Graph(store, bind_namespaces="none")
answer = graph.query({_python(asked.text)})
{show}
"""


def _javascript(asked: _Asked) -> str:
    text = asked.text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return f"""const query = `{text}`;
const response = await fetch({json.dumps(asked.endpoint)}, {{
  method: "POST",
  headers: {{ Accept: "{asked.media_type}" }},
  body: new URLSearchParams({{ query }}),
}});
if (!response.ok) throw new Error(await response.text());
console.log(await response.text());
"""


def _r(asked: _Asked) -> str:
    dashes = "-"
    while f'){dashes}"' in asked.text:
        dashes += "-"
    read = 'read.csv(file, colClasses = "character", na.strings = "", encoding = "UTF-8")'
    show = f"answer <- {read}\nprint(answer)" if asked.rows else 'cat(readLines(file, encoding = "UTF-8"), sep = "\\n")'
    # What comes with R sends no body of its own, and an address holds a short query alone: so curl sends it.
    return f"""query <- r"{dashes}({asked.text}){dashes}"
asked <- tempfile()
writeLines(enc2utf8(query), asked, sep = "", useBytes = TRUE)
file <- tempfile()
download.file({json.dumps(asked.endpoint)}, file, method = "curl", quiet = TRUE, extra = c(
  "--fail", "--header", shQuote("Accept: {asked.media_type}"), "--data-urlencode", shQuote(paste0("query@", asked))
))
{show}
"""


def _python(text: str) -> str:
    """A text as a literal of Python that reads line by line."""
    escaped = text.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\n{escaped}"""'


LANGUAGES: dict[str, Callable[[_Asked], str]] = {
    "curl": _curl,
    "python": _sparqlwrapper,
    "rdflib": _rdflib,
    "javascript": _javascript,
    "r": _r,
}
"""Every language, and what writes its snippets."""
