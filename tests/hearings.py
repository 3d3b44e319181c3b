"""What a model might have made of a recording, made by hand, and scenes to hold it against."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from classifier.features import LogMelSpec
from classifier.manifest import Label as Output
from classifier.manifest import Manifest, Part
from classifier.scores import Scores
from edge.labels import parse_labels
from edge.scorecard.hearing import Hearing, pack
from edge.scorecard.sounds import Sound
from edge.scorecard.trial import Scene

HOP_S = 0.5
FILE = Part("none", "0" * 64)
MANIFEST = Manifest(
    name="made-by-hand",
    version="1",
    model=FILE,
    filterbank=FILE,
    front_end=LogMelSpec(),
    patch_frames=100,
    hop_frames=50,
    labels=(
        Output("fall", "fall", 0.5),
        Output("scream", "call", 0.5),
        Output("spoken_call", "call", 0.6),
        Output("cry", "cry", 0.5),
        Output("speech", None, 0.5),
    ),
)


def a_hearing(heard: Mapping[str, Mapping[float, float]], seconds: float = 60.0) -> Hearing:
    """A decision every half second: nothing but the scores given, by output and time."""
    names = [output.name for output in MANIFEST.labels]
    decisions = []
    for number in range(2, int(seconds / HOP_S) + 1):
        at_s = number * HOP_S
        values = tuple(heard.get(name, {}).get(at_s, 0.0) for name in names)
        decisions.append(Scores(at_s, values, -60.0, at_s - HOP_S))
    return pack(MANIFEST, decisions, int(seconds * 16_000))


def lasting(begins_s: float, ends_s: float, score: float) -> dict[float, float]:
    """The same score at every decision of a stretch."""
    return {float(at_s): score for at_s in np.arange(begins_s, ends_s + 0.01, HOP_S)}


def a_scene(
    labels: str, sounds: Sequence[Sound] = (), seconds: float = 60.0, name: str = "a.flac"
) -> Scene:
    """A recording with these labels, `onset offset label` a line."""
    text = "\n".join("\t".join(line.split()) for line in labels.splitlines())
    return Scene(Path(name), seconds / 3600.0, parse_labels(text, name), sounds)
