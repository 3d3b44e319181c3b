"""Rooms to hear sounds in: simulated impulse responses, and measured ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Metres = NDArray[np.float64]
RATE_HZ = 16_000
_TAPS = 9600
"""0.6 s: what a furnished bedroom leaves after that is below its noise floor."""
NEAREST_M, FURTHEST_M = 0.7, 6.0
"""From a source to the microphone."""
PLACES = 6
"""In a room, from which something may sound."""


@dataclass(frozen=True, slots=True)
class Room:
    """One room with one microphone, and the places from which something may sound."""

    responses: NDArray[np.float16]
    """Shape [places, taps]; the direct sound begins at tap 0 and has energy about one."""
    distances_m: Metres
    """Shape [places], to the microphone; NaN where nobody measured."""

    def place(self, rng: np.random.Generator) -> tuple[Samples, float | None]:
        """Draw a place: its response [taps], and its distance in metres where known."""
        number = rng.integers(len(self.responses))
        distance_m = float(self.distances_m[number])
        known_m = None if np.isnan(distance_m) else round(distance_m, 2)
        return self.responses[number].astype(np.float32), known_m


@dataclass(frozen=True, slots=True)
class Rooms:
    """Impulse responses, room by room."""

    responses: NDArray[np.float16]
    """Shape [rooms, places, taps]."""
    distances_m: Metres
    """Shape [rooms, places]; NaN where unknown."""

    @classmethod
    def load(cls, path: Path) -> "Rooms":
        """Read what `build_rooms` wrote; rooms without a file of distances have unknown ones."""
        responses = np.load(path)
        distances = _distances_of(path)
        known = distances.exists()
        return cls(responses, np.load(distances) if known else np.full(responses.shape[:2], np.nan))

    def room(self, rng: np.random.Generator) -> Room:
        """Draw one."""
        number = rng.integers(len(self.responses))
        return Room(self.responses[number], self.distances_m[number])


def build_rooms(
    path: Path, count: int, places: int, seed: int, measured: Sequence[Samples] = ()
) -> None:
    """Simulate `count` bedrooms and save them as float16, their distances in a second file.

    Measured responses, if given, become rooms of their own.
    """
    rng = np.random.default_rng(seed)
    rooms = [simulate_room(rng, places) for _ in range(count)]
    rooms += [measured_room(response, places) for response in measured]
    np.save(_distances_of(path), np.stack([room.distances_m for room in rooms]))
    np.save(path, np.stack([room.responses for room in rooms]))


def measured_room(response: Samples, places: int = 1) -> Room:
    """A room whose places all share one measured response, at a distance that nobody noted."""
    responses = np.stack([_trim(response)] * places).astype(np.float16)
    return Room(responses, np.full(places, np.nan))


def simulate_room(rng: np.random.Generator, places: int, nearest_m: float = NEAREST_M) -> Room:
    """A bedroom by image sources (Allen and Berkley 1979).

    Sides 2.4 to 7 m, height 2.3 to 3 m, reverberation 0.15 to 0.9 s, sources up to 6 m from the
    microphone, one in six behind a closed door.
    """
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
    sources = [_place(rng, size, microphone, nearest_m) for _ in range(places)]
    for source in sources:
        room.add_source(source)
    room.compute_rir()
    finished = np.stack([_finish(rng, np.asarray(one), rt60_s) for one in room.rir[0]])
    distances_m = np.array([np.linalg.norm(source - microphone) for source in sources])
    return Room(finished.astype(np.float16), distances_m)


def _distances_of(rooms: Path) -> Path:
    return rooms.with_name(f"{rooms.stem}-distances.npy")


def _place(rng: np.random.Generator, size: Metres, microphone: Metres, nearest_m: float) -> Metres:
    for _ in range(20):
        place = size * rng.uniform(0.06, 0.94, 3)
        if nearest_m <= np.linalg.norm(place - microphone) <= FURTHEST_M:
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
