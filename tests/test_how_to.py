"""What the how-to folder holds works as it stands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOW = ROOT / "docs" / "how-to" / "check-on-github.yml"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A checkout, as the workflow finds it."""
    for folder in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def steps() -> list[dict[str, str]]:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}
    (job,) = workflow["jobs"].values()
    found = job["steps"]
    assert isinstance(found, list)
    return found


def test_the_workflow_uploads_what_it_wrote() -> None:
    """Code scanning is given the file that the step before it writes, also when there are findings."""
    write, upload = steps()[-2:]
    assert upload["uses"].startswith("github/codeql-action/upload-sarif@")
    assert f"> {upload['with']['sarif_file']} " in write["run"]  # type: ignore[index]
    assert write["if"] == upload["if"] == "${{ !cancelled() }}"


@pytest.mark.parametrize("broken", [False, True], ids=["clean", "broken"])
def test_the_commands_of_the_workflow_run(broken: bool, copy: Path) -> None:
    """The annotations fail the job when something is wrong; the SARIF is written and valid either way."""
    if broken:
        file = copy / "data" / "station" / "alashankou.ttl"
        file.write_text(
            file.read_text(encoding="utf-8").replace(":kilometre 2358.376", ":kilometre -2358.376"), encoding="utf-8"
        )
    commands = [step["run"] for step in steps() if "alataw check" in step.get("run", "")]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    annotate, write = (
        subprocess.run(
            ["bash", "-e", "-c", command],
            cwd=copy,
            env={**os.environ, "PATH": path, "CI": "true"},
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=60,
        )
        for command in commands
    )
    assert annotate.returncode == (1 if broken else 0), annotate.stderr
    assert ("::error file=data/station/alashankou.ttl,line=" in annotate.stdout) is broken
    assert write.returncode == 0, write.stderr
    schema = json.loads((ROOT / "tests" / "schemas" / "sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
    jsonschema.validate(json.loads((copy / "alataw.sarif").read_text(encoding="utf-8")), schema)
