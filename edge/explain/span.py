"""Which seconds of a recording: asked for, or the minute that holds most. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

USUAL_S = 60.0
"""One picture shows so much unless asked for more."""
MOST_S = 600.0
"""More than this cannot be read in one picture."""
BEFORE_S = 5.0
"""What is shown before the first event."""

_CLOCK = re.compile(r"(?:(?P<min>\d+):(?=[0-5]?\d(?:\D|$)))?(?P<s>\d+(?:[.,]\d+)?)", re.ASCII)


class SpanRefused(ValueError):
    """A stretch that the recording does not have; the text names the option and the fix."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of a recording, seconds from its beginning."""

    begins_s: float
    ends_s: float

    def touches(self, begins_s: float, ends_s: float) -> bool:
        """Whether something that lasts from the one to the other is seen in it."""
        return begins_s <= self.ends_s and ends_s >= self.begins_s


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for with `--from` and `--to`; None where nothing was."""

    begins_s: float | None = None
    ends_s: float | None = None

    @property
    def given(self) -> bool:
        """Whether anything was asked for."""
        return self.begins_s is not None or self.ends_s is not None

    def span(self, path: Path, seconds: float) -> Span:
        """The stretch of a recording of this length.

        Raises:
            SpanRefused: it has no such stretch, or it is too long for one picture.
        """
        begins_s, ends_s = self.begins_s, self.ends_s
        if begins_s is None:
            begins_s = max(0.0, (ends_s or 0.0) - USUAL_S)
        if ends_s is None:
            ends_s = min(seconds, begins_s + USUAL_S)
        if begins_s >= seconds:
            raise SpanRefused(
                f"--from {begins_s:g}: {path} lasts {seconds:.1f} s: choose an earlier second"
            )
        if ends_s > seconds + 0.05:  # what is shown as its length may be asked for
            raise SpanRefused(
                f"--to {ends_s:g}: {path} lasts {seconds:.1f} s: choose an earlier second"
            )
        if ends_s <= begins_s:
            raise SpanRefused(f"--to {ends_s:g}: not after --from {begins_s:g}: swap them")
        if ends_s - begins_s > MOST_S:
            raise SpanRefused(
                f"--to {ends_s:g}: {ends_s - begins_s:g} s are too many for one picture: "
                f"choose {MOST_S:g} s at most"
            )
        return Span(begins_s, min(ends_s, seconds))


def parse_wish(begins: str | None, ends: str | None) -> Wish:
    """Read `--from` and `--to`, as `75.5` or `1:15.5`.

    Raises:
        SpanRefused: not a time.
    """
    return Wish(_parse("--from", begins), _parse("--to", ends))


def fullest(onsets_s: Sequence[float], seconds: float) -> Span:
    """The minute that holds most of these moments, the first of several; else the first minute."""
    latest_s = max(0.0, seconds - USUAL_S)
    starts_s = [min(max(0.0, onset_s - BEFORE_S), latest_s) for onset_s in sorted(onsets_s)]

    def held(begins_s: float) -> int:
        return sum(begins_s <= onset_s <= begins_s + USUAL_S for onset_s in onsets_s)

    begins_s = max(starts_s, key=held, default=0.0)
    return Span(begins_s, min(seconds, begins_s + USUAL_S))


def _parse(option: str, text: str | None) -> float | None:
    if text is None:
        return None
    clock = _CLOCK.fullmatch(text.strip())
    if clock is None:
        raise SpanRefused(f"{option} {text}: write seconds as 75.5, or minutes as 1:15.5")
    return 60.0 * int(clock["min"] or 0) + float(clock["s"].replace(",", "."))
