"""Who signs in to a station, over HTTP, and what she may do there."""

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from pathlib import Path

import httpx
import msgspec
import pytest
from brokers import free_port
from houses import Desk, House, Programme, serving
from samples import an_alert
from staffs import CHIEF, PIN, id_of, sign_in
from strangers import Stranger
from waiting import eventually

from alert_broker.messages import Alert
from alert_broker.people.rights import Right
from alert_broker.people.shifts import HANDOVER
from alert_broker.people.views import Given, Me
from alert_broker.settings import Broker

pytestmark = pytest.mark.broker

NAMES = ("Durand", "Lefèvre")


def me(url: str, cookies: httpx.Cookies | None = None) -> Me:
    return msgspec.json.decode(httpx.get(f"{url}/api/session", cookies=cookies).content, type=Me)


def arrived(house: House, **changes: object) -> Alert:
    house.device.send(alert := an_alert(**changes))
    assert house.desk.shows(alert.id)
    return alert


def ask(desk: Desk, by: str, what: str, **said: str) -> httpx.Response:
    return httpx.post(f"{desk.url}/api/{what}", json=said, cookies=desk.as_(by))


class TestWhoeverSignsIn:
    def test_is_known_until_her_shift_ends(self, house: House) -> None:
        told = me(house.desk.url, house.desk.as_("Anne"))
        assert told.person is not None
        assert told.person.name == "Anne"
        assert told.ends_at is not None
        left = told.ends_at - datetime.now(UTC)
        assert HANDOVER - timedelta(minutes=1) < left < timedelta(hours=25)
        assert told.ends_at.astimezone().strftime("%H:%M") in {"07:00", "14:00", "21:00"}

    def test_holds_a_cookie_that_no_script_reads_and_no_other_page_sends(
        self, house: House
    ) -> None:
        cookie = sign_in(house.desk.url, "Anne").headers["set-cookie"]
        assert cookie.startswith("veilleur-poste-1=")
        for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age="):
            assert word in cookie

    def test_is_nobody_once_she_has_signed_out(self, house: House) -> None:
        cookies = sign_in(house.desk.url, "Anne").cookies
        httpx.delete(f"{house.desk.url}/api/session", cookies=cookies)
        assert me(house.desk.url, cookies).person is None
        assert me(house.desk.url).person is None

    def test_is_asked_for_before_anything_is_done_and_not_to_see_it(self, house: House) -> None:
        alert = arrived(house, room="901")
        answer = httpx.post(f"{house.desk.url}/api/alerts/{alert.id}/acknowledge", json={})
        assert answer.status_code == HTTPStatus.UNAUTHORIZED
        assert answer.json()["code"] == "sign_in_first"
        forged = httpx.Cookies({"veilleur-poste-1": "x" * 43})
        assert me(house.desk.url, forged).person is None

    def test_leaves_no_token_and_no_pin_in_the_store(self, house: House, tmp_path: Path) -> None:
        with serving(house.broker, tmp_path / "store", name="poste-9") as desk:
            cookies = desk.as_("Marie")
            given = ask(desk, CHIEF, "people", name="Nadia", role="carer")
            secret = msgspec.json.decode(given.content, type=Given).secret
            kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
            token = cookies["veilleur-poste-9"]
            assert b"Nadia" in kept
            assert token.encode() not in kept
            assert secret.encode() not in kept


class TestHerRole:
    @pytest.mark.parametrize(
        ("name", "may", "may_not"),
        [
            ("Anne", "acknowledge", "cancel"),
            ("Tom", "", "acknowledge"),
            ("Odile", "", "acknowledge"),
            (CHIEF, "cancel", ""),
        ],
    )
    def test_says_what_she_may_do_about_an_alert(
        self, house: House, name: str, may: str, may_not: str
    ) -> None:
        alert = arrived(house, room=f"r-{id_of(name)}")
        if may_not:
            refused = house.desk.say(alert.id, may_not, by=name)
            assert refused.status_code == HTTPStatus.FORBIDDEN
            assert refused.json()["code"] == "no_right"
        if may:
            assert house.desk.say(alert.id, may, by=name).is_success
        house.desk.say(alert.id, "cancel", by=CHIEF)

    def test_says_who_reads_the_records(self, house: House) -> None:
        alert = arrived(house, room="905")
        house.desk.say(alert.id, "cancel", by=CHIEF)
        url = f"{house.desk.url}/api/alerts/{alert.id}"
        read = {it: httpx.get(url, cookies=house.desk.as_(it)) for it in ("Odile", "Anne", "Tom")}
        assert [it for it, answer in read.items() if answer.is_success] == ["Odile"]
        assert read["Odile"].json()["people"] == {id_of(CHIEF): CHIEF}

    def test_says_whom_she_may_add(self, house: House) -> None:
        assert ask(house.desk, "Anne", "people", name="A", role="carer").status_code == 403
        assert ask(house.desk, "Zoé", "people", name="A", role="administrator").status_code == 403
        answer = ask(house.desk, "Zoé", "people", name="Awa", role="carer")
        given = msgspec.json.decode(answer.content, type=Given)
        awa = {"person": given.person.id, "secret": given.secret}
        assert httpx.post(f"{house.desk.url}/api/session", json=awa).is_success


