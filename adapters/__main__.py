"""Runs one adapter with a Python that does not have the package installed: a user's own, for
`script_engine`. `python -I <this directory> MODULE ARGUMENTS...`"""

import runpy
import sys

sys.argv = sys.argv[1:]
runpy.run_module(f"spillway_adapters.{sys.argv[0]}", run_name="__main__", alter_sys=True)
