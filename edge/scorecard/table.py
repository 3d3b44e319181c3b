"""Scorecards as tables: Markdown, so that a document can carry them as they are."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from alert_broker.messages import Label
from edge.events import TROUBLES
from edge.scorecard.bins import by_distance, by_loudness, is_loud
from edge.scorecard.card import NIGHT_H, Scorecard, delays, grouped
from edge.scorecard.duel import BUDGETS_PER_H, AtBudgets, Duel
from edge.scorecard.intervals import Interval, share_interval
from edge.scorecard.sweep import Point
from edge.scorecard.trial import FalseAlarm, Promise

HEAD = (
    "folder",
    "hours",
    "class",
    "recall (95 %)",
    "false alarms per h (95 %)",
    "per 24 h",
    f"per night of {NIGHT_H:g} h",
    "onset to decision, p50 / p95",
    "event F1",
)
MOST_CAUSES = 8
"""Told of each class, the most frequent first."""
Cells = Sequence[str]


def print_cards(model: str, cards: Mapping[Path, Scorecard]) -> None:
    """Print one row a folder and class, then what recall and false alarms are made of."""
    print(f"model {model}\n")
    _print(HEAD, (row for folder, card in cards.items() for row in _rows(folder.name, card)))
    _print(
        ("folder", "class", "recall by", "", "recall (95 %)"),
        (
            (folder.name, label.value, *row)
            for folder, card in cards.items()
            for label in TROUBLES
            for row in _recall_rows(card.promises(label))
        ),
    )
    _print(
        ("folder", "class", "false alarms", "high priority", "while there sounded"),
        (
            (folder.name, label.value, *row)
            for folder, card in cards.items()
            for label in TROUBLES
            for row in _causes(card.false_alarms(label))
        ),
    )


def print_duels(
    folder: str,
    model: str,
    card: Scorecard,
    ours: AtBudgets,
    duels: Sequence[Duel],
) -> None:
    """Print all models side by side: at the false alarms of ours, then at budgets of them."""
    print(f"\n{folder}: recall at equal false alarms\n")
    contenders = [(model, card)]
    for each in duels:
        contenders += [(f"{each.name}, as released", each.as_released)] if each.as_released else []
        contenders.append((f"{each.name}, at ours", each.equal))
    _print(("class", *(name for name, _ in contenders)), _duel_rows([c for _, c in contenders]))
    print(f"\n{folder}: recall at so many false alarms an hour and class\n")
    sides = [(model, ours), *((each.name, each.at_budgets) for each in duels)]
    head = ("class", "model", *(f"at {budget:g}" for budget in BUDGETS_PER_H))
    _print(
        head,
        (
            (what, name, *(_percent(*_kept(point)) for point in points[what]))
            for what in ours
            for name, points in sides
        ),
    )


def _rows(folder: str, card: Scorecard) -> Iterable[Cells]:
    for label in TROUBLES:
        promises = card.promises(label)
        f1 = card.overlap(label).f1
        yield (
            *(folder, f"{card.hours:.1f}", label.value),
            _recall(promises),
            *_rates(card, card.false_alarms(label)),
            _delay(promises),
            "-" if f1 is None else f"{f1:.2f}",
        )
    false = card.false_alarms()
    for name, some in (("high priority", [each for each in false if each.high]), ("all", false)):
        yield (folder, f"{card.hours:.1f}", name, "", *_rates(card, some), "", "")


def _recall_rows(promises: Sequence[Promise]) -> Iterable[Cells]:
    loud = [each for each in promises if is_loud(each)]
    kinds = (
        ("sound", grouped(promises, lambda each: each.sound)),
        ("sound, 10 dB or more", grouped(loud, lambda each: each.sound)),
        ("sub-label", grouped(promises, lambda each: each.sublabel)),
        ("loudness", grouped(promises, by_loudness)),
        ("distance", grouped(promises, by_distance)),
    )
    for name, groups in kinds:
        for kind, group in groups.items():
            yield (name, kind, _recall(group))


def _causes(false: Sequence[FalseAlarm]) -> Iterable[Cells]:
    high = Counter(each.cause for each in false if each.high)
    for cause, number in Counter(each.cause for each in false).most_common(MOST_CAUSES):
        yield (str(number), str(high[cause]), cause)


def _duel_rows(cards: Sequence[Scorecard]) -> Iterable[Cells]:
    for label in TROUBLES:
        yield (label.value, *(_with_rate(card, label, card.promises(label)) for card in cards))
        for sound in grouped(cards[0].promises(label), lambda each: each.sound):
            some = [
                [each for each in card.promises(label) if each.sound == sound] for card in cards
            ]
            yield (f"{label.value}: {sound}", *map(_recall, some))


def _with_rate(card: Scorecard, label: Label, promises: Sequence[Promise]) -> str:
    return f"{_recall(promises)}, {len(card.false_alarms(label)) / card.hours:.2f} false an h"


def _recall(promises: Sequence[Promise]) -> str:
    interval = share_interval((each.group, each.kept) for each in promises)
    between = f" [{100 * interval[0]:.0f}, {100 * interval[1]:.0f}]" if interval else ""
    return _percent(sum(each.kept for each in promises), len(promises)) + between


def _percent(kept: int, promised: int) -> str:
    return f"{100 * kept / promised:.0f} % ({kept} of {promised})" if promised else "-"


def _kept(point: Point) -> tuple[int, int]:
    return point.kept.total(), point.promised.total()


def _rates(card: Scorecard, false: Sequence[FalseAlarm]) -> Cells:
    per_h = len(false) / card.hours
    return (
        f"{per_h:.2f}{_between(card.rate_interval(false))}",
        f"{24 * per_h:.1f}",
        f"{NIGHT_H * per_h:.1f}",
    )


def _between(interval: Interval | None) -> str:
    return f" [{interval[0]:.2f}, {interval[1]:.2f}]" if interval else ""


def _delay(promises: Sequence[Promise]) -> str:
    middle, late = delays(promises).values()
    return "-" if middle is None or late is None else f"{middle:.1f} s / {late:.1f} s"


def _print(head: Cells, rows: Iterable[Cells]) -> None:
    rows = list(rows)
    if rows:
        print(_line(head), _line(["---"] * len(head)), *map(_line, rows), "", sep="\n")


def _line(cells: Cells) -> str:
    return f"| {' | '.join(cells)} |"
