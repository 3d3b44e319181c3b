"""The picture of `veilleur explain`: title, panels over one time axis, and what they say."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MultipleLocator
from PIL import Image

from edge.explain.facts import Explanation
from edge.explain.panels import Panel, panels
from edge.explain.span import Span
from edge.explain.speaker import Speaker
from edge.explain.style import (
    DPI,
    FAINT,
    INK,
    INSIDE_IN,
    LARGE,
    LEFT_IN,
    MARGIN_IN,
    SMALL,
    SOFT,
    USUAL,
    WIDTH_IN,
    line_in,
)

TICKS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0)
MOST_TICKS = 16
PALETTE = 128
"""Colours of the picture."""
GAP_IN = 0.14
"""Between panels."""
TIME_IN = 0.45
"""For the time axis below the last."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text."""

    text: str
    size: float = USUAL
    colour: str = INK
    bold: bool = False
    space_in: float = 0.0
    """Above it."""

    @property
    def height_in(self) -> float:
        """What it takes of the page."""
        return self.space_in + line_in(self.size)


class Page:
    """A figure that is filled from the top."""

    def __init__(self, height_in: float) -> None:
        self.figure = Figure(figsize=(WIDTH_IN, height_in), dpi=DPI, facecolor="white")
        self._height_in = height_in
        self._top_in = MARGIN_IN

    def write(self, line: Line) -> None:
        """Add a line of text."""
        self._top_in += line.space_in
        self._text(MARGIN_IN, self._top_in, line)
        self._top_in += line_in(line.size)

    def skip(self, inches: float) -> None:
        """Leave some room."""
        self._top_in += inches

    def add(self, panel: Panel, span: Span) -> Axes:
        """Add a panel, its name on the left."""
        bottom_in = self._height_in - self._top_in - panel.height_in
        axes = self.figure.add_axes(
            (
                LEFT_IN / WIDTH_IN,
                bottom_in / self._height_in,
                INSIDE_IN / WIDTH_IN,
                panel.height_in / self._height_in,
            )
        )
        panel.draw(axes)
        axes.set_xlim(span.begins_s, span.ends_s)
        axes.tick_params(length=0, labelbottom=False)
        axes.set_axisbelow(True)
        for spine in axes.spines.values():
            spine.set_color(FAINT)
        top_in = self._top_in
        for line in _names(panel):
            self._text(MARGIN_IN, top_in, line)
            top_in += line_in(line.size)
        self._top_in += panel.height_in + GAP_IN
        return axes

    def png(self) -> bytes:
        """The page; in few colours it takes a third of the bytes."""
        drawn, content = BytesIO(), BytesIO()
        self.figure.savefig(drawn, format="png", backend="agg")
        with Image.open(drawn) as image:
            few = image.convert("RGB").quantize(PALETTE)
        few.save(content, "PNG", optimize=True, dpi=(DPI, DPI))
        return content.getvalue()

    def _text(self, left_in: float, top_in: float, line: Line) -> None:
        self.figure.text(
            left_in / WIDTH_IN, 1.0 - top_in / self._height_in, line.text, size=line.size,
            color=line.colour, weight="bold" if line.bold else "normal", va="top",
            parse_math=False,
        )  # fmt: skip


def picture(facts: Explanation, speakers: Sequence[Speaker]) -> bytes:
    """Draw the facts as a PNG; the first speaker says most, the second below."""
    strips = list(panels(facts, speakers))
    head, foot = list(_head(facts, speakers)), list(_foot(facts, speakers))
    text_in = sum(line.height_in for line in (*head, *foot))
    panels_in = sum(strip.height_in + GAP_IN for strip in strips)
    page = Page(2.0 * MARGIN_IN + text_in + GAP_IN + panels_in + TIME_IN)
    for line in head:
        page.write(line)
    page.skip(GAP_IN)
    axes = [page.add(strip, facts.span) for strip in strips]
    _mark_time(axes[-1], facts.span, speakers[0])
    page.skip(TIME_IN)
    for line in foot:
        page.write(line)
    return page.png()


def _names(panel: Panel) -> Iterator[Line]:
    yield Line(panel.names[0], USUAL, bold=True)
    for name in panel.names[1:]:
        if name != panel.names[0]:
            yield Line(name, SMALL, SOFT)
    for text in wrap(panel.detail, 28):
        yield Line(text, SMALL, SOFT)


def _mark_time(axes: Axes, span: Span, speaker: Speaker) -> None:
    seconds = span.ends_s - span.begins_s
    step_s = next((each for each in TICKS_S if seconds / each <= MOST_TICKS), TICKS_S[-1])
    axes.xaxis.set_major_locator(MultipleLocator(step_s))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at_s, _place: speaker.tick(at_s, step_s)))
    axes.tick_params(axis="x", length=4, color=SOFT, labelbottom=True, labelsize=USUAL)
    axes.set_xlabel(speaker.text("time"), size=SMALL, color=SOFT)


def _head(facts: Explanation, speakers: Sequence[Speaker]) -> Iterator[Line]:
    yield Line(speakers[0].title(facts), LARGE, bold=True)
    for speaker in speakers[1:]:
        yield Line(speaker.title(facts), SMALL, SOFT)


def _foot(facts: Explanation, speakers: Sequence[Speaker]) -> Iterator[Line]:
    for told in facts.told:
        for place, speaker in enumerate(speakers):
            yield from _said(speaker.event(told), speaker.decided_by(told), first=place == 0)
    for place, speaker in enumerate(speakers):
        said = [] if facts.told else [speaker.text("silent")]
        said += [speaker.elsewhere(facts)] if facts.elsewhere else []
        said += [speaker.text("legend")]
        for number, text in enumerate(" ".join(said).splitlines()):
            for piece, part in enumerate(wrap(text, 188)):
                yield Line(part, SMALL, SOFT, space_in=0.18 if number + piece + place == 0 else 0.0)


def _said(event: str, decided_by: str, *, first: bool) -> Iterator[Line]:
    """What an event was, and what decided, in one language."""
    if not first:
        yield from (Line(part, SMALL, SOFT) for part in wrap(f"{event} {decided_by}", 188))
        return
    for number, part in enumerate(wrap(event, 132)):
        yield Line(part, USUAL, bold=True, space_in=0.12 if number == 0 else 0.0)
    yield from (Line(part, USUAL) for part in wrap(decided_by, 145))
