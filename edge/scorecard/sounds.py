"""All that is known of a scene's sounds: the JSON file that may lie beside its label file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from classifier.training.labels import EVENT_OF
from edge.labels import Labelled

ROUNDED_S = 0.02
"""Label files round to hundredths of a second."""

Seconds = Annotated[float, Meta(ge=0)]


class SoundsRefused(ValueError):
    """A side file that cannot be read; the text names the file, the field and the remedy."""


class Sound(Struct, frozen=True):
    """One sound of a scene; what is unknown of it is null or left out."""

    onset_s: Seconds
    """Seconds into the recording."""
    offset_s: Seconds
    targets: tuple[str, ...] = ()
    """What it is for the model, such as `scream`; nothing for an ordinary sound."""
    unsure: tuple[str, ...] = ()
    """What it may be."""
    sublabel: str | None = None
    source: str | None = None
    group: str | None = None
    """The recording, speaker or session it was taken from."""
    snr_db: float | None = None
    """Level while it sounds, over the bed."""
    distance_m: Annotated[float, Meta(ge=0)] | None = None
    """From the microphone."""
    rises_s: Seconds | None = None
    """When it first is as loud as the bed."""
    text: str | None = None
    """What is said."""


def read_sounds(recording: Path) -> tuple[Sound, ...]:
    """The sounds of a recording, from the side file of its name; empty where there is none.

    Raises:
        SoundsRefused: it is there and cannot be read.
    """
    path = recording.with_suffix(".json")
    if not path.exists():
        return ()
    try:
        return msgspec.json.decode(path.read_bytes(), type=tuple[Sound, ...])
    except (OSError, msgspec.MsgspecError) as error:
        raise SoundsRefused(f"{path}: {error}: make the scenes again, or remove it") from None


def sound_of(sounds: Iterable[Sound], labelled: Labelled) -> Sound | None:
    """The sound that a label was written for; None where the side file has none."""
    near = [
        sound
        for sound in sounds
        if abs(sound.onset_s - labelled.onset_s) <= ROUNDED_S
        and abs(sound.offset_s - labelled.offset_s) <= ROUNDED_S
    ]
    # Two sounds may share their times, a bed and another that lasts as long: the meaning decides.
    fitting = [sound for sound in near if labelled.label in _events(sound)]
    return next(iter(fitting or near), None)


def _events(sound: Sound) -> set[str]:
    return {EVENT_OF[target] for target in sound.targets if target in EVENT_OF}
