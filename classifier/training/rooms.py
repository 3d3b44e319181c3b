"""Rooms to hear sounds in: simulated impulse responses, measured ones, microphones."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Metres = NDArray[np.float64]
RATE_HZ = 16_000
_TAPS = 9600
"""0.6 s: what a furnished bedroom leaves after that is below its noise floor."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Impulse responses, room by room."""

    responses: NDArray[np.float16]
    """Shape [rooms, places, taps]; the direct sound begins at tap 0 and has energy about one."""

    @classmethod
    def load(cls, path: Path) -> "Rooms":
        """Read what `build_rooms` wrote."""
        return cls(np.load(path))


def build_rooms(
    path: Path, count: int, places: int, seed: int, measured: list[Samples] | None = None
) -> None:
    """Simulate `count` bedrooms by image sources (Allen and Berkley 1979) and save them as float16.

    Sides 2.4 to 7 m, height 2.3 to 3 m, reverberation 0.15 to 0.9 s, sources 0.7 to 6 m from the
    microphone, one in six behind a closed door. Measured responses, if given, become rooms whose
    places all share one response.
    """
    rng = np.random.default_rng(seed)
    rooms = [_simulate(rng, places) for _ in range(count)]
    rooms += [np.stack([_trim(response)] * places) for response in measured or []]
    np.save(path, np.stack(rooms).astype(np.float16))


def _simulate(rng: np.random.Generator, places: int) -> Samples:
    import pyroomacoustics as pra

    size = np.array([rng.uniform(2.4, 7.0), rng.uniform(2.4, 5.5), rng.uniform(2.3, 3.0)])
    rt60_s = float(rng.uniform(0.15, 0.9))
    try:
        absorption, order = pra.inverse_sabine(rt60_s, size)
    except ValueError:  # a room this large cannot be this dead
        absorption, order = 0.9, 3
    room = pra.ShoeBox(
        size, fs=RATE_HZ, materials=pra.Material(min(absorption, 0.95)), max_order=min(order, 12)
    )
    microphone = size * rng.uniform(0.1, 0.9, 3)
    room.add_microphone(microphone)
    for _ in range(places):
        room.add_source(_place(rng, size, microphone))
    room.compute_rir()
    return np.stack([_finish(rng, np.asarray(one), rt60_s) for one in room.rir[0]])


def _place(rng: np.random.Generator, size: Metres, microphone: Metres) -> Metres:
    for _ in range(20):
        place = size * rng.uniform(0.06, 0.94, 3)
        if 0.7 <= np.linalg.norm(place - microphone) <= 6.0:
            break
    return place


def _finish(rng: np.random.Generator, response: Samples, rt60_s: float) -> Samples:
    """Diffuse tail where the image sources end, air and furniture above, a door now and then."""
    trimmed = _trim(response)
    time_s = np.arange(_TAPS) / RATE_HZ
    decay = np.exp(-6.91 * time_s / rt60_s)
    mixing = int(0.04 * RATE_HZ)
    level = np.sqrt(np.mean(trimmed[mixing : 2 * mixing] ** 2)) / decay[mixing + mixing // 2]
    tail = rng.standard_normal(_TAPS) * decay * level
    tail[: 2 * mixing] *= np.linspace(0.0, 1.0, 2 * mixing) ** 2
    return _darken(trimmed + 0.7 * tail, rng, door=rng.random() < 1 / 6)


def _darken(response: Samples, rng: np.random.Generator, *, door: bool) -> Samples:
    spectrum = np.fft.rfft(response)
    hertz = np.fft.rfftfreq(len(response), 1 / RATE_HZ)
    cut_hz = rng.uniform(300.0, 900.0) if door else rng.uniform(3000.0, 9000.0)
    spectrum /= np.sqrt(1.0 + (hertz / cut_hz) ** 2)
    return np.fft.irfft(spectrum, len(response)).astype(np.float32)


def _trim(response: Samples) -> Samples:
    """From just before the direct sound, at unit energy, cut or padded to the common length."""
    first = int(np.argmax(np.abs(response) > 0.3 * np.abs(response).max()))
    cut = response[max(0, first - 16) :][:_TAPS]
    cut = np.pad(cut, (0, _TAPS - len(cut)))
    unit: Samples = (cut / np.sqrt(np.sum(cut**2) + 1e-12)).astype(np.float32)
    return unit


def microphone_curve(rng: np.random.Generator, samples: Samples) -> Samples:
    """A cheap microphone's response: low cut, high cut, a presence bump, a random tilt."""
    spectrum = np.fft.rfft(samples)
    hertz = np.maximum(np.fft.rfftfreq(len(samples), 1 / RATE_HZ), 1.0)
    gain_db = rng.uniform(-3.0, 3.0) * np.log2(hertz / 1000.0)
    bump_hz, bump_db = rng.uniform(1500.0, 6000.0), rng.uniform(-4.0, 8.0)
    gain_db += bump_db * np.exp(-((np.log2(hertz / bump_hz)) ** 2) / 0.5)
    low_hz = rng.uniform(20.0, 150.0)
    gain = 10.0 ** (np.clip(gain_db, -20.0, 20.0) / 20.0) / np.sqrt(1.0 + (low_hz / hertz) ** 4)
    return np.fft.irfft(spectrum * gain, len(samples)).astype(np.float32)
