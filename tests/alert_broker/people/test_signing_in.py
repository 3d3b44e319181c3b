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

from alert_broker.database import Database
from alert_broker.ledger import book
from alert_broker.ledger.audit import audit
from alert_broker.ledger.entries import Change, Staffed, decode
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


def entered(desk: Desk, given: Given) -> httpx.Cookies:
    """What the screen of somebody holds who has signed in with what she was given."""
    signed = {"person": given.person.id, "secret": given.secret}
    return httpx.post(f"{desk.url}/api/session", json=signed).cookies


def changes(desk: Desk, cookies: httpx.Cookies, secret: str, new: str) -> httpx.Response:
    said = {"secret": secret, "new": new}
    return httpx.post(f"{desk.url}/api/session/secret", json=said, cookies=cookies)


def chosen(desk: Desk, given: Given) -> httpx.Cookies:
    """The same once she has chosen her own."""
    answer = changes(desk, entered(desk, given), given.secret, PIN)
    assert answer.is_success, answer.text
    return answer.cookies


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


class TestAPinThatSomebodyElseKnows:
    def test_lets_her_choose_her_own_and_nothing_else(self, house: House) -> None:
        alert = arrived(house, room="931")
        answer = ask(house.desk, "Zoé", "people", name="Agnès", role="carer")
        agnes = msgspec.json.decode(answer.content, type=Given)
        cookies = entered(house.desk, agnes)
        assert me(house.desk.url, cookies).must_choose
        assert me(house.desk.url, cookies).residents == ()
        claim = f"{house.desk.url}/api/alerts/{alert.id}/acknowledge"
        refused = httpx.post(claim, json={}, cookies=cookies)
        assert (refused.status_code, refused.json()["code"]) == (403, "choose_first")
        own = changes(house.desk, cookies, agnes.secret, PIN).cookies
        assert httpx.post(claim, json={}, cookies=own).json()["taken"]["by"] == "Agnès"
        assert not entered(house.desk, agnes), "what she was given opens no door any more"


class TestWhoeverChangesHerPin:
    def test_is_signed_out_everywhere_else(self, house: House) -> None:
        here, elsewhere = (sign_in(house.desk.url, "infirmier 1").cookies for _ in range(2))
        answer = changes(house.desk, here, PIN, "271828")
        assert me(house.desk.url, answer.cookies).person is not None
        assert me(house.desk.url, elsewhere).person is None
        assert me(house.desk.url, here).person is None
        assert not sign_in(house.desk.url, "infirmier 1", PIN).is_success
        assert sign_in(house.desk.url, "infirmier 1", "271828").is_success

    @pytest.mark.parametrize(
        ("new", "why"), [("1111111", "easy"), ("27182", "short"), (PIN, "same")]
    )
    def test_is_told_what_is_wrong_with_the_new_one(self, house: House, new: str, why: str) -> None:
        cookies = sign_in(house.desk.url, "infirmier 2").cookies
        answer = changes(house.desk, cookies, PIN, new)
        assert (answer.status_code, answer.json()["code"]) == (409, f"secret_{why}")
        assert me(house.desk.url, cookies).person is not None

    def test_guesses_the_present_one_no_faster_than_at_the_door(self, house: House) -> None:
        cookies = sign_in(house.desk.url, "infirmier 3").cookies
        told = [changes(house.desk, cookies, "000111", "271828") for _ in range(6)]
        assert [it.json()["code"] for it in told] == ["wrong_secret"] * 5 + ["wait_first"]
        assert sign_in(house.desk.url, "infirmier 3").status_code == 429
        assert changes(house.desk, httpx.Cookies(), PIN, "271828").status_code == 401

    def test_is_in_the_ledger_by_her_pseudonym(self, tmp_path: Path) -> None:
        with Programme(Broker(port=free_port()), tmp_path) as station:
            answer = ask(station, CHIEF, "people", name="Nadia", role="carer")
            chosen(station, given := msgspec.json.decode(answer.content, type=Given))
            ask(station, "Zoé", f"people/{given.person.id}/reset")
            url = f"{station.url}/api/people/{given.person.id}"
            httpx.delete(url, cookies=station.as_(CHIEF))
        with Database(tmp_path / "station.sqlite3").look() as connection:
            told = [decode(it.text) for it in book.links(connection)]
            assert audit([*book.links(connection)], book.beside(connection)).faults == []
        done = [(it.change, it.by) for it in told if isinstance(it, Staffed)]
        assert done == [
            (Change.ADDED, id_of(CHIEF)),
            (Change.CHOSE, given.person.id),
            (Change.GIVEN, id_of("Zoé")),
            (Change.REMOVED, id_of(CHIEF)),
        ]


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
        cookies = chosen(house.desk, ines)
        alert = arrived(house, room="14")
        url = f"{house.desk.url}/api/alerts/{alert.id}/acknowledge"
        assert httpx.post(url, json={}, cookies=cookies).json()["taken"]["by"] == "Inès"
