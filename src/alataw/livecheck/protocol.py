"""The home of the clauses on SPARQL: the protocol, the description of the service, the graph store."""

from __future__ import annotations

import re
from urllib.parse import quote, urlencode

import pyoxigraph

from alataw.livecheck.site import RDF, FailsError, Got, InapplicableError, Listener, Site, hold, missing, values
from alataw.terms import NamedNode, Namespace, text_of

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
SELECT = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(isIRI(?o)) } LIMIT 3"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
NOTHING = "DELETE WHERE { <urn:alataw:none> <urn:alataw:none> <urn:alataw:none> }"
"""An update that changes nothing wherever it is obeyed."""


def _boolean(got: Got) -> bool:
    hold(got.status == 200, str(got))
    return bool(got.json().get("boolean"))


def by_get(site: Site) -> None:
    """A query by GET."""
    hold(_boolean(site.sparql("ASK {}", JSON)), "ASK {} is not true")


def by_form(site: Site) -> None:
    """A query by form."""
    body = urlencode({"query": "ASK {}"}).encode()
    hold(_boolean(site.ask("POST", site.endpoint, body, Content_Type=FORM, Accept=JSON)), "ASK {} is not true")


def by_body(site: Site) -> None:
    """A query as the body."""
    for kind in (QUERY, f"{QUERY}; charset=utf-8"):
        hold(_boolean(site.ask("POST", site.endpoint, b"ASK {}", Content_Type=kind, Accept=JSON)), f"{kind} fails")


def once(site: Site) -> None:
    """Several queries are 400, and none by POST."""
    got = site.get(f"{site.endpoint}?query=ASK%20%7B%7D&query=ASK%20%7B%7D")
    hold(got.status == 400, f"two queries are {got}")
    got = site.ask("POST", site.endpoint, b"", Content_Type=FORM)
    hold(got.status == 400, f"none by POST is {got}")


def other_bodies(site: Site) -> None:
    """Another body type is 415."""
    got = site.ask("POST", site.endpoint, b"ASK {}", Content_Type="text/plain")
    hold(got.status == 415, f"text/plain is {got}")


def dataset(site: Site) -> None:
    """The dataset of a request replaces that of the query; an unknown graph is 400."""
    graphs = [text_of(t.object) for t in _description(site) if t.predicate == SD.name]
    for name in ("default_graph_uri", "named_graph_uri"):
        got = site.sparql("SELECT * { ?s ?p ?o } LIMIT 1", JSON, **{name: "urn:alataw:none"})
        hold(got.status == 400, f"an unknown {name.replace('_', '-')} is {got}")
    if graphs:
        as_default = site.sparql(COUNT, JSON, default_graph_uri=graphs[0])
        by_name = site.sparql("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", JSON, named_graph_uri=graphs[0])
        if by_name.status == 200:  # the default graph may have a name by which it can only be taken for one
            found = _number(as_default), _number(by_name)
            hold(len(set(found)) == 1, f"{graphs[0]} has {found[0]} triples as the default graph, by name {found[1]}")


def _number(got: Got) -> int:
    hold(got.status == 200, str(got))
    try:
        return int(got.json()["results"]["bindings"][0]["n"]["value"])
    except (KeyError, IndexError, TypeError, ValueError):
        raise FailsError("a count is no number") from None


def from_never_fetches(site: Site) -> None:
    """FROM never fetches."""
    _calls_nobody(site, "SELECT * FROM <{}> WHERE {{ ?s ?p ?o }}", (200, 400))
    _calls_nobody(site, "SELECT * FROM NAMED <{}> WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}", (200, 400))


def service_is_refused(site: Site) -> None:
    """SERVICE is refused with 403, in every spelling, and calls nobody."""
    _calls_nobody(site, "SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}", (403,))
    _calls_nobody(site, "PREFIX x: <{}> SELECT * {{ SERVICEx: {{ ?s ?p ?o }} }}", (400, 403))
    got = site.sparql("ASK { ?service <urn:service> 'SERVICE <x>' } # SERVICE", JSON)
    hold(got.status == 200, f"the word in a string is {got}")


