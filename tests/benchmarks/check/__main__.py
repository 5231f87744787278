"""`python -m tests.benchmarks.check`."""

from .run import main

main()
