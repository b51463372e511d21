"""The window's envelope, which two checks look at."""

import numpy as np
import pytest
from transforms_oracle import envelope64

from spectro._host.envelope import window_envelope
from spectro._host.nola import lost_samples


@pytest.mark.parametrize(("n_fft", "hop"), [(64, 16), (64, 15), (31, 7), (16, 1), (16, 16), (16, 40), (1, 1), (1, 3)])
@pytest.mark.parametrize("n_frames", [1, 2, 9])
def test_it_is_the_sum_of_shifted_squares(n_fft, hop, n_frames):
    window = np.random.default_rng(n_fft).standard_normal(n_fft).astype(np.float32)
    expected = envelope64(window.astype(np.float64), hop, n_frames)
    np.testing.assert_allclose(window_envelope(window, hop, n_frames), expected, rtol=1e-14)


@pytest.mark.parametrize("hop", [1, 3, 5, 8, 9, 12, 17, 40])
@pytest.mark.parametrize("n_frames", [1, 2, 5, 30])
@pytest.mark.parametrize("places", [(3, 4, 5, 11), (4, 10, 11, 12), (0,), (15,), (0, 15), (2, 3, 4, 5, 6, 7, 8, 9)])
def test_lost_samples_are_those_of_the_whole_envelope(places, hop, n_frames):
    """Also where only the first frames, or only the last, leave some."""
    window = np.zeros(16, dtype=np.float32)
    window[list(places)] = 0.5
    envelope = envelope64(window.astype(np.float64), hop, n_frames)
    reached = np.flatnonzero(envelope)
    holes = reached[0] + np.flatnonzero(envelope[reached[0] : reached[-1] + 1] == 0)
    expected = (holes[0], holes[-1]) if holes.size else None
    assert lost_samples(16, hop, n_frames, window.tobytes()) == expected
