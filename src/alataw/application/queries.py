"""The home of stored queries over HTTP: their parameters in the address, their answers in every format."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlencode

from alataw import exports, snippets
from alataw.application import html, signposts, writing
from alataw.application.holdings import holdings
from alataw.application.negotiation import SECOND, chosen, chosen_by, negotiate, offers, split
from alataw.application.protocol import read
from alataw.application.replies import represent, status_of
from alataw.errors import AlatawError, ParameterError
from alataw.publication import Publication
from alataw.queries import StoredQuery
from alataw.queries.stored import MOST_ROWS
from alataw.solutions import Answer
from alataw.web import Reply, Request

ROWS = offers("json", "html", "csv", "tsv", "xml", "jsonl", "md", "rq", json="application/json", xml="application/xml")
GRAPH = offers("ttl", "html", "nt", "rdf", "jsonld", "trig", "nq", "rq", **SECOND)


@dataclass(frozen=True)
class Question:
    """What an address asks of a stored query.

    Args:
        stored: The query.
        values: Parameter to values, as they were typed.
        limit: The most rows to give.
        offset: How many rows to leave out first.
        explain: Whether each row is to name what it rests on.
    """

    stored: StoredQuery
    values: dict[str, list[str]]
    limit: int | None = None
    offset: int | None = None
    explain: bool = False

    @classmethod
    def of(cls, stored: StoredQuery, request: Request) -> Question:
        """Read an address; what is left empty is left out, as forms send it.

        Raises:
            ParameterError: AL015 if `limit`, `offset` or `explain` is something else.
            UsageError: AL133 if the address cannot be read.
        """
        values: dict[str, list[str]] = defaultdict(list)
        for name, value in read(request.query, "the address"):
            if value:
                values[name].append(value)
        limit, offset = (_number(name, values.pop(name, [])) for name in ("limit", "offset"))
        explain = values.pop("explain", ["0"])[-1]
        if explain not in ("0", "1", "true", "false"):
            raise ParameterError("explain is refused", code="AL015", why=f"{explain} is neither", fix="write 1 or 0")
        return cls(stored, dict(values), limit, offset, explain in ("1", "true"))

    @property
    def is_asked(self) -> bool:
        """Whether every parameter that is required has a value."""
        return all(parameter.name in self.values for parameter in self.stored.parameters if parameter.required)

    def text(self, publication: Publication) -> str:
        """The finished query."""
        return self.stored.bind(self.values, publication.graph.resolver, limit=self.limit, offset=self.offset)

    def ask(self, publication: Publication) -> tuple[Answer, bool]:
        """Ask it: the answer, and whether there are rows behind it."""
        more = self.limit if self.limit is None or self.limit >= MOST_ROWS else self.limit + 1
        found = publication.graph.ask(
            self.stored.name,
            self.values,
            limit=more,
            offset=self.offset,
            explain=self.explain,
            bound=publication.bound,
        )
        return (found, False) if self.limit is None or found.triples is not None else found.part(0, self.limit)

    def pages(self, at: str, more: bool) -> list[signposts.Link]:
        """Links to the other pages of the answer (RFC 8288), if it is asked for by pages."""
        if self.limit is None or not self.stored.columns:
            return []
        offset = self.offset or 0
        links = [signposts.Link("first", self._at(at, 0))]
        if offset:
            links.append(signposts.Link("prev", self._at(at, max(0, offset - self.limit))))
        if more and self.limit:
            links.append(signposts.Link("next", self._at(at, offset + self.limit)))
        return links

    def _at(self, at: str, offset: int) -> str:
        told = [(name, value) for name, values in self.values.items() for value in values]
        told += [("explain", "1")] if self.explain else []
        return f"{at}?{urlencode([*told, ('limit', str(self.limit)), ('offset', str(offset))])}"


def _number(name: str, given: list[str]) -> int | None:
    if not given:
        return None
    text = given[-1]
    if len(given) > 1 or not (text.isascii() and text.isdigit()) or len(text) > 10:
        raise ParameterError(
            f"{name} is refused", code="AL015", why=f"{text[:40]} is no number of rows", fix="write 10"
        )
    return int(text)


def listing(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer with all stored queries."""
    offer = negotiate(request, html.offered(offers("ttl", "html")))
    if offer.suffix == "html":
        body = html.page(publication, request, "queries")
    else:
        body = exports.write(holdings(publication).words, "examples")
    return represent(publication, offer, body, name="queries", vary="Accept, Accept-Language")


def answer(publication: Publication, request: Request, path: str) -> Reply:
    """Answer a stored query, in the format of its suffix, else of the best that is accepted."""
    name, language = _snippet(path)
    name, suffix = (name, "") if language else split(path)
    stored = publication.graph.stored_query(name)
    question = Question.of(stored, request)
    if language:
        return _pasted(publication, question, language)
    among = html.offered(ROWS if stored.columns or question.explain else GRAPH)
    offer = chosen(request, suffix, among)
    here = f"query/{name}.{offer.suffix}"
    asked = f"?{urlencode(read(request.query, 'the address'))}" if request.query else ""
    headers = [("Content-Location", publication.link(here) + asked)]
    links: list[signposts.Link] = []
    status = 200
    if offer.suffix == "rq":
        body = question.text(publication).encode()
    elif offer.suffix == "html":
        body, status = _page(publication, request, question)
    else:
        found, more = question.ask(publication)
        body = writing.answer(holdings(publication), found, offer)
        links = question.pages(publication.url(here), more)
    headers += [signposts.header(links)] if links else []
    return represent(publication, offer, body, headers, status=status, name=name, vary=chosen_by(suffix))


def _snippet(path: str) -> tuple[str, str]:
    """The name of a query and the language of a snippet; no language if the path asks for none."""
    name, _, language = path.rpartition(".")
    return (name, language) if language in snippets.LANGUAGES else (path, "")


def _pasted(publication: Publication, question: Question, language: str) -> Reply:
    """The finished query, to be pasted into a program."""
    text = snippets.write(question.text(publication), language, endpoint=publication.url("sparql"))
    return represent(publication, offers("txt")[0], text.encode(), name=f"{question.stored.name}-{language}")


def _page(publication: Publication, request: Request, question: Question) -> tuple[bytes, int]:
    """The page of a stored query: its form, and its answer if nothing is missing; a wrong value is told on it."""
    found: Answer | None = None
    wrong: AlatawError | None = None
    if question.is_asked:
        try:
            found, _ = question.ask(publication)
        except AlatawError as error:
            wrong = error
    typed = {name: ", ".join(given) for name, given in question.values.items()}
    body = html.page(publication, request, "query", question.stored, typed, found, wrong)
    return body, 200 if wrong is None else status_of(wrong)
