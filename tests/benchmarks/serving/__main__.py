"""`python -m tests.benchmarks.serving`."""

from .run import main

main()
