"""What we promise to programs that are not ours is what runs: nothing more, nothing else."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from brokers import Mosquitto, free_port
from contracts import FOLDER, Clerk, Wiretap, promised, stored
from couriers import at_work
from disks import full_disk
from houses import House, a_house, serving
from openapi_spec_validator import OpenAPIV31SpecValidator
from samples import a_heartbeat, a_status, an_alert
from staffs import CHIEF, PIN, id_of
from starlette.routing import Mount, Route
from strangers import Stranger
from waiting import eventually

from alert_broker import clock
from alert_broker.endpoints import Endpoint
from alert_broker.messages import DeviceState, Fault
from alert_broker.people.person import PersonId
from alert_broker.people.staff import Staff
from alert_broker.settings import Broker, StationSettings
from alert_broker.station import Station
from alert_broker.store import Store
from alert_broker.topics import CHANNELS
from alert_broker.upkeep.alarms import Alarm
from alert_broker.upkeep.settings import Upkeep
from alert_broker.views import EVENTS
from alert_broker.web import DEEDS, ENDPOINTS, application
from edge.status import Hearing

UNKNOWN = "0" * 32
SAID: dict[str, dict[str, object]] = {
    "shown": {"alerts": [UNKNOWN]},
    **{word: {} for word in DEEDS},
    "close": {"outcome": "real"},
    "see_to": {},
    "visit": {"site": "residence", "room": "none"},
    "retire": {"site": "residence", "room": "none"},
    "sign_in": {"person": id_of("Marie"), "secret": PIN},
    "change_secret": {"secret": PIN, "new": "271828"},
    "add_person": {"name": "Nadia", "role": "carer"},
    "reset_person": {},
    "name_resident": {"site": "residence", "room": "12", "name": "Mme Durand"},
}
"""What is said to each address that asks for something."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house whose technical alarms wait for nothing."""
    pytest.importorskip("iotcore", reason="no embedded broker here: pip install 'veilleur[demo]'")
    with a_house(tmp_path_factory.mktemp("house"), upkeep=Upkeep(wait_s=0)) as it:
        yield it


class TestTheDocuments:
    def test_of_the_web_side_is_one(self) -> None:
        OpenAPIV31SpecValidator(stored("station.openapi.json")).validate()

    # The library names fields as the specification does, which its own base class knows too.
    @pytest.mark.filterwarnings("ignore:Field name .* shadows:UserWarning")
    def test_of_the_bus_is_one(self) -> None:
        from asyncapi3.models.asyncapi import AsyncAPI3

        AsyncAPI3.model_validate(stored("bus.asyncapi.json"))

    @pytest.mark.parametrize("name", ["station.openapi.json", "bus.asyncapi.json"])
    def test_point_at_nothing_that_is_not_there(self, name: str) -> None:
        document = stored(name)
        for reference in references(document):
            file, _, place = reference.partition("#/")
            found: Any = json.loads((FOLDER / file).read_text()) if file else document
            for step in place.split("/") if place else []:
                found = found[step.replace("~1", "/")]


@pytest.mark.broker
class TestTheWebSide:
    def test_serves_nothing_that_is_not_documented(self, tmp_path: Path) -> None:
        store = Store(tmp_path / "station.sqlite3")
        settings = StationSettings()
        staff = Staff(store.database, settings.people, 30, clock.now, "poste-1")
        station = Station(settings, store, clock.now)
        routes = application(station, staff, settings).routes
        store.close()
        served = {(route.path, it) for route in routes for it in methods(route)}
        documented = {(path, method) for method, path, _ in promised()}
        assert served - documented == {("/static", "")}
        assert {path for path, _ in documented} == {it.path for it in ENDPOINTS}

    def test_gives_every_answer_that_is_documented_and_no_other(
        self, house: House, tmp_path: Path
    ) -> None:
        with Clerk(house.desk.url) as stranger, Clerk(house.desk.url) as clerk:
            turn_away(stranger)
            choose(stranger)
            assert clerk.sign_in(CHIEF) == 200
            refuse(clerk)
            live(clerk, house)
            maintain(clerk, house)
            manage(clerk)
        answered = stranger.answered | clerk.answered | lonely(tmp_path)
        assert answered == promised(), "let this test ask for each new answer too"

    def test_tells_every_kind_of_event_as_documented(self, house: House) -> None:
        # What ended hours ago leaves the screens, and no test waits for that.
        rest = set(EVENTS) - {"gone"}
        with Clerk(house.desk.url) as clerk:
            assert clerk.sign_in(CHIEF) == 200
            for kind in clerk.read_events(rest):
                if kind == "board":
                    house.device.send(an_alert(room="43"))
                    garbage(house)
                    maintain(clerk, house)


