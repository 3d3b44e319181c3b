"""Speech synthesisers that ship in packages: what each can say, and in whose voice."""

import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from shutil import which
from typing import Any

import numpy as np
import soundfile
import soxr

from recordings.synthesis.signal import RATE_HZ, Sound
from recordings.synthesis.speech import SPOKEN_HZ

_PICO = {
    "fr": ("fr-FR",),
    "en": ("en-GB", "en-US"),
    "de": ("de-DE",),
    "it": ("it-IT",),
    "es": ("es-ES",),
}
"""Its voices, by language."""
_FLITE = ("awb", "kal16", "rms")
"""English voices that no other synthesiser here speaks with."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice of one synthesiser."""

    name: str
    lang: str
    licence: str
    say: Callable[[str, float], Sound]
    """A text, so many times as quick, to its sound at 24 kHz."""


def pico_voices() -> list[Voice]:
    """SVOX Pico; none where its package is not installed."""
    try:
        import ttspico  # noqa: F401
    except ImportError:
        return []
    licence = "Apache-2.0 (SVOX Pico, as packaged in ttspico)"
    return [
        Voice(f"pico-{voice}", lang, licence, partial(_pico, voice))
        for lang, voices in _PICO.items()
        for voice in voices
    ]


def flite_voices() -> list[Voice]:
    """Flite; none where Debian's package is not installed."""
    if which("flite") is None:
        return []
    licence = "BSD-like (CMU Flite and its voices; Debian flite)"
    return [Voice(f"flite-{voice}", "en", licence, partial(_flite, voice)) for voice in _FLITE]


def _pico(voice: str, text: str, pace: float) -> Sound:
    engine = _pico_engine(voice)
    engine.rate = round(100 * pace)
    spoken = np.frombuffer(engine.speak(text), "<i2") / 32768.0
    return np.asarray(soxr.resample(spoken, RATE_HZ, SPOKEN_HZ, "HQ"))


@cache
def _pico_engine(voice: str) -> Any:
    import ttspico

    return ttspico.TtsEngine(voice)


def _flite(voice: str, text: str, pace: float) -> Sound:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "spoken.wav"
        slower = f"duration_stretch={1.0 / pace:.3f}"
        command = ["flite", "-voice", voice, "--setf", slower, "-t", text, "-o", str(path)]
        subprocess.run(command, check=True, capture_output=True)
        spoken, rate_hz = soundfile.read(path)
    return np.asarray(soxr.resample(spoken, rate_hz, SPOKEN_HZ, "HQ"))
