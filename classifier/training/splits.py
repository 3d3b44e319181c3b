"""Who may teach, who tunes and who judges: no group, and no family of voices, is in two parts."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from classifier.training.clips import Clip

TRAIN, TUNE, TEST, HELD = "train", "tune", "test", "held"
_EVERY = 8
"""One unit in eight tunes, one in eight tests."""
_RAREST = ("fall", "cry", "call", "other", "rir")

HELD_SOURCES = (
    "Tonejs/audio",
    "Debian lugaru",
    "Debian warmux",
    "scream student repos",
    "caneuro",
    "Debian openarena",
    "cxong",
    "giulbia",
    "Debian wesnoth",
    "marc-moreaux/kitchen20",
    "speech synthesis: piper",
    "speech synthesis: festival",
    "Debian ufoai",
    "Debian fillets-ng-data-cs",
    "Debian klettres",
    "tyiannak",
    "librosa",
    "IBM",
    "hkveeranki",
    "voxserv",
)
"""Sources that never teach when whole sources are held out: the nearest thing to a new house."""


def unit(clip: Clip) -> str:
    """What must stay together: voices of one timbre, else one recording or speaker."""
    return clip.family or clip.group


def split(clips: Sequence[Clip], held_sources: Collection[str] = ()) -> list[str]:
    """Name the part of each clip; the same clips give the same parts for ever.

    Each folder is dealt out by itself, and who was met in an earlier one stays in that part: a
    folder that is added moves nobody. Of a unit in a held source, nothing teaches at all.
    """
    held = {unit(clip) for clip in clips if clip.source.startswith(tuple(held_sources))}
    part_of: dict[str, str] = {}
    for folder in dict.fromkeys(clip.folder for clip in clips):
        part_of = _parts([clip for clip in clips if clip.folder == folder]) | part_of
    return [
        HELD if unit(clip) in held else TRAIN if clip.label == "rir" else part_of[unit(clip)]
        for clip in clips
    ]


def _parts(clips: Sequence[Clip]) -> dict[str, str]:
    """Part of each unit of one folder.

    Units are dealt out in the order of their hash within each kind, so that every kind with four
    like units or more is in every part. A unit that is more than a quarter of its kind teaches, and
    so do impulse responses.
    """
    labels: dict[str, set[str]] = defaultdict(set)
    strata: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for clip in clips:
        labels[unit(clip)].add(clip.label)
    for clip in clips:
        rarest = next(label for label in _RAREST if label in labels[unit(clip)])
        strata[(rarest, clip.source if clip.family else "")][unit(clip)] += 1
    return {name: part for names in strata.values() for name, part in _deal(names).items()}


def _deal(units: Counter[str]) -> dict[str, str]:
    most = units.total() / 4
    small = [name for name, clips in units.items() if clips <= most]
    ordered = sorted(small, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
    parts = {0: TEST, 1: TUNE} if len(units) >= 3 else {}
    dealt = {name: parts.get(place % _EVERY, TRAIN) for place, name in enumerate(ordered)}
    return dict.fromkeys(units, TRAIN) | dealt
