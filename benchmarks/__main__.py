"""Command line: `python -m benchmarks cpu [--quick] [--json FILE]`."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys

SUITES = ("cpu",)


def main(arguments: list[str] | None = None) -> int:
    """Run one suite; the exit status is 1 when an answer of spectro's own was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("suite", choices=SUITES)
    parser.add_argument("--quick", action="store_true", help="two shapes and few repeats")
    parser.add_argument("--only", metavar="TABLE", action="append", help="only the tables whose name holds this")
    parser.add_argument("--json", metavar="FILE", help="write every number to a file too")
    options = parser.parse_args(arguments)
    os.environ.setdefault("KMP_BLOCKTIME", "1")  # ms that Intel's OpenMP spins after its work; 200 by default
    results, right = importlib.import_module(f"benchmarks.{options.suite}").run(options.quick, options.only)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
    return 0 if right else 1


if __name__ == "__main__":
    sys.exit(main())
