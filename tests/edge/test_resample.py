"""Whatever a microphone or a file offers, the model hears the same sound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge.audio import SAMPLE_RATE_HZ, level_dbfs
from edge.resample import Resampler

RATES_HZ = (8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000)


def noise(n: int, channels: int) -> NDArray[np.float32]:
    return (np.random.default_rng(n).standard_normal((n, channels)) * 0.2).astype(np.float32)


def tone(rate_hz: int, seconds: float, hz: float = 1_000.0) -> NDArray[np.float32]:
    t = np.arange(int(rate_hz * seconds)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * hz * t)).astype(np.float32)[:, None]


def resampled(
    resampler: Resampler, samples: NDArray[np.float32], cuts: list[int]
) -> NDArray[np.float32]:
    blocks = np.split(samples, cuts)
    return np.concatenate([*map(resampler.push, blocks), resampler.flush()])


@pytest.mark.parametrize("channels", [1, 2, 9])
@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_blocks_of_37_or_48000_samples_change_not_one_bit(rate_hz: int, channels: int) -> None:
    samples = noise(2 * rate_hz + 11, channels)
    resampler = Resampler(rate_hz, channels)
    whole = resampled(resampler, samples, [])
    for size in (37, 48_000):
        cut = resampled(resampler, samples, list(range(size, len(samples), size)))
        np.testing.assert_array_equal(cut, whole)


@given(
    st.sampled_from(RATES_HZ),
    st.integers(1, 3),
    st.lists(st.integers(0, 5_000), max_size=20),
)
def test_any_cut_gives_the_same_samples(rate_hz: int, channels: int, cuts: list[int]) -> None:
    samples = noise(5_000, channels)
    whole = resampled(Resampler(rate_hz, channels), samples, [])
    np.testing.assert_array_equal(
        resampled(Resampler(rate_hz, channels), samples, sorted(cuts)), whole
    )


def test_sound_that_is_already_right_stays_as_it_is() -> None:
    samples = noise(1_000, 1)
    np.testing.assert_array_equal(
        resampled(Resampler(SAMPLE_RATE_HZ, 1), samples, [37]), samples[:, 0]
    )


@pytest.mark.parametrize("rate_hz", [8_000, 22_050, 44_100, 48_000])
def test_a_tone_keeps_its_length_its_level_and_its_place(rate_hz: int) -> None:
    heard = resampled(Resampler(rate_hz, 1), tone(rate_hz, 2.0), [])
    expected = tone(SAMPLE_RATE_HZ, 2.0)[:, 0]
    assert len(heard) == len(expected)
    middle = slice(1_000, -1_000)
    assert level_dbfs(heard[middle] - expected[middle]) < -90.0


def test_what_the_model_cannot_hear_does_not_fold_into_what_it_can() -> None:
    heard = resampled(Resampler(48_000, 1), tone(48_000, 1.0, hz=12_000.0), [])
    assert level_dbfs(heard[1_000:-1_000]) < -100.0


def test_channels_are_averaged() -> None:
    left_only = np.concatenate([tone(16_000, 1.0), np.zeros((16_000, 1), np.float32)], axis=1)
    np.testing.assert_allclose(
        resampled(Resampler(16_000, 2), left_only, []), tone(16_000, 1.0)[:, 0] / 2
    )


def test_a_new_stream_does_not_hear_the_old_one() -> None:
    resampler = Resampler(48_000, 1)
    first = resampled(resampler, noise(9_600, 1), [])
    resampler.push(tone(48_000, 0.3))
    resampler.reset()
    np.testing.assert_array_equal(resampled(resampler, noise(9_600, 1), []), first)


@pytest.mark.parametrize(
    ("rate_hz", "channels", "said"),
    [
        (0, 1, "0 Hz cannot be brought to 16000 Hz: use a rate from 1000"),
        (-48_000, 1, "-48000 Hz"),
        (2**31 - 1, 1, "to 1000000 Hz"),
        (48_000, 0, "0 channels hold no sound"),
    ],
)
def test_a_rate_nobody_can_use_is_refused(rate_hz: int, channels: int, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Resampler(rate_hz, channels)
