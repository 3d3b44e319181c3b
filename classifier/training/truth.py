"""What the right scores would have been at each decision of a scene."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifier.training.labels import TARGETS
from classifier.training.scenes import Event

_LEAD_S = {"fall": 0.25, "scream": 0.35, "spoken_call": 0.9, "cry": 0.6, "baby_cry": 0.6}
"""Heard for this long, or to its end, a sound can be told."""
_TAIL_S = {"fall": 1.2, "scream": 0.6, "spoken_call": 1.0, "cry": 0.6, "baby_cry": 0.6}
"""For so long after its end the scores may still say so."""
_SAID_S = 1.0
"""For so long after its end a text has just been said."""
_FADE_S = 2.9
"""The network's memory: until then a sound that is over is neither wanted nor wrong."""

_RIVALS = {"scream": ("cry", "baby_cry"), "cry": ("scream",), "baby_cry": ("scream",)}
"""Listeners seldom agree where one ends and the other begins, and a nurse needs one word..."""
_LIGHTLY = 0.3
"""...so they are taught apart, with this weight."""

URGENT = ("fall", "scream")
_EARLY_S, _EARLY = 1.2, 4.0
_LATE_S, _LATE = 2.0, 0.5
"""What is urgent weighs more while it begins, and less once it should have been told."""


def rasterise(
    events: Sequence[Event], times_s: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Wanted scores, 0 to 1, and how much each of them counts, [decisions, targets]."""
    wanted = np.zeros((len(times_s), len(TARGETS)), np.float32)
    counts = np.ones_like(wanted)
    for event in events:
        near = (times_s > event.onset_s) & (times_s <= event.offset_s + _FADE_S)
        for target in event.targets | event.unsure:
            counts[near, TARGETS.index(target)] = 0.0
    for event in events:
        for rival in _rivals(event):
            counts[_audible(event, rival, times_s), TARGETS.index(rival)] = _LIGHTLY
    for event in events:
        for target in event.targets:
            at = _audible(event, target, times_s)
            wanted[at, TARGETS.index(target)] = 1.0
            counts[at, TARGETS.index(target)] = _weights(target, times_s[at])
    return wanted, counts


def said_at(
    events: Sequence[Event], times_s: NDArray[np.float64], vocabulary: Sequence[str]
) -> NDArray[np.int64]:
    """The place in the vocabulary of the text that has just been said, 0 for none. [decisions]

    -1, which does not count, while a call is being said: its beginning may be a call itself.
    """
    said = np.zeros(len(times_s), np.int64)
    for event in events:
        if "spoken_call" in event.targets:
            said[(times_s >= event.onset_s + 0.3) & (times_s <= event.offset_s + _FADE_S)] = -1
    for event in events:
        if event.text:
            just = (times_s >= event.offset_s - 0.1) & (times_s <= event.offset_s + _SAID_S)
            said[just] = vocabulary.index(event.text)
    return said


def _rivals(event: Event) -> set[str]:
    rivals = {rival for target in event.targets for rival in _RIVALS.get(target, ())}
    return rivals - event.targets


def _weights(target: str, heard_s: NDArray[np.float64]) -> NDArray[np.float32]:
    """How much the decisions [n] count that can tell a sound; the first of them are early."""
    weights = np.ones(len(heard_s), np.float32)
    if target in URGENT:
        weights[heard_s <= heard_s[:1] + _EARLY_S] = _EARLY
        weights[heard_s > heard_s[:1] + _LATE_S] = _LATE
    return weights


def _audible(event: Event, target: str, times_s: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The decisions that can tell, or still may; under the bed nobody hears it."""
    rises_s = event.onset_s if event.rises_s is None else max(event.onset_s, event.rises_s)
    first_s = min(rises_s + _LEAD_S.get(target, 0.3), event.offset_s)
    last_s = event.offset_s + _TAIL_S.get(target, 0.3)
    audible: NDArray[np.bool_] = (times_s >= first_s) & (times_s <= last_s)
    return audible


def decision_times_s(decisions: int, hop_s: float, patch_s: float) -> NDArray[np.float64]:
    """Ends of the windows, seconds."""
    ends_s: NDArray[np.float64] = patch_s + hop_s * np.arange(decisions, dtype=np.float64)
    return ends_s
