"""Pictures of a scorecard; needs matplotlib, of the `explain` extra, that `train` holds too."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from alert_broker.messages import Label
from edge.events import TROUBLES
from edge.scorecard.card import Scorecard
from edge.scorecard.confusion import highest_scores, taken_for
from edge.scorecard.contender import Performance
from edge.scorecard.sweep import Sweep, frontier

MOST_KINDS = 40
_STYLES = ("-", "--", "-.")
"""Colour alone tells no class."""


def draw(
    folder: Path,
    name: str,
    performance: Performance,
    card: Scorecard,
    sweeps: Mapping[Label, Sweep],
) -> list[Path]:
    """Write the pictures of one folder of scenes; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    title = f"{performance.name}, {name}, {card.hours:.1f} h"
    figures = {
        "errors": _errors(card, sweeps),
        "scores": _scores(performance),
        "delays": _delays(card),
        "confusion": _confusion(performance),
    }
    paths = []
    for what, figure in figures.items():
        figure.suptitle(title)
        paths.append(folder / f"{name}-{what}.png")
        figure.savefig(paths[-1])
    return paths


def _errors(card: Scorecard, sweeps: Mapping[Label, Sweep]) -> Figure:
    """Detection-error curves; the points are what the rules give as they are. None at all is drawn
    as half a false alarm, since the axis has no zero."""
    fewest_per_h = 0.5 / card.hours
    figure = Figure(figsize=(7, 5), layout="constrained")
    axes = figure.subplots()
    for style, (label, sweep) in zip(_STYLES, sweeps.items(), strict=False):
        promises = card.promises(label)
        if not promises:
            continue
        curve = frontier(sweep.points)
        false_per_h = [max(each.false_per_h, fewest_per_h) for each in curve]
        missed = [1.0 - each.recall for each in curve]
        (line,) = axes.step(false_per_h, missed, where="post", label=label.value, linestyle=style)
        now_per_h = max(len(card.false_alarms(label)) / card.hours, fewest_per_h)
        missed_now = sum(not each.kept for each in promises) / len(promises)
        axes.plot(now_per_h, missed_now, "o", color=line.get_color())
    axes.set(
        xscale="log",
        xlabel="false alarms an hour (left edge: none)",
        ylabel="share of events missed",
        ylim=(0.0, 1.02),
    )
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend()
    return figure


def _scores(performance: Performance) -> Figure:
    """What each output gave at best during its own sounds and during others."""
    manifest = performance.manifest
    outputs = [
        (each, label) for each in manifest.labels for label in TROUBLES if each.event == label
    ]
    figure = Figure(figsize=(7, 2.2 * len(outputs)), layout="constrained")
    bins = np.linspace(0.0, 1.0, 41)
    for axes, (output, label) in zip(
        figure.subplots(len(outputs), squeeze=False)[:, 0], outputs, strict=True
    ):
        there, elsewhere = highest_scores(
            performance.scenes, performance.hearings, output.name, label
        )
        axes.hist([there, elsewhere], bins, label=[output.name, "other sounds"], histtype="step")
        axes.axvline(output.threshold, color="black", linestyle=":")
        axes.set(yscale="symlog", xlabel="highest score of the sound", ylabel="sounds")
        axes.legend(loc="upper center")
    return figure


def _delays(card: Scorecard) -> Figure:
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for label in TROUBLES:
        delays_s = sorted(each.delay_s for each in card.promises(label) if each.delay_s is not None)
        if delays_s:
            shares = np.arange(1, len(delays_s) + 1) / len(delays_s)
            axes.step(delays_s, shares, where="post", label=f"{label.value} ({len(delays_s)})")
    axes.set(xlabel="onset to decision, s", ylabel="share of events heard", ylim=(0.0, 1.02))
    axes.grid(alpha=0.3)
    if axes.lines:
        axes.legend()
    return figure


def _confusion(performance: Performance) -> Figure:
    """The kinds of sound that were taken for something, the most often first."""
    there, raised = taken_for(performance.scenes, performance.alarms())
    taken = {kind: sum(raised[each][kind] for each in TROUBLES) for kind in there}
    kinds = sorted((kind for kind in there if taken[kind]), key=lambda kind: (-taken[kind], kind))
    kinds = kinds[:MOST_KINDS]
    shares = np.array([[raised[each][kind] / there[kind] for each in TROUBLES] for kind in kinds])
    figure = Figure(figsize=(6, 1.5 + 0.22 * len(kinds)), layout="constrained")
    axes = figure.subplots()
    axes.imshow(shares.reshape(-1, len(TROUBLES)), cmap="Blues", vmin=0.0, vmax=1.0, aspect="auto")
    axes.set_xticks(range(len(TROUBLES)), [each.value for each in TROUBLES])
    axes.set_yticks(range(len(kinds)), [f"{kind} ({there[kind]})" for kind in kinds])
    for row, kind in enumerate(kinds):
        for column, label in enumerate(TROUBLES):
            if number := raised[label][kind]:
                colour = "white" if shares[row, column] > 0.5 else "black"
                axes.text(column, row, str(number), ha="center", va="center", color=colour)
    axes.set_title("sounds during which a class was raised", fontsize="medium")
    return figure
