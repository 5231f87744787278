"""Real SPARQL servers for tests: started on loopback on a free port, over a folder of their own, and stopped."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Server(NamedTuple):
    """Where a server answers; `auth` is what it wants to be told before it writes."""

    query: str
    update: str
    graph_store: str
    auth: str = ""
    credentials: str = ""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


OXIGRAPH = shutil.which("oxigraph") or str(Path(sys.executable).with_name("oxigraph"))
VIRTUOSO, ISQL = shutil.which("virtuoso-t"), shutil.which("isql-vt")


@contextmanager
def oxigraph(folder: Path) -> Iterator[Server]:
    """The server of Oxigraph, over an empty store in a folder."""
    port = free_port()
    command = [OXIGRAPH, "serve", "--location", str(folder / "oxigraph"), "--bind", f"127.0.0.1:{port}"]
    with _running(command, folder, f"http://127.0.0.1:{port}/"):
        at = f"http://127.0.0.1:{port}"
        yield Server(f"{at}/query", f"{at}/update", f"{at}/store")


_INI = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
ServerThreads = 8
NumberOfBuffers = 20000
MaxDirtyBuffers = 12000
DirsAllowed = .
CheckpointInterval = 0
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 8
[SPARQL]
ResultSetMaxRows = 10000
DefaultQuery = ASK {{}}
"""


@contextmanager
def virtuoso(folder: Path) -> Iterator[Server]:
    """Virtuoso, over an empty database in a folder; whoever knows the password may write."""
    http, sql = free_port(), free_port()
    folder = folder / "virtuoso"
    folder.mkdir()
    (folder / "virtuoso.ini").write_text(_INI.format(folder=folder, http=http, sql=sql), encoding="ascii")
    assert VIRTUOSO
    assert ISQL
    command = [VIRTUOSO, "+foreground", "+configfile", str(folder / "virtuoso.ini")]
    with _running(command, folder, f"http://127.0.0.1:{http}/sparql?query=ASK%7B%7D"):
        # The administrator of a new database is dba, whose password is dba; writing needs a right that nobody has yet.
        grant = "DB.DBA.USER_GRANT_ROLE('dba', 'SPARQL_UPDATE');"
        subprocess.run([ISQL, str(sql), "dba", "dba", f"EXEC={grant}"], check=False, capture_output=True, timeout=60)
        at = f"http://127.0.0.1:{http}"
        yield Server(f"{at}/sparql", f"{at}/sparql-auth", f"{at}/sparql-graph-crud-auth", "digest", "dba:dba")


@contextmanager
def _running(command: list[str], folder: Path, address: str) -> Iterator[None]:
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _await(process, address, folder / "server.log")
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    """Wait until the server answers."""
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  # it is ours
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer: {log.read_text(encoding='utf-8', errors='replace')[-2000:]}")
