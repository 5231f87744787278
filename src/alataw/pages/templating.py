"""The home of templates and of the files beside the pages: how they are read, and what a browser may do with them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from alataw.errors import sentence
from alataw.solutions import UNSEEN

if TYPE_CHECKING:
    from jinja2 import Environment

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""What a browser may do with a page (Content Security Policy Level 3): our stylesheet, pictures and forms, no more."""

_TYPES = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml"}

STATIC: Mapping[str, tuple[str, bytes]] = {
    f"static/{file.name}": (_TYPES[file.name.rpartition(".")[2]], file.read_bytes())
    for file in sorted(files("alataw.pages").joinpath("static").iterdir(), key=lambda file: file.name)
}
"""Path to media type and bytes of each file that pages need."""


@cache
def environment() -> Environment:
    """The templates: every value is escaped, a name that a template does not have is an error, nothing is evaluated."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("alataw.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {"coded": coded, "sentence": sentence}
    return made


def _shown(value: Any) -> Any:
    """What a template writes, without characters that turn or hide other text; line ends and tabs stay."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return UNSEEN.sub(
            lambda found: "".join(c if c in "\n\t" else " " for c in found[0].replace("\r\n", "\n")), value
        )
    return value


def coded(text: str) -> Markup:
    """A message with what stands between backticks as code.

    >>> coded("take `<b>`")
    Markup('take <code>&lt;b&gt;</code>')
    """
    parts = text.split("`")
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def render(template: str, **values: Any) -> str:
    """Fill in a template."""
    return environment().get_template(template).render(values)