def _calls_nobody(site: Site, text: str, statuses: tuple[int, ...]) -> None:
    listener = Listener()
    try:
        got = site.sparql(text.format(listener.address), JSON)
        hold(not listener.called, "it called the address")
        hold(got.status in statuses, f"{got} where {' or '.join(map(str, statuses))} is due")
        hold(got.status != 200 or not got.json()["results"]["bindings"], "it has rows of a graph that it does not hold")
    finally:
        listener.close()


def updates(site: Site) -> None:
    """An update is 403; in the place of a query it is 400."""
    for body, kind in ((NOTHING.encode(), UPDATE), (urlencode({"update": NOTHING}).encode(), FORM)):
        got = site.ask("POST", site.endpoint, body, Content_Type=kind)
        hold(got.status == 403, f"an update as {kind} is {got}")
    got = site.sparql(NOTHING)
    hold(got.status == 400, f"an update as a query is {got}")


def select(site: Site) -> None:
    """SELECT as JSON, XML, CSV and TSV, the same rows."""
    rows = set()
    for kind in (JSON, XML, "text/csv", "text/tab-separated-values"):
        got = site.sparql(SELECT, kind)
        hold((got.status, got.media_type) == (200, kind), f"{kind} is {got}")
        if kind in (JSON, XML):
            format_ = pyoxigraph.QueryResultsFormat.JSON if kind == JSON else pyoxigraph.QueryResultsFormat.XML
            found = pyoxigraph.parse_query_results(got.body, format=format_)
            hold(not isinstance(found, pyoxigraph.QueryBoolean), f"{kind} is a boolean")
            rows.add(tuple(tuple(map(str, row)) for row in found))  # type: ignore[union-attr]
        elif kind == "text/csv":
            hold(got.body.startswith(b"s,p,o\r\n"), "CSV without CRLF, or with ? in its header")
        else:
            hold(got.body.startswith(b"?s\t?p\t?o\n"), "TSV without ? in its header")
    hold(len(rows) == 1, "JSON and XML differ")


def ask(site: Site) -> None:
    """ASK as JSON and XML; accepting only CSV is 406."""
    for kind in (JSON, XML):
        got = site.sparql("ASK {}", kind)
        hold((got.status, got.media_type) == (200, kind), f"{kind} is {got}")
    got = site.sparql("ASK {}", "text/csv")
    hold(got.status == 406, f"only text/csv is {got}")


def construct(site: Site) -> None:
    """CONSTRUCT and DESCRIBE in six formats, the same triples."""
    plain = site.sparql(GRAPH, "application/n-triples").triples()
    for kind, _ in RDF.values():
        got = site.sparql(GRAPH, kind)
        hold((got.status, got.media_type) == (200, kind), f"{kind} is {got}")
        hold(len(got.triples()) == len(plain), f"{kind} has other triples")
    subject = next(iter(plain)).subject if plain else NamedNode("urn:alataw:none")
    got = site.sparql(f"DESCRIBE {subject}", "text/turtle")
    hold((got.status, got.media_type) == (200, "text/turtle"), f"DESCRIBE is {got}")


def weighing(site: Site) -> None:
    """Quality, wildcards and specificity by RFC 9110; what is no header never fails."""
    for accept, kind in (
        (f"text/csv;q=0.5, {XML}", XML),
        (f"{JSON};q=0.1, text/csv;q=0.9", "text/csv"),
        (f"*/*;q=0.1, {XML}", XML),
        ("TEXT/CSV", "text/csv"),
    ):
        got = site.sparql(SELECT, accept)
        hold((got.status, got.media_type) == (200, kind), f"Accept: {accept} is {got}")
    got = site.sparql(SELECT, f"application/*;q=0.9, {JSON};q=0.1, text/csv;q=0.5")
    hold(got.status == 200 and got.media_type not in (JSON, "text/csv"), f"the most specific range is not heard: {got}")
    got = site.sparql(SELECT, ";;;,,q=")
    hold(got.status in (200, 406), f"nonsense is {got}")


