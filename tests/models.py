"""The model that ships, made to hear an event in almost anything: there must be something to
compare."""

import shutil
from pathlib import Path

import msgspec
from msgspec.structs import replace

from classifier.manifest import BUNDLED, Manifest, read_manifest

TOUCHY = 0.001
"""Times its thresholds."""


def touchy(manifest: Manifest) -> Manifest:
    """Another one, for a classifier that is open."""
    labels = tuple(
        replace(label, threshold=TOUCHY * label.threshold, curve=()) for label in manifest.labels
    )
    return replace(manifest, labels=labels)


def touchy_model(folder: Path) -> Path:
    """A copy of its files; the path of the manifest."""
    for suffix in (".onnx", ".npy"):
        shutil.copy(BUNDLED.with_suffix(suffix), folder)
    path = folder / BUNDLED.name
    path.write_bytes(msgspec.json.encode(touchy(read_manifest(BUNDLED))))
    return path
