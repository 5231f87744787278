"""Whatever becomes of a process, of a query or of the data, every client gets a whole reply, and the next one is served."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running import Running, alive, cpu_s, eventually, memory_mib, running

import servers
from alataw import loading
from alataw.errors import UsageError
from alataw.graph import open as open_graph
from alataw.publication import Limits
from alataw.remote import Endpoint, RemoteStore
from alataw.serving.control import reload
from alataw.store import EmbeddedStore

pytestmark = pytest.mark.xdist_group("serving")

SECONDS = 2.0
"""The time of a request of the server that most tests ask."""


def settled(server: Running) -> list[int]:
    """The workers, when all are there."""
    found: dict[int, str] = {}

    def all_there() -> bool:
        found.clear()
        found.update(server.processes())
        return Counter(found.values()) == {"zygote": 1, "quick": 2, "free": 2}

    assert eventually(all_there), found
    return [process for process, kind in found.items() if kind != "zygote"]


# -- workers that end -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["crash", "eat", "fail", "split"])
def test_a_request_that_ends_its_worker_gets_a_problem(server: Running, name: str) -> None:
    """A segmentation fault, an exhausted memory, a bug and a header that would be two: 500, and others go on."""
    asked = server.ask(f"/{name}")
    assert (asked.status, asked.headers["content-type"]) == (500, "application/problem+json")
    assert json.loads(asked.body)["status"] == 500
    assert "set-cookie" not in asked.headers
    assert server.ask("/fresh").status == 200
    settled(server)


def test_a_worker_that_is_killed_is_replaced(server: Running) -> None:
    """Whether it was at work or not, and nobody notices who reads."""
    for worker in settled(server):
        os.kill(worker, signal.SIGKILL)
    assert server.ask("/fresh").status == 200
    settled(server)
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(server.ask("/fresh/0.8").status))
    asking.start()
    assert eventually(lambda: server.metric("alataw_workers_busy", lane="quick") == 1)
    workers = settled(server)
    for number in (signal.SIGSTOP, signal.SIGKILL):  # stopped first: none is to begin what another leaves, and end too
        for worker in workers:
            os.kill(worker, number)
    asking.join()
    assert answers == [200]


def test_a_worker_of_a_query_that_is_killed_is_told_of(server: Running) -> None:
    """A query that may have been what ended it is not asked again."""
    settled(server)
    answers: list[int] = []
    asking = threading.Thread(target=lambda: answers.append(server.ask("/free/spin").status))
    asking.start()
    assert eventually(lambda: max(map(cpu_s, settled(server))) > 0.1)
    for worker in settled(server):
        os.kill(worker, signal.SIGKILL)
    asking.join()
    assert answers == [500]
    settled(server)


def test_a_document_that_took_too_long_is_not_tried_again_at_once(server: Running) -> None:
    """Nobody can keep the workers of readers busy by asking for the same over and over; queries may be asked again."""
    assert server.ask("/spin?again").status == 504
    replaced = server.metric("alataw_workers_replaced_total", lane="quick")
    again = server.ask("/spin?again")
    assert (again.status, again.headers["retry-after"]) == (504, "30")
    assert server.metric("alataw_workers_replaced_total", lane="quick") == replaced


def test_a_call_that_took_too_long_says_nothing_of_the_document_at_its_address(server: Running) -> None:
    """Only what is read is not tried again: a POST is told by its body, too, and so is asked anew."""
    assert server.ask("/sluggish", "POST", body=b"slow").status == 504
    assert server.ask("/sluggish").status == 200


@pytest.mark.parametrize("path", ["/spin", "/free/spin", "/free/heavy"])
def test_a_request_past_its_time_is_ended_with_its_worker(server: Running, path: str) -> None:
    """In Python or in the engine, which cannot be told to stop: 504, and no processor is used for it any more."""
    before = set(settled(server))
    began = time.monotonic()
    asked = server.ask(path)
    took = time.monotonic() - began
    assert asked.status == 504
    assert json.loads(asked.body)["title"] == "Gateway Timeout"
    assert SECONDS - 0.1 < took < SECONDS + 2
    assert eventually(lambda: len(before - set(settled(server))) == 1), (before, settled(server))


def test_a_worker_that_has_grown_is_replaced(server: Running) -> None:
    """Memory that a request has left behind goes with its process."""
    settled(server)
    workers = {int(server.ask("/grow").body) for _ in range(6)}
    assert len(workers) == 6


def test_a_worker_cannot_call_out(server: Running) -> None:
    """Not even this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        assert server.ask(f"/call/{listening.getsockname()[1]}").body == b"PermissionError"
        with pytest.raises(TimeoutError):
            listening.accept()


