"""The sounds that a script makes: the same from the same seed, and shaped as the real ones are.

Speech and the room need the `scenes` extra and are tested by what they made, in test_scenes.py.
"""

from collections.abc import Callable

import numpy as np
import pytest

from recordings.synthesis import background, breath, distress, impact
from recordings.synthesis.fall import fall
from recordings.synthesis.signal import RATE_HZ, Sound, count, tilted

Maker = Callable[[np.random.Generator], Sound]

MAKERS: dict[str, Maker] = {
    "fall": lambda rng: fall(rng, stumble=True, furniture=True)[0],
    "slam": lambda rng: impact.door(rng, slammed=True),
    "stick": lambda rng: impact.clatter(rng, 5, 400.0, 2600.0),
    "dishes": lambda rng: impact.crockery(rng, 2.0),
    "steps": lambda rng: impact.walk(rng, 4, 0.5, 0.5),
    "knocks": lambda rng: impact.knocks(rng, (0.0, 0.3)),
    "rustle": lambda rng: impact.rustle(rng, 1.0),
    "scream": distress.scream,
    "crying": lambda rng: distress.crying(rng, 6.0),
    "cough": lambda rng: breath.cough(rng, 2),
    "snoring": lambda rng: breath.snoring(rng, 1),
    "water": lambda rng: background.running_water(rng, 1.0),
    "music": lambda rng: background.music(rng, 3.0),
    "trolley": lambda rng: background.trolley(rng, 2.0),
}


def made(maker: Maker, seed: int) -> Sound:
    return maker(np.random.default_rng(seed))


def loudness(sound: Sound) -> np.ndarray:
    """Effective value of each hundredth of a second."""
    frame = count(0.01)
    return np.sqrt(np.mean(sound[: sound.size // frame * frame].reshape(-1, frame) ** 2, axis=1))


def share_between(sound: Sound, low_hz: float, high_hz: float) -> float:
    """Share of the energy between two frequencies."""
    energy = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(sound.size, 1.0 / RATE_HZ)
    return float(energy[(hertz >= low_hz) & (hertz < high_hz)].sum() / energy.sum())


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS.keys())
def test_one_seed_makes_one_sound_and_another_seed_another(maker: Maker) -> None:
    first = made(maker, 1)
    assert np.array_equal(first, made(maker, 1))
    other = made(maker, 2)
    assert first.shape != other.shape or not np.array_equal(first, other)


@pytest.mark.parametrize("maker", MAKERS.values(), ids=MAKERS.keys())
def test_a_sound_is_finite_and_loud_enough_to_place(maker: Maker) -> None:
    sound = made(maker, 3)
    assert np.isfinite(sound).all()
    assert 0.1 < np.abs(sound).max() <= 2.0


@pytest.mark.parametrize("seed", range(8))
def test_a_fall_strikes_when_it_says_and_is_dull_and_uneven(seed: int) -> None:
    sound, strikes_s = fall(np.random.default_rng(seed), stumble=False, furniture=False)
    loud = loudness(sound)
    struck = int(np.argmax(loud > 0.2 * loud.max()))
    assert struck * 0.01 == pytest.approx(strikes_s, abs=0.05)
    assert share_between(sound, 0.0, 500.0) > 0.5
    assert np.abs(sound).max() / np.sqrt(np.mean(sound**2)) > 5.0


@pytest.mark.parametrize("seed", range(4))
def test_a_scream_is_high_and_crying_comes_in_breaths(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert share_between(distress.scream(rng), 600.0, 4000.0) > 0.8
    loud = loudness(distress.crying(rng, 8.0))
    assert np.mean(loud < 0.1 * loud.max()) > 0.1


def test_a_tilt_takes_as_many_decibels_an_octave_as_it_says() -> None:
    noise = np.random.default_rng(5).standard_normal(count(4.0))
    fallen = tilted(noise, 100.0, -6.0)
    ratio = share_between(fallen, 500.0, 1000.0) / share_between(fallen, 1000.0, 2000.0)
    # An octave higher is twice as wide and 6 dB weaker: half the energy.
    assert 10.0 * np.log10(ratio) == pytest.approx(3.0, abs=0.5)
