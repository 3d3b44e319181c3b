"""Where the teacher contradicts a label: a doubt for a person to settle, never a verdict."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.training.clips import Clip
from classifier.training.teacher import NAMES

_LOUD = (8, 9, 11, 12, 13, 14)
"""Voices raised without words."""
_TEARS = (22, 23, 24, 25, 26, 38)
_EFFORT = (39, 44)
_BLOWS = (354, 358, 359, 360, 426, 427, 460, 466, 468, 469, 470)
_SPEECH = (0, 7)
_BESIDE = {"speech": _SPEECH, "laugh_cough": (16, 47, 49), "music": (27, 137)}
_SURE = 0.5
_HARDLY = 0.03


def is_doubtful(clip: Clip) -> bool:
    """Whether to ask at all: not of rooms, of what is never drawn, nor of voices made to say it."""
    return clip.label != "rir" and clip.meaning.weight > 0.0 and not clip.text


def doubt(clip: Clip, scores: NDArray[np.float32]) -> str:
    """What speaks against the label: the teacher's scores [527]; empty if nothing does."""
    if clip.label == "other":
        return _made_light_of(clip, scores)
    expected = _expected(clip)
    if scores[list(expected)].max() >= _HARDLY:
        return ""
    others = [place for place in NAMES if place not in {*expected, *_meant(clip)}]
    strongest = max(others, key=lambda place: float(scores[place]))
    if scores[strongest] < _SURE:
        return ""
    return (
        f"{_said(scores, [strongest])}; of its own label {_said(scores, _best(scores, expected))}"
    )


def _expected(clip: Clip) -> Sequence[int]:
    """Classes of which one at least should be heard."""
    targets = clip.meaning.targets | clip.meaning.unsure
    if "spoken_call" in clip.meaning.targets:
        return (*_SPEECH, *_LOUD)
    if "fall" in targets:
        return _BLOWS
    return (*_LOUD, *_TEARS, *_EFFORT)


def _meant(clip: Clip) -> set[int]:
    """Classes that the label names beside its own: in a shouted phrase there is speech."""
    return {
        place
        for target, heard in _BESIDE.items()
        if target in clip.meaning.targets
        for place in heard
    }


def _made_light_of(clip: Clip, scores: NDArray[np.float32]) -> str:
    """An ordinary sound in which the teacher is sure of a scream or of tears."""
    known = clip.meaning.targets | clip.meaning.unsure
    alarming: list[int] = []
    if not known & {"scream"}:
        alarming.append(14)
    if not known & {"cry", "baby_cry"}:
        alarming += [22, 23]
    sure = [place for place in alarming if scores[place] >= _SURE]
    return _said(scores, sure)


def _best(scores: NDArray[np.float32], places: Sequence[int]) -> list[int]:
    return [max(places, key=lambda place: float(scores[place]))]


def _said(scores: NDArray[np.float32], places: Sequence[int]) -> str:
    return ", ".join(f"{NAMES[place]} {scores[place]:.2f}" for place in places)
