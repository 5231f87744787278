"""Every code that a message carries is explained, and every code that is explained is given somewhere."""

from __future__ import annotations

import re
from pathlib import Path

from alataw.codes import CODES

ROOT = Path(__file__).resolve().parents[1]


def test_codes_are_those_that_the_code_gives() -> None:
    """The table of codes and the messages in the source are one set."""
    given = set()
    for path in (ROOT / "src" / "alataw").rglob("*.py"):
        if path.parent.name != "codes":
            given |= set(re.findall(r"\bAL\d{3}\b", path.read_text(encoding="utf-8")))
    assert set(CODES) == given | {"AL080", "AL081"}  # these two wait for optional parts and remote services


def test_codes_are_documented() -> None:
    """docs/messages.md has a row for each code, with its title."""
    text = (ROOT / "docs" / "messages.md").read_text(encoding="utf-8")
    assert dict(re.findall(r"^\| (AL\d{3}) \| (.*?) \|", text, re.MULTILINE)) == {c: s.title for c, s in CODES.items()}
