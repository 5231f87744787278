"""Print the requirements of the group `dev`; pip of Python 3.11 does not read dependency groups itself."""

import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
print(" ".join(requirement.replace(" ", "") for requirement in project["dependency-groups"]["dev"]))  # noqa: T201