@pytest.mark.broker
def test_the_bus_carries_what_is_documented_and_nothing_else(
    mosquitto: Mosquitto, tmp_path: Path
) -> None:
    broker = mosquitto.settings
    with (
        Wiretap(broker) as tap,
        serving(broker, tmp_path / "station.sqlite3") as desk,
        at_work(broker, tmp_path / "outbox.sqlite3") as courier,
    ):
        assert eventually(lambda: courier.connected)
        courier.beat(Hearing(0.0, -50.0, 0, 0))
        courier.send(alert := an_alert(room="12"))
        assert desk.shows(alert.id)
        desk.close(alert.id)
        assert courier.drain(20)
        assert eventually(lambda: tap.carried == set(CHANNELS) or tap.surprises), tap.carried
    assert not tap.surprises


def refuse(clerk: Clerk) -> None:
    """What comes of requests that are none of ours, at every address."""
    for it in ENDPOINTS:
        path = address(it)
        said = {"json": SAID[it.name]} if it.asks else {}
        assert clerk.ask(it.method, path, headers={"Host": "elsewhere.example"}, **said) == 403
        if it.asks:
            assert clerk.ask(it.method, path, content=b"{}") == 415
            assert clerk.ask(it.method, path, json={"no": "field of ours"}) == 400
        if 404 in it.answers:
            assert clerk.ask(it.method, path, **said) == 404


def turn_away(clerk: Clerk) -> None:
    """What comes of it where nobody has signed in, or signs in with the wrong PIN."""
    for it in ENDPOINTS:
        if it.needs:
            assert clerk.ask(it.method, address(it)) == 401
    for number in range(6):
        status = clerk.sign_in("Karim", f"77777{number}")
        assert status == (401 if number < 5 else 429)


def choose(clerk: Clerk) -> None:
    """Somebody chooses another PIN, and then does not know the one that she has."""
    said = SAID["change_secret"]
    assert clerk.sign_in("Léa") == 200
    with full_disk():
        assert clerk.ask("POST", "/api/session/secret", json=said) == 503
    assert clerk.ask("POST", "/api/session/secret", json=said | {"new": PIN}) == 409
    assert clerk.ask("POST", "/api/session/secret", json=said) == 200
    for number in range(6):
        status = clerk.ask("POST", "/api/session/secret", json=said)
        assert status == (401 if number < 5 else 429)


def address(it: Endpoint) -> str:
    """Of something that there is not."""
    return it.path.replace("{id}", "p-nobody" if it.parts["id"] is PersonId else UNKNOWN)


def manage(clerk: Clerk) -> None:
    """Somebody comes, forgets her PIN, and leaves; a resident moves in."""
    for path in ("/api/session", "/api/people"):
        assert clerk.ask("GET", path) == 200
    assert clerk.ask("POST", "/api/people", json=SAID["add_person"]) == 200
    assert clerk.ask("POST", "/api/people", json=SAID["add_person"]) == 409
    paul, chief = (f"/api/people/{id_of(name)}" for name in ("Paul", CHIEF))
    assert clerk.ask("POST", "/api/residents", json=SAID["name_resident"]) == 200
    with full_disk():
        assert clerk.ask("POST", "/api/people", json={"name": "Zélie", "role": "carer"}) == 503
        assert clerk.ask("POST", f"{paul}/reset", json={}) == 503
        assert clerk.ask("DELETE", paul) == 503
        assert clerk.ask("POST", "/api/residents", json=SAID["name_resident"]) == 503
    assert clerk.ask("POST", f"{paul}/reset", json={}) == 200
    assert clerk.ask("DELETE", paul) == 200
    assert clerk.ask("DELETE", chief) == 409
    assert clerk.ask("DELETE", "/api/session") == 200


