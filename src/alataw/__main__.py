"""Run the command line as `python -m alataw`."""

from alataw.cli import main

main()
