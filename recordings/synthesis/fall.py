"""A person falls: unequal blows of a heavy soft body on a covered floor, and clothes that rub."""

import numpy as np

from recordings.synthesis.impact import blow, chair, rustle
from recordings.synthesis.signal import Sound, fade, lay, modes, peak


def fall(rng: np.random.Generator, *, stumble: bool, furniture: bool) -> tuple[Sound, float]:
    """The sound, and the second at which the body first strikes.

    Knee or hip, trunk, then an arm or the head, all within about half a second; a foot that slides
    down later. Steps that stumble before, a chair that is pulled along, if asked.
    """
    pieces: list[tuple[float, Sound]] = []
    at_s = 0.25
    if stumble:
        for _ in range(3):
            pieces.append((at_s, rng.uniform(0.06, 0.14) * thump(rng, 0.1)))
            at_s += rng.uniform(0.16, 0.26)
    strikes_s = at_s
    trunk_s = strikes_s + rng.uniform(0.14, 0.24)
    limb_s = trunk_s + rng.uniform(0.14, 0.3)
    pieces += [
        (strikes_s - 0.25, 0.05 * rustle(rng, 1.0)),
        (strikes_s, rng.uniform(0.4, 0.6) * thump(rng, 0.6)),
        (trunk_s, thump(rng, 1.0)),
        (limb_s, rng.uniform(0.25, 0.45) * thump(rng, 0.15)),
        (limb_s + 0.2, 0.03 * rustle(rng, rng.uniform(1.1, 1.5))),
        (limb_s + rng.uniform(0.3, 0.6), rng.uniform(0.08, 0.2) * thump(rng, 0.1)),
    ]
    if furniture:
        pieces.append((strikes_s - 0.1, rng.uniform(0.15, 0.25) * chair(rng)))
    return peak(lay(pieces)), strikes_s


def thump(rng: np.random.Generator, weight: float) -> Sound:
    """A part of a body lands; `weight` 0 (a hand) to 1 (the trunk).

    A trunk moves the floor between 40 and 250 Hz for some tenths of a second; flesh and clothes
    give a dull slap, bone a knock.
    """
    floor_hz = rng.uniform(40.0, 250.0, 24) * (1.35 - 0.35 * weight)
    floor = modes(rng, 0.7, floor_hz.tolist(), rng.uniform(0.08, 0.35, 24).tolist())
    body = blow(rng, 0.012, 40.0, rng.uniform(260.0, 420.0), 0.05 + 0.06 * weight)
    slap = blow(rng, 0.006, 150.0, rng.uniform(1100.0, 1900.0), 0.025 + 0.03 * weight)
    bone = modes(rng, 0.12, rng.uniform(250.0, 1400.0, 9).tolist(), [0.04] * 9)
    return lay(
        [
            (0.0, 0.5 * (0.4 + 0.6 * weight) * peak(fade(floor, 0.004, 0.1))),
            (0.0, 0.9 * (0.3 + 0.7 * weight) * body),
            (0.0, 0.4 * slap),
            (0.001, 0.04 * blow(rng, 0.001, 1200.0, 6000.0, 0.01)),
            (0.002, 0.06 * peak(bone)),
        ]
    )
