"""Alataw: a knowledge graph of the world's railway border crossings.

>>> import alataw
>>> graph = alataw.open()
>>> answer = graph.query("operators-of-station", station="alashankou")
>>> len(answer)
5
"""

from alataw.errors import (
    AlatawError,
    InputError,
    Location,
    MissingExtraError,
    ParameterError,
    QueryError,
    RemoteError,
    RepositoryError,
    UnknownNameError,
    UsageError,
)
from alataw.graph import Graph, open, query  # noqa: A004
from alataw.report import Acknowledgement, Finding, Report, Severity
from alataw.solutions import Answer

__all__ = [
    "Acknowledgement",
    "AlatawError",
    "Answer",
    "Finding",
    "Graph",
    "InputError",
    "Location",
    "MissingExtraError",
    "ParameterError",
    "QueryError",
    "RemoteError",
    "Report",
    "RepositoryError",
    "Severity",
    "UnknownNameError",
    "UsageError",
    "load_ipython_extension",
    "open",
    "query",
]


def load_ipython_extension(shell: object) -> None:
    """Give IPython the magic `%alataw` and `%%alataw` (see `alataw.notebook`)."""
    from alataw import notebook

    notebook.register(shell)
