"""`import spectro` alone reaches librosa's namespaces, as `import librosa` does."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "name",
    ["beat.plp", "core.stft", "decompose.hpss", "display.specshow", "effects.trim", "feature.inverse.mel_to_stft"],
)
def test_the_top_level_alone_reaches_a_namespace(name):
    subprocess.run([sys.executable, "-c", f"import spectro; spectro.{name}"], check=True)
