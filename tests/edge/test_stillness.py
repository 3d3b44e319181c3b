"""A microphone that is muted or broken is told from a quiet room."""

import numpy as np
import pytest

from edge.ring import Frames
from edge.stillness import Stillness


def length_of(*blocks: Frames) -> int:
    stillness = Stillness()
    for block in blocks:
        stillness.push(block)
    return stillness.frames


def constant(*values: float) -> Frames:
    return np.tile(np.array(values, np.float32), (100, 1))


QUIET = (np.random.default_rng(3).integers(-1, 2, (100, 2)) / 32_768).astype(np.float32)
"""The last bit of a real converter, in the quietest of rooms."""


@pytest.mark.parametrize("values", [(0.0, 0.0), (-1.0, -1.0), (0.25, 0.0)])
def test_a_constant_is_still_whatever_its_value(values: tuple[float, float]) -> None:
    assert length_of(*[constant(*values)] * 11) == 1000


def test_a_quiet_room_is_not_still() -> None:
    assert length_of(*[QUIET] * 11) == 0


def test_one_live_channel_is_enough() -> None:
    live = np.stack([QUIET[:, 0], np.zeros(100, np.float32)], axis=1)
    assert length_of(*[live] * 11) == 0


def test_one_sound_begins_the_count_anew() -> None:
    silent = constant(0.0, 0.0)
    assert length_of(*[silent] * 5, QUIET, *[silent] * 3) == 200
