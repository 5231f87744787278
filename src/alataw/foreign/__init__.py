"""The home of other people's RDF: six formats, read strictly, each triple with the best place that can be told of it.

Nothing is fetched, nothing is guessed, and of a file that is refused nothing is used. It is read inside a worker
process (`workers`), since no parser should have to survive everything.
"""

from alataw.foreign.formats import FORMATS, Source
from alataw.foreign.places import Statement, locate, owner
from alataw.foreign.reading import Data, read

__all__ = ["FORMATS", "Data", "Source", "Statement", "locate", "owner", "read"]
