"""The home of the pages: one method each, which gives its HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from alataw.errors import AlatawError
from alataw.pages import views
from alataw.pages.entity import EntityPage
from alataw.pages.knowledge import Knowledge
from alataw.pages.templating import render
from alataw.pages.words import Words
from alataw.publication import Publication
from alataw.queries import StoredQuery
from alataw.solutions import Answer
from alataw.terms import SKOS, NamedNode, Term

ON_A_PAGE = 500
"""How many entities of a class are listed on one page."""


class Pages:
    """The pages of a publication.

    Args:
        publication: What is published.

    Every method takes the language tags of the reader, best first, and gives a whole page.
    """

    def __init__(self, publication: Publication) -> None:
        self.publication = publication
        self._knowledge = Knowledge(publication)

    # -- what there is -------------------------------------------------------------------------

    def landing(self, languages: Sequence[str]) -> str:
        """What is in it, one answered example, how to take it."""
        words = self._words(languages)
        return self._page("landing.html", words, "", classes=self._classes(words))

    def entity(self, iri: NamedNode, languages: Sequence[str]) -> str:
        """An entity of the data."""
        words = self._words(languages)
        page = EntityPage(iri, self._knowledge, words)
        return self._page("entity.html", words, words.path(iri), **page.values())

    def collection(self, class_iri: NamedNode, languages: Sequence[str], offset: int = 0) -> str:
        """All entities of one class, from one on."""
        words = self._words(languages)
        rows = self._knowledge.rows("entities-of-class", kind=class_iri, limit=ON_A_PAGE, offset=offset)
        return self._page(
            "collection.html",
            words,
            "",
            name=words.name(class_iri),
            title=words.plain(class_iri),
            definition=self._text(class_iri, SKOS.definition, words),
            entities=[words.linked(row["entity"]) for row in rows if row["entity"]],
            all=self._knowledge.classes.get(class_iri, len(rows)),
        )

    def crossings(self, languages: Sequence[str]) -> str:
        """The catalogue of border crossings, with a map."""
        words = self._words(languages)
        return self._page("crossings.html", words, "crossings", rows=self._sides(words))

    def disputes(self, languages: Sequence[str]) -> str:
        """Where sources disagree."""
        words = self._words(languages)
        return self._page("disputes.html", words, "disputes", disputes=self._knowledge.disputes)

    def search(self, text: str, languages: Sequence[str]) -> str:
        """What bears a name, in any script."""
        words = self._words(languages)
        error, rows = None, []
        if text.strip():
            try:
                rows = self._knowledge.rows("find-by-name", name=text, limit=100)
            except AlatawError as refused:
                error = refused
        found = [
            (words.linked(row["entity"]), words.linked(row["kind"])) for row in rows if row["entity"] and row["kind"]
        ]
        return self._page("search.html", words, "search", text=text, found=found, error=error)

    # -- what may be said ----------------------------------------------------------------------

    def vocabulary(self, languages: Sequence[str]) -> str:
        """The classes, properties and vocabularies of the ontology."""
        words = self._words(languages)
        return self._page("vocabulary.html", words, "def.html")

    def term(self, iri: NamedNode, languages: Sequence[str]) -> str:
        """A class, property, vocabulary or concept."""
        words = self._words(languages)
        return self._page("term.html", words, "", name=words.name(iri), title=words.plain(iri))

    # -- what can be asked ---------------------------------------------------------------------

    def queries(self, languages: Sequence[str]) -> str:
        """Every stored query, by what it belongs to."""
        words = self._words(languages)
        return self._page("queries.html", words, "query", queries=self._knowledge.graph.queries)

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
        words = self._words(languages)
        view = views.lay_out(answer, stored.view, words) if answer is not None else None
        return self._page(
            "query.html", words, f"query/{stored.name}", query=stored, values=values, view=view, error=error
        )

    def sparql(self, text: str, answer: Answer | None, error: AlatawError | None, languages: Sequence[str]) -> str:
        """A form for SPARQL, with what the text in it gave."""
        words = self._words(languages)
        view = views.lay_out(answer, "table", words) if answer is not None else None
        return self._page("sparql.html", words, "sparql", text=text, view=view, error=error)

    # -- about ---------------------------------------------------------------------------------

    def about(self, languages: Sequence[str]) -> str:
        """Limits, licence, how it is made, release."""
        words = self._words(languages)
        return self._page("about.html", words, "about", limits=self.publication.limits, release=self._knowledge.release)

    def problem(
        self, status: int, title: str, detail: str, languages: Sequence[str], candidates: Iterable[str] = ()
    ) -> str:
        """What went wrong, and what may have been meant.

        Args:
            status: The status of the reply.
            title: What is wrong.
            detail: Why, and what to do.
            languages: Language tags, best first.
            candidates: Paths of the nearest entities.
        """
        words = self._words(languages)
        return self._page(
            "problem.html", words, "", status=status, title=title, detail=detail, candidates=tuple(candidates)
        )

    # -- parts ---------------------------------------------------------------------------------

    def _words(self, languages: Sequence[str]) -> Words:
        return Words(self._knowledge.labels, languages, self.publication.link, self._knowledge.base)

    def _page(self, template: str, words: Words, path: str, **values: Any) -> str:
        return render(template, link=self.publication.link, words=words, path=path, **values)

    def _classes(self, words: Words) -> list[tuple[NamedNode, int]]:
        return [(class_, number) for class_, number in self._knowledge.classes.items() if isinstance(class_, NamedNode)]

    def _text(self, term: Term, predicate: NamedNode, words: Words) -> Any:
        texts = self._knowledge.defined(term, predicate)
        return words.value(words.best(texts)) if texts else ""  # type: ignore[arg-type]

    def _sides(self, words: Words) -> Any:
        return views.table(self._knowledge.graph.query("sides-of-crossings"), words)
