"""Hold other people's servers to docs/http.md beside ours, over the same data, and write the table into that page.

    python tests/benchmarks/http/run.py [--publish]

rdflib-endpoint is installed in an environment of its own under tests/benchmarks/.cache. Clauses that end a weak server
(--heavy) come last.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests"))

import alataw  # noqa: E402
import servers  # noqa: E402
from alataw import livecheck  # noqa: E402

CACHE = ROOT / "tests" / "benchmarks" / ".cache" / "http"
PAGE = ROOT / "docs" / "http.md"
PEER = "rdflib-endpoint[cli]==0.6.3"


@contextmanager
def started(command: list[str], folder: Path, address: str) -> Iterator[str]:
    """A server, until it answers and until it is no longer needed."""
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            for _ in range(600):
                if process.poll() is not None:
                    break
                try:
                    urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  # on loopback
                    break
                except urllib.error.HTTPError:
                    break
                except OSError:
                    time.sleep(0.1)
            yield address
        finally:
            process.kill()
            process.wait()


def ours(folder: Path, data: Path) -> Iterator[tuple[str, str]]:
    """This server."""
    port = servers.free_port()
    command = [sys.executable, "-m", "alataw", "--repository", str(ROOT), "serve", "--port", str(port)]
    with started(command, folder, f"http://127.0.0.1:{port}/") as address:
        yield f"alataw {version('alataw')}", address


def oxigraph(folder: Path, data: Path) -> Iterator[tuple[str, str]]:
    """Oxigraph's own server, which only reads."""
    port = servers.free_port()
    subprocess.run([servers.OXIGRAPH, "load", "--location", "store", "--file", str(data)], cwd=folder, check=True)
    command = [servers.OXIGRAPH, "serve-read-only", "--location", "store", "--bind", f"127.0.0.1:{port}"]
    with started(command, folder, f"http://127.0.0.1:{port}/") as address:
        yield f"Oxigraph server {version('oxigraph')}", address


def rdflib_endpoint(folder: Path, data: Path) -> Iterator[tuple[str, str]]:
    """rdflib-endpoint over rdflib's own store."""
    if not (CACHE / "bin" / "rdflib-endpoint").exists():
        subprocess.run([sys.executable, "-m", "venv", str(CACHE)], check=True)
        subprocess.run([str(CACHE / "bin" / "pip"), "install", "--quiet", PEER], check=True)
    port = servers.free_port()
    command = [str(CACHE / "bin" / "rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port), str(data)]
    with started(command, folder, f"http://127.0.0.1:{port}/") as address:
        yield PEER.replace("[cli]==", " "), address


def virtuoso(folder: Path, data: Path) -> Iterator[tuple[str, str]]:
    """Virtuoso, if it is installed."""
    if servers.VIRTUOSO:
        with servers.virtuoso(folder) as server:
            said = subprocess.run([servers.VIRTUOSO, "--version"], check=False, capture_output=True, text=True)
            found = re.search(r"(?:Version|version) ([\d.]+)", said.stdout + said.stderr)
            yield f"Virtuoso {found[1] if found else ''}".strip(), server.query.removesuffix("sparql")


def main() -> None:
    """Look at each, and tell."""
    outcomes: list[livecheck.Outcome] = []
    for begin in (ours, oxigraph, rdflib_endpoint, virtuoso):
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "graph.nt"
            data.write_bytes(alataw.open(ROOT).export("ntriples"))
            for name, address in begin(Path(folder), data):
                found = livecheck.check(address, heavy=True, timeout_s=60)
                outcomes += [each._replace(site=name) for each in found]
                print(name, [each.clause.name for each in found if each.verdict == "fail"], file=sys.stderr)
    table = livecheck.writer("markdown")(outcomes)
    if "--publish" not in sys.argv:
        print(table)
        return
    text = PAGE.read_text(encoding="utf-8")
    begin_, end = "<!-- table -->\n", "<!-- end of table -->"
    head, rest = text.split(begin_)
    PAGE.write_text(f"{head}{begin_}\n{table}\n{end}{rest.split(end)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
