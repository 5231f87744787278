"""The home of git: which files of a repository differ from a revision, and what they were."""

from __future__ import annotations

import subprocess
from pathlib import Path

from alataw.errors import UsageError


def changed_since(root: Path, revision: str) -> list[Path]:
    """The files below a folder that differ from a revision, those that git does not know among them, gone ones too.

    Raises:
        UsageError: AL050 if the folder is not in a git repository, or there is no such revision.
    """
    # `--end-of-options` keeps a revision that begins with a dash from being an option.
    names = _git(root, "diff", "--name-only", "--relative", "-z", "--end-of-options", revision, "--", ".")
    names += _git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    return sorted({root / name.decode() for name in names.split(b"\0") if name})


def bytes_at(root: Path, revision: str, path: Path) -> bytes | None:
    """What a file was at a revision; None if it was not."""
    done = _run(root, "show", "--end-of-options", f"{revision}:./{path.relative_to(root).as_posix()}")
    return done.stdout if done.returncode == 0 else None


def _git(root: Path, *words: str) -> bytes:
    done = _run(root, *words)
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise UsageError("git does not know what changed", code="AL050", why=why, fix="name a revision, such as HEAD")
    return done.stdout


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", *words], cwd=root, capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise UsageError("git cannot be run", code="AL050", why=str(error), fix="install git, or check all") from error
