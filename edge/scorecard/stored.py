"""A scorecard that was kept: whether a model still does what it did, within how sure that was."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from alert_broker.messages import Label
from edge.scorecard.card import Scorecard

Interval = tuple[float, float]


class StoredRefused(ValueError):
    """A stored scorecard that cannot be read or does not fit; the text says the remedy."""


class ClassFigures(Struct, frozen=True):
    """What is compared, of one class."""

    promised: Annotated[int, Meta(ge=0)]
    recall_95: Interval | None
    false_alarms_per_h_95: Interval | None


class Rate(Struct, frozen=True):
    """False alarms of all classes."""

    false_alarms_per_h_95: Interval | None


class Figures(Struct, frozen=True):
    """What is compared, of one folder."""

    hours: Annotated[float, Meta(ge=0)]
    classes: dict[Label, ClassFigures]
    all: Rate
    high_priority: Rate


class Stored(Struct, frozen=True):
    """The output of `veilleur evaluate --json`, as far as it is compared."""

    model: str
    folders: dict[str, Figures]


def read_stored(path: Path) -> Stored:
    """Read a scorecard as `veilleur evaluate --json` printed it.

    Raises:
        StoredRefused: it cannot be read.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=Stored)
    except (OSError, msgspec.MsgspecError) as error:
        raise StoredRefused(
            f"{path}: {error}: write it anew with `veilleur evaluate FOLDER --json > {path.name}`"
        ) from None


def drops(stored: Stored, cards: Mapping[Path, Scorecard]) -> list[str]:
    """Where recall is below, or false alarms above, their stored interval; one sentence each.

    Raises:
        StoredRefused: it knows nothing of a folder, or the folder is not what it was.
    """
    by_name = {Path(folder).name: figures for folder, figures in stored.folders.items()}
    found = []
    for folder, card in cards.items():
        figures = by_name.get(folder.name)
        if figures is None:
            raise StoredRefused(f"{folder}: the stored scorecard has no such folder: store it anew")
        if not _same(figures, card):
            raise StoredRefused(
                f"{folder}: {card.hours:.3f} h, stored were {figures.hours:.3f} h, or promises "
                "differ: these are other recordings: store the scorecard anew"
            )
        found += [f"{folder.name}: {drop}" for drop in _drops(figures, card)]
    return found


def _same(stored: Figures, card: Scorecard) -> bool:
    """Whether a scorecard is of the recordings that one was stored of."""
    counts = {label: len(card.promises(label)) for label in stored.classes}
    return abs(stored.hours - card.hours) <= 0.001 and counts == {
        label: figures.promised for label, figures in stored.classes.items()
    }


def _drops(stored: Figures, card: Scorecard) -> Iterator[str]:
    for label, figures in stored.classes.items():
        promises = card.promises(label)
        recall = sum(each.kept for each in promises) / len(promises) if promises else None
        if figures.recall_95 and recall is not None and recall < figures.recall_95[0]:
            yield f"{label}: recall {recall:.2f}, it was {figures.recall_95[0]:.2f} at the least"
        yield from _more(label, len(card.false_alarms(label)), card, figures.false_alarms_per_h_95)
    everything = card.false_alarms()
    high = sum(each.high for each in everything)
    yield from _more("all", len(everything), card, stored.all.false_alarms_per_h_95)
    yield from _more("high priority", high, card, stored.high_priority.false_alarms_per_h_95)


def _more(name: str, false: int, card: Scorecard, interval: Interval | None) -> Iterator[str]:
    per_h = false / card.hours
    if interval and per_h > interval[1]:
        yield f"{name}: {per_h:.2f} false alarms an hour, they were {interval[1]:.2f} at most"
