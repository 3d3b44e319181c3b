"""What the station tells a nurse's screen, and what happens when she says that she goes."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http import HTTPStatus
from uuid import uuid4

import httpx
import msgspec
import pytest
from houses import House
from samples import a_heartbeat, a_status, an_alert
from staffs import id_of
from stations import PostStation
from waiting import eventually

from alert_broker.bodies import MAX_BODY
from alert_broker.life import Stage
from alert_broker.messages import (
    Acknowledgement,
    Alert,
    Deed,
    Label,
    Outcome,
    Priority,
    Reason,
    Step,
)
from alert_broker.rooms import Health
from alert_broker.views import AlertView, BoardView, Refused, Tick, View

pytestmark = pytest.mark.broker


def arrived(house: House, **changes: object) -> Alert:
    """An alert of a room of its own that the device sent and the board shows."""
    house.device.send(alert := an_alert(**{"room": uuid4().hex[:8]} | changes))
    assert house.desk.shows(alert.id)
    return alert


class TestTheBoard:
    def test_shows_what_a_nurse_must_know(self, house: House) -> None:
        alert = arrived(
            house,
            label=Label.FALL,
            priority=Priority.MEDIUM,
            reason=Reason.IMPACT_THEN_SILENCE,
            repeats=2,
            delay_s=75.0,
            room="12",
        )
        assert house.desk.alert(alert.id) == AlertView(
            id=alert.id,
            site="residence",
            room="12",
            label=Label.FALL,
            priority=Priority.MEDIUM,
            reason=Reason.IMPACT_THEN_SILENCE,
            repeats=2,
            onset_at=alert.onset_at,
            late_s=75.0,
            duration_s=None,
            stage=Stage.RAISED,
        )

    def test_shows_how_each_device_is(self, house: House) -> None:
        house.device.send(a_status(room="31", device="veilleur-31"))
        house.device.send(a_heartbeat(room="31", device="veilleur-31", level_dbfs=-41.5))
        assert eventually(lambda: room(house, "31") == (Health.ONLINE, -41.5))

    def test_puts_the_most_urgent_first(self, house: House) -> None:
        low, high = arrived(house, priority=Priority.LOW), arrived(house)
        order = [alert.id for alert in house.desk.board().alerts]
        assert order.index(high.id) < order.index(low.id)

    def test_shows_an_alert_once_however_often_it_came(self, house: House) -> None:
        alert = arrived(house)
        for _ in range(5):
            house.device.send(alert)
        arrived(house)
        assert [it.id for it in house.desk.board().alerts].count(alert.id) == 1


class TestTheEvents:
    def test_begin_with_everything(self, house: House) -> None:
        alert = arrived(house)
        with house.desk.events() as events:
            first = next(events)
        assert isinstance(first, BoardView)
        assert alert.id in {it.id for it in first.alerts}

    def test_tell_each_change_to_every_screen(self, house: House) -> None:
        with house.desk.events() as here, house.desk.events() as there:
            for events in (here, there):
                next(events)
            alert = arrived(house)
            for events in (here, there):
                assert of(alert, events).taken is None
            house.desk.take(alert.id, by="Marie")
            for events in (here, there):
                taken = of(alert, events).taken
                assert taken is not None
                assert taken.by == "Marie"

    def test_prove_that_the_station_lives(self, house: House) -> None:
        with house.desk.events() as events:
            tick = next(event for event in events if isinstance(event, Tick))
        assert abs((datetime.now(UTC) - tick.now).total_seconds()) < 10


class TestSomebodyGoes:
    def test_and_the_room_is_told(self, house: House) -> None:
        alert = arrived(house, room="12")
        view = done(house.desk.take(alert.id, by="Marie"))
        assert (view.stage, view.taken and view.taken.by) == (Stage.ACKNOWLEDGED, "Marie")
        assert eventually(lambda: goes(house, alert) == [id_of("Marie")])

    def test_saying_it_twice_is_as_good_as_once(self, house: House) -> None:
        alert = arrived(house)
        first, second = house.desk.take(alert.id), house.desk.take(alert.id)
        assert first.content == second.content

    def test_and_whoever_comes_second_is_told_who_was_first(self, house: House) -> None:
        alert = arrived(house)
        house.desk.take(alert.id, by="Marie")
        answer = house.desk.take(alert.id, by="Paul")
        assert answer.status_code == HTTPStatus.CONFLICT
        assert told_first(answer) == "Marie"

    def test_and_of_many_at_once_exactly_one_is_first(self, house: House) -> None:
        alert = arrived(house, room="12", label=Label.CRY)
        names = [f"infirmier {number}" for number in range(12)]
        with ThreadPoolExecutor(len(names)) as nurses:
            answers = list(nurses.map(lambda name: house.desk.take(alert.id, by=name), names))
        first = [name for name, it in zip(names, answers, strict=True) if it.is_success]
        assert len(first) == 1
        assert {told_first(it) for it in answers if not it.is_success} == set(first)
        assert eventually(lambda: goes(house, alert) == [id_of(name) for name in first])

    def test_to_an_alert_that_nobody_knows(self, house: House) -> None:
        assert house.desk.take("0" * 32).status_code == HTTPStatus.NOT_FOUND

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b'{"by": "Paul"}',
            b'{"role": "administrator"}',
            b'{"\xff": 7}',
            b"[" * 2000,
            b" " * (MAX_BODY + 1) + b"{}",
        ],
    )
    def test_but_not_by_a_request_that_cannot_be_read(self, house: House, body: bytes) -> None:
        alert = arrived(house)
        answer = httpx.post(
            f"{house.desk.url}/api/alerts/{alert.id}/acknowledge",
            content=body,
            headers={"Content-Type": "application/json"},
            cookies=house.desk.as_("Marie"),
        )
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert answer.json()["problem"]
        still = house.desk.alert(alert.id)
        assert still is not None
        assert still.stage.waits


class TestWhatFollows:
    def test_until_it_is_closed_with_what_it_was(self, house: House) -> None:
        alert = arrived(house)
        house.desk.take(alert.id, by="Marie")
        there = done(house.desk.say(alert.id, "arrive", by="Marie"))
        assert (there.stage, there.there and there.there.by) == (Stage.IN_ROOM, "Marie")
        over = done(house.desk.say(alert.id, "close", by="Paul", outcome="comfort"))
        assert (over.stage, over.outcome) == (Stage.CLOSED, Outcome.COMFORT)
        assert over.ended is not None
        assert over.ended.by == "Paul"

    @pytest.mark.parametrize("what", ["arrive", "release", "close"])
    def test_needs_somebody_who_goes_first(self, house: House, what: str) -> None:
        alert = arrived(house)
        outcome = "real" if what == "close" else ""
        answer = house.desk.say(alert.id, what, outcome=outcome)
        assert answer.status_code == HTTPStatus.CONFLICT
        view = msgspec.json.decode(answer.content, type=Refused).alert
        assert view is not None
        assert view.stage.waits

    def test_may_be_that_she_cannot_go_after_all(self, house: House) -> None:
        alert = arrived(house)
        house.desk.take(alert.id, by="Marie")
        again = done(house.desk.say(alert.id, "release", by="Marie"))
        assert again.stage.waits
        assert again.before is not None
        assert done(house.desk.take(alert.id, by="Paul")).stage is Stage.ACKNOWLEDGED

    def test_may_be_that_there_was_nothing_to_go_to(self, house: House) -> None:
        alert = arrived(house)
        assert done(house.desk.say(alert.id, "cancel")).stage is Stage.CANCELLED
        late = house.desk.take(alert.id, by="Paul")
        view = msgspec.json.decode(late.content, type=Refused).alert
        assert view is not None
        assert view.ended is not None

    @pytest.mark.parametrize("outcome", ["", "maybe"])
    def test_is_no_closing_without_an_outcome(self, house: House, outcome: str) -> None:
        alert = arrived(house)
        house.desk.take(alert.id)
        answer = house.desk.say(alert.id, "close", outcome=outcome)
        assert answer.status_code == HTTPStatus.BAD_REQUEST

    def test_is_nothing_that_nobody_knows(self, house: House) -> None:
        answer = house.desk.say(arrived(house).id, "delete")
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert "delete" in answer.json()["problem"]

    def test_is_told_on_the_bus_step_by_step(self, house: House) -> None:
        alert = arrived(house)
        with PostStation(house.broker, receipts=False, name="listener") as bus:
            house.desk.close(alert.id, by="Marie")
            assert bus.reads(lambda it: it.of(Step))
            (claim,), (close,) = bus.of(Acknowledgement), bus.of(Step)
        assert (claim.by, close.deed, close.outcome) == (id_of("Marie"), Deed.CLOSED, Outcome.REAL)

    def test_is_on_the_record_with_the_versions_behind_the_alert(self, house: House) -> None:
        alert = arrived(house)
        house.desk.close(alert.id, by="Marie")
        record = house.desk.record(alert.id)
        assert [(it.id, it.model, it.config) for it in record.alerts] == [
            (alert.id, alert.model, alert.config)
        ]
        steps = [(it.deed, record.people.get(it.by, "")) for it in record.steps]
        assert steps == [(Deed.RAISED, ""), (Deed.CLAIMED, "Marie"), (Deed.CLOSED, "Marie")]
        odile = house.desk.as_("Odile")
        unknown = httpx.get(f"{house.desk.url}/api/alerts/{'0' * 32}", cookies=odile)
        assert unknown.status_code == HTTPStatus.NOT_FOUND


class TestAScreen:
    def test_that_shows_an_alert_has_it_delivered(self, house: House) -> None:
        alert = arrived(house)
        for _ in range(2):
            answer = shown(house, [alert.id, "0" * 32])
            assert answer.status_code == HTTPStatus.NO_CONTENT
        view = house.desk.alert(alert.id)
        assert view is not None
        assert view.stage is Stage.DELIVERED
        steps = [it.deed for it in house.desk.record(alert.id).steps]
        assert steps == [Deed.RAISED, Deed.DELIVERED]

    @pytest.mark.parametrize("alerts", [["12"], "12", [7], None])
    def test_that_talks_nonsense_is_refused(self, house: House, alerts: object) -> None:
        assert shown(house, alerts).status_code == HTTPStatus.BAD_REQUEST


def test_health_is_for_machines(house: House) -> None:
    answer = httpx.get(f"{house.desk.url}/health")
    assert answer.status_code == HTTPStatus.OK
    assert answer.json()["broker"] is answer.json()["store"] is True


def room(house: House, name: str) -> tuple[Health, float | None] | None:
    """How a room is shown: its health and its level, None when it is not."""
    found = [it for it in house.desk.board().rooms if it.room == name]
    return (found[0].health, found[0].level_dbfs) if found else None


def of(alert: Alert, events: Iterator[View]) -> AlertView:
    """The next event about an alert."""
    return next(it for it in events if isinstance(it, AlertView) and it.id == alert.id)


def goes(house: House, alert: Alert) -> list[str]:
    """Who goes to an alert, as its device was told."""
    return [it.by for it in house.device.of(Acknowledgement) if it.alert == alert.id]


def done(answer: httpx.Response) -> AlertView:
    """How the alert stands after something that was done."""
    assert answer.is_success, answer.text
    return msgspec.json.decode(answer.content, type=AlertView)


def shown(house: House, alerts: object) -> httpx.Response:
    return httpx.post(f"{house.desk.url}/api/shown", json={"alerts": alerts})


def told_first(answer: httpx.Response) -> str:
    view = msgspec.json.decode(answer.content, type=Refused).alert
    assert view is not None
    assert view.taken is not None
    return view.taken.by
