"""How sure a rate is: 95 % intervals from drawing whole groups again and again, with replacement.

Sounds of one voice or recording are alike, so that groups are drawn and not sounds (the cluster
bootstrap, percentiles). Where nothing or everything happened there is nothing to draw: then the
exact bound holds, of the binomial distribution for shares and of Poisson's for rates.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

Interval = tuple[float, float]
DRAWS = 2000
_SEED = 0
_TAIL = 0.025
"""Left out at either end."""


def share_interval(kept: Iterable[tuple[str, bool]]) -> Interval | None:
    """Of the share of events kept, each given with its group; None where one group is no sample."""
    by_group: dict[str, list[bool]] = defaultdict(list)
    for group, each in kept:
        by_group[group].append(each)
    if len(by_group) < 2:
        return None
    found = np.array([sum(each) for each in by_group.values()], np.float64)
    there = np.array([len(each) for each in by_group.values()], np.float64)
    bound = _TAIL ** (1.0 / len(by_group))
    if not found.any():
        return (0.0, round(1.0 - bound, 4))
    if (found == there).all():
        return (round(bound, 4), 1.0)
    return _drawn(found, there)


def rate_interval(groups: Iterable[str], hours: Mapping[str, float]) -> Interval | None:
    """Of a number of events an hour.

    Args:
        groups: what each event was taken from.
        hours: how long each group was listened to, and any group without events.
    """
    counts: dict[str, float] = dict.fromkeys(hours, 0.0)
    for group in groups:
        counts[group] = counts.get(group, 0.0) + 1.0
    total_h = sum(hours.values())
    if not total_h:
        return None
    if not any(counts.values()):
        return (0.0, round(-math.log(_TAIL) / total_h, 4))
    if len(counts) < 2:
        return None
    events = np.array(list(counts.values()))
    return _drawn(events, np.array([hours.get(group, 0.0) for group in counts]))


def _drawn(parts: NDArray[np.float64], wholes: NDArray[np.float64]) -> Interval:
    """Percentiles of the ratio of the sums, over draws of as many groups as there are."""
    rng = np.random.default_rng(_SEED)
    number = len(parts)
    times = rng.multinomial(number, np.full(number, 1.0 / number), size=DRAWS)
    sums = times @ wholes
    ratios = (times @ parts)[sums > 0.0] / sums[sums > 0.0]
    low, high = np.quantile(ratios, (_TAIL, 1.0 - _TAIL))
    return (round(float(low), 4), round(float(high), 4))
