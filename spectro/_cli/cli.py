"""The commands, their options, and how every failure becomes one sentence and an exit code."""

from __future__ import annotations

import argparse
import importlib
import math
import os
import sys
import traceback
import warnings
from collections.abc import Sequence
from typing import Any

from .. import __version__
from ..errors import sentence
from .outcome import FAILED, INTERRUPTED, begin, complain, open_streams, warned

ANALYZE = """\
  spectro analyze song.ogg -o out
  spectro analyze album/ --sr native --json > album.jsonl"""
FEATURES = """\
  spectro features song.ogg --features log_mel,mfcc -o song.npz
  spectro features song.ogg --features chroma_stft,onset_strength --sr 44100"""
EXTRACT = """\
  spectro extract music/ -o features
  spectro extract 'corpus/**/*.flac' -o out --features log_mel,mfcc --sr 16000 --workers 8
  spectro extract train.csv -o out --recipe recipe.toml
  spectro extract music/ -o out --engine ray --address auto"""
EXAMPLES = f"{ANALYZE}\n{FEATURES}\n{EXTRACT}\n\nspectro COMMAND --help says more of one."


COMMANDS = {  # module of this package, function
    "analyze": ("analyze", "run"),
    "build": ("build", "run"),
    "demo": ("demo", "run"),
    "extract": ("extract", "run"),
    "features": ("extract", "run_one"),
    "info": ("info", "run"),
    "listen": ("listen", "run"),
}


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
    """Run a command, whose module is loaded only now."""
    name, function = COMMANDS[options.command]
    with warnings.catch_warnings():
        warnings.showwarning = warned
        module = importlib.import_module(f"{__package__}.{name}")
        begin()
        status: int = getattr(module, function)(options)
    return status


def _parser() -> argparse.ArgumentParser:
    about = "Log-mel spectrograms, onsets and beats of audio files, and features of whole data sets."
    parser = argparse.ArgumentParser(prog="spectro", description=about, **_examples(EXAMPLES))
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show the traceback of an error")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _add_analyze(commands, common)
    _add_features(commands, common)
    _add_extract(commands, common)
    _add_listen(commands, common)
    _add_build(commands, common)
    _add_info(commands, common)
    return parser


def _examples(lines: str) -> dict[str, Any]:
    """How a parser shows examples below its options."""
    return {"epilog": f"examples:\n{lines}", "formatter_class": argparse.RawDescriptionHelpFormatter}


def _add_analyze(commands: Any, common: argparse.ArgumentParser) -> None:
    """Add `analyze` and `demo`, which draw."""
    output = argparse.ArgumentParser(add_help=False)
    folder = "where results go (default: %(default)s)"
    output.add_argument("-o", "--output", default="out", metavar="FOLDER", help=folder)
    output.add_argument("--no-figure", action="store_true", help="write no PNG; matplotlib is then not needed")
    _add_sizes(output)
    about = "find onsets, tempo and beats; write log-mel spectrogram and onset curve"
    analyze = commands.add_parser("analyze", parents=[common, output], help=about, **_examples(ANALYZE))
    analyze.add_argument("files", nargs="+", metavar="FILE", help="audio files, and folders of them")
    rate = "sampling rate in Hz to resample to, or 'native' (default: %(default)s)"
    analyze.add_argument("--sr", type=_rate, default=22050, help=rate)
    analyze.add_argument("--json", action="store_true", help="print one line of JSON per file")
    about = "analyze a clip made here, whose onsets are known"
    commands.add_parser("demo", parents=[common, output], help=about, **_examples("  spectro demo -o out"))


def _add_features(commands: Any, common: argparse.ArgumentParser) -> None:
    about = "write the features of one file as .npz"
    features = commands.add_parser("features", parents=[common], help=about, **_examples(FEATURES))
    features.add_argument("file", metavar="FILE", help="an audio file that libsndfile reads")
    output = "a file NAME.npz, or a folder (default: %(default)s)"
    features.add_argument("-o", "--output", default="out", metavar="OUT", help=output)
    _add_recipe(features)


def _add_extract(commands: Any, common: argparse.ArgumentParser) -> None:
    about = "write the features of a data set; a run that was stopped goes on where it was"
    extract = commands.add_parser("extract", parents=[common], help=about, **_examples(EXTRACT))
    inputs = "audio files, folders, globs; .csv or .parquet with a column 'path'; .txt with one path a line"
    extract.add_argument("inputs", nargs="+", metavar="INPUT", help=inputs)
    extract.add_argument("-o", "--output", required=True, metavar="OUT", help="folder of the results")
    _add_recipe(extract)
    formats = "one row per file in part-*.parquet, or one .npz per file (default: %(default)s)"
    extract.add_argument("--format", choices=("parquet", "npz"), default="parquet", help=formats)
    processes = "processes that compute (default: one per core); 0 computes in this one"
    extract.add_argument("--workers", type=_workers, metavar="N", help=processes)
    engine = "processes of this machine, or Ray Data (default: %(default)s)"
    extract.add_argument("--engine", choices=("local", "ray"), default="local", help=engine)
    extract.add_argument("--address", help="address of a Ray cluster, or 'auto'; without it Ray runs on this machine")


def _add_recipe(parser: argparse.ArgumentParser) -> None:
    names = "names with commas (default: log_mel,mfcc,onset_strength, or the preset alone)"
    parser.add_argument("--features", metavar="NAMES", help=names)
    rate = "sampling rate in Hz to resample to, or 'native' (default: the preset's, or 22050)"
    parser.add_argument("--sr", type=_rate_of_recipe, default="auto", help=rate)
    parser.add_argument("--preset", metavar="NAME", help="a front end of spectro.presets, such as whisper")
    parser.add_argument("--recipe", metavar="FILE", help="features with their keywords, as .toml or .json")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")


def _add_listen(commands: Any, common: argparse.ArgumentParser) -> None:
    about = "draw a spectrogram that scrolls while sound comes"
    more = _examples("  spectro listen song.ogg --fast")
    listen = commands.add_parser("listen", parents=[common], help=about, **more)
    listen.add_argument("file", nargs="?", metavar="FILE", help="an audio file; without one, the microphone is heard")
    listen.add_argument("--fast", action="store_true", help="draw a file at once, not as it would sound")


def _add_info(commands: Any, common: argparse.ArgumentParser) -> None:
    about = "show versions, device, backends and settings"
    info = commands.add_parser("info", parents=[common], help=about, **_examples("  spectro info --kernels"))
    info.add_argument("--kernels", action="store_true", help="list the GPU kernels whose machine code is kept on disk")


def _add_build(commands: Any, common: argparse.ArgumentParser) -> None:
    about = "compile the C++ parts for the MLX that is installed"
    build = commands.add_parser("build", parents=[common], help=about, **_examples("  spectro build"))
    build.add_argument("--nanobind", metavar="VERSION", help="that of this MLX, where it is not the usual one")


def _add_sizes(parser: argparse.ArgumentParser) -> None:
    sizes = (("--n-fft", 2048, "frame length in samples"), ("--hop-length", 512, "samples between frames"))
    for name, default, text in (*sizes, ("--n-mels", 128, "mel bands")):
        parser.add_argument(name, type=_count, default=default, metavar="N", help=f"{text} (default: %(default)s)")


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a positive integer, got {text!r}")
    return int(text)


def _workers(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"must be a non-negative integer, got {text!r}")
    return int(text)


def _rate_of_recipe(text: str) -> float | str | None:
    return text if text == "auto" else _rate(text)


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