def test_what_several_ask_at_once_is_worked_on_once(server: Running) -> None:
    """Twenty clients, one worker, one reply; if one of them leaves, the others get it all the same."""
    leaving = server.connect()
    leaving.sendall(b"GET /fresh/0.8?shared HTTP/1.1\r\nHost: a\r\n\r\n")
    answers: list[bytes] = []
    asking = [threading.Thread(target=lambda: answers.append(server.ask("/fresh/0.8?shared").body)) for _ in range(20)]
    for thread in asking:
        thread.start()
    time.sleep(0.2)
    assert server.metric("alataw_workers_busy", lane="quick") == 1
    leaving.close()
    for thread in asking:
        thread.join()
    assert len(answers) == 20
    assert len(set(answers)) == 1


def test_what_is_asked_freely_is_worked_on_for_each(server: Running) -> None:
    """Two who ask the same in the same moment get an answer each: it may be one of chance, as that of RAND or UUID."""
    answers: list[bytes] = []
    asking = [threading.Thread(target=lambda: answers.append(server.ask("/free/fresh/0.8?own").body)) for _ in range(2)]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert len(set(answers)) == 2


# -- attacks ----------------------------------------------------------------------------------------


def test_heavy_queries_keep_no_reader_waiting(server: Running) -> None:
    """Two hundred at once: each is told 503 or 504 in its time, readers are all served, and memory is as it was."""
    memory = sum(map(memory_mib, [server.process.pid, *settled(server)]))
    statuses: list[int] = []
    times: list[float] = []

    def attack(number: int) -> None:
        began = time.monotonic()
        asked = server.ask(f"/free/heavy?{number}")
        statuses.append(asked.status)
        times.append(time.monotonic() - began)
        assert asked.status != 503 or int(asked.headers["retry-after"]) >= 1

    attackers = [threading.Thread(target=attack, args=(number,)) for number in range(200)]
    for thread in attackers:
        thread.start()
    read = Counter(server.ask(f"/fresh?{number}").status for number in range(100))
    for thread in attackers:
        thread.join()
    assert read == {200: 100}
    assert set(statuses) == {503, 504}
    assert len(statuses) == 200
    assert max(times) < SECONDS + 3
    assert eventually(
        lambda: sum(map(memory_mib, [server.process.pid, *settled(server)])) < 1.1 * memory + 20, seconds=20
    )


