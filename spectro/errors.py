"""The exception that every refused input raises, and warnings at the line of the caller."""

from __future__ import annotations

import re
import sys
import threading
import warnings

__all__ = ["FallbackWarning", "ParameterError"]


# of two shapes that do not fit: MLX's words and NumPy's
UNFIT = re.compile(r"(?:Shapes|array (?:of|from) shape|with shapes) (\([\d,]*\))(?: and| into shape)? (\([\d,]*\))")
BEYOND = "a number is too large to compute with"
KNOWN = {  # what Python, NumPy and MLX say, and what it means to a caller
    "empty axis|zero[- ]size array": "arrays must not be empty along the axis that is computed over",
    "truth value of an array|length-1 arrays": "options must be single numbers or flags, got an array",
    "too large to convert|cannot fit 'int'|range error|result out of range|Maximum allowed size": BEYOND,
    "could not convert string": "an option must be a number, got a string",
    "to a NumPy dtype": "dtype must be a type of numbers",
    "math domain error": "a parameter lies outside of the domain of the formula",
}


class ParameterError(ValueError):
    """An argument that cannot be used; the message names the function, the value and the way out.

    Differs from librosa: it is a `ValueError` as well.
    """


class FallbackWarning(UserWarning):
    """A slower path was taken than the one this machine could run; the message says why and what to do."""


class _Heard(threading.local):
    warnings = 0


_heard = _Heard()


def warnings_heard() -> int:
    """Count the warnings of this thread so far, shown or not."""
    return _heard.warnings


def said_by(speaker: str, error: Exception) -> Exception:
    """Let an error speak as the function that the caller knows; what MLX and NumPy say of shapes becomes a sentence."""
    message = str(error)
    if isinstance(error, ParameterError):
        error.args = (_spoken_by(speaker, message),)
        return error
    shapes = UNFIT.search(message)
    if shapes:
        return ParameterError(f"[{speaker}] shapes of arrays must fit each other, got {shapes[1]} and {shapes[2]}")
    known = next((sentence for words, sentence in KNOWN.items() if re.search(words, message)), None)
    return error if known is None else ParameterError(f"[{speaker}] {known}")


def first_line(error: Exception) -> str:
    """What an error of another package says, without the data that may follow."""
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".")


def sentence(error: BaseException) -> str:
    """Put an error in one line, for a reader who did not call the function it names."""
    text = " ".join(str(error).split())
    if isinstance(error, OSError) and error.strerror:
        text = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if text.startswith("["):
        text = text.partition("] ")[2] or text
    if isinstance(error, (ValueError, OSError, ImportError)) and text:
        return text
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _spoken_by(speaker: str, message: str) -> str:
    return re.sub(r"^\[\w+\]", f"[{speaker}]", message)


def warn(message: str, category: type[Warning] = UserWarning) -> None:
    """Warn at the line outside of spectro that led here, in the name of the public function that stands there."""
    _heard.warnings += 1
    level, frame, speaker = 1, sys._getframe(0), None
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == "spectro":
        speaker = frame.f_locals.get("public_name", speaker)  # of the decorators that make a function public
        level, frame = level + 1, frame.f_back
    warnings.warn(_spoken_by(speaker, message) if speaker else message, category, stacklevel=level)
