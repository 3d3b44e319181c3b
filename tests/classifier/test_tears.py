"""Voices computed from physics: who weeps, and who only sounds like it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("scipy", reason="needs the train extra: pip install '.[train]'")

from classifier.training.corpus import RATE_HZ
from classifier.training.labels import meaning
from classifier.training.tears import no_tears, tears
from classifier.training.voice import Mouth, Throat, curve, phonate

Maker = Callable[[np.random.Generator], tuple[NDArray[np.float32], str]]
WOMAN = Throat(size=1.15, pitch_hz=220.0, breath=0.05, rough=0.0, tilt_db=-6.0)


@pytest.mark.parametrize("maker", [tears, no_tears])
def test_every_voice_sounds_for_a_breath_or_some(maker: Maker) -> None:
    for seed in range(30):
        voice, how = maker(np.random.default_rng(seed))
        assert np.isfinite(voice).all(), how
        assert np.abs(voice).max() == pytest.approx(1.0, abs=1e-5), how
        assert 0.1 < len(voice) / RATE_HZ < 8.0, how


def test_all_tears_are_crying_and_nothing_that_is_only_like_them() -> None:
    cries = heard(tears)
    assert set(cries) == {
        "weeping", "sobbing", "wailing", "moaning", "groaning", "whimpering"
    }  # fmt: skip
    assert all(meaning(how).targets == {"cry"} for how in cries)
    others = heard(no_tears)
    assert set(others) == {"laughter", "song", "babble"}
    assert not any("cry" in meaning(how).targets | meaning(how).unsure for how in others)


@pytest.mark.parametrize("pitch_hz", [110.0, 220.0, 440.0])
def test_a_voice_has_the_pitch_it_is_given(pitch_hz: float) -> None:
    voice = sung(WOMAN, "a", pitch_hz)
    assert period_hz(voice) == pytest.approx(pitch_hz, rel=0.04)


def test_a_voice_that_breaks_goes_an_octave_down() -> None:
    broken = sung(replace(WOMAN, creak=1.0), "a", 300.0)
    assert level(broken, 140.0, 160.0) > 10.0 * level(sung(WOMAN, "a", 300.0), 140.0, 160.0)


def test_an_open_mouth_is_brighter_than_a_closed_one() -> None:
    bright, dull = (
        level(voice, 1000.0, 3000.0) / level(voice, 100.0, 600.0)
        for voice in (sung(WOMAN, "a", 220.0), sung(WOMAN, "m", 220.0))
    )
    assert bright > 10.0 * dull


def test_a_child_of_the_same_pitch_has_higher_formants() -> None:
    grown, small = (
        level(voice, 2000.0, 2600.0) / level(voice, 2900.0, 3400.0)
        for voice in (sung(replace(WOMAN, size=size), "i", 110.0) for size in (1.0, 1.4))
    )
    assert grown > 3.0 * small


def heard(maker: Maker) -> Counter[str]:
    rng = np.random.default_rng(5)
    return Counter(maker(rng)[1] for _ in range(80))


def sung(throat: Throat, vowel: str, pitch_hz: float) -> NDArray[np.float64]:
    """One second of one vowel."""
    steps = curve(200, (0.0, 1.0), (1.0, 1.0))
    return phonate(np.random.default_rng(2), throat, pitch_hz * steps, steps, Mouth([(0.0, vowel)]))


def period_hz(voice: NDArray[np.float64]) -> float:
    """By its autocorrelation, between 80 and 600 Hz."""
    part = voice[4000:8096]
    alike = np.correlate(part, part, "full")[len(part) :]
    least, most = RATE_HZ // 600, RATE_HZ // 80
    return RATE_HZ / (1 + least + int(np.argmax(alike[least:most])))


def level(voice: NDArray[np.float64], low_hz: float, high_hz: float) -> float:
    power = np.abs(np.fft.rfft(voice)) ** 2
    hertz = np.fft.rfftfreq(len(voice), 1.0 / RATE_HZ)
    return float(power[(hertz >= low_hz) & (hertz < high_hz)].mean())
