"""Draws a picture for a terminal, most urgent first, in as many rows as there are."""

from collections.abc import Callable, Iterator, Sized
from datetime import datetime
from functools import partial
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from alert_broker.cursor import Choice, Cursor
from alert_broker.messages import Priority
from alert_broker.picture import SYMBOLS, Picture
from alert_broker.plain import MARKS, health, place, what, who
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Round
from alert_broker.upkeep.texts import GEAR, alarm_text, round_text
from alert_broker.views import AlertView
from alert_broker.words import Words, counter

STYLES = {
    Priority.HIGH: "bold white on red",
    Priority.MEDIUM: "bold black on yellow",
    Priority.LOW: "bold black on cyan",
}
It = TypeVar("It", bound=Choice)

KEYS = 9
FRAME_ROWS = 7
"""Rows that are not alerts: head, titles, notice, keys."""
LEAST_ROWS = 3
SIDE_ROWS = 5
"""At most so many rooms in trouble, and so many alerts that are over."""


def draw(picture: Picture, cursor: Cursor, words: Words, now: datetime, rows: int) -> Group:
    """The whole screen; `now` by this screen's clock."""
    return Group(*_blocks(picture, cursor, words, now, rows))


def _blocks(
    picture: Picture, cursor: Cursor, words: Words, now: datetime, rows: int
) -> Iterator[RenderableType]:
    yield _head(picture, words, now + picture.ahead)
    if picture.trouble:
        yield _banner(picture, words)
    side_rows = sum(min(SIDE_ROWS, len(it)) for it in _beside(picture))
    if not picture.open and picture.reached is not None:
        yield _calm(picture, words)
    if picture.to_do:
        yield _to_do(picture, cursor, words, now, max(LEAST_ROWS, rows - FRAME_ROWS - side_rows))
    yield Text(cursor.notice, style="bold")
    yield from _upkeep(picture, cursor, words)
    if picture.ended:
        yield _ended(picture, words)
    yield Text(words.text(_keys(picture, cursor)), style="dim")


def _keys(picture: Picture, cursor: Cursor) -> str:
    """The name of the text that tells what the keys do now."""
    match next((it for it in picture.choices if it.id == cursor.chosen), None):
        case AlertView(stage=stage):
            return "watch_open" if stage.waits else f"watch_{stage}"
        case Round():
            return "watch_round"
        case Alarm():
            return "watch_alarm"
    return "watch_keys"


def _head(picture: Picture, words: Words, now: datetime) -> RenderableType:
    head = Table.grid(expand=True)
    head.add_column()
    head.add_column(justify="right")
    name = words.text("station", name=picture.station) if picture.station else ""
    head.add_row(
        Text.assemble((words.text("title"), "bold"), "  ", (name, "dim")),
        Text(now.astimezone().strftime("%H:%M"), style="bold"),
    )
    return head


def _banner(picture: Picture, words: Words) -> RenderableType:
    said = Text(words.text(f"{picture.trouble}_lost"), style="bold")
    if picture.troubled_since:
        time = picture.troubled_since.astimezone().strftime("%H:%M")
        said.append(f" {words.text('lost_since', time=time)}")
    said.append(f"\n{words.text(f'{picture.trouble}_lost_detail')}", style="bold")
    if picture.why:
        said.append(f"\n{picture.why}", style="not bold")
    return Panel(said, style="black on yellow")


def _to_do(
    picture: Picture, cursor: Cursor, words: Words, now: datetime, rows: int
) -> RenderableType:
    table = Table(
        title=f"{words.text('open')}  {len(picture.open)}",
        title_justify="left",
        title_style="bold",
        show_header=False,
        box=None,
        expand=True,
    )
    for ratio in (None, None, None, 1, None):
        table.add_column(ratio=ratio, no_wrap=True, overflow="ellipsis")
    table.columns[-1].justify = "right"
    for number, alert in _in_sight(list(enumerate(picture.to_do, 1)), cursor.chosen, rows):
        chosen = alert.id == cursor.chosen
        style = STYLES[alert.priority] if alert.stage.waits else ""
        held = f"{words.of(alert.label)} · {who(alert, words)}"
        age_s = (now + picture.ahead - alert.onset_at).total_seconds()
        table.add_row(
            Text("▶" if chosen else " ") + Text(str(number) if number <= KEYS else ""),
            Text(f" {MARKS.get(alert.stage, SYMBOLS[alert.priority]):3} ", style=style),
            Text(place(alert, words, several_sites=picture.several_sites), style="bold"),
            Text(held if alert.stage.held else what(alert, words)),
            Text(counter(age_s), style="bold"),
            style="reverse" if chosen else None,
        )
    return table


