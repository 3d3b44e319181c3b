"""The technical side in words, for a terminal, a pipe or a log."""

from collections.abc import Iterator

from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.rounds import Round
from alert_broker.upkeep.views import UpkeepView
from alert_broker.words import Words

GEAR = "⚙"
ROUND = "↻"


def round_text(it: Round, words: Words, *, several_sites: bool) -> str:
    """Where to look in, why, and who was there last."""
    why = ", ".join(words.of(defect) for defect in it.defects)
    text = f"{_place(it, words, several_sites=several_sites)} · {why}"
    if it.visited is None:
        return text
    time = it.visited.at.astimezone().strftime("%H:%M")
    return f"{text} · {words.text('visited_by', by=it.visited.by, time=time)}"


def alarm_text(it: Alarm, words: Words, *, several_sites: bool) -> str:
    """What is wrong, where, and who sees to it."""
    where = _place(it, words, several_sites=several_sites)
    text = f"{where} · {words.of(it.defect)}"
    return f"{text} · {words.text('seen_to_by', by=it.seen_to.by)}" if it.seen_to else text


def calls(view: UpkeepView) -> set[tuple[str, ...]]:
    """What calls somebody now: rooms to look into, and alarms that nobody looks after."""
    due = {(it.site, it.room) for it in view.rounds if it.due}
    return due | {(alarm.id,) for alarm in view.alarms if alarm.seen_to is None}


def changes(
    before: UpkeepView, after: UpkeepView, words: Words, *, several_sites: bool
) -> Iterator[str]:
    """One line for each alarm that began, was seen to or ended, and for each round."""
    known = {alarm.id: alarm for alarm in before.alarms}
    for alarm in after.alarms:
        if alarm != known.pop(alarm.id, None):
            yield f"{GEAR}    {alarm_text(alarm, words, several_sites=several_sites)}"
    for alarm in known.values():
        text = alarm_text(alarm, words, several_sites=several_sites)
        yield f"{GEAR}    {text} · {words.text('over')}"
    seen = set(before.rounds)
    for it in after.rounds:
        if it not in seen:
            due = f"{words.text('round_due')} · " if it.due else ""
            yield f"{ROUND}    {due}{round_text(it, words, several_sites=several_sites)}"


def _place(it: Alarm | Round, words: Words, *, several_sites: bool) -> str:
    if not it.site:
        return words.text("all_rooms") if isinstance(it, Round) else it.room or it.station
    room = words.text("in_room", room=it.room)
    return f"{it.site} · {room}" if several_sites else room
