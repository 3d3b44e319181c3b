"""Signing in on the page, by a thumb or the keyboard; and alerts that wait for no sign-in."""

import httpx
import pytest
from browsers import PHONE, Nurses, card, press_sound, raised, row
from houses import House
from playwright.sync_api import Page, Route, expect
from staffs import CHIEF, PIN
from waiting import eventually

from alert_broker.life import Stage

pytestmark = [pytest.mark.broker, pytest.mark.browser]


@pytest.fixture
def stranger(nurses: Nurses, house: House) -> Page:
    """A wall screen before which nobody has signed in."""
    return nurses.open(house.desk.url, name="")


class TestNobodyIsSignedIn:
    def test_and_an_alert_is_seen_heard_and_delivered(self, house: House, stranger: Page) -> None:
        press_sound(stranger)
        before = stranger.evaluate("window.pulses")
        alert = raised(house, "911")
        expect(card(stranger, "911")).to_be_visible()
        assert eventually(lambda: stranger.evaluate("window.pulses") > before)
        assert eventually(lambda: house.desk.alert(alert.id).stage is Stage.DELIVERED)
        expect(stranger.locator("#me")).to_have_text("S’identifier")

    def test_and_the_first_press_asks_who_it_is_and_is_then_done(
        self, house: House, nurses: Nurses
    ) -> None:
        raised(house, "912")
        phone = nurses.open(house.desk.url, name="", viewport=PHONE, has_touch=True, is_mobile=True)
        card(phone, "912").locator(".take").tap()
        phone.get_by_role("button", name="Zoé Cadre de soins").tap()
        for digit in PIN:
            phone.locator("#pad").get_by_role("button", name=digit, exact=True).tap()
        for key in phone.locator("#panel button:visible").all():
            assert (key.bounding_box() or {"height": 0})["height"] >= 44
        phone.get_by_role("button", name="Entrer").tap()
        expect(row(phone, "912")).to_contain_text("Zoé y va")
        expect(phone.locator("#me")).to_contain_text("Zoé")
        expect(phone.locator("#panel")).to_be_hidden()

    def test_and_whoever_leaves_the_panel_has_done_nothing(
        self, house: House, stranger: Page
    ) -> None:
        alert = raised(house, "913")
        card(stranger, "913").locator(".take").click()
        expect(stranger.get_by_role("dialog")).to_be_visible()
        stranger.keyboard.press("Escape")
        expect(stranger.get_by_role("dialog")).to_be_hidden()
        shown = house.desk.alert(alert.id)
        assert shown is not None
        assert shown.stage.waits

    def test_and_a_wrong_pin_is_told_until_she_must_wait(self, stranger: Page) -> None:
        press_me(stranger)
        stranger.get_by_role("button", name="infirmier 7").click()
        for number in range(5):
            stranger.keyboard.type("77777" + str(number))
            stranger.keyboard.press("Enter")
            if number < 4:
                expect(stranger.locator("#secret-said")).to_have_text("Ce n’est pas le bon code.")
                expect(stranger.locator("#secret")).to_have_value("")
        expect(stranger.locator("#secret-said")).to_contain_text("Trop d’essais. Attendez")
        expect(stranger.get_by_role("button", name="Entrer")).to_be_disabled()
        stranger.get_by_role("button", name="Un autre nom").click()
        stranger.get_by_role("button", name="infirmier 8").click()
        stranger.keyboard.type(PIN)
        stranger.keyboard.press("Enter")
        expect(stranger.locator("#me")).to_contain_text("infirmier 8")

    def test_and_leaves_also_while_the_names_are_on_their_way(self, stranger: Page) -> None:
        held_back: list[Route] = []

        def hold(route: Route) -> None:
            held_back.append(route)

        stranger.route("**/api/people", hold)
        press_me(stranger)
        expect(stranger.get_by_role("dialog")).to_be_visible()
        stranger.keyboard.press("Escape")
        expect(stranger.get_by_role("dialog")).to_be_hidden()
        held_back.pop().abort()

    def test_and_is_told_where_no_name_can_be_had(self, stranger: Page) -> None:
        stranger.route("**/api/people", lambda route: route.abort())
        press_me(stranger)
        expect(stranger.get_by_role("dialog")).to_contain_text("Le poste ne répond pas")