def unacceptable(site: Site) -> None:
    """Nothing acceptable is 406, with the list."""
    for text in (SELECT, "ASK {}", GRAPH):
        got = site.sparql(text, "image/png")
        hold(got.status == 406, f"image/png is {got}")
    hold("turtle" in got.text, "the list of what could be had is missing")


def malformed(site: Site) -> None:
    """A malformed query is 400, with line and column."""
    got = site.sparql("SELECT * {\n  ?s ?p ?o .\n  oops\n}")
    hold(got.status == 400, str(got))
    problem = got.json() if got.media_type.endswith("json") else {}
    # The fault is in the third line, and seen at the latest where the fourth begins.
    place = re.search(r"\b[34]\s*[:,]\s*(?:column\s*)?\d", got.text, re.IGNORECASE)
    hold({"line", "column"} <= set(problem) or place, "line and column are not told")


def problems(site: Site) -> None:
    """Errors are application/problem+json, unless text is asked for."""
    got = site.sparql("ASK {", "*/*")
    hold(got.media_type == "application/problem+json", f"an error is {got}")
    problem = got.json()
    hold({"title", "status"} <= set(problem) and problem["status"] == got.status, "RFC 9457 wants title and status")
    got = site.sparql("ASK {", "text/plain")
    hold((got.status, got.media_type) == (400, "text/plain"), f"as text it is {got}")


def head(site: Site) -> None:
    """HEAD as GET, without a body."""
    address = f"{site.endpoint}?query={quote(SELECT)}"
    got, head_ = site.get(address, Accept=JSON), site.ask("HEAD", address, Accept=JSON)
    hold((head_.status, head_.media_type) == (got.status, got.media_type), f"HEAD is {head_}, GET {got}")
    hold(not head_.body, "HEAD has a body")


def options(site: Site) -> None:
    """OPTIONS with Allow; another method is 405 with Allow."""
    got = site.ask("OPTIONS", site.endpoint, Origin="http://example.org", Access_Control_Request_Method="POST")
    hold(got.status in (200, 204), f"OPTIONS is {got}")
    allowed = values(got.headers, "allow") | values(got.headers, "access-control-allow-methods")
    hold({"get", "post"} <= allowed, "no Allow")
    got = site.ask("DELETE", site.endpoint)
    hold(got.status == 405 and "allow" in got.headers, f"DELETE is {got}, Allow: {got.headers.get('allow')}")


def cors(site: Site) -> None:
    """Pages of any host may read, errors too."""
    for text in ("ASK {}", "ASK {"):
        got = site.get(f"{site.endpoint}?query={quote(text)}", Origin="http://example.org")
        hold(got.headers.get("access-control-allow-origin") == "*", f"{got} says no Access-Control-Allow-Origin")


def bounds(site: Site) -> None:
    """What is nested too deep is refused, and the server lives on."""
    for text in ("ASK {" + "{" * 3000 + "}" * 3000 + "}", "ASK { FILTER(" + "!" * 5000 + "true) }"):
        got = site.ask("POST", site.endpoint, text.encode(), Content_Type=QUERY, Accept=JSON)
        hold(400 <= got.status < 500, f"nesting is {got}")
    by_get(site)


# -- the description of the service --------------------------------------------------------------------


def _description(site: Site) -> set[pyoxigraph.Triple]:
    got = site.get(site.endpoint, Accept="text/turtle")
    return got.triples() if got.status == 200 and got.media_type == "text/turtle" else set()


