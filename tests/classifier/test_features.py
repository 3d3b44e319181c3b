"""The front end in the room computes what librosa computes, however the sound arrives."""

import csv
from pathlib import Path

import librosa
import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from classifier.features import LogMel, LogMelSpec
from classifier.manifest import BUNDLED, read_filterbank, read_manifest

SPEC = LogMelSpec()
TOLERANCE = 1e-4
"""In natural-log units: 0.0009 dB. float32 sums in another order differ by up to a tenth of it."""
SHARED = Path(__file__).parents[3] / "shared" / "audio"

Samples = NDArray[np.float32]


def bank() -> Samples:
    return read_filterbank(BUNDLED, read_manifest(BUNDLED))


def by_librosa(samples: Samples) -> Samples:
    """The log-mel of a whole sound [frames, mels] as librosa computes it offline."""
    # librosa centres the window in the FFT's 512 samples; ours begins with them.
    ahead = np.zeros((SPEC.n_fft - SPEC.window) // 2, np.float32)
    mel = librosa.feature.melspectrogram(
        y=np.concatenate([ahead, samples, ahead]),
        sr=SPEC.sample_rate_hz,
        n_fft=SPEC.n_fft,
        win_length=SPEC.window,
        hop_length=SPEC.hop,
        window="hann",
        center=False,
        power=SPEC.power,
        n_mels=SPEC.n_mels,
        fmin=SPEC.fmin_hz,
        fmax=SPEC.fmax_hz,
        htk=True,
        norm=None,
    )
    log: Samples = np.log(mel.T + np.float32(SPEC.log_offset))
    return log


def noise(seed: int, length: int) -> Samples:
    return (0.1 * np.random.default_rng(seed).standard_normal(length)).astype(np.float32)


def assert_same(samples: Samples) -> None:
    ours, theirs = LogMel(SPEC, bank()).push(samples), by_librosa(samples)
    assert len(ours) >= (len(theirs) // 8) * 8 > 0
    assert np.abs(ours - theirs[: len(ours)]).max() < TOLERANCE


def test_the_filterbank_that_is_carried_with_the_model_is_librosas() -> None:
    theirs = librosa.filters.mel(
        sr=16_000, n_fft=512, n_mels=104, fmin=0.0, fmax=8000.0, htk=True, norm=None
    )
    np.testing.assert_array_equal(bank(), theirs.T.astype(np.float32))


@pytest.mark.parametrize("gain", [1e-5, 1e-2, 1.0, 30.0])
def test_it_equals_librosa_from_a_whisper_to_clipping(gain: float) -> None:
    assert_same(np.clip(noise(1, 48_000) * np.float32(gain), -1.0, 1.0))


@pytest.mark.shared
def test_it_equals_librosa_on_real_recordings() -> None:
    if not SHARED.exists():
        pytest.skip("needs ../shared/audio beside the project")
    with (SHARED / "manifest.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["synthetic"] == "0"]
    for row in rows[:: len(rows) // 40]:
        samples, _rate_hz = soundfile.read(SHARED / row["path"], dtype="float32")
        if len(samples) > SPEC.sample_rate_hz // 4:
            assert_same(samples)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    cuts=st.lists(st.integers(0, 20_000), max_size=12),
    batch=st.sampled_from([8, 24]),
)
def test_blocks_of_any_size_give_the_same_bits(seed: int, cuts: list[int], batch: int) -> None:
    samples = noise(seed, 20_000)
    whole = LogMel(SPEC, bank(), batch).push(samples)
    pieces = LogMel(SPEC, bank(), batch)
    got = [pieces.push(part) for part in np.split(samples, sorted(cuts))]
    np.testing.assert_array_equal(np.concatenate(got), whole)


def test_silence_is_the_floor_and_no_infinity() -> None:
    frames = LogMel(SPEC, bank()).push(np.zeros(16_000, np.float32))
    np.testing.assert_allclose(frames, np.log(SPEC.log_offset), rtol=1e-6)


def test_a_filterbank_of_another_front_end_is_refused() -> None:
    with pytest.raises(ValueError, match=r"filterbank: \(3, 2\): need \(257, 104\)"):
        LogMel(SPEC, np.zeros((3, 2), np.float32))
