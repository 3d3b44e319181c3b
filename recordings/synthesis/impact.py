"""Things that strike: a door, a walking stick, crockery, knuckles, steps; by their modes.

What is struck gives the frequencies (a door rings low and briefly, wood higher, crockery high and
long); every blow is a short burst of force that excites them.
"""

from collections.abc import Sequence

import numpy as np

from recordings.synthesis.signal import (
    RATE_HZ,
    Sound,
    band,
    count,
    fade,
    lay,
    modes,
    peak,
    wander,
)


def blow(
    rng: np.random.Generator, contact_s: float, low_hz: float, high_hz: float, decay_s: float
) -> Sound:
    """The noise of one contact: soft things touch long and low, hard things short and high."""
    samples = count(6.0 * decay_s + contact_s)
    time = np.arange(samples) / RATE_HZ
    envelope = (1.0 - np.exp(-time / (0.3 * contact_s))) * np.exp(-time / decay_s)
    return peak(band(rng.standard_normal(samples), low_hz, high_hz) * envelope)


def rustle(rng: np.random.Generator, duration_s: float) -> Sound:
    """Clothes or sheets that move."""
    samples = count(duration_s)
    moving = np.clip(wander(rng, samples, 9.0), 0.0, None) * np.clip(
        0.6 + wander(rng, samples, 45.0), 0.0, None
    )
    return peak(fade(band(rng.standard_normal(samples), 700.0, 5500.0) * moving, 0.05, 0.15))


def clatter(rng: np.random.Generator, bounces: int, low_hz: float, high_hz: float) -> Sound:
    """A hard light thing drops, bounces ever sooner and lies still."""
    body_hz = rng.uniform(low_hz, high_hz, 16)
    pieces = []
    at_s, gap_s, loud = 0.0, rng.uniform(0.16, 0.3), 1.0
    for _ in range(bounces):
        ring = modes(rng, 0.15, body_hz.tolist(), rng.uniform(0.02, 0.07, 16).tolist())
        tick = blow(rng, 0.001, low_hz, 7000.0, 0.012)
        pieces.append((at_s, loud * lay([(0.0, 0.5 * peak(ring)), (0.0, tick)])))
        at_s += gap_s
        gap_s *= rng.uniform(0.55, 0.75)
        loud *= rng.uniform(0.5, 0.75)
    return peak(lay(pieces))


def chair(rng: np.random.Generator) -> Sound:
    """A wooden chair is pushed over: it scrapes, then its back strikes the floor."""
    samples = count(rng.uniform(0.25, 0.45))
    stick_slip = np.clip(np.sin(np.cumsum(0.02 * (3.0 + wander(rng, samples, 20.0)))), 0.0, None)
    scrape = peak(fade(band(rng.standard_normal(samples), 250.0, 3000.0) * stick_slip, 0.05, 0.05))
    fallen = clatter(rng, 3, 180.0, 1500.0)
    return lay([(0.0, 0.35 * scrape), (samples / RATE_HZ, fallen)])


def footstep(rng: np.random.Generator, shoe: float = 0.3) -> Sound:
    """One step; `shoe` 0 is a slipper, 1 a hard heel."""
    heel = blow(rng, 0.004, 90.0, 700.0 + 2500.0 * shoe, 0.012)
    sole = blow(rng, 0.02, 300.0, 2500.0, 0.03)
    return lay([(0.0, heel), (rng.uniform(0.06, 0.1), (0.4 - 0.2 * shoe) * sole)])


def walk(rng: np.random.Generator, steps: int, pace_s: float, shoe: float) -> Sound:
    """Steps at an almost even pace."""
    at_s = np.cumsum(rng.normal(pace_s, 0.04, steps)) - pace_s
    at_s -= at_s.min()
    return peak(lay([(float(t), rng.uniform(0.6, 1.0) * footstep(rng, shoe)) for t in at_s]))


def door(rng: np.random.Generator, *, slammed: bool) -> Sound:
    """A wooden door falls shut in its frame: latch, panel, the frame that answers."""
    panel = modes(
        rng, 0.9, rng.uniform(60.0, 700.0, 24).tolist(), rng.uniform(0.08, 0.3, 24).tolist()
    )
    shut = blow(rng, 0.002, 90.0, 5000.0, 0.035)
    latch = clatter(rng, 2, 1500.0, 5000.0)
    hard = 1.0 if slammed else 0.2
    struck = [
        (0.0, 0.08 * latch),
        (0.06, 0.5 * hard * peak(fade(panel, 0.003, 0.1))),
        (0.06, hard * blow(rng, 0.004, 60.0, 500.0, 0.07)),
        (0.06, hard * shut),
        (0.09, 0.4 * hard * blow(rng, 0.002, 150.0, 3000.0, 0.05)),
        (0.12, 0.08 * latch),
    ]
    return peak(lay(struck))


def crockery(rng: np.random.Generator, duration_s: float, pieces_per_s: float = 3.0) -> Sound:
    """Plates, cups and spoons that are put together."""
    struck = []
    for at_s in np.sort(rng.uniform(0.0, duration_s, max(1, int(duration_s * pieces_per_s)))):
        base_hz = rng.uniform(700.0, 2500.0)
        partials = (base_hz * rng.uniform(1.0, 4.0, 9)).clip(max=7600.0).tolist()
        ring = modes(rng, 0.4, partials, rng.uniform(0.04, 0.2, 9).tolist())
        tick = blow(rng, 0.0005, 1500.0, 7500.0, rng.uniform(0.004, 0.012))
        slide = band(rustle(rng, 0.12), 2500.0, 7000.0)
        loud = rng.uniform(0.15, 1.0)
        piece = lay([(0.0, 0.6 * peak(ring)), (0.0, 0.5 * tick), (0.02, 0.3 * slide)])
        struck.append((float(at_s), loud * piece))
    return peak(lay(struck))


def knocks(rng: np.random.Generator, times: Sequence[float]) -> Sound:
    """Knuckles on a door, at these seconds."""
    struck = []
    for at_s in times:
        panel = modes(rng, 0.15, rng.uniform(150.0, 1100.0, 10).tolist(), [0.07] * 10)
        knuckle = blow(rng, 0.001, 400.0, 3500.0, 0.008)
        struck.append((at_s, rng.uniform(0.7, 1.0) * lay([(0.0, peak(panel)), (0.0, knuckle)])))
    return peak(lay(struck))
