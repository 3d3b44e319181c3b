"""What a model promises: its files' checksums, its front end, its labels and thresholds."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import numpy as np
from msgspec import Meta, Struct
from numpy.typing import NDArray

from classifier.errors import ModelRefused
from classifier.features import LogMelSpec

BUNDLED = Path(__file__).parent / "models" / "room_sounds.json"
"""The model that the package carries."""

Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Meta(ge=1)]
Event = Literal["fall", "call", "cry"]
Threshold = Annotated[float, Meta(gt=0, lt=1)]
"""No score is quite 1."""


class OperatingPoint(Struct, frozen=True, forbid_unknown_fields=True):
    """What one threshold gave on the scenes that thresholds are chosen on."""

    threshold: Threshold
    recall: Annotated[float, Meta(ge=0, le=1)]
    """Share of the events found, where something sounds every few seconds."""
    false_per_dense_h: Annotated[float, Meta(ge=0)]
    """False alarms per hour there."""
    false_per_night: Annotated[float, Meta(ge=0)]
    """False alarms in the 10 h of a room-night, where something sounds every minute."""


class Label(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One output of the model."""

    name: Annotated[str, Meta(min_length=1)]
    event: Event | None
    """What the room hears in it; nothing for a distractor."""
    threshold: Threshold
    """A score from here on is evidence."""
    curve: Annotated[tuple[OperatingPoint, ...], Meta(max_length=12)] = ()
    """Rising thresholds, that above among them, each with about half the false alarms of the one
    before; empty where nothing was measured."""

    @property
    def measured(self) -> bool:
        """Whether its curve is one: what finds less makes up less, and the threshold is there."""
        pairs = zip(self.curve, self.curve[1:], strict=False)
        falls = all(
            lower.threshold < higher.threshold
            and lower.recall >= higher.recall
            and lower.false_per_dense_h > higher.false_per_dense_h
            and lower.false_per_night >= higher.false_per_night
            for lower, higher in pairs
        )
        return falls and self.threshold in {point.threshold for point in self.curve}


class Part(Struct, frozen=True, forbid_unknown_fields=True):
    """A file beside the manifest."""

    file: Annotated[str, Meta(pattern=r"^[\w.-]+$")]
    sha256: Sha256


class Manifest(Struct, frozen=True, forbid_unknown_fields=True):
    """A model in full, as `room_sounds.json` states it."""

    name: str
    version: str
    model: Part
    filterbank: Part
    """A NumPy file, float32 [bins, mels], designed by librosa."""
    front_end: LogMelSpec
    patch_frames: Count
    """Frames the model sees at once."""
    hop_frames: Count
    """Frames from one decision to the next."""
    labels: Annotated[tuple[Label, ...], Meta(min_length=1)]
    fresh_frames: Count | None = None
    """The last of them, where a model is given no others: it remembers what it made of those
    before."""

    @property
    def hop_s(self) -> float:
        """Seconds from one decision to the next."""
        return self.hop_frames * self.front_end.hop / self.front_end.sample_rate_hz

    def index(self, name: str) -> int:
        """Place of a label in the scores.

        Raises:
            ModelRefused: the model does not know it.
        """
        for place, label in enumerate(self.labels):
            if label.name == name:
                return place
        known = ", ".join(label.name for label in self.labels)
        raise ModelRefused(f"{self.name}: label {name!r} is unknown: use one of {known}")


def read_manifest(path: Path) -> Manifest:
    """Read and check a manifest.

    Raises:
        ModelRefused: it is missing, malformed, names a label twice, a curve is none, or what the
            model is given leaves frames out.
    """
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise ModelRefused(
            f"{path}: {error.strerror}: install the model again, or mend the path to its manifest"
        ) from None
    except msgspec.MsgspecError as error:
        raise ModelRefused(f"{path}: {error}: install the model again") from None
    patch, hop = manifest.patch_frames, manifest.hop_frames
    if manifest.fresh_frames and not hop <= manifest.fresh_frames <= patch:
        raise ModelRefused(
            f"{path}: fresh_frames: {manifest.fresh_frames}: a patch has {patch}, a hop {hop}: "
            "export the model again"
        )
    names = [label.name for label in manifest.labels]
    if len(set(names)) < len(names):
        raise ModelRefused(f"{path}: labels: a name appears twice: export the model again")
    for label in manifest.labels:
        if label.curve and not label.measured:
            raise ModelRefused(
                f"{path}: labels: curve of {label.name}: must fall as thresholds rise, "
                f"{label.threshold:g} among them: export the model again"
            )
    return manifest


def checked_bytes(manifest_path: Path, part: Part, field: str) -> bytes:
    """Content of a file beside the manifest.

    Raises:
        ModelRefused: it is missing or not the file the manifest was written for.
    """
    path = manifest_path.parent / part.file
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ModelRefused(
            f"{path}: {error.strerror}: {field} of {manifest_path.name}: install the model again"
        ) from None
    if hashlib.sha256(content).hexdigest() != part.sha256:
        raise ModelRefused(
            f"{path}: differs from {field}.sha256 of {manifest_path.name}: "
            "the file was changed or belongs to another version: install the model again"
        )
    return content


def read_filterbank(manifest_path: Path, manifest: Manifest) -> NDArray[np.float32]:
    """The filterbank, float32 [bins, mels].

    Raises:
        ModelRefused: missing, changed, or of another shape than the front end needs.
    """
    content = checked_bytes(manifest_path, manifest.filterbank, "filterbank")
    shape = manifest.front_end.filterbank_shape
    try:
        bank: NDArray[np.float32] = np.load(BytesIO(content), allow_pickle=False)
    except ValueError as error:
        raise ModelRefused(f"{manifest.filterbank.file}: {error}: export the model again") from None
    if bank.shape != shape or bank.dtype != np.float32:
        raise ModelRefused(
            f"{manifest.filterbank.file}: {bank.dtype} {bank.shape}: front_end needs float32 "
            f"{shape}: export the model again"
        )
    return bank
