"""The engines over the sample: what each is asked, the same facts in all of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import alataw
import servers
from alataw import loading
from alataw.remote import Endpoint, RemoteStore
from alataw.repository import Repository
from alataw.store import EmbeddedStore, Store
from alataw.terms import Triple

ROOT = Path(__file__).resolve().parents[1]
ENGINES = ("memory", "disk", "oxigraph", "virtuoso")


class Sample(alataw.Graph):
    """The questions and terms of this repository over the facts of `tests/sample/`, which never change."""

    @cached_property
    def stated(self) -> tuple[Triple, ...]:
        paths = sorted((ROOT / "tests" / "sample" / "data").rglob("*.ttl"))
        documents = (*self.repository.ontology(), *self.repository.read_all(paths))
        return tuple(triple for document in documents for triple in document.triples)


def sample(store: Store | None = None) -> Sample:
    return Sample(Repository(ROOT), store)


@contextmanager
def engine(name: str, folder: Path) -> Iterator[Store]:
    """An engine that holds the sample."""
    if name == "memory":
        yield sample().store
        return
    if name == "disk":
        store = EmbeddedStore(folder / "store")
        loading.load(store, sample().contents)
        yield store
        return
    with getattr(servers, name)(folder) as server:
        remote = RemoteStore(endpoint(server))
        loading.load(remote, sample().contents)
        yield remote


def endpoint(server: servers.Server, **more: object) -> Endpoint:
    return Endpoint(
        server.query,
        server.update,
        server.graph_store,
        server.auth,
        server.credentials,
        **more,  # type: ignore[arg-type]
    )