def _in_sight(numbered: list[tuple[int, It]], chosen: str, rows: int) -> list[tuple[int, It]]:
    """The most urgent, with their numbers; the chosen one comes last where it has no row."""
    below = [it for it in numbered[rows:] if it[1].id == chosen]
    return numbered[: rows - len(below)] + below


def _calm(picture: Picture, words: Words) -> RenderableType:
    """Silence must not look like calm: with a link lost it says that nobody knows."""
    if picture.trouble in {"station", "broker"}:
        return Text(words.text("unknown"), style="bold yellow")
    calm = words.text("calm" if picture.listening else "none_open")
    return Text.assemble(
        ("\n" + calm, "bold green" if picture.listening else "bold"),
        f"\n{words.many('listening', picture.listening)}\n",
    )


def _deaf(picture: Picture, words: Words) -> RenderableType:
    said = Text(words.many("deaf", len(picture.deaf)), style="bold yellow")
    for room in picture.deaf[:SIDE_ROWS]:
        where = place(room, words, several_sites=picture.several_sites)
        said.append(f"\n  {where} · {health(room, words)}", style="not bold")
    return said


def _beside(picture: Picture) -> Iterator[Sized]:
    """What stands below the alerts."""
    upkeep = picture.upkeep
    yield from (upkeep.rounds or picture.deaf, upkeep.alarms, picture.ended)


def _upkeep(picture: Picture, cursor: Cursor, words: Words) -> Iterator[RenderableType]:
    """Rooms to look into, and what is to be mended: beside the alerts and never among them."""
    several, upkeep = picture.several_sites, picture.upkeep
    numbers = {it.id: number for number, it in enumerate(picture.choices, 1)}
    if upkeep.rounds:
        title = f"{words.text('rounds')}  {sum(it.due for it in upkeep.rounds)}"
        rounds = [(numbers[it.id], it) for it in upkeep.rounds]
        tell = partial(round_text, words=words, several_sites=several)
        yield _list(Text(title, "bold yellow"), rounds, tell, cursor)
    elif picture.deaf:
        yield _deaf(picture, words)
    if upkeep.alarms:
        title = f"{GEAR} {words.text('technical')}  {len(upkeep.alarms)}"
        alarms = [(numbers.get(it.id, KEYS + 1), it) for it in upkeep.alarms]
        tell_alarm = partial(alarm_text, words=words, several_sites=several)
        yield _list(Text(title, "bold"), alarms, tell_alarm, cursor)


def _list(
    said: Text, numbered: list[tuple[int, It]], tell: Callable[[It], str], cursor: Cursor
) -> RenderableType:
    """A title, and below it what stands there with the digits that choose it."""
    for number, it in _in_sight(numbered, cursor.chosen, SIDE_ROWS):
        chosen = it.id == cursor.chosen
        mark = "▶" if chosen else " "
        digit = number if number <= KEYS else " "
        said.append(f"\n{mark}{digit} {tell(it)}", style="reverse" if chosen else "not bold")
    return said


def _ended(picture: Picture, words: Words) -> RenderableType:
    said = Text(style="dim")
    for alert in picture.ended[:SIDE_ROWS]:
        if alert.ended:
            where = place(alert, words, several_sites=picture.several_sites)
            time = alert.ended.at.astimezone().strftime("%H:%M")
            said.append(f"{MARKS[alert.stage]} {time}  {where} · {words.of(alert.label)} · ")
            said.append(f"{who(alert, words)}\n")
    return Group(Rule(words.text("ended"), style="dim", align="left"), said)