def described(site: Site) -> None:
    """The bare endpoint describes itself, with its absolute address."""
    for kind in ("text/turtle", "application/rdf+xml", "application/ld+json"):
        got = site.get(site.endpoint, Accept=kind)
        hold((got.status, got.media_type) == (200, kind), f"{kind} is {got}")
    said = _description(site)
    endpoints = {text_of(t.object) for t in said if t.predicate == SD.endpoint}
    hold(len(endpoints) == 1, f"sd:endpoint is {', '.join(endpoints) or 'not there'}")
    hold(all(endpoint.startswith(("http://", "https://")) for endpoint in endpoints), f"{endpoints} is not absolute")
    hold(any(t.predicate == SD.resultFormat for t in said), "no sd:resultFormat")


def truly_described(site: Site) -> None:
    """Only features that are there are claimed."""
    said = _description(site)
    hold(said, "there is no description")
    features = {t.object for t in said if t.predicate == SD.feature}
    if SD.BasicFederatedQuery in features:
        got = site.sparql("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", JSON)
        hold(got.status not in (400, 403), f"BasicFederatedQuery is claimed, and SERVICE is {got}")
    languages = {t.object for t in said if t.predicate == SD.supportedLanguage}
    hold(SD.SPARQL11Query in languages, "sd:SPARQL11Query is not among the languages")
    if SD.SPARQL11Update in languages:
        got = site.ask("POST", site.endpoint, NOTHING.encode(), Content_Type=UPDATE)
        hold(got.status < 300, f"SPARQL11Update is claimed, and an update is {got}")


def graphs_counted(site: Site) -> None:
    """The default graph is described with the number of its triples."""
    said = _description(site)
    defaults = {t.object for t in said if t.predicate == SD.defaultGraph}
    counts = {int(text_of(t.object)) for t in said if t.predicate == VOID.triples and t.subject in defaults}
    hold(counts, "no void:triples of the default graph")
    found = _number(site.sparql(COUNT, JSON))
    hold(counts == {found}, f"it says {counts} and has {found}")


# -- the graph store -----------------------------------------------------------------------------------


def graph_read(site: Site) -> None:
    """A graph by its IRI, and the default graph, by negotiation."""
    for kind in ("text/turtle", "application/n-triples"):
        got = site.get(f"{site.graph_store}?default", Accept=kind)
        hold((got.status, got.media_type) == (200, kind), f"?default as {kind} is {got}")
    names = [text_of(t.object) for t in _description(site) if t.predicate == SD.name]
    if names:
        got = site.get(f"{site.graph_store}?graph={quote(names[0], safe='')}", Accept="application/n-triples")
        hold(got.status == 200, f"{names[0]} is {got}")
    got = site.ask("HEAD", f"{site.graph_store}?default", Accept="text/turtle")
    hold(got.status == 200 and not got.body, f"HEAD is {got}")


def graph_unknown(site: Site) -> None:
    """An unknown graph is 404; a relative one, or none, 400."""
    for query, status in (("?graph=urn%3Aalataw%3Anone", 404), ("?graph=relative", 400), ("?graph=", 400), ("", 400)):
        got = site.get(site.graph_store + query, Accept="text/turtle")
        hold(got.status == status, f"{query or 'without a graph'} is {got}, not {status}")


def graph_kept(site: Site) -> None:
    """What would write is 405 with Allow."""
    got = site.ask("DELETE", f"{site.graph_store}?graph=urn%3Aalataw%3Anone")
    hold(got.status == 405, f"DELETE is {got}")
    hold(not missing(("get", "head"), values(got.headers, "allow")), f"Allow is {got.headers.get('allow')}")


def heavy(site: Site) -> None:
    """A query without end is ended: 504, or refused, and never cut off under 200."""
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c < ?f && ?i < ?l) }"
    got = site.sparql(text, JSON)
    hold(got.status in (422, 500, 503, 504), f"it is {got}" + (", cut off" if got.body[-2:] != b"}\n" else ""))
    by_get(site)


def overload(site: Site) -> None:
    """Overload is 503 with Retry-After."""
    raise InapplicableError("a stranger cannot tell without an attack")
