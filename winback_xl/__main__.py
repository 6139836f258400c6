"""Run the command line as ``python -m winback_xl``."""

from winback_xl.cli import main

main()
