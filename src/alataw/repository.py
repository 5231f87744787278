"""The home of folders: the only module that knows where files stand and which IRI a path is.

    ontology/def.ttl                     <def>
    ontology/vocabulary/track-gauge.ttl  <vocabulary/track-gauge>
    ontology/shape/station.ttl           <shape/station>
    data/station/alashankou.ttl          <station/alashankou>
    queries/operators-of-station.rq      the stored query `operators-of-station`

What a document says is `document`; what it may say is for `checks` to tell.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from alataw import sssom, turtle
from alataw.document import Document
from alataw.errors import InputError, RepositoryError
from alataw.terms import BASE, OWL, RDF, SH, Literal, NamedNode, Triple

_PACKAGE = Path(__file__).resolve().parent
_MARKS = ("ontology/prefixes.ttl", "data", "queries")

# RFC 3987, 2.2: what a file's name may hold and the path of an IRI may not; and bytes of a name that are no UTF-8.
_NOT_IRI = re.compile(r'[\x00-\x20\x7f-\x9f<>"{}|\\^`%?#\ud800-\udfff\ue000-\uf8ff]')


class Repository:
    """A folder with `ontology/`, `data/` and `queries/`.

    Args:
        root: The folder.

    Raises:
        RepositoryError: If the folder lacks one of the three.
    """

    def __init__(self, root: Path) -> None:
        missing = [mark for mark in _MARKS if not (root / mark).exists()]
        if missing:
            raise RepositoryError(
                f"{root} is not a repository",
                code="AL070",
                why=f"it has no {missing[0]}",
                fix="name a repository with --repository DIR, or start one with `alataw new DIR`",
            )
        self.root = root.resolve()
        self._read: dict[Path, Document] = {}

    @classmethod
    def find(cls, directory: Path | None = None) -> Repository:
        """Open the folder given, else the nearest one upwards from here, else the bundled graph."""
        if directory is not None:
            return cls(directory)
        for folder in (Path.cwd(), *Path.cwd().parents, _PACKAGE / "bundled", _PACKAGE.parents[1]):
            if all((folder / mark).exists() for mark in _MARKS):
                return cls(folder)
        raise RepositoryError(
            "there is no graph here and none in the package",
            code="AL070",
            fix="name a repository with --repository DIR, or install the package again",
        )

    # -- files ---------------------------------------------------------------------------------

    def data_files(self) -> list[Path]:
        """The Turtle files of `data/`, in order of path."""
        return self._turtle_files("data")

    def ontology_files(self) -> list[Path]:
        """The Turtle files that say what terms there are: all of `ontology/` but shapes and examples."""
        others = ("shape", "example", "prefixes.ttl")
        return [
            path
            for path in self._turtle_files("ontology")
            if path.relative_to(self.root / "ontology").parts[0] not in others
        ]

    def shape_files(self) -> list[Path]:
        """The Turtle files of `ontology/shape/`, and the prefixes that their SPARQL is written with."""
        return [self.root / "ontology" / "prefixes.ttl", *self._turtle_files("ontology/shape")]

    def example_files(self) -> list[Path]:
        """The Turtle files of `ontology/example/`."""
        return self._turtle_files("ontology/example")

    def stray_files(self) -> list[Path]:
        """Files below `data/` where no document or mapping may stand."""
        return [
            path
            for path in sorted((self.root / "data").rglob("*"))
            if path.is_file() and not _may_stand(PurePosixPath(path.relative_to(self.root / "data")))
        ]

    def _turtle_files(self, folder: str) -> list[Path]:
        return sorted((self.root / folder).rglob("*.ttl"))

    # -- documents -----------------------------------------------------------------------------

    def read(self, path: Path) -> Document:
        """Read one file, or give again what was read of it.

        Raises:
            InputError: If it cannot be read or is not valid Turtle; nothing of it is used.
        """
        path = path.resolve()
        if path not in self._read:
            self._read[path] = Document.read(read_bytes(path), iri=self._iri_of(path), file=_shown(path))
        return self._read[path]

    def forget(self, paths: Iterable[Path]) -> None:
        """Read these files again when they are next asked for."""
        for path in paths:
            self._read.pop(path.resolve(), None)

    def read_all(self, paths: Iterable[Path]) -> tuple[Document, ...]:
        """Read several files, in the order given."""
        return tuple(self.read(path) for path in paths)

    def data(self) -> tuple[Document, ...]:
        """Every document of `data/`."""
        return self.read_all(self.data_files())

    def ontology(self) -> tuple[Document, ...]:
        """Every document that says what terms there are."""
        return self.read_all(self.ontology_files())

    def shapes(self) -> tuple[Document, ...]:
        """Every document of shapes."""
        return self.read_all(self.shape_files())

    def examples(self) -> tuple[Document, ...]:
        """Every example, one for each class."""
        return self.read_all(self.example_files())

    @property
    def mapping_file(self) -> Path:
        """The reviewed links to Wikidata."""
        return self.root / "data" / "mapping" / "wikidata.sssom.tsv"

    def mappings(self) -> sssom.MappingSet:
        """The reviewed links to Wikidata; an empty set if there is no file of them.

        Raises:
            InputError: AL111 if the file is not what it should be.
        """
        if not self.mapping_file.exists():
            return sssom.MappingSet(self.base)
        return sssom.read(self.mapping_file.read_bytes(), shown(self.mapping_file), self.base)

    def borders(self) -> bytes:
        """The polygons of countries that come with the package (see `borders`)."""
        return (_PACKAGE / "borders.json").read_bytes()

    def queries(self) -> dict[str, str]:
        """The text of every stored query by its name.

        Raises:
            InputError: AL004 if a file cannot be read, AL002 if it is not UTF-8.
        """
        paths = sorted((self.root / "queries").glob("*.rq"))
        return {path.stem: self._text(path) for path in paths if not path.stem.endswith(".explain")}

    def explanation(self, name: str) -> str:
        """The text that names the claims behind the rows of a stored query; empty if there is none."""
        return self._text(self.root / "queries" / f"{name}.explain.rq")

    def release(self) -> str:
        """The text of what stored queries gave at the last release; empty if there was none."""
        return self._text(self.root / "queries" / "release.tsv")

    @staticmethod
    def _text(path: Path) -> str:
        return turtle.decode(read_bytes(path), file=shown(path)) if path.exists() else ""

    def query_file(self, name: str) -> str:
        """The file of a stored query, as it is shown to people."""
        return shown(self.root / "queries" / f"{name}.rq")

    # -- names ---------------------------------------------------------------------------------

    @cached_property
    def base(self) -> str:
        """The IRI that paths below `data/` are resolved against: the `@base` of `data/catalog.ttl`."""
        catalog = self.root / "data" / "catalog.ttl"
        if not catalog.exists():
            return BASE
        return turtle.parse(catalog.read_bytes(), file=shown(catalog)).base_iri or BASE

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Prefix to namespace, as `ontology/prefixes.ttl` declares them with `sh:declare`."""
        triples = self.read(self.root / "ontology" / "prefixes.ttl").triples
        spelt = _values(triples, SH.prefix)
        namespaces = _values(triples, SH.namespace)
        return {spelt[node]: namespaces[node] for node in sorted(spelt, key=str) if node in namespaces}

    def iri_of(self, path: Path) -> NamedNode:
        """The IRI that a file speaks of; a file outside the repository is named by its own address."""
        return self._iri_of(path.resolve())

    def _iri_of(self, path: Path) -> NamedNode:
        try:
            folder, *rest = path.relative_to(self.root).with_suffix("").parts
        except ValueError:
            return NamedNode(path.with_suffix("").as_uri())
        name = _NOT_IRI.sub(lambda match: quote(os.fsencode(match[0])), "/".join(rest))
        return NamedNode((self.base if folder == "data" else BASE) + name)

    @cached_property
    def classes(self) -> Mapping[str, NamedNode]:
        """Folder of `data/` to the class of its entities, by the kebab-case of the class's name."""
        return {
            kebab(triple.subject.value.rpartition("#")[2]): triple.subject
            for document in self.ontology()
            for triple in document.triples
            if triple.predicate == RDF.type and isinstance(triple.subject, NamedNode) and triple.object == OWL.Class
        }


