"""Score traces to replay through the rules: one decision every 0.48 s, written by hand."""

from collections.abc import Iterable, Mapping

from classifier.features import LogMelSpec
from classifier.manifest import Label, Manifest, Part
from classifier.scores import Scores

HOP_S = 0.48
PATCH_S = 0.96
SOUNDS = ("fall", "scream", "spoken_call", "cry", "baby_cry", "speech", "music", "snore")
THRESHOLD = 0.5

_EVENTS = {"fall": "fall", "scream": "call", "spoken_call": "call", "cry": "cry", "baby_cry": "cry"}
_NO_PART = Part("none", "0" * 64)

MANIFEST = Manifest(
    name="trace",
    version="1",
    model=_NO_PART,
    filterbank=_NO_PART,
    front_end=LogMelSpec(),
    patch_frames=96,
    hop_frames=48,
    labels=tuple(
        Label(name, _EVENTS.get(name), THRESHOLD)  # type: ignore[arg-type]
        for name in SOUNDS
    ),
)


def trace(
    steps: Iterable[Mapping[str, float]], level_dbfs: float = -60.0, begins_s: float = PATCH_S
) -> list[Scores]:
    """Scores of one decision a step; what a step does not name is 0. `dbfs` sets its level."""
    return [
        Scores(
            at_s=round(begins_s + HOP_S * number, 6),
            values=tuple(step.get(name, 0.0) for name in SOUNDS),
            level_dbfs=step.get("dbfs", level_dbfs),
            peak_s=round(begins_s + HOP_S * number - 0.3, 6),
        )
        for number, step in enumerate(steps)
    ]


def quiet(seconds: float) -> list[Mapping[str, float]]:
    """So much of nothing."""
    return [{}] * round(seconds / HOP_S)


def of(sound: str, seconds: float, score: float = 0.8) -> list[Mapping[str, float]]:
    """So much of a sound."""
    return [{sound: score, "dbfs": -30.0}] * max(1, round(seconds / HOP_S))
