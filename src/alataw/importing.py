"""The home of importing: rows of the claims form become claims in documents, merged with what stands there.

What a source says already is known and left alone; what differs stands beside it; nothing is overwritten. What
the rows mean is `sources`; who is meant is `register`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alataw import turtle
from alataw.drafts import Draft, RefusalError, coordinates, grouped
from alataw.identification import Identification
from alataw.register import Register
from alataw.repository import Repository, read_bytes, shown, write
from alataw.sources import COLUMNS, Problem, Row, read_claims, read_table
from alataw.statements import Drafting
from alataw.terms import DEF, PROV, RDF, RDFS, NamedNode, Term, Triple, text_of

DECIDED = "data/mapping/decided-rows.csv"
"""Rows that a person has decided on: which claims say here what the row says, or why none does."""
DECIDED_COLUMNS = ("entity", "property", "value", "source_title", "claims", "reason")
OUTCOMES = ("new", "known", "decided", "left out", "doubtful", "refused")


@dataclass(frozen=True)
class Outcome:
    """What became of one row.

    Args:
        row: The row.
        outcome: One of `OUTCOMES`.
        nodes: The nodes that say here what the row says.
        reason: Why it was left out, is doubtful or was refused.
    """

    row: Row
    outcome: str
    nodes: tuple[NamedNode, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Import:
    """What an import did.

    Args:
        outcomes: What became of each row, in order; rows of wide tables are among them.
        problems: The rows that a person must look at, in order of place.
        written: The files written, or that would be.
    """

    outcomes: tuple[Outcome, ...]
    problems: tuple[Problem, ...]
    written: tuple[str, ...]

    def count(self, outcome: str) -> int:
        """How many rows had this outcome."""
        return sum(1 for one in self.outcomes if one.outcome == outcome)


def import_claims(
    repository: Repository, file: Path, *, dry: bool = False, progress: Callable[[str], None] = lambda _: None
) -> Import:
    """Import a table of claims, with the wide tables that stand beside it.

    Args:
        repository: Where to.
        file: The table (docs/spreadsheet.md); stations.csv, crossings.csv, operators.csv and traffic.csv in its
            folder are read for what rows of claims do not say.
        dry: Whether to write nothing and only tell.
        progress: Told what is being done.

    Returns:
        What became of each row; a second import of the same table finds every row known and writes nothing.

    Raises:
        InputError: AL100, if a table as a whole cannot be read: nothing is written.
        RepositoryError: If a file cannot be written; those written before it are whole.
    """
    claims = read_table(read_bytes(file), file=shown(file), needed=COLUMNS)
    beside = {
        path.stem: read_table(read_bytes(path), file=shown(path), needed=("id",))
        for path in (file.parent / f"{name}.csv" for name in ("stations", "crossings", "operators", "traffic"))
        if path.exists() and path.resolve() != file.resolve()
    }
    progress("reading documents")
    merge = _Merge(repository)
    rows = read_claims(claims, beside)
    progress("rows")
    outcomes = merge.take(rows)
    tables = [claims, *beside.values()]
    problems = [*(problem for table in tables for problem in table.problems), *merge.problems]
    written = merge.write(dry=dry)
    return Import(tuple(outcomes), tuple(sorted(problems)), written)


class _Merge:
    """The documents of a repository, and what is added to them."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._triples: dict[NamedNode, set[Triple]] = {}
        self._before: dict[NamedNode, int] = {}
        self._said: dict[tuple[Term, Term, Term], list[tuple[NamedNode, dict[NamedNode, set[Term]]]]] = defaultdict(
            list
        )
        self.register = Register(repository.base)
        self.problems: list[Problem] = []
        for document in (*repository.ontology(), *repository.data()):
            self.register.add(document.triples)
        for document in repository.data():
            self._triples[document.iri] = set(document.triples)
            self._before[document.iri] = len(self._triples[document.iri])
            self._index(document.triples)
        self._decided = self._decisions()

    def _index(self, triples: Iterable[Triple]) -> None:
        claims: dict[NamedNode, dict[NamedNode, set[Term]]] = defaultdict(lambda: defaultdict(set))
        for triple in triples:
            if isinstance(triple.subject, NamedNode):
                claims[triple.subject][triple.predicate].add(triple.object)
        for node, facts in claims.items():
            for key in (
                (about, kind, source)
                for about in facts[DEF.about]
                for kind in facts[RDF.type]
                for source in facts[PROV.wasDerivedFrom]
            ):
                self._said[key].append((node, dict(facts)))

    def _decisions(self) -> Mapping[tuple[str, ...], Mapping[str, str]]:
        path = self._repository.root / DECIDED
        if not path.exists():
            return {}
        table = read_table(read_bytes(path), file=shown(path), needed=DECIDED_COLUMNS)
        return {tuple(cells[name] for name in DECIDED_COLUMNS[:4]): cells for _, cells in table.rows}

    # -- rows ----------------------------------------------------------------------------------

    def take(self, rows: Sequence[Row]) -> list[Outcome]:
        """Merge rows, those that say more first, so that one that says less finds its claim known."""
        groups = grouped(rows)
        drafting = Drafting(Identification(self.register, self._repository.base, groups))
        done: dict[int, Outcome] = {}
        order = {id(row): number for number, row in enumerate(rows)}
        pairs = coordinates(rows)
        for row in sorted(rows, key=lambda row: (*drafting.order(row), order[id(row)])):
            done[order[id(row)]] = self._one(row, drafting, pairs)
        return [done[number] for number in sorted(done)]

    def _one(self, row: Row, drafting: Drafting, pairs: Mapping[int, Row]) -> Outcome:
        decision = self._decided.get(tuple(row[name] for name in DECIDED_COLUMNS[:4]))
        if decision:
            return self._decision(row, decision)
        try:
            made = list(drafting.draft(row, pairs))
        except RefusalError as refusal:
            self.problems.append(row.problem(refusal.code, refusal.column, refusal.message))
            outcome = "doubtful" if refusal.code == "AL104" else "refused"
            return Outcome(row, outcome, reason=refusal.message)
        nodes: list[NamedNode] = []
        new = False
        for draft in made:
            node, added = self._put(draft)
            if draft.tells:
                nodes.append(node)
            new |= added
        return Outcome(row, "new" if new else "known", tuple(dict.fromkeys(nodes)))

    def _decision(self, row: Row, decision: Mapping[str, str]) -> Outcome:
        nodes = tuple(NamedNode(self._repository.base + path) for path in decision["claims"].split())
        there = {triple.subject for triples in self._triples.values() for triple in triples} if nodes else set()
        missing = [node.value.removeprefix(self._repository.base) for node in nodes if node not in there]
        if missing:
            message = (
                f"{DECIDED} says that <{missing[0]}> says this, and there is no such node; correct one of the two."
            )
            self.problems.append(row.problem("AL107", "value", message))
            return Outcome(row, "refused", reason=message)
        return Outcome(row, "decided" if nodes else "left out", nodes, decision["reason"])

    # -- merging -------------------------------------------------------------------------------

    def _put(self, draft: Draft) -> tuple[NamedNode, bool]:
        """Add what a draft says and nobody said yet.

        Returns:
            The node that says it, and whether anything was added.
        """
        document = NamedNode(draft.about.value.partition("#")[0])
        triples = self._triples.setdefault(document, set())
        fresh = {triple for triple in draft.beside if triple not in triples}
        if draft.kind is None or draft.source is None:
            triples |= fresh
            self.register.add({triple for triple in triples if triple.subject == document} if fresh else ())
            return draft.about, bool(fresh)
        key = (draft.about, draft.kind, draft.source)
        for node, facts in self._said[key]:
            if all(value in facts.get(property_, ()) for property_, value in draft.said):
                if not draft.note or any(draft.note.value in text for text in _words(facts)):
                    return node, False
                triples.add(Triple(node, RDFS.comment, draft.note))
                facts.setdefault(RDFS.comment, set()).add(draft.note)
                return node, True
        node = draft.named({triple.subject for triple in triples})
        claim = draft.triples(node)
        triples |= fresh | claim
        self._index(claim)
        self.register.add(claim)
        return node, True

    def write(self, *, dry: bool) -> tuple[str, ...]:
        """Write the documents that have grown, each whole; tell which."""
        written = []
        for iri in sorted(self._triples, key=str):
            if len(self._triples[iri]) == self._before.get(iri, 0):
                continue
            path = self._repository.root / "data" / f"{iri.value.removeprefix(self._repository.base)}.ttl"
            text = turtle.serialize(
                self._triples[iri], prefixes=self._repository.prefixes, base_iri=self._repository.base, head=iri
            )
            if not dry:
                write(path, text.encode())
            written.append(shown(path))
        return tuple(written)


def _words(facts: Mapping[NamedNode, set[Term]]) -> Iterator[str]:
    for property_ in (RDFS.comment, DEF.statedAs):
        yield from map(text_of, facts.get(property_, ()))