def new(directory: Path, model: Repository) -> list[Path]:
    """Write a small repository: the model's ontology and queries, and a first station with its source.

    Args:
        directory: Where to; must not exist or be empty.
        model: The repository whose ontology and queries are taken over.

    Returns:
        The files written.

    Raises:
        RepositoryError: If the folder holds something already (AL071), or cannot be written (AL072).
    """
    with writing(directory):
        if directory.exists() and any(directory.iterdir()):
            fix = "name a folder that does not exist yet"
            raise RepositoryError(f"{directory} is not empty", code="AL071", fix=fix)
        directory.parent.mkdir(parents=True, exist_ok=True)
        # All is written beside and then renamed, so that a stop leaves nothing half made.
        with tempfile.TemporaryDirectory(dir=directory.parent, prefix=".alataw-new-") as scratch:
            made = Path(scratch) / "repository"
            shutil.copytree(_PACKAGE / "starter", made)
            for folder in ("ontology", "queries"):
                shutil.copytree(model.root / folder, made / folder)
            if directory.exists():
                directory.rmdir()
            os.replace(made, directory)
    return sorted(path for path in directory.rglob("*") if path.is_file())


def read_bytes(path: Path) -> bytes:
    """Read the bytes of a file.

    Raises:
        InputError: AL004, if the operating system refuses.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError.unreadable(error, shown(path)) from error


def write(path: Path, data: bytes) -> None:
    """Put bytes into a file, wholly or not at all: beside, to the disk, then renamed.

    Raises:
        RepositoryError: If the folder cannot be written to; what was there stays.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(scratch, path.stat().st_mode & 0o777 if path.exists() else 0o644)
            os.replace(scratch, path)
        except BaseException:
            os.unlink(scratch)
            raise


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell a write that the system refuses as what it is: AL072, not a bug."""
    try:
        yield
    except OSError as error:
        raise RepositoryError(
            f"{path} cannot be written",
            code="AL072",
            why=error.strerror or str(error),
            fix="choose another place or mend the permissions; nothing was changed",
        ) from error


def shown(path: Path) -> str:
    r"""A path as people read it: from where they stand if it lies below, else whole; bytes that are no UTF-8 as \x.."""
    return _shown(path.resolve())


def _shown(path: Path) -> str:
    here = Path.cwd()
    text = path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def kebab(name: str) -> str:
    """Turn the name of a class into the name of its folder.

    >>> kebab("BorderCrossing")
    'border-crossing'
    """
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")


def _may_stand(path: PurePosixPath) -> bool:
    """Whether a file may stand at this path below `data/`."""
    parts = path.parts
    if parts[0] == "mapping":
        return len(parts) == 2 and (path.name.endswith(".sssom.tsv") or path.name == "decided-rows.csv")
    return path.suffix == ".ttl" and (len(parts) == 2 or path.name == "catalog.ttl")


def _values(triples: Iterable[Triple], predicate: NamedNode) -> dict[object, str]:
    return {
        triple.subject: triple.object.value
        for triple in triples
        if triple.predicate == predicate and isinstance(triple.object, Literal)
    }
