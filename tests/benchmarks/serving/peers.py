"""The home of the servers that are measured: ours, Oxigraph's own and nginx, on the same data."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from generate import Railways

import servers
from alataw import loading
from alataw.graph import Graph
from alataw.repository import Repository
from alataw.store import EmbeddedStore

ROOT = Path(__file__).resolve().parents[3]
CACHE = ROOT / "tests" / "benchmarks" / ".cache" / "serving"


def store_of(triples: int) -> Path:
    """A store on disk that holds so many generated triples, or this repository's graph if none; made once."""
    folder = CACHE / f"store-{triples}"
    if folder.exists():
        return folder
    graph = Railways(triples) if triples else Graph(Repository(ROOT))
    half = folder.with_suffix(".half")
    shutil.rmtree(half, ignore_errors=True)
    half.parent.mkdir(parents=True, exist_ok=True)
    store = EmbeddedStore(half)
    loading.load(store, graph.contents)
    del store
    half.rename(folder)
    return folder


@contextmanager
def alataw(folder: Path, *options: str) -> Iterator[tuple[str, int]]:
    """Our server, without an access log as the others; its address and process."""
    port = servers.free_port()
    command = [sys.executable, "-m", "alataw", "--repository", str(ROOT), "serve", "--port", str(port)]
    with _running(
        [*command, "--access-log", "", *options], folder / "alataw.log", f"http://127.0.0.1:{port}/health"
    ) as at:
        yield at.removesuffix("health"), _Running.process


@contextmanager
def oxigraph(folder: Path, store: Path) -> Iterator[str]:
    """Oxigraph's server over a store that it only reads; where it is asked."""
    port = servers.free_port()
    command = [servers.OXIGRAPH, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    with _running(command, folder / "oxigraph.log", f"http://127.0.0.1:{port}/query?query=ASK%7B%7D") as at:
        yield at.partition("?")[0]


_NGINX = """
worker_processes auto;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
daemon off;
events {{ worker_connections 1024; }}
http {{
  types {{ text/html html; text/turtle ttl; }}
  access_log off;
  sendfile on;
  keepalive_requests 10000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; root {folder}/files; }}
}}
"""


@contextmanager
def nginx(folder: Path, files: dict[str, bytes]) -> Iterator[str]:
    """The server nginx, over a static copy of replies."""
    port = servers.free_port()
    for path, body in files.items():
        file = folder / "files" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
    os.chmod(folder, 0o755)  # noqa: S103  # its workers are another user
    config = folder / "nginx.conf"
    config.write_text(_NGINX.format(folder=folder, port=port), encoding="utf-8")
    nginx = shutil.which("nginx") or "/usr/sbin/nginx"
    at = f"http://127.0.0.1:{port}/"
    with _running([nginx, "-c", str(config), "-p", str(folder)], folder / "nginx.out", at + next(iter(files))):
        yield at


class _Running:
    process = 0


@contextmanager
def _running(command: list[str], log: Path, address: str) -> Iterator[str]:
    with log.open("wb") as file, subprocess.Popen(command, stdout=file, stderr=file) as process:
        _Running.process = process.pid
        try:
            deadline = time.monotonic() + 900
            while True:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{command[0]} does not run: {log.read_text(errors='replace')[-2000:]}")
                try:
                    urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  # it is ours
                    break
                except OSError:
                    time.sleep(0.2)
            yield address
        finally:
            process.terminate()
