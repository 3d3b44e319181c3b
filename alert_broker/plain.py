"""What changed from one picture to the next, as lines for a pipe or a log."""

from collections.abc import Iterator
from datetime import datetime

from alert_broker.life import Stage
from alert_broker.picture import SYMBOLS, Picture
from alert_broker.rooms import Health
from alert_broker.upkeep.texts import changes
from alert_broker.views import AlertView, RoomView
from alert_broker.words import Words, duration

MARKS = {Stage.ACKNOWLEDGED: "→", Stage.IN_ROOM: "●", Stage.CLOSED: "✓", Stage.CANCELLED: "×"}


def lines(before: Picture, after: Picture, words: Words, now: datetime) -> Iterator[str]:
    """One line a change, each with the local time."""
    time = now.astimezone().strftime("%H:%M:%S")
    for text in _changes(before, after, words):
        yield f"{time}  {text}"


def what(alert: AlertView, words: Words) -> str:
    """What was heard, and what else a nurse must know of it."""
    parts = [words.of(alert.label), words.of(alert.reason)]
    if alert.repeats > 1:
        parts.append(words.text("repeats", n=alert.repeats))
    if alert.late_s:
        parts.append(words.text("late", delay=duration(alert.late_s)))
    if alert.before:
        by_hand = alert.reopened and alert.reopened.by
        parts.append(words.text("handed_over" if by_hand else "reopened", by=alert.before.by))
    if alert.calls:
        parts.append(words.text("called", to=", ".join(call.to for call in alert.calls)))
    return " · ".join(parts)


def who(alert: AlertView, words: Words) -> str:
    """Who has an alert, is there, or ended it, and how; empty while nobody has."""
    if alert.ended and alert.outcome:
        return words.text("closed_by", by=alert.ended.by, outcome=words.of(alert.outcome))
    if alert.ended:
        return words.text("cancelled_by", by=alert.ended.by or alert.ended.station)
    if alert.there:
        return words.text("there_by", by=alert.there.by)
    return words.text("taken_by", by=alert.taken.by) if alert.taken else ""


def place(it: AlertView | RoomView, words: Words, *, several_sites: bool) -> str:
    """The room, with its site where that is needed."""
    room = words.text("in_room", room=it.room)
    return f"{it.site} · {room}" if several_sites else room


def health(room: RoomView, words: Words) -> str:
    """How a room's device is."""
    faults = ", ".join(words.of(fault) for fault in room.faults)
    return f"{words.of(room.health)} ({faults})" if faults else words.of(room.health)


def _changes(before: Picture, after: Picture, words: Words) -> Iterator[str]:
    yield from _link(before, after, words)
    sites = after.several_sites
    for alert in after.open:
        if not _same(before.alerts.get(alert.id), alert):
            where = place(alert, words, several_sites=sites)
            yield f"{SYMBOLS[alert.priority]:3}  {where} · {what(alert, words)}"
    for alert in (*after.held, *after.ended):
        known = before.alerts.get(alert.id)
        if known is None or known.stage is not alert.stage:
            where = place(alert, words, several_sites=sites)
            yield f"{MARKS[alert.stage]:3}  {where} · {words.of(alert.label)} · {who(alert, words)}"
    for key, room in sorted(after.rooms.items()):
        if _turned(before.rooms.get(key), room):
            yield f"     {place(room, words, several_sites=sites)} · {health(room, words)}"
    yield from changes(before.upkeep, after.upkeep, words, several_sites=sites)


def _link(before: Picture, after: Picture, words: Words) -> Iterator[str]:
    trouble = after.trouble
    if trouble and trouble != before.trouble:
        why = f" ({after.why})" if after.why else ""
        yield f"⚠    {words.text(f'{trouble}_lost')}. {words.text(f'{trouble}_lost_detail')}{why}"
    elif before.trouble and not trouble:
        yield f"     {words.text('back')}"
    if after.station and not before.station:
        yield f"     {words.text('watch_connected', name=after.station)}"


def _same(before: AlertView | None, alert: AlertView) -> bool:
    """Whether a line about an alert would say again what was said."""
    return before is not None and _told(before) == _told(alert)


def _told(alert: AlertView) -> tuple[object, ...]:
    calls = tuple(call.to for call in alert.calls)
    held = alert.stage.held
    return alert.label, alert.reason, alert.priority, alert.repeats, alert.rings, calls, held


def _turned(before: RoomView | None, room: RoomView) -> bool:
    """Whether a room became better or worse; one that has only just spoken is no news."""
    if before is None:
        return room.health not in {Health.ONLINE, Health.AWAITED}
    return (before.health, before.faults) != (room.health, room.faults)
