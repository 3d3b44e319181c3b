"""One voice has several names: what may be a scream and may be tears is surely one of them."""

import math
from collections.abc import Mapping, Sequence

LEAST = 0.4
"""A sound that scores less by itself is scored by itself."""


class Rivals:
    """The sounds of a model that listeners seldom tell apart."""

    def __init__(self, names: Sequence[str], rivals: Mapping[str, Sequence[str]]) -> None:
        """Remember them.

        Args:
            names: of all sounds, in the order of the scores.
            rivals: for some of them, the others that each may be.
        """
        self._places = [
            (names.index(name), [names.index(other) for other in others])
            for name, others in rivals.items()
            if others
        ]

    def weigh(self, scores: Sequence[float]) -> tuple[float, ...]:
        """Scores of all sounds as the network gives them, to those that thresholds are for: what is
        likely enough a sound counts as the chance that it is this one or any rival of it, as if
        they were independent (a noisy-or, Pearl 1988)."""
        weighed = list(scores)
        for place, others in self._places:
            if scores[place] >= LEAST:
                none = math.prod(
                    (1.0 - scores[other] for other in others), start=1.0 - scores[place]
                )
                weighed[place] = 1.0 - none
        return tuple(weighed)
