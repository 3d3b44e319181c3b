"""The same sound from another recorder: no band tells who sounds."""

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("scipy", reason="needs the train extra: pip install '.[train]'")

from classifier.training.vary import is_narrow, rebanded

RATE_HZ = 16_000
Samples = NDArray[np.float32]


def cry(*, highest_hz: float) -> Samples:
    """A baby's tone and its harmonics up to where the recorder ends."""
    time_s = np.arange(RATE_HZ) / RATE_HZ
    tones = [np.sin(2.0 * np.pi * hertz * time_s) for hertz in np.arange(450.0, highest_hz, 450.0)]
    return np.sum(tones, axis=0).astype(np.float32)


def upper_power(samples: Samples) -> float:
    return float((np.abs(np.fft.rfft(samples))[5000:] ** 2).sum())


def drawn(samples: Samples, seed: int) -> Samples:
    return rebanded(np.random.default_rng(seed), samples)


def test_a_cry_by_telephone_is_most_often_heard_as_if_from_the_room() -> None:
    narrow = cry(highest_hz=3600.0)
    wide = [not is_narrow(drawn(narrow, seed)) for seed in range(200)]

    assert is_narrow(narrow)
    assert 0.7 < np.mean(wide) < 0.9


def test_every_tone_that_the_telephone_let_through_is_still_there() -> None:
    narrow = cry(highest_hz=3600.0)
    before = np.abs(np.fft.rfft(narrow))[450:3000:450]

    for seed in range(50):
        after = np.abs(np.fft.rfft(drawn(narrow, seed)))[450:3000:450]
        assert np.all(np.abs(20.0 * np.log10(after / before)) < 1.0)


def test_what_is_added_are_more_harmonics_of_the_same_tone() -> None:
    narrow = cry(highest_hz=3600.0)
    widened = next(new for seed in range(20) if not is_narrow(new := drawn(narrow, seed)))
    power = np.abs(np.fft.rfft(widened)) ** 2
    upper = power[4300:7500]
    on_tone = np.abs((np.arange(4300, 7500) + 225) % 450 - 225) <= 4

    assert upper[on_tone].sum() > 0.9 * upper.sum()


def test_now_and_then_any_other_sound_loses_its_upper_band() -> None:
    wide = cry(highest_hz=7600.0)
    dull = [upper_power(drawn(wide, seed)) < 0.1 * upper_power(wide) for seed in range(300)]

    assert 0.06 < np.mean(dull) < 0.2


def test_silence_stays_silence() -> None:
    silence = np.zeros(RATE_HZ, np.float32)

    assert all(not drawn(silence, seed).any() for seed in range(20))
    assert not is_narrow(silence)
