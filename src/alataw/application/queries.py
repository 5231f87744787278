"""The home of stored queries over HTTP: their parameters in the address, their answers in every format."""

from __future__ import annotations

from collections import defaultdict

from alataw.application import html
from alataw.application.negotiation import languages, negotiate, offers, split
from alataw.application.protocol import read, write
from alataw.application.replies import represent
from alataw.errors import AlatawError, ParameterError, UsageError
from alataw.publication import Publication
from alataw.queries import StoredQuery
from alataw.solutions import Answer
from alataw.web import Reply, Request

_ROWS = offers("json", "html", "csv", "tsv", "xml", "jsonl", "md", "rq", json="application/json", xml="application/xml")
_GRAPH = offers("ttl", "html", "nt", "rdf", "jsonld", "trig", "nq", "rq", jsonld="application/json", nt="text/plain")


def answer(publication: Publication, request: Request, path: str) -> Reply:
    """Answer a stored query, in the format of its suffix, else of the best that is accepted."""
    name, suffix = split(path)
    stored = publication.graph.stored_query(name)
    among = tuple(o for o in (_ROWS if stored.columns else _GRAPH) if o.suffix != "html" or html.can())
    if suffix:
        offer = next((o for o in among if o.suffix == suffix), None)
        if offer is None:
            raise UsageError(f"{name} is not answered as .{suffix}", code="AL130", fix="take another suffix")
    else:
        offer = negotiate(request, among)
    values, window, explain = _values(request)
    here = f"query/{name}.{offer.suffix}" + (f"?{request.query}" if request.query else "")
    headers = [("Content-Location", publication.link(here))]
    vary = "Accept, Accept-Language" if not suffix else "Accept-Language" if suffix == "html" else ""
    status = 200
    if offer.suffix == "rq":
        body = stored.bind(values, publication.graph.resolver, **window).encode()
    elif offer.suffix == "html":
        body, status = _page(publication, request, stored, values, window, explain)
    else:
        found = publication.graph.ask(name, values, **window, explain=explain, bound=publication.bound)
        body = write(publication, found, offer, request, stored.text)
    return represent(publication, offer, body, headers, status=status, name=name, vary=vary)


def _values(request: Request) -> tuple[dict[str, list[str]], dict[str, int | None], bool]:
    """The values of parameters, empty ones left out; the window; and whether rows are to be explained.

    Raises:
        ParameterError: AL015 if `limit`, `offset` or `explain` is something else.
        UsageError: AL133 if the address cannot be read.
    """
    values: dict[str, list[str]] = defaultdict(list)
    for name, value in read(request.query.encode("latin-1", "replace"), "the address"):
        if value:
            values[name].append(value)
    window: dict[str, int | None] = {name: _number(name, values.pop(name, [])) for name in ("limit", "offset")}
    explain = values.pop("explain", ["0"])
    if explain[-1] not in ("0", "1", "true", "false"):
        raise ParameterError("explain is refused", code="AL015", why=f"{explain[-1]} is neither", fix="write 1 or 0")
    return dict(values), window, explain[-1] in ("1", "true")


def _number(name: str, given: list[str]) -> int | None:
    if not given:
        return None
    if len(given) > 1 or not given[0].isascii() or not given[0].isdigit() or len(given[0]) > 10:
        raise ParameterError(
            f"{name} is refused", code="AL015", why=f"{given[0][:40]} is no number of rows", fix="write 10"
        )
    return int(given[0])


def _page(
    publication: Publication,
    request: Request,
    stored: StoredQuery,
    values: dict[str, list[str]],
    window: dict[str, int | None],
    explain: bool,
) -> tuple[bytes, int]:
    """The page of a stored query: its form, and its answer if it was asked; a wrong value is told on it."""
    found: Answer | None = None
    wrong: AlatawError | None = None
    if values or not any(parameter.required for parameter in stored.parameters):
        try:
            found = publication.graph.ask(stored.name, values, **window, explain=explain, bound=publication.bound)
        except AlatawError as error:
            wrong = error
    typed = {name: ", ".join(given) for name, given in values.items()}
    accepted = list(languages(request.headers.get("accept-language", "")))
    page: str = html.pages(publication).query(stored, typed, found, wrong, accepted)
    return page.encode(), 200 if wrong is None else 400
