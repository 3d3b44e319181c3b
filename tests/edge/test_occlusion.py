"""Which part of a sound decided, asked of listeners whose mind is known."""

from collections.abc import Iterable, Iterator

import numpy as np
import pytest

from classifier.network import Memory
from edge.explain.occlusion import LEAD_S, HearAgain, Occlusion, Tone
from edge.explain.witness import Array, Window

STEP_S = 0.01
CENTRES_HZ = np.array([100.0, 300.0, 800.0, 1500.0, 3000.0, 6000.0])
PATCH, HOP = 100, 25
NO_MEMORY = ()


def a_sound(*parts: tuple[slice, slice]) -> Array:
    """Eight seconds of quiet, [frames, bands], and loud parts."""
    frames = np.full((800, len(CENTRES_HZ)), -6.0, np.float32)
    for when, bands in parts:
        frames[when, bands] = 0.0
    return frames


def loudness(patch: Array) -> tuple[float, ...]:
    """A listener that scores how loud the low bands of a window are, and how loud all are."""
    shares = (patch[:, :2] > -3.0).mean(), (patch > -3.0).mean()
    return tuple(float(1.0 / (1.0 + np.exp(-20.0 * (share - 0.1)))) for share in shares)


def hear_again(_memory: Memory, patches: Iterable[Array]) -> list[tuple[float, ...]]:
    return [loudness(patch) for patch in patches]


def heard(frames: Array) -> list[Window]:
    starts = range(0, len(frames) - PATCH + 1, HOP)
    return [
        Window(start, frames[start : start + PATCH], NO_MEMORY, loudness(frames[start:][:PATCH]))
        for start in starts
    ]


def asked(windows: list[Window], hear: HearAgain = hear_again) -> Occlusion:
    return Occlusion(windows, hear, CENTRES_HZ, STEP_S)


def test_of_two_sounds_the_one_that_moved_the_score_decided() -> None:
    thump, hiss = (slice(300, 325), slice(0, 2)), (slice(350, 375), slice(4, 6))
    windows = heard(a_sound(thump, hiss))
    part = asked(windows).explain([w for w in windows if w.scores[0] > 0.7], 0)
    assert 3.0 - 0.25 <= part.begins_s < part.ends_s <= 3.25 + 0.25
    assert part.tones == (Tone.LOW,)
    assert part.without < 0.2
    assert part.score > 0.7


def test_what_lasts_is_marked_as_far_as_it_lasts() -> None:
    windows = heard(a_sound((slice(300, 400), slice(0, 6))))
    part = asked(windows).explain([windows[12]], 1)
    assert (part.begins_s, part.ends_s) == (3.0, 4.0)
    assert part.tones == (Tone.LOW, Tone.MIDDLE, Tone.HIGH)


def test_nothing_is_marked_where_no_tone_counted() -> None:
    windows = heard(a_sound())
    part = asked(windows).explain([windows[4]], 0)
    assert part.tones == ()
    assert part.without == part.score


def test_a_model_with_memory_is_asked_about_what_came_before() -> None:
    """It says now what it heard a second and a half ago."""
    delay = 6

    def remember(past: Array, patches: Iterable[Array]) -> Iterator[tuple[Array, float]]:
        for patch in patches:
            past = np.append(past[1:], np.float32(loudness(patch)[0]))
            yield past, float(past[0])

    def recall(memory: Memory, patches: Iterable[Array]) -> list[tuple[float, ...]]:
        return [(score,) for _past, score in remember(memory[0], patches)]

    frames = a_sound((slice(300, 325), slice(0, 2)))
    windows, state = [], np.zeros(delay + 1, np.float32)
    for start in range(0, len(frames) - PATCH + 1, HOP):
        patch = frames[start : start + PATCH]
        ((after, score),) = remember(state, [patch])
        windows.append(Window(start, patch, (state,), (score,)))
        state = after
    late = max(windows, key=lambda window: window.scores[0])
    assert late.first > 325
    part = asked(windows, recall).explain([late], 0)
    assert part.begins_s <= 3.25
    assert part.ends_s >= 3.0
    assert part.slices[0].begins_s == pytest.approx(late.first * STEP_S - LEAD_S)
