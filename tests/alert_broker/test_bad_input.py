"""Nothing that anybody sends keeps a true alert from the nurse."""

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import garbage
import httpx
import pytest
from brokers import Mosquitto
from clocks import Time
from contracts import check, stored
from houses import Desk, Device, House, serving
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from samples import NOON, a_step, an_alert
from staffs import CHIEF, sign_in
from strangers import Stranger
from waiting import eventually

from alert_broker.case import Heard
from alert_broker.messages import (
    MAX_BYTES,
    Alert,
    Deed,
    Message,
    MessageRefused,
    Priority,
    Receipt,
    encode,
)
from alert_broker.mqtt import MAX_PACKET, Delivery
from alert_broker.settings import StationSettings
from alert_broker.station import Station
from alert_broker.store import Store
from alert_broker.topics import CHANNELS, channel_of, read, topic_of
from alert_broker.web import ENDPOINTS

METHODS = sorted({it.method for it in ENDPOINTS})
PATHS = sorted({it.path for it in ENDPOINTS})


@pytest.fixture(scope="module")
def client(house: House) -> Iterator[httpx.Client]:
    with httpx.Client(cookies=house.desk.as_(CHIEF), base_url=house.desk.url) as client:
        yield client


class TestAMessage:
    @given(garbage.topics, garbage.payloads())
    def test_is_as_the_schema_says_or_refused(self, topic: str, payload: bytes) -> None:
        try:
            message = read(topic, payload)
        except (MessageRefused, UnicodeDecodeError):
            return
        kind = next(kind for kind, it in CHANNELS.items() if it is channel_of(message))
        schema = stored(f"{kind}.schema.json")
        check(json.loads(payload), schema, schema)
        assert read(topic_of(message), encode(message)) == message

    @given(garbage.messages)
    def test_that_is_unlikely_and_valid_still_travels(self, message: Message) -> None:
        assert read(topic_of(message), encode(message)) == message

    @pytest.mark.parametrize("count", [-1, 2**31, 2**63, 2**64, 1.5, "1", None])
    def test_counts_no_further_than_any_store_does(self, count: object) -> None:
        for field in ("revision", "sequence", "repeats"):
            fields = json.loads(encode(an_alert())) | {field: count}
            with pytest.raises(MessageRefused, match=field):
                read(topic_of(an_alert()), json.dumps(fields).encode())

    @pytest.mark.parametrize("year", [1, 1969, 2200, 9999])
    def test_of_what_was_done_at_no_time_of_ours_is_refused(self, year: int) -> None:
        step = a_step(an_alert(), Deed.CLAIMED)
        fields = json.loads(encode(step)) | {"at": f"{year:04}-01-01T00:00:00+00:00"}
        with pytest.raises(MessageRefused, match="year"):
            read(topic_of(step), json.dumps(fields).encode())


class TestADeviceWhoseClockIsWrong:
    @pytest.mark.parametrize(
        "wrong", [timedelta(days=1), timedelta(seconds=30), timedelta(days=-10_000)], ids=str
    )
    def test_has_its_alert_shown_with_its_time_put_right(self, wrong: timedelta) -> None:
        told = NOON + wrong
        alert = an_alert(onset_at=told - timedelta(seconds=4), raised_at=told, delay_s=20.0)
        shown = Heard.arrived(alert, 5.0, NOON).alert
        assert shown.raised_at == NOON - timedelta(seconds=25)
        assert shown.onset_at == NOON - timedelta(seconds=29)

    def test_has_one_onset_however_the_copies_come(self) -> None:
        told = NOON + timedelta(days=1)
        alert = an_alert(onset_at=told, raised_at=told)
        copies = [
            Heard.arrived(an_alert(**fields(alert) | {"revision": it}), 0.0, NOON + later)
            for it, later in enumerate([timedelta(0), timedelta(seconds=9), timedelta(minutes=5)])
        ]
        for order in (copies, copies[::-1]):
            first, *rest = order
            for it in rest:
                first = first.joined(it)
            assert (first.alert.onset_at, first.alert.revision) == (NOON, 2)

    def test_and_one_that_is_right_is_believed(self) -> None:
        alert = an_alert(
            onset_at=NOON - timedelta(hours=3, seconds=2), raised_at=NOON - timedelta(hours=3)
        )
        assert Heard.arrived(alert, 0.0, NOON).alert == alert


@given(st.lists(garbage.messages, min_size=5, max_size=25))
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_valid_messages_come_in_whatever_order_an_alert_is_shown_once(
    tmp_path: Path, messages: list[Message]
) -> None:
    store = Store(tmp_path / f"{uuid4().hex}.sqlite3")
    time = Time()
    station = Station(StationSettings(), store, time.instant)
    for message in messages:
        with_refusals(station, message)
        time.s += 61
        station.tend()
    station.receive(alert := an_alert(room="true"), Delivery())
    assert [it.id for it in station.board().alerts].count(alert.id) == 1
    assert station.board().link.store
    station.stop()
    store.close()


