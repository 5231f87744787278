"""The home of the check of other people's data: any files against any shapes, with no repository.

What is read and run, is read and run in a worker process: nothing that stands in a file reaches this one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from alataw import checks, foreign, shapes, workers
from alataw.errors import Location
from alataw.foreign import Data, Source, Statement
from alataw.report import Finding, Report, Severity
from alataw.shapes import Coverage
from alataw.terms import SH, NamedNode, Term, Triple
from alataw.workers import BOUNDS, Bounds


def check_files(
    data: Sequence[Source],
    rules: Sequence[Source],
    *,
    engine: str = shapes.DEFAULT,
    bounds: Bounds = BOUNDS,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Check files against shapes.

    Args:
        data: What is checked: the union of all graphs of all files.
        rules: The shapes graph; nothing is taken for a shape because the data says so.
        engine: What runs the shapes; a key of `shapes.ENGINES`.
        bounds: What the worker process may take.
        progress: Told each step.

    Returns:
        All findings, sorted by place.

    Raises:
        InputError: If a file cannot be read, with its place; AL008 if it ended the worker.
    """
    report: Report = workers.run(_check, tuple(data), tuple(rules), engine, bounds=bounds, progress=progress)
    return report


def _check(
    data: tuple[Source, ...], shapes_: tuple[Source, ...], engine: str, *, progress: Callable[[str], None]
) -> Report:
    """Do what `check_files` promises, in the worker."""
    with (
        foreign.read(shapes_, progress, mark="shape-") as rules,
        foreign.read(data, progress) as facts,
    ):
        rule_triples = list(rules.graph)
        progress("looking at the shapes")
        faults = shapes.lint(rule_triples, facts.graph)
        findings = list(_soundness(rules, faults))
        if not any(fault.predicate in (SH.select, SH.ask) for fault in faults):  # what would call out is not run
            progress("running the shapes")
            findings += _conformance(facts, rules, rule_triples, engine)
        return Report.of(findings)


def coverage_of_files(
    data: Sequence[Source], rules: Sequence[Source], *, bounds: Bounds = BOUNDS, progress: Callable[[str], None]
) -> list[Coverage]:
    """Count what each shape looks at in files; raises as `check_files` does."""
    counted: list[Coverage] = workers.run(_coverage, tuple(data), tuple(rules), bounds=bounds, progress=progress)
    return counted


def _coverage(
    data: tuple[Source, ...], shapes_: tuple[Source, ...], *, progress: Callable[[str], None]
) -> list[Coverage]:
    with foreign.read(shapes_, progress, mark="shape-") as rules, foreign.read(data, progress) as facts:
        progress("counting")
        return shapes.coverage(facts.graph, list(rules.graph))


def prove_with_files(
    data: Sequence[Source], rules: Sequence[Source], *, bounds: Bounds = BOUNDS, progress: Callable[[str], None]
) -> Report:
    """Break files' data once for each constraint, in memory; raises as `check_files` does."""
    report: Report = workers.run(_prove, tuple(data), tuple(rules), bounds=bounds, progress=progress)
    return report


def _prove(data: tuple[Source, ...], shapes_: tuple[Source, ...], *, progress: Callable[[str], None]) -> Report:
    with foreign.read(shapes_, progress, mark="shape-") as rules, foreign.read(data, progress) as facts:
        proofs = [proof for proof in shapes.prove(facts.graph, list(rules.graph), progress) if proof.mutation is None]
        places = foreign.locate(rules, [Statement(proof.shape) for proof in proofs])
        return Report.of(
            checks.unproved(proof, place.location, place.line) for proof, place in zip(proofs, places, strict=True)
        )


def _soundness(rules: Data, faults: Sequence[shapes.Fault]) -> Iterator[Finding]:
    """Every shape checks something."""
    places = foreign.locate(rules, [Statement(fault.subject, fault.predicate, fault.value) for fault in faults])
    for fault, place in zip(faults, places, strict=True):
        yield Finding(
            code=fault.code,
            severity=fault.severity,
            message=f"{fault.message[0].upper()}{fault.message[1:]}.",
            location=place.location,
            source_line=place.line,
            source_shape=fault.subject,
            result_path=fault.predicate.value if fault.predicate else "",
            value=fault.value,
        )


def _conformance(facts: Data, rules: Data, rule_triples: Sequence[Triple], engine: str) -> Iterator[Finding]:
    """The data conform to the shapes."""
    try:
        results = shapes.validate(facts.graph, rule_triples, engine=engine)
    except MemoryError:
        raise
    except Exception as error:  # an engine may fail in any way; that it did must not pass for a clean check
        where = Location(rules.files[0].source.file if rules.files else "")
        yield Finding("AL045", Severity.VIOLATION, f"The shapes could not be run: {error}.", where)
        return
    names: dict[Term, NamedNode | None] = {}
    places = foreign.locate(facts, [_statement(result) for result in results])
    for result, place in zip(results, places, strict=True):
        rule = names.setdefault(result.source_shape, foreign.owner(rules, result.source_shape))
        yield replace(checks.finding_of(result, place.location, place.line), rule=rule)


def _statement(result: shapes.Result) -> Statement:
    """What in the data a result is about: the value where the path is one property, or one property backwards."""
    single = re.fullmatch(r"(\^?)<?([^<>^|/()*+?\s]+:[^<>|()*+?\s]+?)>?", result.path)
    if single and single[1] and isinstance(result.value, NamedNode):
        return Statement(result.value, NamedNode(single[2]), result.focus_node)
    return Statement(result.focus_node, NamedNode(single[2]) if single and not single[1] else None, result.value)
