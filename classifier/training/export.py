"""From taught weights to what runs in the room: an ONNX file, a filterbank, a manifest."""

import hashlib
import io
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import torch
from numpy.typing import NDArray

from classifier.features import LogMelSpec
from classifier.manifest import Label, Manifest, Part
from classifier.training.design import filterbank
from classifier.training.eightbits import eight_bits
from classifier.training.labels import EVENT_OF, TARGETS
from classifier.training.network import HOP_FRAMES, PATCH_FRAMES, Ear
from classifier.training.room import FRESH_FRAMES, RoomEar
from classifier.training.slim import slim
from classifier.training.tune import Choice

Array = NDArray[np.float32]
OPSET = 17
DISTRACTOR_THRESHOLD = 0.5
"""Distractors raise nothing: their threshold only says that they are heard."""


def export(
    ear: Ear,
    choices: Mapping[str, Choice],
    version: str,
    manifest_path: Path,
    calibration: Sequence[Array] = (),
) -> Manifest:
    """Write the model, the filterbank and the manifest that names their checksums.

    Args:
        ear: the network.
        choices: threshold and curve of each target that raises events.
        version: of the model.
        manifest_path: where; the other files go beside it.
        calibration: patches [96, mels], hop by hop: with them its convolutions are in eight bits.
    """
    spec = LogMelSpec()
    name = manifest_path.stem
    manifest = Manifest(
        name=name.replace("_", "-"),
        version=version,
        model=_keep(manifest_path.with_suffix(".onnx"), _onnx(ear, calibration)),
        filterbank=_keep(manifest_path.with_suffix(".npy"), _npy(spec)),
        front_end=spec,
        patch_frames=PATCH_FRAMES,
        fresh_frames=FRESH_FRAMES,
        hop_frames=HOP_FRAMES,
        labels=tuple(_label(target, choices.get(target)) for target in TARGETS),
    )
    text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
    manifest_path.write_bytes(text + b"\n")
    return manifest


def _label(target: str, choice: Choice | None) -> Label:
    if choice is None:
        return Label(target, EVENT_OF.get(target), DISTRACTOR_THRESHOLD)
    return Label(target, EVENT_OF.get(target), choice.released.threshold, choice.curve)


def _onnx(ear: Ear, calibration: Sequence[Array]) -> bytes:
    room = RoomEar(ear).eval()
    patch = torch.zeros(1, FRESH_FRAMES, LogMelSpec().n_mels)
    remembered = ("state", "columns", "line")
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        path = Path(folder) / "ear.onnx"
        # It is called outdated, and says what it cannot simplify: `slim` does that.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            room,
            (patch, *room.nothing_seen()),
            path,
            input_names=["patch", *remembered],
            output_names=["scores", *(f"next_{port}" for port in remembered)],
            opset_version=OPSET,
            # The newer exporter is slower, and splits the weights into a second file.
            dynamo=False,
        )
        whole = path.read_bytes()
    return slim(eight_bits(whole, calibration) if len(calibration) else whole)


def _npy(spec: LogMelSpec) -> bytes:
    file = io.BytesIO()
    np.save(file, filterbank(spec), allow_pickle=False)
    return file.getvalue()


def _keep(path: Path, content: bytes) -> Part:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Part(path.name, hashlib.sha256(content).hexdigest())