@pytest.mark.broker
class TestOnTheWire:
    @given(st.lists(st.tuples(garbage.topics, garbage.payloads()), min_size=10, max_size=40))
    @settings(max_examples=8)
    def test_whatever_strangers_say_an_alert_still_comes_once(
        self, house: House, said: list[tuple[str, bytes]]
    ) -> None:
        with Stranger(house.broker) as stranger:
            stranger.say_all(said)
        self.comes_once(house.device, house.desk)
        assert house.desk.board().link.store

    def test_a_megabyte_or_what_the_broker_kept_of_a_stranger_stops_nothing(
        self, mosquitto: Mosquitto, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        where = topic_of(an_alert())
        with (
            Stranger(mosquitto.settings) as stranger,
            serving(mosquitto.settings, tmp_path / "station.sqlite3") as desk,
            Device(mosquitto.settings, room="14") as device,
        ):
            for kind in CHANNELS:
                stranger.shout(f"veilleur/residence/12/{kind}", b"\x00kept", retain=True)
            assert eventually(lambda: desk.board().link.broker)
            for length in (MAX_BYTES, MAX_BYTES + 1, MAX_PACKET, 1_000_000):
                stranger.shout(where, b"x" * length)
            self.comes_once(device, desk)
            assert eventually(lambda: desk.board().link.malformed >= 2)
            refused = desk.board().link.malformed
            # What is kept for newcomers comes once; what is larger than we take, never.
            assert refused <= len(CHANNELS) + 2
        assert sum("message refused" in line for line in caplog.messages) == 1

    def test_nobody_moves_an_alert_to_another_room(self, house: House) -> None:
        room = uuid4().hex
        house.device.send(alert := an_alert(room=room))
        assert house.desk.shows(alert.id)
        before = house.desk.board().link.malformed
        house.device.send(an_alert(id=alert.id, room="elsewhere", revision=9))
        assert eventually(lambda: house.desk.board().link.malformed > before)
        shown = house.desk.alert(alert.id)
        assert shown is not None
        assert shown.room == room

    def test_revisions_out_of_order_or_twice_leave_the_newest(self, house: House) -> None:
        alert = fields(an_alert(room=uuid4().hex, priority=Priority.LOW))
        with Device(house.broker, alert["room"]) as device:
            for revision, priority in ((3, "high"), (1, "medium"), (3, "high"), (0, "low")):
                told = alert | {"revision": revision, "priority": Priority(priority)}
                device.send(an_alert(**told))
            assert eventually(lambda: len(device.of(Receipt)) == 4)
            assert {it.revision for it in device.of(Receipt)} == {0, 1, 3}
        shown = [it for it in house.desk.board().alerts if it.id == alert["id"]]
        assert [it.priority for it in shown] == [Priority.HIGH]

    def comes_once(self, device: Device, desk: Desk) -> None:
        device.send(alert := an_alert(room=uuid4().hex))
        assert desk.shows(alert.id)
        assert [it.id for it in desk.board().alerts].count(alert.id) == 1


@pytest.mark.broker
class TestOverHttp:
    @given(
        st.sampled_from([*METHODS, "PUT", "DELETE", "TRACE"]),
        st.sampled_from(PATHS) | st.text(max_size=30).map(lambda it: "/" + it),
        st.text(max_size=80) | st.sampled_from(["\x00", "0" * 32, "../../etc"]),
        st.sampled_from(["application/json", "text/plain", "application/json; charset=x", ""]),
        garbage.payloads() | garbage.values.map(lambda it: json.dumps(it).encode()),
    )
    @example("DELETE", "/api/session", "x", "", b"")
    @settings(max_examples=60)
    def test_whatever_is_asked_is_answered_and_never_by_a_failure(
        self,
        client: httpx.Client,
        method: str,
        path: str,
        part: str,
        media: str,
        body: bytes,
    ) -> None:
        if path == "/api/events" and method == "GET":
            return  # never ends
        where = quote(path.replace("{id}", part or "x"), safe="/")
        answer = client.request(method, where, content=body, headers={"Content-Type": media})
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, (method, where, body)
        if (method, path) == ("DELETE", "/api/session"):  # it has signed out: ask on as the chief
            client.cookies.update(sign_in(str(client.base_url), CHIEF).cookies)

    def test_a_megabyte_is_not_even_read(self, client: httpx.Client) -> None:
        for path in ("/api/shown", f"/api/alerts/{'0' * 32}/close"):
            answer = client.post(
                path,
                content=b" " * 1_000_000,
                headers={"Content-Type": "application/json"},
            )
            assert answer.status_code == HTTPStatus.BAD_REQUEST

    @pytest.mark.parametrize(
        "said", [b"\x16\x03\x01\x02\x00", b"GET / HTTP/9\r\n\r\n", b"A" * 100_000, b"\r\n" * 99]
    )
    def test_what_is_no_http_is_counted_and_logged_once(
        self, house: House, caplog: pytest.LogCaptureFixture, said: bytes
    ) -> None:
        port = int(house.desk.url.rpartition(":")[2])
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.settimeout(5)
                connection.sendall(said)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(4096):
                    pass
        assert httpx.get(f"{house.desk.url}/health").is_success
        assert sum("refused" in it or "Invalid" in it for it in caplog.messages) <= 1

    def test_what_is_refused_is_counted_and_logged_once_a_minute(
        self, house: House, client: httpx.Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        before = house.desk.board().link.refused
        for _ in range(20):
            client.post("/api/shown", content=b"{")
        assert eventually(lambda: house.desk.board().link.refused >= before + 20)
        assert sum("request refused" in line for line in caplog.messages) <= 1


def with_refusals(station: Station, message: Message) -> None:
    """As a session does: what the station refuses is counted, and read on."""
    try:
        station.receive(message, Delivery())
    except MessageRefused:
        assert isinstance(message, Alert)


def fields(alert: Alert) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in alert.__struct_fields__ if name != "version"}
