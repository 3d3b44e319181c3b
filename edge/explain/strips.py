"""The strips of the picture above the spectrogram: what was heard, and what was noted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from edge.explain.facts import Explanation, Note, Told
from edge.explain.lanes import Bar, Placed, place
from edge.explain.speaker import Speaker
from edge.explain.style import (
    FAINT,
    INK,
    INSIDE_IN,
    SMALL,
    USUAL,
    colour_of,
    hatch_of,
    line_in,
    width_in,
)

BAR_IN = 0.16
"""Height of a bar, and its least width: a third of it."""
BELOW_IN, BETWEEN_IN = 0.08, 0.15
"""What stays free below a bar, and between two in one lane."""

Paint = Callable[[int, Rectangle], None]
"""Gives the bar of a number its look."""


@dataclass(frozen=True, slots=True)
class Strip:
    """Bars in lanes, each under its text."""

    placed: Sequence[Placed]
    size: float
    """Of the letters, points."""
    second_in: float
    """How wide a second is drawn."""
    paint: Paint

    @property
    def height_in(self) -> float:
        """Of all lanes."""
        return self._lane_in * (1 + max(each.lane for each in self.placed))

    def draw(self, axes: Axes) -> None:
        """Draw all bars."""
        axes.set_ylim(self.height_in, 0.0)
        axes.axis("off")
        for each in self.placed:
            top_in, text_in = each.lane * self._lane_in, line_in(self.size)
            length_s = max(BAR_IN / 3.0 / self.second_in, each.bar.ends - each.bar.begins)
            shape = Rectangle((each.bar.begins, top_in + text_in), length_s, BAR_IN)
            self.paint(each.number, shape)
            axes.add_patch(shape)
            axes.text(
                each.text_at, top_in + text_in / 2.0, each.bar.text, size=self.size, color=INK,
                va="center", parse_math=False,
            )  # fmt: skip

    @property
    def _lane_in(self) -> float:
        return line_in(self.size) + BAR_IN + BELOW_IN


def event_strip(facts: Explanation, speaker: Speaker) -> Strip:
    """The events, at least one; each class has its colour and its hatch."""
    second_in = _second_in(facts)
    bars = [_event_bar(told, speaker, second_in) for told in facts.told]

    def paint(number: int, shape: Rectangle) -> None:
        label = facts.told[number].finding.event.label
        shape.set(facecolor=colour_of(label), edgecolor="white", hatch=hatch_of(label), linewidth=0)

    return _strip(facts, bars, USUAL, paint)


def note_strip(facts: Explanation, notes: Sequence[Note], speaker: Speaker) -> Strip:
    """The labels, at least one; those that promise an alert are framed."""
    second_in = _second_in(facts)
    bars = [_note_bar(note, speaker, second_in) for note in notes]

    def paint(number: int, shape: Rectangle) -> None:
        if notes[number].kept is None:
            shape.set(facecolor=FAINT, edgecolor=FAINT)
        else:
            shape.set(facecolor="white", edgecolor=INK, linewidth=1.4)

    return _strip(facts, bars, SMALL, paint)


def _strip(facts: Explanation, bars: Sequence[Bar], size: float, paint: Paint) -> Strip:
    second_in = _second_in(facts)
    span = facts.span
    placed = place(bars, span.begins_s, span.ends_s, BETWEEN_IN / second_in)
    return Strip(placed, size, second_in, paint)


def _second_in(facts: Explanation) -> float:
    return INSIDE_IN / (facts.span.ends_s - facts.span.begins_s)


def _event_bar(told: Told, speaker: Speaker, second_in: float) -> Bar:
    event, text = told.finding.event, speaker.badge(told)
    return Bar(event.onset_s, event.offset_s, text, width_in(text, USUAL) / second_in)


def _note_bar(note: Note, speaker: Speaker, second_in: float) -> Bar:
    labelled, text = note.labelled, speaker.tag(note)
    return Bar(labelled.onset_s, labelled.offset_s, text, width_in(text, SMALL) / second_in)