def live(clerk: Clerk, house: House) -> None:
    """One alert is given back, taken again and closed, another one is cancelled."""
    for path in ("/", "/worker.js", "/health", "/api/board"):
        assert clerk.ask("GET", path) == 200
    assert next(clerk.read_events({"board"})) == "board"
    house.device.send(alert := an_alert(room="41"))
    house.device.send(other := an_alert(room="42"))
    for it in (alert, other):
        assert house.desk.shows(it.id)
    assert clerk.ask("POST", "/api/shown", json={"alerts": [alert.id]}) == 204
    for word in ("arrive", "release", "close"):
        assert say(clerk, alert.id, word) == 409
    for word in ("acknowledge", "release", "acknowledge", "arrive", "close"):
        assert say(clerk, alert.id, word) == 200
    assert say(clerk, alert.id, "cancel") == 409
    assert say(clerk, other.id, "cancel") == 200
    assert say(clerk, other.id, "acknowledge") == 409
    assert clerk.ask("GET", f"/api/alerts/{alert.id}") == 200


def maintain(clerk: Clerk, house: House) -> None:
    """A device fails, somebody sees to it and looks into the room; then it is taken away."""
    here = {"site": "residence", "room": uuid4().hex}
    device = {"room": here["room"], "device": "veilleur-51"}
    house.device.send(
        a_status(**device, state=DeviceState.FAULT, faults=(Fault.MICROPHONE_ABSENT,))
    )
    house.device.send(a_heartbeat(**device, sent_at=datetime.now(UTC)))
    assert eventually(lambda: alarms(house, here["room"]))
    (alarm,) = alarms(house, here["room"])
    assert clerk.ask("POST", f"/api/upkeep/alarms/{alarm.id}/see-to", json={}) == 200
    assert clerk.ask("POST", "/api/upkeep/visit", json=here) == 204
    assert clerk.ask("POST", "/api/upkeep/retire", json=here) == 409
    house.device.send(a_status(**device, state=DeviceState.OFFLINE))
    assert eventually(lambda: clerk.ask("POST", "/api/upkeep/retire", json=here) == 204)
    assert clerk.ask("GET", "/api/upkeep") == 200


def alarms(house: House, room: str) -> list[Alarm]:
    return [it for it in house.desk.board().upkeep.alarms if it.room == room]


def say(clerk: Clerk, alert_id: str, word: str) -> int:
    return clerk.ask("POST", f"/api/alerts/{alert_id}/{word}", json=SAID[word])


def lonely(folder: Path) -> set[tuple[str, str, int]]:
    """What a station answers that reaches no broker."""
    broker = Broker(port=free_port())
    with serving(broker, folder / "lonely.sqlite3") as desk, Clerk(desk.url) as clerk:
        assert clerk.ask("GET", "/health") == 503
    return clerk.answered


def garbage(house: House) -> None:
    """Something on the bus that is no message: the screens are told how many there were."""
    with Stranger(house.broker) as stranger:
        stranger.shout("veilleur/residence/12/alert", b"{}")


def methods(route: object) -> Iterator[str]:
    match route:
        case Route():
            yield from (route.methods or set()) - {"HEAD"}
        case Mount():
            yield ""
        case _:
            raise AssertionError(route)


def references(value: object) -> Iterator[str]:
    match value:
        case {"$ref": str(place)}:
            yield place
        case dict():
            for it in value.values():
                yield from references(it)
        case list():
            for it in value:
                yield from references(it)