@pytest.fixture(scope="module")
def patient(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server whose requests have a minute, and which ends no request in less when it stops."""
    source = {"repository": small, "limits": Limits(seconds=60.0)}
    with running(tmp_path_factory.mktemp("patient"), source=source, grace_s=30.0, free_workers=1) as started:
        yield started


def test_a_query_whose_client_has_left_is_given_up(patient: Running) -> None:
    """Its worker is ended, and the next in the queue has it."""
    with patient.connect() as leaving:
        leaving.sendall(b"GET /free/spin HTTP/1.1\r\nHost: a\r\n\r\n")
        assert eventually(lambda: patient.metric("alataw_workers_busy", lane="free") == 1)
        queued = patient.connect()
        queued.sendall(b"GET /free/spin?queued HTTP/1.1\r\nHost: a\r\n\r\n")
        assert eventually(lambda: patient.metric("alataw_waiting", lane="free") == 1)
        queued.close()
    assert patient.ask("/free/fresh").status == 200
    assert patient.metric("alataw_waiting", lane="free") == 0


def test_a_client_that_has_said_everything_still_gets_its_reply(patient: Running) -> None:
    """It may close its side of the connection while it waits, if that is not for long."""
    with patient.connect() as connection:
        connection.sendall(b"GET /fresh/0.5 HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100).startswith(b"HTTP/1.1 200")


# -- stopping ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_leaves_no_request_unanswered(small: Path, tmp_path: Path, number: int) -> None:
    """What is under way is finished, nothing new is taken, and all processes are gone."""
    with running(tmp_path, source={"repository": small, "limits": Limits(20.0)}) as server:
        processes = [*settled(server), server.process.pid]
        idle = server.connect()
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(server.ask("/fresh/1").status))
        asking.start()
        assert eventually(lambda: server.metric("alataw_workers_busy", lane="quick") == 1)
        server.process.send_signal(number)
        asking.join()
        assert answers == [200]
        assert server.process.wait(10) == 0
        with pytest.raises(OSError, match="refused"):
            server.connect()
        assert eventually(lambda: not any(map(alive, processes)))
        assert not (tmp_path / "control.sock").exists()
        idle.close()


def test_a_front_that_is_killed_takes_everything_with_it(small: Path, tmp_path: Path) -> None:
    """No process is left behind, not even one that is at work."""
    with running(tmp_path, source={"repository": small, "limits": Limits(20.0)}) as server:
        processes = [*settled(server), *server.processes()]
        connection = server.connect()
        connection.sendall(b"GET /spin HTTP/1.1\r\nHost: a\r\n\r\n")
        assert eventually(lambda: server.metric("alataw_workers_busy", lane="quick") == 1)
        server.process.kill()
        assert eventually(lambda: not any(map(alive, processes)))
        connection.close()
    with running(tmp_path, source={"repository": small}) as another:  # the socket that was left is no hindrance
        assert another.ask("/quiet").status == 200


def test_a_reader_of_the_graph_that_is_killed_is_replaced(small: Path, tmp_path: Path) -> None:
    """Its workers go on until there is another, and no request fails."""
    with running(tmp_path, source={"repository": small}) as server:
        settled(server)
        zygote = next(process for process, kind in server.processes().items() if kind == "zygote")
        os.kill(zygote, signal.SIGKILL)
        assert {server.ask("/fresh").status for _ in range(100)} == {200}
        assert eventually(lambda: zygote not in settled(server) and len(server.processes()) == 5)
        assert server.ask("/fresh").status == 200


def test_a_port_that_is_taken_is_told(server: Running, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """Nothing is started, and the message says what to do."""
    done = run("serve", "--port", str(server.port))
    assert done.returncode == 2
    assert "error[AL120]" in done.stderr
    assert "Address already in use" in done.stderr


@pytest.mark.parametrize("host", ["a" * 70, "a..b"])
def test_a_host_that_no_name_can_be_is_told(host: str, run: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """By the message for addresses, whoever listens: the server, and that of agents."""
    for words in (("serve", "--host", host, "--port", "0"), ("mcp", "--http", f"{host}:8000")):
        done = run(*words)
        assert (done.returncode, "error[AL120]" in done.stderr) == (2, True), done.stderr


# -- new data ---------------------------------------------------------------------------------------


@pytest.fixture
def changing(small: Path, tmp_path: Path) -> Iterator[tuple[Running, Path]]:
    """A server of a repository that may be changed."""
    folder = tmp_path / "changing"
    shutil.copytree(small, folder)
    with running(tmp_path, source={"repository": folder, "limits": Limits(10.0)}) as started:
        settled(started)
        yield started, folder


def change(folder: Path) -> None:
    """Say something else in the first document that can."""
    for path in sorted((folder / "data").rglob("*.ttl")):
        text = path.read_text(encoding="utf-8")
        if "@en" in text:
            path.write_text(text.replace("@en", "@en-GB", 1), encoding="utf-8")
            return
    raise AssertionError("nothing could be changed")


def test_new_data_is_published_without_a_lost_or_a_mixed_reply(changing: tuple[Running, Path]) -> None:
    """Under load, every reply is of the old release or of the new one, and after the reload only of the new one."""
    server, folder = changing
    old = json.loads(server.ask("/health").body)["release"]
    kept = server.ask("/quiet/page").body
    seen: list[tuple[int, str]] = []
    over = threading.Event()

    def read() -> None:
        number = 0
        while not over.is_set():
            number += 1
            asked = server.ask(f"/fresh/0.01?{threading.get_ident()}-{number}")
            seen.append((asked.status, asked.body.decode().split()[0]))

    readers = [threading.Thread(target=read) for _ in range(8)]
    for thread in readers:
        thread.start()
    change(folder)
    new = reload(server.log.with_name("control.sock"))
    after = len(seen)
    assert eventually(lambda: len(seen) > after + 50)
    over.set()
    for thread in readers:
        thread.join()
    assert new != old
    assert Counter(status for status, _ in seen) == {200: len(seen)}
    assert {release for _, release in seen} == {old, new}
    assert {release for _, release in seen[after + 16 :]} == {new}  # what was under way may be of the old one
    assert server.ask("/quiet/page").body != kept
    assert eventually(lambda: len(server.processes()) == 5)
    assert server.metric("alataw_reloads_total", outcome="done") == 1


def test_data_that_cannot_be_published_changes_nothing(changing: tuple[Running, Path]) -> None:
    """What was published still is, and whoever asked for the reload is told why."""
    server, folder = changing
    old = json.loads(server.ask("/health").body)["release"]
    broken = next((folder / "data").rglob("*.ttl"))
    text = broken.read_text(encoding="utf-8")
    broken.write_text(text + "<half", encoding="utf-8")
    with pytest.raises(UsageError, match="refused") as refused:
        reload(server.log.with_name("control.sock"))
    assert refused.value.code == "AL124"
    assert broken.name in refused.value.why
    assert json.loads(server.ask("/health").body)["release"] == old
    assert server.ask("/fresh").status == 200
    broken.write_text(text, encoding="utf-8")
    assert reload(server.log.with_name("control.sock")) == old


def test_sighup_reloads(changing: tuple[Running, Path]) -> None:
    """As servers do."""
    server, folder = changing
    old = json.loads(server.ask("/health").body)["release"]
    change(folder)
    server.process.send_signal(signal.SIGHUP)
    assert eventually(lambda: json.loads(server.ask("/health").body)["release"] != old)


def test_a_reload_without_a_server_is_told(tmp_path: Path) -> None:
    """The message names where it was looked for."""
    with pytest.raises(UsageError, match="no server listens") as refused:
        reload(tmp_path / "nothing.sock")
    assert refused.value.code == "AL122"


def test_a_socket_that_others_could_replace_is_not_used(small: Path, tmp_path: Path) -> None:
    """The folder of the control socket must be ours alone to write."""
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o777)
    with (
        pytest.raises(AssertionError, match="AL120"),
        running(tmp_path, source={"repository": small}, control=folder / "control.sock"),
    ):
        pass


# -- engines ----------------------------------------------------------------------------------------


def test_a_store_on_disk_is_served_by_any_number_and_may_be_replaced(small: Path, tmp_path: Path) -> None:
    """It is only read, and what was opened stays as it was until a reload."""
    store, other = tmp_path / "store", tmp_path / "other"
    graph = open_graph(small)
    for folder, contents in ((store, graph.contents), (other, {**graph.contents, None: graph.triples()[:100]})):
        loading.load(EmbeddedStore(folder), contents)
    source = {"repository": small, "store": store}
    with running(tmp_path, source=source) as server:
        size = server.ask("/count").body
        assert server.ask("/free/heavy").status == 504
        (tmp_path / "second").mkdir()
        with running(tmp_path / "second", source=source) as second:
            assert second.ask("/count").body == size
        store.rename(tmp_path / "old")
        other.rename(store)
        shutil.rmtree(tmp_path / "old")
        for worker in settled(server):
            os.kill(worker, signal.SIGKILL)
        assert server.ask("/count?again").body == size
        reload(tmp_path / "control.sock")
        assert int(server.ask("/count?after").body) < int(size)


def test_an_engine_elsewhere_is_asked(small: Path, tmp_path: Path) -> None:
    """With it, workers may call out; without an answer from it, nothing is published."""
    with servers.oxigraph(tmp_path) as engine:
        loading.load(RemoteStore(Endpoint(engine.query, engine.update)), open_graph(small).contents)
        with running(
            tmp_path, source={"repository": small, "endpoint": engine.query, "limits": Limits(20.0)}
        ) as server:
            assert int(server.ask("/count").body) > 100
    with (
        pytest.raises(AssertionError, match="AL121"),
        running(tmp_path, source={"repository": small, "endpoint": engine.query}),
    ):
        pass


def test_an_interpreter_is_forked_with_one_thread(server: Running) -> None:
    """The process that is forked has no thread whose locks a fork could copy."""
    zygote = next(process for process, kind in server.processes().items() if kind == "zygote")
    assert len(os.listdir(f"/proc/{zygote}/task")) == 1
