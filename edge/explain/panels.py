"""The panels of the picture, all on one time axis: strips, spectrogram, scores."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from edge.explain.facts import Explanation, Output, Spectrogram, Told
from edge.explain.occlusion import COUNTS, Decisive, bands_of
from edge.explain.speaker import Speaker
from edge.explain.strips import event_strip, note_strip
from edge.explain.style import GREYS, INK, SMALL, SOFT, colour_of

COLUMNS = 500
"""The spectrogram has so many at most."""
TICKS_HZ = (125, 250, 500, 1000, 2000, 4000, 8000)
QUIET, LOUD = 0.3, 0.998
"""Shares of the spectrogram that stay white, and that are not yet black."""
SPECTROGRAM_IN, SCORES_IN = 2.9, 0.72
"""Heights."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One strip of the page."""

    height_in: float
    draw: Callable[[Axes], None]
    names: tuple[str, ...]
    """What it shows, in each language."""
    detail: str = ""


def panels(facts: Explanation, speakers: Sequence[Speaker]) -> Iterator[Panel]:
    """All that share the time axis, from the top."""
    first = speakers[0]
    if facts.told:
        strip = event_strip(facts, first)
        yield Panel(strip.height_in, strip.draw, _names(speakers, "sounds"))
    if facts.notes:
        strip = note_strip(facts, facts.notes, first)
        yield Panel(strip.height_in, strip.draw, _names(speakers, "labels"))
    yield Panel(SPECTROGRAM_IN, lambda axes: _draw_sound(axes, facts), _names(speakers, "pitch"))
    for output in facts.outputs:
        names = tuple(each.output(output.sound.name) for each in speakers)
        yield Panel(SCORES_IN, _scores_of(facts, output), names, first.rule(output))


def _names(speakers: Sequence[Speaker], name: str) -> tuple[str, ...]:
    return tuple(speaker.text(name) for speaker in speakers)


def _draw_sound(axes: Axes, facts: Explanation) -> None:
    sound = facts.spectrogram
    frames = _fewer(sound.frames)
    quiet, loud = np.quantile(frames, (QUIET, LOUD))
    axes.imshow(
        frames.T, extent=(sound.begins_s, sound.ends_s, 0, frames.shape[1]), origin="lower",
        aspect="auto", interpolation="nearest", cmap=GREYS, vmin=quiet, vmax=max(loud, quiet + 1.0),
    )  # fmt: skip
    ticks_hz = [hz for hz in TICKS_HZ if sound.centres_hz[0] <= hz <= sound.centres_hz[-1]]
    rows = np.interp(ticks_hz, sound.centres_hz, np.arange(len(sound.centres_hz)) + 0.5)
    axes.set_yticks(rows, [str(hz) for hz in ticks_hz], size=SMALL, color=SOFT)
    for told in facts.told:
        if told.decisive is not None:
            _shade(axes, told, told.decisive, sound)


def _shade(axes: Axes, told: Told, part: Decisive, sound: Spectrogram) -> None:
    """The heavier a slice, the stronger its colour; a frame and a number say it in grey."""
    colour, top = colour_of(told.raised.label), len(sound.centres_hz)
    heaviest = max(each.weight for each in part.slices)
    bands = bands_of(sound.centres_hz)
    rows = [bands[tone] for tone in part.tones] or [slice(0, top)]
    for each in part.slices:
        if each.weight >= COUNTS * heaviest:
            for row in rows:
                corner, length_s = (each.begins_s, row.start), each.ends_s - each.begins_s
                strength = 0.55 * each.weight / heaviest if heaviest else 0.0
                shade = Rectangle(corner, length_s, row.stop - row.start, linewidth=0)
                shade.set(facecolor=colour, alpha=strength)
                axes.add_patch(shade)
    for edge, width in (("white", 4.5), (colour, 2.0)):
        frame = Rectangle((part.begins_s, 0), part.ends_s - part.begins_s, top, fill=False)
        frame.set(edgecolor=edge, linewidth=width)
        axes.add_patch(frame)
    _circle(axes, (part.begins_s + part.ends_s) / 2.0, 0.91 * top, told)


def _scores_of(facts: Explanation, output: Output) -> Callable[[Axes], None]:
    def draw(axes: Axes) -> None:
        threshold, colour = output.sound.threshold, colour_of(output.label)
        axes.set_ylim(0.0, 1.1)
        axes.set_yticks([0.0, 1.0], ["0", "1"], size=SMALL, color=SOFT)
        if facts.at_s:
            at_s = np.linspace(facts.at_s[0], facts.at_s[-1], 10 * COLUMNS)
            scores = np.interp(at_s, facts.at_s, output.scores)
            axes.plot(at_s, scores, color=INK, linewidth=1.3)
            axes.fill_between(
                at_s, scores, where=scores >= threshold, color=colour, alpha=0.35, linewidth=0
            )
        axes.axhline(threshold, color=colour, linestyle=(0, (5, 3)), linewidth=1.5)
        for told in facts.told:
            if told.raised.sound == output.sound.name:
                _circle(axes, told.raised.decided_s, 0.55, told)

    return draw


def _circle(axes: Axes, at_s: float, height: float, told: Told) -> None:
    """An event's number, in a circle."""
    colour = colour_of(told.raised.label)
    box = {"boxstyle": "circle,pad=0.25", "facecolor": colour, "edgecolor": "white"}
    axes.text(
        at_s, height, str(told.number), size=SMALL, weight="bold", color="white",
        ha="center", va="center", clip_on=True, zorder=5, bbox=box,
    )  # fmt: skip


def _fewer(frames: NDArray[np.float32]) -> NDArray[np.float64]:
    """Neighbouring frames [n, mels] averaged, until few enough are left."""
    size = -(-len(frames) // COLUMNS)
    starts = np.arange(0, len(frames), size)
    counts = np.diff([*starts, len(frames)])
    means: NDArray[np.float64] = np.add.reduceat(frames, starts, axis=0) / counts[:, None]
    return means
