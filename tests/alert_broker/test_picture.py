"""What a screen knows of the station, whatever happened since it was opened."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOON
from views import CUT, WELL, alert_view, board_view, room_view, seen

from alert_broker.messages import Deed, Label, Priority, Reason
from alert_broker.picture import Lost, Picture, news
from alert_broker.views import AlertView, Gone, LinkView, Tick, View

CLAIMED = (Deed.CLAIMED,)
THERE = (Deed.CLAIMED, Deed.IN_ROOM)
LOW = alert_view(priority=Priority.LOW, label=Label.CRY, reason=Reason.CRYING, room="3")
HIGH = alert_view(label=Label.FALL, reason=Reason.IMPACT_THEN_SILENCE)


def test_begins_without_knowing_anything() -> None:
    assert Picture().trouble == ""
    assert Picture().reached is None


@given(st.permutations([HIGH, room_view("9"), Tick(NOON), WELL]))
def test_is_the_same_from_events_as_from_the_board(events: list[View]) -> None:
    whole = seen(board_view(HIGH, room_view("9")))
    assert seen(board_view(), *events) == whole


def test_keeps_what_was_known_while_the_station_is_away() -> None:
    picture = seen(board_view(HIGH), Lost("refused"))
    assert picture.open == [HIGH]
    assert picture.trouble == "station"
    assert seen(board_view(HIGH), Lost("refused"), board_view(HIGH)).trouble == ""


def test_tells_the_worst_trouble() -> None:
    full = LinkView(broker=True, store=False, lost_at=NOON, problem="no room", malformed=0)
    assert seen(board_view(), full).trouble == "store"
    assert seen(board_view(), CUT).trouble == "broker"
    assert seen(board_view(), CUT, Lost("refused")).trouble == "station"


def test_remembers_since_when_the_station_is_away() -> None:
    picture = seen(board_view(), Lost("refused"))
    later = picture.then(Lost("refused"), NOON + timedelta(hours=1))
    assert later.troubled_since == NOON


def test_lets_go_of_what_the_station_lets_go_of() -> None:
    assert seen(board_view(HIGH, LOW), Gone(LOW.id)).open == [HIGH]


def test_counts_by_the_clock_of_the_station() -> None:
    picture = seen(board_view(), now=NOON - timedelta(minutes=5))
    assert picture.ahead == timedelta(minutes=5)


def test_knows_what_is_news() -> None:
    before = seen(board_view(LOW, alert_view(by="Marie")))
    worse = alert_view(id=LOW.id, revision=1, priority=Priority.HIGH)
    assert news(before, before.then(worse, NOON)) == [worse]
    assert news(before, before.then(HIGH, NOON)) == [HIGH]
    taken = alert_view(id=LOW.id, by="Paul", priority=Priority.LOW)
    assert news(before, before.then(taken, NOON)) == []


@pytest.mark.parametrize(
    ("before", "after", "rings"),
    [
        ({}, {"rings": 1}, True),
        ({"rings": 1}, {"rings": 1}, False),
        ({}, {"calls": ("voisine",)}, True),
        ({}, {"repeats": 2}, True),
        ({"deeds": CLAIMED}, {"deeds": CLAIMED, "repeats": 2}, True),
        ({"deeds": THERE}, {"deeds": THERE, "repeats": 2}, False),
        ({"deeds": THERE, "priority": "low"}, {"deeds": THERE, "priority": "high"}, True),
        ({"deeds": CLAIMED}, {"deeds": (*CLAIMED, Deed.REOPENED)}, True),
        ({"deeds": CLAIMED}, {"deeds": (*CLAIMED, Deed.CLOSED)}, False),
        ({"deeds": CLAIMED, "calls": ("voisine",)}, {"deeds": CLAIMED}, False),
    ],
)
def test_what_nobody_sees_to_rings_again(
    before: dict[str, Any], after: dict[str, Any], rings: bool
) -> None:
    def view(changes: dict[str, Any]) -> AlertView:
        usual = {"id": HIGH.id, "by": "Marie" if "deeds" in changes else ""}
        told = {"priority": Priority(changes["priority"])} if "priority" in changes else {}
        return alert_view(**usual | changes | told)

    known = seen(board_view(view(before)))
    assert bool(news(known, known.then(view(after), NOON))) is rings


def test_tells_apart_what_waits_what_somebody_has_and_what_is_over() -> None:
    held = [alert_view(room="1", by="Marie"), alert_view(room="2", by="Paul", deeds=THERE)]
    over = alert_view(room="3", by="Zoé", deeds=(Deed.CANCELLED,))
    picture = seen(board_view(over, *held, HIGH, LOW))
    assert picture.open == [HIGH, LOW]
    assert {it.room for it in picture.held} == {"1", "2"}
    assert picture.ended == [over]
    assert picture.to_do == [HIGH, LOW, *picture.held]