class TestAWrongPin:
    def test_five_times_makes_her_wait_there_and_nobody_else(self, tmp_path: Path) -> None:
        with Programme(Broker(port=free_port()), tmp_path) as station:
            codes = [sign_in(station.url, "Karim", "000111").status_code for _ in range(5)]
            assert codes == [HTTPStatus.UNAUTHORIZED] * 5
            for _ in range(2):
                late = sign_in(station.url, "Karim", PIN)
                assert late.status_code == HTTPStatus.TOO_MANY_REQUESTS, "not even the right one"
                assert 20 < late.json()["wait_s"] <= 30
                assert 20 < int(late.headers["retry-after"]) <= 31
                assert sign_in(station.url, "Marie").is_success
                station.kill()
                station.start()  # and no restart shortens it

    def test_is_forgiven_with_a_new_one(self, house: House) -> None:
        for _ in range(5):
            sign_in(house.desk.url, "Léa", "000111")
        assert sign_in(house.desk.url, "Léa").status_code == HTTPStatus.TOO_MANY_REQUESTS
        given = ask(house.desk, CHIEF, f"people/{id_of('Léa')}/reset").json()
        assert sign_in(house.desk.url, "Léa", given["secret"]).is_success


class TestARestart:
    def test_keeps_her_signed_in(self, tmp_path: Path) -> None:
        with Programme(Broker(port=free_port()), tmp_path) as station:
            cookies = station.as_("Marie")
            gone = sign_in(station.url, "Paul").cookies
            httpx.delete(f"{station.url}/api/session", cookies=gone)
            station.kill()
            station.start()
            assert me(station.url, cookies).person is not None
            assert me(station.url, gone).person is None

    def test_keeps_who_was_removed_out(self, tmp_path: Path) -> None:
        with Programme(Broker(port=free_port()), tmp_path) as station:
            cookies = station.as_("Paul")
            chief = station.as_(CHIEF)
            url = f"{station.url}/api/people/{id_of('Paul')}"
            assert httpx.delete(url, cookies=chief).is_success
            for _ in range(2):
                assert me(station.url, cookies).person is None
                assert sign_in(station.url, "Paul").status_code == HTTPStatus.UNAUTHORIZED
                station.kill()
                station.start()


class TestNames:
    @pytest.fixture(autouse=True)
    def named(self, house: House) -> None:
        for room, name in zip(("12", "13"), NAMES, strict=True):
            place = {"site": "residence", "room": room}
            assert ask(house.desk, "Zoé", "residents", **place, name=f"Mme {name}").is_success

    def test_of_residents_are_told_to_those_who_care_for_them(self, house: House) -> None:
        told = {
            name: [it.name for it in me(house.desk.url, house.desk.as_(name)).residents]
            for name in ("Marie", "Tom", "Odile")
        }
        assert told == {"Marie": ["Mme Durand", "Mme Lefèvre"], "Tom": [], "Odile": []}
        assert Right.SEE_RESIDENTS not in me(house.desk.url, house.desk.as_("Tom")).rights
        refused = ask(house.desk, "Marie", "residents", site="residence", room="12", name="")
        assert refused.is_success
        assert len(me(house.desk.url, house.desk.as_("Marie")).residents) == 1

    def test_of_residents_are_on_no_screen_of_a_stranger(self, house: House) -> None:
        arrived(house, room="12")
        for path in ("", "/api/board", "/api/people", "/api/session"):
            said = httpx.get(f"{house.desk.url}{path}").text
            assert not any(name in said for name in NAMES)

    def test_of_residents_and_carers_are_on_no_message(self, house: House) -> None:
        heard: list[bytes] = []
        with Stranger(house.broker, lambda it: heard.append(it.payload)):
            alert = arrived(house, room="13")
            house.desk.take(alert.id, by="Marie")
            house.desk.say(alert.id, "arrive", by="Marie")
            house.desk.say(alert.id, "close", by="Marie", outcome="real")
            told = b"closed"
            assert eventually(lambda: told in b"".join(heard))
        said = b"".join(heard).decode()
        assert id_of("Marie") in said
        assert not any(name in said for name in (*NAMES, "Marie"))

    def test_of_a_carer_are_shown_at_her_station_and_her_pseudonym_elsewhere(
        self, house: House
    ) -> None:
        answer = ask(house.desk, CHIEF, "people", name="Inès", role="carer")
        ines = msgspec.json.decode(answer.content, type=Given)
        signed = {"person": ines.person.id, "secret": ines.secret}
        cookies = httpx.post(f"{house.desk.url}/api/session", json=signed).cookies
        alert = arrived(house, room="14")
        url = f"{house.desk.url}/api/alerts/{alert.id}/acknowledge"
        assert httpx.post(url, json={}, cookies=cookies).json()["taken"]["by"] == "Inès"
