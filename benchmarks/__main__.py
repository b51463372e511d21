"""Speed beside other libraries: `python -m benchmarks [cpu|gpu|all|gallery]`, `compare`, `show`, `publish`."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

SUITES = ("cpu", "gpu", "all")


def main(arguments: list[str] | None = None) -> int:
    """Measure, compare or show; the exit status is 1 when an answer of ours is wrong or something became slower."""
    os.environ.setdefault("KMP_BLOCKTIME", "1")  # ms that Intel's OpenMP spins after its work; 200 by default
    options = parse(sys.argv[1:] if arguments is None else arguments)
    from . import results

    if options.command == "compare":
        from .compare import report

        text, well = report(results.load(options.old), results.load(options.new))
        print(text)
        return 0 if well else 1
    if options.command == "show":
        from .tables import line

        found = results.joined([results.load(path) for path in options.runs])
        print("\n".join(line(r) for r in found["rows"]))
        return write(found, options)
    if options.command == "publish":
        from .publish import publish

        publish([results.load(path) for path in options.runs])
        return 0
    if options.command == "gallery":
        from .gallery import main as gallery
        from .publish import publish

        status = gallery(options.quick, options.only)
        publish([])
        return status
    return measure(options)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line; without a command, all suites are measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    for suite in SUITES:
        command = commands.add_parser(suite, help=f"measure: {suite}")
        chosen(command, "two shapes and few repeats, about a minute")
        outputs(command)
    chosen(
        commands.add_parser("gallery", help="the programs of the documentation, on librosa and on spectro"), "3 runs"
    )
    command = commands.add_parser("compare", help="what became slower, by ratio to peers of the same run")
    command.add_argument("old", metavar="OLD.json")
    command.add_argument("new", metavar="NEW.json")
    command = commands.add_parser("show", help="saved runs of one machine, joined: as text, page or picture")
    command.add_argument("runs", metavar="RUN.json", nargs="+")
    outputs(command)
    command = commands.add_parser("publish", help="saved runs, and the gallery's, into the documentation and README")
    command.add_argument("runs", metavar="RUN.json", nargs="*", help="none: what is there is written anew")
    if not arguments or arguments[0] in ("--quick", "--only", "--json", "--plot", "--markdown"):
        arguments = ["all", *arguments]
    return parser.parse_args(arguments)


def chosen(command: argparse.ArgumentParser, quick: str) -> None:
    """How much is measured."""
    command.add_argument("--quick", action="store_true", help=quick)
    command.add_argument("--only", metavar="WORD", action="append", help="only steps whose name begins with this")


def outputs(command: argparse.ArgumentParser) -> None:
    """Where results go."""
    command.add_argument("--json", metavar="FILE", help="every number")
    command.add_argument("--plot", metavar="FILE.png", help="a bar chart of the ratios")
    command.add_argument("--markdown", metavar="FILE.md", help="the tables as a page")


def measure(options: argparse.Namespace) -> int:
    """Run the suites that this machine can."""
    from . import environment, results, suite
    from .tables import is_right

    print("\n".join(environment.lines(environment.describe())), flush=True)
    rows = []
    for name in ("cpu", "gpu") if options.command == "all" else (options.command,):
        reason = environment.no_gpu() if name == "gpu" else None
        if reason:
            print(f"gpu: nothing measured, {reason}")
            continue
        with environment.device(name):
            steps = importlib.import_module(f"benchmarks.{name}").steps(options.quick)
            rows += suite.run(suite.chosen(steps, options.only), name)
    write(results.make(rows), options)
    return 0 if rows and all(is_right(r) for r in rows) else 1


def write(found: dict, options: argparse.Namespace) -> int:
    """Write the files that were asked for."""
    from . import results

    for path in filter(None, (options.json, options.plot, options.markdown)):
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    if options.json:
        results.save(found, options.json)
    results.render(found, options.markdown, options.plot)
    return 0


if __name__ == "__main__":
    sys.exit(main())
