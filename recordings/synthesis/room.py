"""A resident's room: where a sound is made decides how it reaches the microphone on the wall."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyroomacoustics as pra
from scipy.signal import fftconvolve

from recordings.synthesis.signal import RATE_HZ, Sound, band, count, gain, lay, rms, tilted, wander

FULL_SCALE_DB_SPL = 92.0
"""Sound pressure whose effective value is digital 1: a small microphone and its preamplifier."""

MICROPHONE_NOISE_DBFS = -70.0
"""The microphone's own hiss."""

_LOUDEST = 0.9
"""Where the preamplifier gives up, of full scale."""

_BANDS_HZ = (63.0, 125.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0)
_ABSORBED = (0.6, 0.65, 0.8, 0.9, 1.0, 1.15, 1.3)
"""Absorption in each band, as a share of that at 1 kHz."""

Point = tuple[float, float, float]
"""Metres from a corner of the floor."""

BED: Point = (0.9, 2.9, 0.7)
FLOOR_BY_BED: Point = (1.9, 2.4, 0.15)
ARMCHAIR: Point = (4.0, 0.9, 1.0)
MIDDLE: Point = (2.5, 1.9, 0.1)
STANDING: Point = (2.4, 2.1, 1.5)
TABLE: Point = (4.3, 2.8, 0.8)
TELEVISION: Point = (4.7, 1.4, 1.1)
WASHBASIN: Point = (0.5, 0.5, 0.9)
DOOR: Point = (3.4, 0.15, 1.1)


@dataclass(frozen=True, slots=True)
class Room:
    """A shoebox with its echo; the same for a whole scene."""

    size_m: Point = (5.0, 3.8, 2.6)
    absorption: float = 0.16
    """Share of the energy a wall keeps at 1 kHz: bare walls and a washable floor, 0.6 s of echo."""
    microphone: Point = (2.6, 3.7, 1.9)
    ventilation_db_spl: float = 38.0
    hum_db_spl: float = 26.0

    def heard(self, dry: Sound, place: Point, db_spl: float) -> Sound:
        """What the microphone gets of a sound with a level of `db_spl` at one metre, full scale 1.

        The level is that of the sound's own loud parts, so that pauses do not count.
        """
        wet = fftconvolve(dry / _active_rms(dry), _echo(self, place))
        return np.asarray(wet * gain(db_spl - FULL_SCALE_DB_SPL))

    def ambience(self, rng: np.random.Generator, samples: int) -> Sound:
        """What is always there: moving air, mains hum, the microphone's own noise."""
        air = tilted(rng.standard_normal(samples), 40.0, -6.0)
        air *= 1.0 + 0.1 * wander(rng, samples, 0.5)
        time = np.arange(samples) / RATE_HZ
        hum = sum(
            level * np.sin(2.0 * np.pi * hertz * time + rng.uniform(0.0, 6.28))
            for hertz, level in ((50.0, 1.0), (100.0, 0.7), (150.0, 0.2), (300.0, 0.1))
        )
        return (
            rms(air, gain(self.ventilation_db_spl - FULL_SCALE_DB_SPL))
            + rms(np.asarray(hum), gain(self.hum_db_spl - FULL_SCALE_DB_SPL))
            + rng.standard_normal(samples) * gain(MICROPHONE_NOISE_DBFS)
        )


def microphone(sound: Sound) -> Sound:
    """A cheap capsule and its preamplifier: no deep bass, a rise near 4 kHz, rounded peaks."""
    coloured = band(sound, 50.0, None) + 0.25 * band(sound, 2800.0, 5500.0, order=1)
    return np.asarray(_LOUDEST * np.tanh(coloured / _LOUDEST))


def through_wall(sound: Sound) -> Sound:
    """A sound from the corridor or the room next door."""
    return band(sound, None, 600.0, order=1)


def loudspeaker(sound: Sound) -> Sound:
    """What a television's small loudspeakers leave of a sound."""
    return np.tanh(1.5 * band(sound, 180.0, 6500.0))


@cache
def _echo(room: Room, place: Point) -> Sound:
    """Impulse response from `place`; the direct sound at one metre has gain 1.

    The first reflections are those of a shoebox; furniture scatters all later ones, so that they
    are noise that decays, in each band, as Sabine says, with the energy of a diffuse field.
    """
    absorption = room.absorption * np.array(_ABSORBED)
    octaves = {"coeffs": absorption[1:].tolist(), "center_freqs": list(_BANDS_HZ[1:])}
    material = pra.Material(octaves)
    shoebox = pra.ShoeBox(room.size_m, fs=RATE_HZ, materials=material, max_order=2)
    shoebox.add_source(list(place))
    shoebox.add_microphone(list(room.microphone))
    shoebox.compute_rir()
    early = np.asarray(shoebox.rir[0][0])
    rng = np.random.default_rng([round(1000 * metres) for metres in (*room.size_m, *place)])
    return lay([(0.0, early), (0.0, _diffuse(rng, room, absorption))])


def _diffuse(rng: np.random.Generator, room: Room, absorption: Sound) -> Sound:
    length, width, height = room.size_m
    volume = length * width * height
    surface = 2.0 * (length * width + length * height + width * height)
    time = np.arange(count(1.2)) / RATE_HZ
    rise = np.clip((time - 0.008) / 0.025, 0.0, 1.0)
    total = np.zeros(time.size)
    for centre_hz, absorbed in zip(_BANDS_HZ, absorption, strict=True):
        decay_s = 0.161 * volume / (absorbed * surface)
        energy = 16.0 * np.pi * (1.0 - absorbed) / (absorbed * surface)
        noise = band(
            rng.standard_normal(time.size), centre_hz / 1.41, min(7900.0, centre_hz * 1.41)
        )
        tail = noise / np.sqrt(np.mean(noise**2)) * rise * np.exp(-6.9 * time / decay_s)
        share = min(centre_hz * 1.41, 7900.0) - centre_hz / 1.41
        total += tail * np.sqrt(energy * share / (RATE_HZ / 2) / np.sum(tail**2))
    return total


def _active_rms(sound: Sound) -> float:
    """Effective value of the frames of 20 ms within 20 dB of the loudest."""
    frame = count(0.02)
    padded = np.pad(sound, (0, -sound.size % frame)).reshape(-1, frame)
    power = np.mean(padded**2, axis=1)
    return float(np.sqrt(power[power >= power.max() / 100.0].mean()))
