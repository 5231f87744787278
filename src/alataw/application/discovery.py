"""The home of what tells machines what there is: descriptions, link sets, the sitemap, the files to take away."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from alataw.application import html, signposts, writing
from alataw.application.holdings import Holdings, holdings
from alataw.application.negotiation import HTML, SECOND, Offer, chosen, chosen_by, negotiate, offers, split
from alataw.application.replies import represent
from alataw.catalog import SERVICES
from alataw.codes import CODES
from alataw.errors import UsageError
from alataw.exports import interface, jsonld, schema_org
from alataw.publication import Publication
from alataw.terms import SKOS, NamedNode, Triple
from alataw.web import Reply, Request, address

DESCRIPTION = offers("ttl", "nt", "jsonld", "rdf", "trig", **SECOND)
MOST_ADDRESSES = 50_000
"""How many addresses one sitemap may have (sitemaps.org)."""

_API_CATALOG = Offer("linkset", 'application/linkset+json; profile="https://www.rfc-editor.org/info/rfc9727"')
_JSON = Offer("json", "application/json")
_XML = Offer("xml", "application/xml")


def landing(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer at the address itself: the landing page, or the description of all that is published."""
    held = holdings(publication)
    offer = negotiate(request, html.offered((*HTML, *DESCRIPTION)))
    links = [signposts.header(signposts.of_publication(held))]
    if offer.suffix == "html":
        body = html.telling(html.page(publication, request, "landing"), _schema_org(held))
        return represent(publication, offer, body, links, vary="Accept, Accept-Language")
    return _described(held, offer, links)


def _schema_org(held: Holdings) -> dict[str, Any]:
    files = [(name, held.sent_as(name)) for name in held.files]
    return schema_org.of_dataset(held.words.over(held.description), held.publication.address, files)


def description(publication: Publication, request: Request, path: str) -> Reply:
    """Answer with the description of all that is published, VoID and DCAT in one."""
    _, suffix = split(path)
    offer = chosen(request, suffix, DESCRIPTION)
    held = holdings(publication)
    return _described(held, offer, [signposts.header(signposts.of_description(held))], suffix)


def _described(held: Holdings, offer: Offer, headers: list[tuple[str, str]], suffix: str = "") -> Reply:
    body = writing.document(held, held.description, offer.suffix)
    headers = [*headers, ("Content-Location", held.publication.link(f"catalog.{offer.suffix}"))]
    headers += [("Last-Modified", held.modified)] if held.modified else []
    return represent(held.publication, offer, body, headers, name="catalog", vary=chosen_by(suffix))


