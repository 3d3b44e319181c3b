"""Blows made by physics: a body that falls, and the things that are mistaken for one.

Every blow is a contact (a burst of noise, low and long where things are soft) that excites modes
of the floor or of the thing struck. A body differs from an object in weight (modes under 200 Hz),
softness (little above 2 kHz), several unequal blows within a second that do not speed up as
bounces do, clothes that rub before and after, and a room that booms and rattles with it: recordings
of people who fall on purpose last 2 to 2.6 s, their peak is 8 to 14 times their mean, and YAMNet
takes them for thumps, slams, booms, sliding doors and explosions.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, sosfilt

Samples = NDArray[np.float32]
RATE_HZ = 16_000


def fall(rng: np.random.Generator) -> tuple[Samples, float]:
    """A person falls: stumble or slide, up to six blows within about a second, cloth. Peak 1; and
    when the first blow lands, seconds."""
    floor = _floor(rng)
    sound = np.zeros(int(rng.uniform(1.4, 2.9) * RATE_HZ), np.float32)
    start_s = rng.uniform(0.05, 0.9)
    _add(sound, max(0.0, start_s - 0.5), rng.uniform(0.01, 0.25) * _cloth(rng, 1.4))
    if rng.random() < 0.35:
        _scuffle(rng, sound, start_s, floor)
    answers = rng.random() < 0.65
    at_s, blows = start_s, int(rng.integers(1, 7))
    heaviest = int(rng.integers(0, min(blows, 3)))
    for blow in range(blows):
        weight = rng.uniform(0.75, 1.0) if blow == heaviest else rng.uniform(0.1, 0.7)
        hit = _blow(rng, floor, weight)
        _add(sound, at_s, weight * (_answered(rng, hit) if answers else hit))
        at_s += rng.uniform(0.03, 0.42)
    if rng.random() < 0.4:
        _add(sound, start_s + rng.uniform(-0.05, 0.6), rng.uniform(0.05, 0.5) * _knocked_over(rng))
    if rng.random() < 0.4:
        _add(sound, max(0.0, start_s - 0.3), rng.uniform(0.03, 0.6) * _slide(rng))
    return _peak(_weighty(rng, sound)), start_s


def slam(rng: np.random.Generator) -> Samples:
    """A door or cupboard: one hard blow, a latch just before or after, a panel that booms, at times
    the room with it."""
    sound = np.zeros(int(rng.uniform(0.5, 1.6) * RATE_HZ), np.float32)
    _add(sound, 0.05, _panel(rng, 10 ** rng.uniform(1.7, 2.5), rng.uniform(0.03, 0.2)))
    if rng.random() < 0.5:
        _add(sound, 0.05, rng.uniform(0.2, 1.0) * _boom(rng))
    latch_s = 0.05 + rng.uniform(-0.04, 0.12)
    _add(sound, max(0.0, latch_s), rng.uniform(0.1, 0.5) * _burst(rng, 0.001, 0.01, 1500.0, 7000.0))
    return _peak(sound)


def bounces(rng: np.random.Generator) -> Samples:
    """An object drops and bounces: hard, ever quieter and sooner, ringing by its size."""
    sound = np.zeros(int(rng.uniform(0.6, 1.4) * RATE_HZ), np.float32)
    low_hz = 10 ** rng.uniform(2.2, 3.3)
    body_hz = rng.uniform(low_hz, low_hz * rng.uniform(3.0, 8.0), 10)
    at_s, gap_s, loud = 0.02, rng.uniform(0.08, 0.35), 1.0
    for _ in range(int(rng.integers(1, 7))):
        _add(sound, at_s, loud * _modes(rng, body_hz, rng.uniform(0.01, 0.08)))
        _add(sound, at_s, loud * _burst(rng, 0.0007, 0.006, low_hz, 7500.0))
        at_s, gap_s, loud = (
            at_s + gap_s,
            gap_s * rng.uniform(0.5, 0.8),
            loud * rng.uniform(0.4, 0.8),
        )
    return _peak(sound)


def steps(rng: np.random.Generator) -> Samples:
    """Footsteps or knocks: alike and evenly spaced."""
    sound = np.zeros(int(rng.uniform(1.0, 3.0) * RATE_HZ), np.float32)
    floor, soft = _floor(rng), rng.random() < 0.6
    gap_s, at_s = rng.uniform(0.14, 0.7), 0.02
    while at_s < len(sound) / RATE_HZ - 0.1:
        weight = rng.uniform(0.1, 0.35)
        hit = _blow(rng, floor, weight) if soft else _burst(rng, 0.001, 0.02, 150.0, 3500.0)
        _add(sound, at_s, rng.uniform(0.6, 1.0) * hit)
        at_s += gap_s * rng.uniform(0.92, 1.08)
    return _peak(sound)


def door(rng: np.random.Generator) -> Samples:
    """A door in full: handle, hinges, leaf against frame once or thrice, and what rattles on it."""
    sound = np.zeros(int(rng.uniform(1.0, 2.6) * RATE_HZ), np.float32)
    at_s = rng.uniform(0.1, 0.9)
    handle = _burst(rng, 0.001, 0.012, 900.0, 6000.0)
    _add(sound, max(0.0, at_s - rng.uniform(0.1, 0.6)), rng.uniform(0.05, 0.5) * handle)
    if rng.random() < 0.4:
        _add(sound, 0.0, rng.uniform(0.02, 0.2) * _scrape(rng))
    leaf_hz, lasts_s = 10 ** rng.uniform(1.6, 2.5), rng.uniform(0.03, 0.2)
    loud, booms = 1.0, rng.random() < 0.5
    for _ in range(int(rng.integers(1, 4))):
        _add(sound, at_s, loud * _panel(rng, leaf_hz, lasts_s))
        if booms:
            _add(sound, at_s, loud * rng.uniform(0.2, 1.0) * _boom(rng))
        at_s += rng.uniform(0.04, 0.3)
        loud *= rng.uniform(0.15, 0.6)
    for _ in range(int(rng.integers(0, 5))):
        rattle = _burst(rng, 0.0007, 0.008, 1200.0, 7500.0)
        _add(sound, at_s + rng.uniform(-0.2, 0.3), rng.uniform(0.02, 0.25) * rattle)
    return _peak(sound)


def furniture(rng: np.random.Generator) -> Samples:
    """A chair, a bed or a table is moved: legs that scrape, then stand with a knock or two."""
    sound = np.zeros(int(rng.uniform(1.0, 3.0) * RATE_HZ), np.float32)
    at_s, floor = 0.02, _floor(rng)
    for _ in range(int(rng.integers(1, 4))):
        scrape = _scrape(rng) if rng.random() < 0.3 else _slide(rng)
        _add(sound, at_s, rng.uniform(0.2, 1.0) * scrape)
        at_s += len(scrape) / RATE_HZ + rng.uniform(-0.05, 0.2)
        if rng.random() < 0.7:
            wood_hz = 10 ** rng.uniform(2.2, 3.0)
            _add(sound, at_s, rng.uniform(0.2, 1.0) * _panel(rng, wood_hz, 0.03))
            _add(sound, at_s, rng.uniform(0.05, 0.4) * _blow(rng, floor, rng.uniform(0.1, 0.3)))
    return _peak(sound)


NOT_FALLS = (slam, door, bounces, steps, furniture)


def _floor(rng: np.random.Generator) -> tuple[float, float, float]:
    """(lowest mode, how long modes last, brightness of contact) of the floor.

    Concrete under linoleum: stiff, short. Joists and boards: low, long. Carpet: dull.
    """
    kind = rng.integers(3)
    if kind == 0:
        return rng.uniform(70.0, 160.0), rng.uniform(0.015, 0.06), rng.uniform(1200.0, 4500.0)
    if kind == 1:
        return rng.uniform(35.0, 110.0), rng.uniform(0.05, 0.25), rng.uniform(900.0, 3000.0)
    return rng.uniform(45.0, 140.0), rng.uniform(0.02, 0.08), rng.uniform(300.0, 1000.0)


def _blow(rng: np.random.Generator, floor: tuple[float, float, float], weight: float) -> Samples:
    """A limb or a trunk on the floor: what the floor makes of it, flesh, and a slap of skin."""
    lowest_hz, lasts_s, bright_hz = floor
    boom_hz = lowest_hz * (1.6 - 0.6 * weight)
    boom = _burst(rng, rng.uniform(0.003, 0.02), lasts_s, boom_hz, boom_hz * rng.uniform(2.0, 5.0))
    flesh = _burst(rng, 0.006, 0.02 + 0.05 * weight, 60.0, 0.5 * bright_hz)
    slap = _burst(rng, 0.002, rng.uniform(0.008, 0.04), 150.0, bright_hz)
    sound = np.zeros(max(len(boom), len(flesh), len(slap)), np.float32)
    for least, most, piece in ((0.4, 1.0, boom), (0.3, 1.0, flesh), (0.1, 0.8, slap)):
        _add(sound, 0.0, rng.uniform(least, most) * piece)
    return _peak(sound)


def _weighty(rng: np.random.Generator, sound: Samples) -> Samples:
    """With the floor's lowest tones as loud as they are under a body.

    Of recorded bodies that fall, what is below 80 Hz is 17 to 30 dB above the middle; of doors and
    cupboards some 13, of things that drop as loud.
    """
    sections = butter(2, rng.uniform(50.0, 130.0), fs=RATE_HZ, output="sos")
    more = 10 ** (rng.uniform(0.0, 25.0) / 20.0) - 1.0
    weighty: Samples = (sound + more * sosfilt(sections, sound)).astype(np.float32)
    return weighty


def _answered(rng: np.random.Generator, hit: Samples) -> Samples:
    """A blow and what the room makes of it: floor and walls boom, what stands on them rattles; at
    times a door or a cupboard is struck as well."""
    sound = np.zeros(int(1.7 * RATE_HZ), np.float32)
    _add(sound, 0.0, rng.uniform(0.2, 1.0) * hit)
    _add(sound, rng.uniform(0.0, 0.01), rng.uniform(0.4, 1.0) * _boom(rng))
    if rng.random() < 0.25:
        panel = _panel(rng, 10 ** rng.uniform(1.7, 2.4), rng.uniform(0.03, 0.2))
        _add(sound, 0.0, rng.uniform(0.2, 0.8) * panel)
    return _peak(sound)


def _boom(rng: np.random.Generator) -> Samples:
    sound = np.zeros(int(1.6 * RATE_HZ), np.float32)
    low_hz, lasts_s = 10 ** rng.uniform(1.5, 2.0), rng.uniform(0.08, 0.45)
    floor = _burst(rng, rng.uniform(0.004, 0.02), lasts_s, low_hz, low_hz * rng.uniform(3.0, 9.0))
    walls_s, walls_hz = lasts_s * rng.uniform(0.3, 0.8), rng.uniform(100.0, 250.0)
    walls = _burst(rng, rng.uniform(0.002, 0.01), walls_s, walls_hz, rng.uniform(700.0, 3500.0))
    _add(sound, 0.0, floor)
    _add(sound, 0.0, rng.uniform(0.2, 0.9) * walls)
    if rng.random() < 0.5:
        _rattle(rng, sound)
    return _peak(sound)


def _rattle(rng: np.random.Generator, sound: Samples) -> None:
    at_s, loud = rng.uniform(0.01, 0.06), rng.uniform(0.05, 0.4)
    for _ in range(int(rng.integers(4, 25))):
        low_hz, lasts_s = 10 ** rng.uniform(2.3, 3.3), rng.uniform(0.004, 0.03)
        click = _burst(rng, 0.0007, lasts_s, low_hz, low_hz * rng.uniform(2.0, 5.0))
        _add(sound, at_s, loud * rng.uniform(0.3, 1.0) * click)
        at_s += rng.exponential(0.03)
        loud *= 0.93


def _panel(rng: np.random.Generator, lowest_hz: float, lasts_s: float) -> Samples:
    """A panel struck on its edge: a hard click, a boom, and at times a ring."""
    boom = _burst(rng, 0.002, lasts_s, lowest_hz, lowest_hz * rng.uniform(2.0, 6.0))
    click = _burst(rng, 0.0005, rng.uniform(0.005, 0.03), 200.0, rng.uniform(2500.0, 7500.0))
    sound = np.zeros(max(len(boom), len(click)), np.float32)
    _add(sound, 0.0, rng.uniform(0.2, 1.0) * boom)
    _add(sound, 0.0, rng.uniform(0.3, 1.0) * click)
    if rng.random() < 0.3:
        _add(sound, 0.0, rng.uniform(0.1, 0.5) * _modes(rng, rng.uniform(60.0, 600.0, 12), lasts_s))
    return _peak(sound)


def _knocked_over(rng: np.random.Generator) -> Samples:
    """What a falling person takes along: a chair, a stick, a table with things on it."""
    sound = np.zeros(RATE_HZ, np.float32)
    at_s = 0.0
    for _ in range(int(rng.integers(1, 6))):
        low_hz = 10 ** rng.uniform(2.0, 3.2)
        _add(sound, at_s, rng.uniform(0.2, 1.0) * _burst(rng, 0.001, 0.03, low_hz, 6.0 * low_hz))
        at_s += rng.uniform(0.02, 0.25)
    return _peak(sound)


def _slide(rng: np.random.Generator) -> Samples:
    """Something drags along a wall or a floor, and rolls on."""
    length = int(rng.uniform(0.3, 1.0) * RATE_HZ)
    band = (rng.uniform(80.0, 300.0), rng.uniform(1000.0, 5000.0))
    sections = butter(1, band, "bandpass", fs=RATE_HZ, output="sos")
    swell = np.hanning(length) ** rng.uniform(0.3, 1.5)
    return _peak((sosfilt(sections, rng.standard_normal(length)) * swell).astype(np.float32))


def _scuffle(
    rng: np.random.Generator, sound: Samples, until_s: float, floor: tuple[float, float, float]
) -> None:
    at_s = 0.0
    while at_s < until_s:
        _add(sound, at_s, rng.uniform(0.05, 0.25) * _blow(rng, floor, rng.uniform(0.1, 0.3)))
        at_s += rng.uniform(0.1, 0.3)


def _modes(rng: np.random.Generator, hertz: NDArray[np.float64], lasts_s: float) -> Samples:
    """A thing that rings at these modes and, weaker, at many others between them."""
    many = np.concatenate([hertz, rng.uniform(hertz.min(), 2.0 * hertz.max(), 40)])
    loud = rng.exponential(1.0, (len(many), 1))
    loud[len(hertz) :] *= 0.5
    time_s = np.arange(int(min(1.0, 7.0 * lasts_s) * RATE_HZ)) / RATE_HZ
    decays = lasts_s * rng.uniform(0.3, 1.5, len(many)) * np.sqrt(many.min() / many)
    phases = 2.0 * np.pi * many[:, None] * time_s + rng.uniform(0.0, 6.28, (len(many), 1))
    rings = loud * np.sin(phases) * np.exp(-time_s / decays[:, None])
    return _peak(rings.sum(0).astype(np.float32))


def _burst(
    rng: np.random.Generator, rise_s: float, lasts_s: float, low_hz: float, high_hz: float
) -> Samples:
    time_s = np.arange(int((6.0 * lasts_s + rise_s) * RATE_HZ) + 32) / RATE_HZ
    shape = (1.0 - np.exp(-time_s / rise_s)) * np.exp(-time_s / lasts_s)
    band = (low_hz, min(max(high_hz, 1.5 * low_hz), 7800.0))
    sections = butter(2, band, "bandpass", fs=RATE_HZ, output="sos")
    return _peak((sosfilt(sections, rng.standard_normal(len(time_s))) * shape).astype(np.float32))


def _cloth(rng: np.random.Generator, duration_s: float) -> Samples:
    length = int(duration_s * rng.uniform(0.6, 1.4) * RATE_HZ)
    rubs = np.repeat(rng.exponential(1.0, length // 800 + 1), 800)[:length]
    smooth = np.convolve(rubs, np.hanning(1600) / 800.0, "same")[:length]
    sections = butter(2, (300.0, rng.uniform(2000.0, 6000.0)), "bandpass", fs=RATE_HZ, output="sos")
    return _peak((sosfilt(sections, rng.standard_normal(length)) * smooth).astype(np.float32))


def _scrape(rng: np.random.Generator) -> Samples:
    length = int(rng.uniform(0.2, 0.8) * RATE_HZ)
    wander = np.cumsum(rng.standard_normal(length)) / 200.0
    rate_hz = rng.uniform(30.0, 180.0) * (1.0 + 0.3 * wander)
    stick = np.clip(np.sin(2.0 * np.pi * np.cumsum(rate_hz) / RATE_HZ), 0.0, None)
    sections = butter(2, (200.0, rng.uniform(1500.0, 5000.0)), "bandpass", fs=RATE_HZ, output="sos")
    fade = np.hanning(length) ** 0.5
    return _peak((sosfilt(sections, rng.standard_normal(length)) * stick * fade).astype(np.float32))


def _add(sound: Samples, at_s: float, piece: Samples) -> None:
    start = max(0, int(at_s * RATE_HZ))
    end = min(len(sound), start + len(piece))
    if end > start:
        sound[start:end] += piece[: end - start].astype(np.float32)


def _peak(sound: Samples) -> Samples:
    scaled: Samples = (sound / (np.abs(sound).max() + 1e-9)).astype(np.float32)
    return scaled
