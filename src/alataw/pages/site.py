"""The home of the pages: one method each, which gives its HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from alataw import exports, snippets
from alataw.errors import AlatawError
from alataw.pages import maps, overviews
from alataw.pages.addresses import asking, hold_offset, page_of
from alataw.pages.doubts import doubts_about
from alataw.pages.entity import Block, EntityPage
from alataw.pages.forms import fields
from alataw.pages.knowledge import Knowledge, lone_parameter
from alataw.pages.notes import Notes
from alataw.pages.templating import environment, render
from alataw.pages.views import Table, Views
from alataw.pages.vocabulary import Vocabulary
from alataw.pages.words import Words, isolated
from alataw.publication import Publication
from alataw.queries import StoredQuery
from alataw.queries.header import body_of
from alataw.solutions import Answer
from alataw.terms import DEF, RDF, SKOS, NamedNode, Triple, text_of

ON_A_PAGE = 500
"""How many entities are listed on one page."""

DISPUTED_ON_A_PAGE = 100
"""Of how many entities the disputes stand on one page."""

MOST_FOUND = 100
"""How many entities a search shows."""

MOST_READERS = 16
"""For how many readers, told apart by the languages that they understand, the words are kept."""

_DOCUMENTS = [
    (exports.FORMATS[name].suffix, exports.FORMATS[name].media_type)
    for name in ("turtle", "ntriples", "jsonld", "rdfxml", "trig", "csv", "geojson")
]
"""The suffix and the media type of each document of an entity, beside its page."""

_ROWS = ("csv", "tsv", "json", "xml", "jsonl", "md")
_GRAPH = ("ttl", "nt", "jsonld", "rdf")
"""The suffixes of answers: rows, or a graph."""

_EXAMPLE_RESOURCE = NamedNode("http://rdfs.org/ns/void#exampleResource")
_VERSION = NamedNode("http://www.w3.org/ns/dcat#version")

_EXAMPLE = """SELECT ?crossing ?name WHERE {
  ?crossing a :BorderCrossing ; skos:prefLabel ?name .
}
ORDER BY ?name
LIMIT 20"""


class Pages:
    """The pages of a publication.

    Args:
        publication: What is published.

    Every method takes the language tags of the reader, best first, and gives a whole page.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self._knowledge = Knowledge(publication)
        self._written_for = lru_cache(maxsize=MOST_READERS)(self._new_words)

    def warm(self) -> None:
        """Read what serves every page, so that no reader waits for it."""
        environment()
        self._knowledge.warm()
        maps.draw([maps.Point(0.0, 0.0, "", "")])

    # -- what there is -------------------------------------------------------------------------

    def landing(self, languages: Sequence[str]) -> str:
        """What is in it, one answered example, how to take it."""
        words, known, notes = self._words(languages), self._knowledge, Notes()
        named = known.of_catalog(_EXAMPLE_RESOURCE)
        example = next((term for term in known.labels if text_of(term) == named), None)
        counts = [
            (words.plural(class_, number), number, self._link(known.collection_of(class_)))
            for class_, number in known.classes.items()
            if known.collection_of(class_)
        ]
        counts.insert(0, ("claims, each with its source", known.claims, self._link("def.html#claims")))
        return self._page(
            "landing.html",
            words,
            "",
            counts=counts,
            map=self._map_of_crossings(words),
            example=self._example(example, words, notes) if isinstance(example, NamedNode) else None,
            notes=notes.written(known, words),
            subject=words.linked(example),
            questions=len(known.queries),
            endpoint=self.publication.url("sparql"),
            reconcile=self.publication.url("reconcile"),
            thing=self.publication.url(words.path(example)),
            path=words.path(example),
        )

    def entity(self, iri: NamedNode, languages: Sequence[str], document: Iterable[Triple] = ()) -> str:
        """An entity of the data, of which the document is asked for if it is not at hand."""
        words = self._words(languages)
        page = EntityPage(iri, document or self._knowledge.document(iri), self._knowledge, words)
        formats = [form for form in _DOCUMENTS if form[0] != "geojson" or page.is_feature]
        return self._page("entity.html", words, "", document=words.path(iri), formats=formats, **page.values())

    def collection(self, class_iri: NamedNode, languages: Sequence[str], offset: int = 0) -> str:
        """All entities of one class, from one on."""
        words = self._words(languages)
        all_ = self._knowledge.classes.get(class_iri, 0)
        hold_offset(offset, all_)
        rows = self._knowledge.rows("entities-of-class", kind=class_iri, limit=ON_A_PAGE, offset=offset)
        term = Vocabulary(self._knowledge, words).term(class_iri)
        return self._page(
            "collection.html",
            words,
            "",
            name=term["name"],
            title=term["title"],
            definition=term["definition"],
            about=words.linked(class_iri),
            kind=class_iri.value,
            entities=list(dict.fromkeys(words.linked(row["entity"]) for row in rows)),
            all=all_,
            offset=offset,
            step=ON_A_PAGE,
        )

    def crossings(self, languages: Sequence[str], offset: int = 0) -> str:
        """The catalogue of border crossings, from one on, with a map of all."""
        words = self._words(languages)
        rows, all_ = overviews.crossings(self._knowledge, words, offset, ON_A_PAGE)
        hold_offset(offset, all_)
        return self._page(
            "crossings.html",
            words,
            "crossings",
            rows=rows,
            map=self._map_of_crossings(words),
            all=all_,
            offset=offset,
            step=ON_A_PAGE,
        )

    def disputes(self, languages: Sequence[str], offset: int = 0) -> str:
        """Where sources disagree, from one entity on."""
        words = self._words(languages)
        disputed = self._knowledge.disputed
        hold_offset(offset, len(disputed))
        entities = list(disputed)[offset : offset + DISPUTED_ON_A_PAGE]
        return self._page(
            "disputes.html",
            words,
            "disputes",
            disputes=overviews.disputes(entities, self._knowledge, words),
            hard=sum(hard for hard, _ in disputed.values()),
            mild=sum(mild for _, mild in disputed.values()),
            all=len(disputed),
            offset=offset,
            step=DISPUTED_ON_A_PAGE,
        )

    def search(self, text: str, languages: Sequence[str]) -> str:
        """What bears a name, in any script."""
        words = self._words(languages)
        error = None
        # Whoever looks for a thing is not to read first the titles of all that is written about it.
        things: list[tuple[object, ...]] = []
        sources: list[tuple[object, ...]] = []
        if text.strip():
            try:
                for row in self._knowledge.rows("find-by-name", name=text, limit=MOST_FOUND):
                    found = (
                        words.linked(row["entity"]),
                        words.linked(row["kind"]),
                        words.others(row["entity"]),
                        text_of(row["match"]),
                    )
                    (sources if row["kind"] == DEF.Source else things).append(found)
            except AlatawError as refused:
                error = refused
        full = len(things) + len(sources) == MOST_FOUND
        return self._page(
            "search.html", words, "search", text=text, things=things, sources=sources, error=error, full=full
        )

    # -- what may be said ----------------------------------------------------------------------

    def vocabulary(self, languages: Sequence[str]) -> str:
        """The classes, properties and vocabularies of the ontology."""
        words = self._words(languages)
        return self._page("vocabulary.html", words, "def.html", **Vocabulary(self._knowledge, words).overview())

    def term(self, iri: NamedNode, languages: Sequence[str]) -> str:
        """A class, property, vocabulary or concept."""
        words = self._words(languages)
        return self._page("term.html", words, "", **Vocabulary(self._knowledge, words).term(iri))

    # -- what can be asked ---------------------------------------------------------------------

    def queries(self, languages: Sequence[str]) -> str:
        """Every stored query, by what it belongs to."""
        queries = self._knowledge.queries
        tags = overviews.by_tag(queries)
        return self._page("queries.html", self._words(languages), "query", tags=tags, number=len(queries))

    def query(
        self,
        stored: StoredQuery,
        values: Mapping[str, str],
        answer: Answer | None,
        error: AlatawError | None,
        languages: Sequence[str],
    ) -> str:
        """A stored query: its form, the answer in its view, and how to ask it from elsewhere.

        Args:
            stored: The query.
            values: Parameter to text, as it was typed.
            answer: What it gave; None if it was not asked.
            error: Why it was refused; None if it was not.
            languages: Language tags, best first.
        """
        words, notes = self._words(languages), Notes()
        named = self._named(stored, values) if answer is not None else []
        views = Views(self._knowledge, words, notes, doubts_about(named, self._knowledge, words), named)
        view = views.lay_out(answer, stored) if answer is not None else None
        has_rows = answer is not None and answer.triples is None and answer.boolean is None
        typed = {name: value for name, value in values.items() if value}
        at = self._link(f"query/{stored.name}")
        asked = f"?{urlencode(typed)}" if typed else ""
        examples = {parameter.name: parameter.example for parameter in stored.parameters if parameter.required}
        text = self._finished(stored, typed if error is None else {})
        return self._page(
            "query.html",
            words,
            "",
            query=stored,
            fields=fields(stored, values, self._knowledge, words),
            asked=answer is not None,
            example=f"{at}.html?{urlencode(examples)}",
            view=view,
            plain=views.table(answer) if has_rows and answer and not isinstance(view, Table) else None,
            rows=len(answer) if has_rows and answer is not None else None,
            notes=notes.written(self._knowledge, words),
            formats=[(suffix, f"{at}.{suffix}{asked}") for suffix in (_ROWS if stored.columns else _GRAPH)],
            sparql=text,
            address=asking(self._link("sparql"), text),
            snippets=[
                (language, snippets.write(text, language, endpoint=self.publication.url("sparql")))
                for language in snippets.LANGUAGES
            ],
            error=error,
        )

    def sparql(self, text: str, answer: Answer | None, error: AlatawError | None, languages: Sequence[str]) -> str:
        """A form for SPARQL, with what the text in it gave."""
        words = self._words(languages)
        shown = text or f"{self._prologue()}\n{_EXAMPLE}"
        has_rows = answer is not None and answer.triples is None and answer.boolean is None
        return self._page(
            "sparql.html",
            words,
            "sparql",
            shown=shown,
            address=asking(self._link("sparql"), text) if text else "",
            lines=min(30, max(10, shown.count("\n") + 2)),
            view=Views(self._knowledge, words, Notes()).lay_out(answer) if answer is not None else None,
            rows=len(answer) if has_rows and answer is not None else None,
            error=error,
            queries=self._knowledge.queries,
            seconds=self.publication.limits.seconds,
            endpoint=self.publication.url("sparql"),
        )

    # -- about ---------------------------------------------------------------------------------

    def about(self, languages: Sequence[str]) -> str:
        """Limits, licence, how it is made, release."""
        words, known = self._words(languages), self._knowledge
        return self._page(
            "about.html",
            words,
            "about",
            limits=list(self.publication.limits.told()),
            publisher=known.publisher,
            version=known.of_catalog(_VERSION, "none stated"),
            title=known.title,
            base=known.base,
            classes=[(words.linked(class_), number) for class_, number in known.classes.items()],
        )

    def problem(
        self, status: int, title: str, detail: str, languages: Sequence[str], candidates: Iterable[str] = ()
    ) -> str:
        """What went wrong, and what may have been meant.

        Args:
            status: The status of the reply.
            title: What is wrong.
            detail: Why, and what to do.
            languages: Language tags, best first.
            candidates: The nearest names: paths of entities, or commands that ask a stored query.
        """
        words = self._words(languages)
        near = [self._candidate(text, words) for text in candidates]
        return self._page("problem.html", words, "", status=status, title=title, detail=detail, candidates=near)

    # -- parts ---------------------------------------------------------------------------------

    def _words(self, languages: Sequence[str]) -> Words:
        """How terms are written for a reader: alike for all who understand the same of what is spoken here."""
        spoken = self._knowledge.languages
        tags = map(str.lower, languages)
        return self._written_for(tuple(tag for tag in tags if tag.partition("-")[0] in spoken))

    def _new_words(self, languages: tuple[str, ...]) -> Words:
        known = self._knowledge
        return Words(known.labels, languages, self._link, known.base, known.graph.repository.prefixes)

    def _link(self, path: str) -> str:
        return self.publication.link(path)

    def _page(self, template: str, words: Words, here: str, **values: Any) -> str:
        shared = {
            "link": self._link,
            "words": words,
            "here": here,
            "site": self._knowledge.title.partition(":")[0],
            "tagline": self._knowledge.tagline,
            "release": self._knowledge.release,
        }
        return render(template, **(shared | values))

    def _map_of_crossings(self, words: Words) -> maps.Map | None:
        views = Views(self._knowledge, words, Notes())
        nodes = {row["crossing"]: None for row in self._knowledge.sides if row["crossing"] is not None}
        return maps.draw(list(views.points(node for node in nodes if node is not None)))

    def _example(self, entity: NamedNode, words: Words, notes: Notes) -> Block | None:
        """The first stored query about an entity that is drawn along a line of time."""
        known = self._knowledge
        kinds = [value for predicate, value in known.described([entity]).get(entity, ()) if predicate == RDF.type]
        for query in known.questions_about(kinds):
            if query.view == "timeline" and lone_parameter(query):
                answer = known.asked(query, entity, 20)
                why = doubts_about([entity], known, words)
                view = Views(known, words, notes, why, (entity,)).lay_out(answer, query)
                asked = urlencode({lone_parameter(query): words.path(entity)})
                return Block(query.summary, view, f"{self._link(f'query/{query.name}.html')}?{asked}", is_cut=False)
        return None

    def _named(self, stored: StoredQuery, values: Mapping[str, str]) -> list[NamedNode]:
        """The entity that a query is asked about, if it is one."""
        about = {name: value for name, value in values.items() if value and name == lone_parameter(stored)}
        try:
            return stored.nodes(about, self._knowledge.graph.resolver)
        except AlatawError:  # several values in one text, or a wrong one, of which the answer tells
            return []

    def _finished(self, stored: StoredQuery, typed: Mapping[str, str]) -> str:
        """The finished text of a query, with its examples where nothing was typed."""
        given = typed or {parameter.name: parameter.example for parameter in stored.parameters if parameter.required}
        try:
            text = stored.bind(given, self._knowledge.graph.resolver)
        except AlatawError:
            text = stored.text
        return body_of(text)

    def _prologue(self) -> str:
        prefixes = self._knowledge.graph.repository.prefixes
        told = {"": DEF.iri, "skos": prefixes.get("skos", SKOS.iri)}
        return "\n".join(f"PREFIX {prefix}: <{namespace}>" for prefix, namespace in told.items())

    def _candidate(self, text: str, words: Words) -> tuple[Markup, str]:
        """A near name, and the address that it leads to."""
        command, _, name = text.rpartition("alataw query ")
        if not command and name != text:
            return isolated(name), self._link(f"query/{name}.html")
        try:
            near = NamedNode(self._knowledge.base + text)
        except ValueError:  # it is no path of ours
            return isolated(text), f"{self._link('search')}?{urlencode({'q': text})}"
        return words.name(near), self._link(page_of(near.value, self._knowledge.base) or "")
