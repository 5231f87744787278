"""The home of what every measurement tells: the machine it ran on, and the page that it is published on."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def machine(load: float) -> str:
    """What it was measured on."""
    memory = int(re.findall(r"MemTotal: +(\d+)", Path("/proc/meminfo").read_text())[0]) * 1024 / 2**30
    model = re.findall(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return (
        f"{os.cpu_count()} cores{f' ({model[0]})' if model else ''}, {memory:.0f} GiB, {platform.system()},"
        f" Python {platform.python_version()}; load average before the run {load:.1f}."
    )


def publish(name: str, text: str) -> None:
    """Put tables between the marks of a measurement in the page."""
    begin, end = f"<!-- {name}: written by make benchmark-{name} -->", f"<!-- end of {name} -->"
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(f"{before}{begin}\n\n{text}\n{end}{after}", encoding="utf-8")
