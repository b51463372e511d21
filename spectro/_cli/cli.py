"""The commands, their options, and how every failure becomes one sentence and an exit code."""

from __future__ import annotations

import argparse
import math
import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

from .. import __version__
from .outcome import FAILED, INTERRUPTED, OK, complain, open_streams, sentence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The command line without the program's name; `sys.argv[1:]` when not given.

    Returns
    -------
    int
        0 when all was done, 1 when something failed, 130 after Ctrl-C. A wrong command line exits with 2.
    """
    open_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # file names need not be text
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except KeyboardInterrupt:
        complain("interrupted")
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output, e.g. `head`, has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if options.debug:
            traceback.print_exc()
        complain(sentence(error))
        return FAILED


def _run(options: argparse.Namespace) -> int:
    if options.command == "info":
        from . import info

        info.show_versions()
        if options.kernels:
            info.show_kernels()
        return OK
    if options.command == "demo":
        from . import demo

        return demo.run(options)
    if options.command == "listen":
        from . import listen

        return listen.run(options)
    if options.command == "build":
        from . import build

        return build.run(options)
    from . import analyze

    return analyze.run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="spectro", description="Log-mel spectrograms and onsets of audio files.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    output = argparse.ArgumentParser(add_help=False)
    folder = "where results go (default: %(default)s)"
    output.add_argument("-o", "--output", default="out", metavar="FOLDER", help=folder)
    output.add_argument("--no-figure", action="store_true", help="write no PNG; matplotlib is then not needed")
    _add_sizes(output)
    commands = parser.add_subparsers(dest="command", required=True, metavar="{analyze,build,demo,listen,info}")
    analyze = commands.add_parser("analyze", parents=[common, output], help="analyze audio files")
    analyze.add_argument("files", nargs="+", metavar="FILE", help="an audio file that libsndfile reads")
    rate = "sampling rate in Hz to resample to, or 'native' (default: %(default)s)"
    analyze.add_argument("--sr", type=_rate, default=22050, help=rate)
    commands.add_parser("demo", parents=[common, output], help="analyze a clip made here, whose onsets are known")
    listen = commands.add_parser("listen", parents=[common], help="draw a spectrogram that scrolls while sound comes")
    listen.add_argument("file", nargs="?", metavar="FILE", help="an audio file; without one, the microphone is heard")
    listen.add_argument("--fast", action="store_true", help="draw a file at once, not as it would sound")
    _add_build(commands, common)
    info = commands.add_parser("info", parents=[common], help="show versions, device, backends and settings")
    info.add_argument("--kernels", action="store_true", help="list the GPU kernels whose machine code is kept on disk")
    return parser


def _add_build(commands: Any, common: argparse.ArgumentParser) -> None:
    build = commands.add_parser("build", parents=[common], help="compile the C++ parts for the MLX that is installed")
    build.add_argument("--nanobind", metavar="VERSION", help="that of this MLX, where it is not the usual one")


def _add_sizes(parser: argparse.ArgumentParser) -> None:
    sizes = (("--n-fft", 2048, "frame length in samples"), ("--hop-length", 512, "samples between frames"))
    for name, default, text in (*sizes, ("--n-mels", 128, "mel bands")):
        parser.add_argument(name, type=_count, default=default, metavar="N", help=f"{text} (default: %(default)s)")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a positive integer, got {text!r}")
    return int(text)


def _rate(text: str) -> float | None:
    if text == "native":
        return None
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 0 < rate < math.inf:
        raise argparse.ArgumentTypeError(f"must be a positive number of Hz or 'native', got {text!r}")
    return int(rate) if rate.is_integer() else rate