class TestAShiftIsOver:
    def test_and_alerts_stay_while_names_go(self, house: House, nurses: Nurses) -> None:
        assert name_resident(house, "914", "Mme Aubry").is_success
        raised(house, "914")
        page = nurses.open(house.desk.url, name="Karim")
        expect(card(page, "914")).to_contain_text("Mme Aubry")
        page.evaluate("Date.now = () => new Date('2100-01-01').getTime()")
        expect(page.get_by_role("status")).to_have_text(
            "Fin de poste : identifiez-vous au prochain geste."
        )
        expect(card(page, "914")).to_be_visible()
        expect(card(page, "914")).not_to_contain_text("Mme Aubry")

    def test_also_where_the_station_says_so_first(self, house: House, nurses: Nurses) -> None:
        raised(house, "915")
        page = nurses.open(house.desk.url, name="Léa")
        expect(page.locator("#me")).to_contain_text("Léa")
        page.context.clear_cookies()
        card(page, "915").locator(".take").click()
        expect(page.locator("#me")).to_have_text("S’identifier")
        expect(card(page, "915")).to_be_visible()
        card(page, "915").locator(".take").click()
        expect(page.get_by_role("dialog")).to_contain_text("Qui êtes-vous ?")


class TestHerRole:
    def test_hides_what_she_may_not_do(self, house: House, nurses: Nurses) -> None:
        raised(house, "916")
        technician = nurses.open(house.desk.url, name="Tom")
        expect(technician.locator("#me")).to_contain_text("Tom")
        expect(card(technician, "916")).to_be_visible()
        expect(card(technician, "916").locator(".take")).to_be_hidden()
        carer = nurses.open(house.desk.url, name="Anne")
        expect(carer.locator("#me")).to_contain_text("Anne")
        card(carer, "916").locator(".take").click()
        offered = row(carer, "916").locator("button:visible")
        expect(offered).to_have_text(["Dans la chambre", "Passer la main"])

    def test_lets_a_head_nurse_add_somebody_who_then_signs_in(
        self, house: House, nurses: Nurses, stranger: Page
    ) -> None:
        page = nurses.open(house.desk.url, name="Zoé")
        press_me(page)
        page.get_by_role("button", name="Équipe").click()
        page.get_by_label("Prénom ou nom d’usage").fill("Yasmine")
        page.get_by_role("button", name="Ajouter").click()
        expect(page.locator("#panel-title")).to_have_text("Code de Yasmine")
        pin = "".join(page.locator(".given-secret").inner_text().split())
        page.get_by_role("button", name="C’est noté").click()
        expect(page.locator("#panel")).to_be_hidden()
        press_me(stranger)
        stranger.get_by_role("button", name="Yasmine").click()
        stranger.keyboard.type(pin)
        stranger.keyboard.press("Enter")
        expect(stranger.locator("#me")).to_contain_text("Yasmine")

    def test_lets_the_administrator_in_by_a_password(self, house: House, nurses: Nurses) -> None:
        page = nurses.open(house.desk.url, name=CHIEF)
        press_me(page)
        page.get_by_role("button", name="Équipe").click()
        page.get_by_label("Prénom ou nom d’usage").fill("Second")
        page.get_by_label("Rôle").select_option("administrator")
        page.get_by_role("button", name="Ajouter").click()
        expect(page.locator("#panel-title")).to_have_text("Code de Second")
        password = page.locator(".given-secret").inner_text()
        other = nurses.open(house.desk.url, name="")
        press_me(other)
        other.get_by_role("button", name="Second").click()
        expect(other.locator("#pad")).to_be_hidden()
        other.get_by_label("Mot de passe").fill(password)
        other.keyboard.press("Enter")
        expect(other.locator("#me")).to_contain_text("Second")


def test_a_shared_screen_forgets_her_after_a_minute_untouched(house: House, nurses: Nurses) -> None:
    page = nurses.open(house.desk.url, name="Paul")
    press_me(page)
    page.get_by_label("Écran partagé").check()
    page.keyboard.press("Escape")
    expect(page.locator("#me")).to_contain_text("Paul")
    page.evaluate("window.was = performance.now.bind(performance)")
    page.evaluate("performance.now = () => was() + 61_000")
    expect(page.locator("#me")).to_have_text("S’identifier")


def press_me(page: Page) -> None:
    """The button says nothing, and does nothing, before the page has loaded."""
    expect(page.locator("#me .me-name")).not_to_be_empty()
    page.locator("#me").click()


def name_resident(house: House, room: str, name: str) -> httpx.Response:
    said = {"site": "residence", "room": room, "name": name}
    url = f"{house.desk.url}/api/residents"
    return httpx.post(url, json=said, cookies=house.desk.as_("Zoé"))
