"""The home of the way to the pages: HTML is offered where they can be made."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from alataw.publication import Publication


@lru_cache(maxsize=1)
def can() -> bool:
    """Whether there are pages here, and what they are made with is installed."""
    return all(find_spec(name) is not None for name in ("alataw.pages", "jinja2"))


@lru_cache(maxsize=4)
def pages(publication: Publication) -> Any:
    """The pages of a publication."""
    return import_module("alataw.pages").Pages(publication)
