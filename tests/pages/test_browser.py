"""A real Chromium reads the pages of a real server: for everyone, on every width, in light and dark, from no other host."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running import running

from alataw.publication import Limits

CHROMIUM = shutil.which("chromium")
READER = Path(__file__).resolve().parent / "browser"

pytestmark = [
    pytest.mark.xdist_group("browser"),
    pytest.mark.skipif(not CHROMIUM, reason="chromium is not installed (Debian: chromium)"),
    pytest.mark.skipif(not (READER / "node_modules").exists(), reason="npm ci was not run in tests/pages/browser"),
]

PATHS = {
    "landing": "",
    "entity": "station/alashankou.html",
    "entity-crossing": "border-crossing/cn-kz-alashankou-dostyk.html",
    "query": "query/operators-of-station.html?station=station/alashankou",
    "query-bars": "query/freight-by-direction.html?crossing=border-crossing/cn-kz-alashankou-dostyk",
    "query-refused": "query/operators-of-station.html?station=nowhere",
    "search": "search?q=%E9%98%BF%E6%8B%89%E5%B1%B1%E5%8F%A3",
    "disputes": "disputes",
    "crossings": "crossings",
    "vocabulary": "def.html",
    "vocabulary-class": "def/Station.html",
    "sparql": "sparql?query=SELECT%20%2A%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D%20ORDER%20BY%20%3Fs%20LIMIT%2020",
    "about": "about",
    "problem": "station/alashanko.html",
}
WIDTHS = {"desktop": 1280, "phone": 360}
SCHEMES = ("light", "dark")
READINGS = [(name, scheme, width) for name in PATHS for scheme in SCHEMES for width in WIDTHS]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, dict[str, Any]]]:
    """What each reading met, by its name; pictures are in the folder of the test."""
    folder = tmp_path_factory.mktemp("browser")
    with running(folder, source={"application": "alataw.application", "limits": Limits()}) as server:
        job = {
            "chromium": CHROMIUM,
            "profile": str(folder / "profile"),
            "origin": f"http://127.0.0.1:{server.port}/",
            "pictures": str(folder),
            "readings": [
                {
                    "name": f"{name}-{scheme}-{width}",
                    "path": PATHS[name],
                    "scheme": scheme,
                    "width": WIDTHS[width],
                    "axe": True,
                    "picture": True,
                }
                for name, scheme, width in READINGS
            ],
        }
        command = ["node", str(READER / "read.mjs")]
        told = subprocess.run(command, input=json.dumps(job), capture_output=True, text=True, timeout=300, check=False)
        assert told.returncode == 0, told.stderr[-3000:]
        yield {found["name"]: found | {"picture": folder / f"{found['name']}.png"} for found in json.loads(told.stdout)}


@pytest.mark.parametrize(("name", "scheme", "width"), READINGS)
def test_a_page_is_for_everyone(name: str, scheme: str, width: str, read: dict[str, dict[str, Any]]) -> None:
    """Axe finds no fault; nothing leaves the host; the console is silent; nothing needs to be moved sideways."""
    found = read[f"{name}-{scheme}-{width}"]
    assert found["status"] == (404 if name in ("problem", "query-refused") else 200)
    assert found["violations"] == []
    assert found["elsewhere"] == []
    assert found["said"] == []
    assert found["overflow"] <= 0, found["wide"]
    assert found["picture"].stat().st_size > 10_000


def test_light_and_dark_are_two_sights(read: dict[str, dict[str, Any]]) -> None:
    """The scheme that a reader wants is the one that is drawn."""
    light, dark = (read[f"entity-{scheme}-desktop"]["paper"] for scheme in SCHEMES)
    assert light > 200
    assert dark < 60
