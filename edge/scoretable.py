"""Scorecards as a table: Markdown, so that a document can carry it as it is."""

from collections.abc import Mapping
from pathlib import Path

from alert_broker.messages import Label
from edge.evaluate import NIGHT_H, Scorecard, share

HEAD = (
    "folder",
    "hours",
    "class",
    "recall",
    "false alarms per h",
    f"per night of {NIGHT_H:g} h",
    "onset to decision, p50 / p95",
)


def print_cards(model: str, cards: Mapping[Path, Scorecard]) -> None:
    """Print one row a folder and class."""
    print(f"model {model}\n")
    print(_line(HEAD))
    print(_line(["---"] * len(HEAD)))
    for folder, card in cards.items():
        for label in Label:
            print(_line(_cells(folder, card, label)))


def _cells(folder: Path, card: Scorecard, label: Label) -> list[str]:
    promised = sum(number for (each, _), number in card.promised.items() if each is label)
    kept = sum(number for (each, _), number in card.kept.items() if each is label)
    false = sum(number for (each, _), number in card.false.items() if each is label)
    middle, late = card.delay_s(label, 0.5), card.delay_s(label, 0.95)
    recall = share(kept, promised)
    return [
        folder.name,
        f"{card.hours:.1f}",
        label.value,
        "-" if recall is None else f"{100 * recall:.0f} % ({kept} of {promised})",
        f"{false / card.hours:.2f}" if card.hours else "-",
        f"{NIGHT_H * false / card.hours:.1f}" if card.hours else "-",
        "-" if middle is None or late is None else f"{middle:.1f} s / {late:.1f} s",
    ]


def _line(cells: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
