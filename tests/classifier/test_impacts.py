"""Blows computed from physics: whatever chance brings, they sound."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

pytest.importorskip("scipy", reason="needs the train extra: pip install '.[train]'")

from classifier.training import impacts

Maker = Callable[[np.random.Generator], NDArray[np.float32]]


@pytest.mark.parametrize("maker", [impacts.slam, impacts.bounces, impacts.door, impacts.furniture])
def test_every_blow_sounds_and_fills_its_scale(maker: Maker) -> None:
    for seed in range(10):
        assert loudest(maker(np.random.default_rng(seed))) == pytest.approx(1.0, abs=1e-5)


def test_a_stumble_is_not_yet_a_fall() -> None:
    for seed in range(30):
        sound, lands_s = impacts.fall(np.random.default_rng(seed))
        before, after = np.split(sound, [int(lands_s * impacts.RATE_HZ)])
        assert loudest(after) == pytest.approx(1.0, abs=1e-5)
        assert loudest(before) < 0.9


def test_a_door_that_rattles_before_it_opens_is_cut_at_the_beginning() -> None:
    assert loudest(impacts.door(np.random.default_rng(1308))) == pytest.approx(1.0, abs=1e-5)


def loudest(sound: NDArray[np.float32]) -> float:
    assert np.isfinite(sound).all()
    return float(np.abs(sound).max())
