"""What a screen knows of the station, whatever happened since it was opened."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from samples import NOON
from views import CUT, WELL, alert_view, board_view, room_view, seen

from alert_broker.messages import Label, Priority, Reason
from alert_broker.picture import Lost, Picture, news
from alert_broker.views import Gone, LinkView, Tick, View

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
    taken = alert_view(id=LOW.id, by="Paul")
    assert news(before, before.then(taken, NOON)) == []
