"""The home of the measurement: every engine at every size, each in a process of its own, and the table of it."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

from alataw import shapes

from ..page import machine, publish
from .engines import ENGINES
from .exactness import compare, read_owed, read_report
from .generate import CACHE, SIZES, Case, generate

REQUIREMENTS = CACHE.parent / "requirements.txt"

LIMIT_S = 300.0
CHEAP_S = 20.0
RUNS = 3

Row = dict[str, Any]


def environment() -> Path:
    """The Python of the peers, in a virtual environment that is made when the requirements change."""
    folder = CACHE / "venv"
    stamp = folder / "requirements.txt"
    wanted = REQUIREMENTS.read_text(encoding="utf-8")
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "pip", "install", "--quiet", "--requirement", REQUIREMENTS], check=True)
        stamp.write_text(wanted, encoding="utf-8")
    return folder / "bin" / "python"


def available() -> list[str]:
    """The engines that can be run: the peers, and those of ours that the product has."""
    return [name for name, engine in ENGINES.items() if not engine.ours or name.partition(", ")[2] in shapes.ENGINES]


# -- one run ----------------------------------------------------------------------------------------


def run(name: str, case: Case, limit_s: float) -> Row:
    """Run one engine once.

    Returns:
        Seconds of wall clock (`wall_s`), of it loading where the engine tells (`load_s`), of processor (`cpu_s`), peak
        memory in megabytes (`memory_mb`), and how the report compares (`exact`); or what went wrong (`failed`).
    """
    report, times, log = (case.data.with_name(f"out.{end}") for end in ("ttl", "json", "log"))
    for path in (report, times):
        path.unlink(missing_ok=True)
    python = sys.executable if ENGINES[name].ours else str(environment())
    script = Path(__file__).with_name("engines.py")
    with log.open("wb") as file:
        began = time.perf_counter()
        child = subprocess.Popen(
            [python, script, name, case.data, case.shapes, report, times],
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        status, used = _wait(child.pid, began + limit_s)
        wall = time.perf_counter() - began
    # Of the child and of what it waited for; Linux counts peak memory in kibibytes.
    row: Row = {"wall_s": wall, "cpu_s": used.ru_utime + used.ru_stime, "memory_mb": used.ru_maxrss * 1024 / 1e6}
    if status is None:
        # What an engine started itself is not counted when both are ended, so nothing is said of it.
        return {"wall_s": wall, "failed": f"did not finish in {limit_s:.0f} s"}
    if status != 0 or not report.exists():
        said = log.read_text(errors="replace").strip().splitlines()
        return {**row, "failed": said[-1][:120] if said else f"ended with status {status}"}
    found = compare(read_report(report.read_bytes()), read_owed(case.expected))
    return {
        **row,
        "load_s": json.loads(times.read_text()).get("load"),
        "exact": found.exact,
        "said": str(found),
        "missed": found.missed,
        "false": found.false,
        "differing": found.differing,
    }


def _wait(pid: int, deadline: float) -> tuple[int | None, Any]:
    """Wait for a child; after the deadline end it with all that it started."""
    ended = False
    while True:
        done, status, used = os.wait4(pid, os.WNOHANG)
        if done:
            return (None if ended else os.waitstatus_to_exitcode(status)), used
        if not ended and time.perf_counter() > deadline:
            os.killpg(pid, signal.SIGKILL)
            ended = True
        time.sleep(0.005)


def measure(name: str, case: Case, limit_s: float = LIMIT_S) -> Row:
    """Run one engine, thrice if it is quick, and take the medians."""
    rows = [run(name, case, limit_s)]
    while len(rows) < RUNS and rows[0]["wall_s"] < CHEAP_S and "failed" not in rows[-1]:
        rows.append(run(name, case, limit_s))
    medians = {
        key: median(row[key] for row in rows)
        for key in ("wall_s", "load_s", "cpu_s", "memory_mb")
        if all(row.get(key) is not None for row in rows)
    }
    return {"engine": name, "size": case.size, "triples": case.triples, "runs": len(rows), **rows[-1], **medians}


def benchmark(names: Sequence[str], cases: Sequence[Case], limit_s: float) -> Iterator[Row]:
    """Measure every engine at every size, while what it took before lets it finish: no engine does ten times in less."""
    before: dict[str, Row] = {}
    for case in cases:
        for name in names:
            last = before.get(name)
            if last and ("failed" in last or last["wall_s"] * case.triples / last["triples"] > limit_s):
                if "failed" not in last:
                    failed = f"not run: {last['wall_s']:.0f} s for {last['triples']:,} triples"
                    before[name] = {"failed": failed}
                    yield {"engine": name, "size": case.size, "wall_s": 0.0, "failed": failed}
                continue
            row = before[name] = measure(name, case, limit_s)
            said = row.get("failed") or f"{row['wall_s']:7.2f} s  {row['said']}"
            print(f"{case.size:>5}  {name:18}", said, file=sys.stderr)
            yield row


# -- what is shown ----------------------------------------------------------------------------------


def table(rows: Sequence[Row], cases: Sequence[Case], versions: dict[str, str]) -> str:
    """The rows as Markdown: for each size a table, the fastest first, and where each engine is inexact."""
    lines = []
    for case in cases:
        here = [row for row in rows if row["size"] == case.size]
        here.sort(key=lambda row: ("failed" in row, row["wall_s"]))
        ours = next((row for row in here if row.get("exact") and ENGINES[row["engine"]].ours), None)
        lines += [
            f"**{case.triples:,} triples**, {case.faults:,} faults of {case.kinds} kinds,"
            f" which owe {len(read_owed(case.expected)):,} results",
            "",
            "| engine | seconds | times ours | of it loading | processor seconds | peak memory, MB | exact? |",
            "|---|--:|--:|--:|--:|--:|---|",
        ]
        for row in here:
            done = "failed" not in row
            cells = [
                f"{row['engine']} ({ENGINES[row['engine']].package} {versions[row['engine']]})",
                f"{row['wall_s']:.2f}" if done else "",
                f"{row['wall_s'] / ours['wall_s']:.1f}" if done and ours else "",
                f"{row['load_s']:.2f}" if row.get("load_s") is not None else "",
                f"{row['cpu_s']:.2f}" if done else "",
                f"{row['memory_mb']:,.0f}" if done else "",
                row.get("failed") or row["said"],
            ]
            lines.append(f"| {' | '.join(cells)} |")
        lines += ["", *(f"- {row['engine']}: {where}." for row in here if (where := _where(row))), ""]
    return "\n".join(lines)


def _where(row: Row) -> str:
    """The shapes at which an engine is inexact, with how often."""
    found = []
    for kind in ("missed", "false", "differing"):
        shapes_ = Counter(str(result[1]).rpartition("/")[2].rstrip(">") for result in row.get(kind, ()))
        if shapes_:
            found.append(f"{kind} " + ", ".join(f"`{shape}` ({count})" for shape, count in sorted(shapes_.items())))
    return "; ".join(found)


def versions(names: Sequence[str]) -> dict[str, str]:
    """The version of each engine, from the environment that it runs in."""
    ask = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]), sep='\\n')"
    peers = {name: ENGINES[name] for name in names if not ENGINES[name].ours}
    done = subprocess.run(
        [environment(), "-c", ask, *(engine.package for engine in peers.values())],
        capture_output=True,
        text=True,
        check=True,
    )
    return {**dict.fromkeys(names, version("alataw")), **dict(zip(peers, done.stdout.split(), strict=True))}


def main() -> None:
    """Compare the check with its peers on generated railway data with known faults."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.check", description=main.__doc__)
    parser.add_argument("--sizes", nargs="+", default=[*SIZES], choices=SIZES, help="which sizes of data")
    parser.add_argument("--engines", nargs="+", default=available(), choices=available(), help="which engines")
    parser.add_argument("--limit", type=float, default=LIMIT_S, help="the most seconds for one run (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="another seed gives other data (%(default)s)")
    parser.add_argument("--publish", action="store_true", help="put the table into docs/benchmarks.md")
    parser.add_argument(
        "--output", type=Path, default=CACHE / "check.json", help="where every figure goes (%(default)s)"
    )
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    named = versions(arguments.engines)
    cases = [generate(size, SIZES[size], seed=arguments.seed) for size in arguments.sizes]
    rows = [*benchmark(arguments.engines, cases, arguments.limit)]
    text = f"{machine(load)}\n\n{table(rows, cases, named)}"
    print(text)
    arguments.output.write_text(
        json.dumps({"machine": machine(load), "versions": named, "rows": rows}, indent=1, ensure_ascii=False),
        encoding="utf-8",
    )
    if arguments.publish:
        publish("check", text)
