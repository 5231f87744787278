"""Reads a page as a browser does, as far as tests want to know what is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "br", "hr", "img", "wbr"}
"""Elements without an end (HTML, 13.1.2)."""


@dataclass
class Element:
    """One element: its name, its attributes, the text in it, and what it stands in."""

    name: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: str = ""

    def get(self, attribute: str) -> str:
        return self.attributes.get(attribute, "")


@dataclass
class Page(HTMLParser):
    """A page, read. What is not closed, or closed and not open, is a fault."""

    html: str
    elements: list[Element] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[Element] = []
        self.feed(self.html)
        self.close()
        self.faults += [f"{element.name} is not closed" for element in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = [name for name, _ in attrs]
        if len(told) != len(set(told)):
            self.faults.append(f"{tag} says an attribute twice")
        within = tuple(element.name for element in self._open)
        element = Element(tag, {name: value or "" for name, value in attrs}, within)
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].name != tag:
            self.faults.append(f"/{tag} ends nothing")
            return
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, name: str) -> list[Element]:
        """The elements of a name."""
        return [element for element in self.elements if element.name == name]

    @property
    def ids(self) -> list[str]:
        return [element.get("id") for element in self.elements if element.get("id")]

    @property
    def links(self) -> list[str]:
        return [element.get("href") for element in self.all("a") if element.get("href")]
