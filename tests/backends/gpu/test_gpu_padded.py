"""Frames with a padding of their own on the GPU, as the front ends of models have them."""

from __future__ import annotations

import mlx.core as mx
import pytest
from gpu import agree, bank_of, differentiate, launcher, noise, window_of  # noqa: F401

from spectro._plans import SpectrogramPlan
from spectro._plans.padded import PaddedPlan

pytestmark = pytest.mark.usefixtures("launcher")

FRAMES = {
    "less than half": PaddedPlan(64, 16, 64, pad_mode="reflect", width=24),
    "one after the other": PaddedPlan(64, 48, 48, width=8),
    "of odd sizes": PaddedPlan(64, 45, 45, width=10),
    "none": PaddedPlan(64, 20, 50),
}


@pytest.mark.parametrize("name", FRAMES)
def test_frames_with_a_padding_of_their_own(name):
    y, w = mx.array(noise(2, 48 * 6)), mx.array(window_of(64))
    plan = SpectrogramPlan(FRAMES[name], 2.0, bank_of(64))
    agree("spectrogram", plan, y, w)
    differentiate("spectrogram", plan, y, w)