def examples(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer with the stored queries as sh:SPARQLExecutable."""
    offer = negotiate(request, DESCRIPTION)
    held = holdings(publication)
    body = writing.document(held, interface.executables(held.words), offer.suffix)
    return represent(publication, offer, body, name="sparql-examples", vary="Accept")


def collection(publication: Publication, request: Request, path: str) -> Reply | None:
    """Answer with all entities of a class; None if the path is of no class."""
    folder, suffix = split(path)
    held = holdings(publication)
    class_ = held.collections.get(folder)
    if class_ is None:
        return None
    offer = chosen(request, suffix, html.offered((*DESCRIPTION, *HTML)))
    if offer.suffix == "html":
        body = html.page(publication, request, "collection", class_, offset=_offset(request))
    else:
        body = writing.graph(held, _members(held, class_), offer)
    at = ("Content-Location", publication.link(f"{folder}.{offer.suffix}"))
    return represent(publication, offer, body, [at], name=folder, vary=chosen_by(suffix))


def _members(held: Holdings, class_: NamedNode) -> tuple[Triple, ...]:
    asked = (
        f"CONSTRUCT {{ ?thing a {class_} ; {SKOS.prefLabel} ?label }} "
        f"WHERE {{ ?thing a {class_} . OPTIONAL {{ ?thing {SKOS.prefLabel} ?label }} }}"
    )
    return held.graph.sparql(asked, bound=held.publication.bound).triples or ()


def openapi(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer with the description of the stored queries for machines."""
    body = interface.openapi(holdings(publication).words, publication.address)
    return represent(publication, _JSON, body, name="openapi")


def context(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer with the context of JSON-LD."""
    body = jsonld.context_document(holdings(publication).words)
    return represent(publication, offers("jsonld")[0], body, name="context")


def file(publication: Publication, request: Request, name: str) -> Reply:
    """Answer with a file to take away."""
    held = holdings(publication)
    if name not in held.files:
        fix = "take it with `alataw export`, or in parts with SPARQL"
        raise UsageError("the graph is too large to be kept as a file", code="AL130", fix=fix)
    stem, _, suffixes = name.partition(".")
    links = [signposts.header(signposts.of_file(held))]
    return represent(publication, Offer(suffixes, held.sent_as(name)), held.files[name][1], links, name=stem)


def linkset(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer with the links of all that is published as a whole (FAIR Signposting, level 2)."""
    body = signposts.linkset(signposts.of_all(holdings(publication)))
    return represent(publication, offers("linkset")[0], body, name="linkset")


def api_catalog(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer with the services and their descriptions (RFC 9727)."""
    paths = {"queries": "query"}
    of_all = [
        (
            publication.url(paths.get(name, name)),
            [signposts.Link("service-desc", publication.url(description)), signposts.Link("service-meta", standard)],
        )
        for name, (_, description, standard) in SERVICES.items()
    ]
    return represent(publication, _API_CATALOG, signposts.linkset(of_all), name="api-catalog")


# -- for crawlers --------------------------------------------------------------------------------------


def robots(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer with what crawlers may ask (RFC 9309): everything but what is computed for each request."""
    text = (
        "User-agent: *\n"
        f"Disallow: {publication.link('sparql')}\nDisallow: {publication.link('reconcile')}\n"
        f"Disallow: {publication.link('search')}\n"
        f"\nSitemap: {publication.url('sitemap.xml')}\n"
    )
    return represent(publication, offers("txt")[0], text.encode(), name="robots")


def sitemap(publication: Publication, request: Request, number: str) -> Reply:
    """Answer with the addresses of all pages, or of the sitemaps among which they are parted."""
    paths = list(_pages(holdings(publication)))
    parts = [paths[begin : begin + MOST_ADDRESSES] for begin in range(0, len(paths), MOST_ADDRESSES)]
    if not number and len(parts) > 1:
        body = _addresses(
            publication, "sitemapindex", "sitemap", (f"sitemap-{n}.xml" for n in range(1, len(parts) + 1))
        )
    elif number and not 1 <= int(number) <= len(parts):
        raise UsageError(f"there is nothing at {request.path}", code="AL130", fix="begin at sitemap.xml")
    else:
        body = _addresses(publication, "urlset", "url", parts[int(number or 1) - 1])
    return represent(publication, _XML, body, name="sitemap")


def _pages(held: Holdings) -> Iterator[str]:
    """The paths of all pages that are worth finding."""
    yield from ("", "about", "crossings", "disputes", "query", "def.html")
    yield from (f"{path}.html" for path in held.documents if path.startswith("vocabulary/"))
    yield from (f"query/{query.name}.html" for query in held.graph.queries)
    yield from (f"{folder}.html" for folder in held.collections)
    yield from (f"{path}.html" for path in held.classes)


def _addresses(publication: Publication, root: str, each: str, paths: Iterable[str]) -> bytes:
    lines = "".join(f"<{each}><loc>{escape(publication.url(address(path)))}</loc></{each}>\n" for path in paths)
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return f"{head}{lines}</{root}>\n".encode()


# -- for people ----------------------------------------------------------------------------------------


def page(publication: Publication, request: Request, name: str) -> Reply:
    """Answer with a page that takes nothing."""
    return _shown(publication, request, name)


def listing(publication: Publication, request: Request, name: str) -> Reply:
    """Answer with a page that lists what there is, from a place on."""
    return _shown(publication, request, name, offset=_offset(request))


def _offset(request: Request) -> int:
    told = (value for name, value in request.parameters if name == "offset" and value.isdecimal())
    return int(next(told, "0")[:9])


def search(publication: Publication, request: Request, rest: str) -> Reply:
    """Answer with the page of what bears a name."""
    return _shown(publication, request, "search", next((v for n, v in request.parameters if n == "q"), ""))


def _shown(publication: Publication, request: Request, name: str, *about: str, **more: int) -> Reply:
    body = html.page(publication, request, name, *about, **more)
    offer = negotiate(request, HTML)
    return represent(publication, offer, body, vary="Accept, Accept-Language")


def static(publication: Publication, request: Request, path: str) -> Reply:
    """Answer with a file that pages need."""
    if path not in html.static():
        raise UsageError(f"there is nothing at {path[:200]}", code="AL130", fix="correct the address")
    media_type, data = html.static()[path]
    return represent(publication, Offer("", media_type.partition(";")[0]), data)


def problem(publication: Publication, request: Request, code: str) -> Reply:
    """Answer with what a code means, which is the address of a type of problems (RFC 9457, 3.1.1)."""
    if code not in CODES:
        raise UsageError(f"no message has the code {code[:20]}", code="AL130", fix="see docs/messages.md")
    text = f"{code}: {CODES[code].title}\n\n{CODES[code].explanation}\n"
    return represent(publication, offers("txt")[0], text.encode(), name=code)
