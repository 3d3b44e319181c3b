"""Signing in on the page, by a thumb or the keyboard; and alerts that wait for no sign-in."""

import httpx
import pytest
from browsers import PHONE, Nurses, card, press_me, press_sound, raised, row
from houses import House
from playwright.sync_api import Page, Route, expect
from staffs import CHIEF, PIN, sign_in
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
        type_in(stranger, pin)
        expect(stranger.locator("#secret-note")).to_contain_text("choisissez le vôtre")
        choose(stranger, "271828")
        expect(stranger.locator("#panel")).to_be_hidden()
        press_me(stranger)
        expect(stranger.get_by_role("dialog")).to_contain_text("Soignant")

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
        choose(other, "une phrase à moi")
        expect(other.locator("#panel")).to_be_hidden()
        press_me(other)
        expect(other.get_by_role("button", name="Équipe")).to_be_visible()


def test_a_shared_screen_forgets_her_after_a_minute_untouched(house: House, nurses: Nurses) -> None:
    page = nurses.open(house.desk.url, name="Paul")
    press_me(page)
    page.get_by_label("Écran partagé").check()
    page.keyboard.press("Escape")
    expect(page.locator("#me")).to_contain_text("Paul")
    page.evaluate("window.was = performance.now.bind(performance)")
    page.evaluate("performance.now = () => was() + 61_000")
    expect(page.locator("#me")).to_have_text("S’identifier")


class TestHerOwnPin:
    def test_is_chosen_before_she_takes_her_first_alert(self, house: House, stranger: Page) -> None:
        raised(house, "917")
        given = add(house, "Fatou")
        card(stranger, "917").locator(".take").click()
        stranger.get_by_role("button", name="Fatou").click()
        type_in(stranger, given)
        expect(stranger.locator("#panel-title")).to_have_text("Votre nouveau code")
        stranger.keyboard.press("Escape")
        card(stranger, "917").locator(".take").click()
        expect(stranger.locator("#panel-title")).to_have_text("Votre code actuel")
        type_in(stranger, given)
        choose(stranger, "111111")
        expect(stranger.locator("#secret-said")).to_have_text("Trop facile à deviner.")
        choose(stranger, "271828", "271829")
        expect(stranger.locator("#secret-said")).to_have_text("Les deux ne sont pas les mêmes.")
        choose(stranger, "271828")
        expect(row(stranger, "917")).to_contain_text("Fatou y va")

    def test_is_not_asked_of_whoever_steps_up_instead(self, house: House, stranger: Page) -> None:
        given = add(house, "Rosa")
        press_me(stranger)
        stranger.get_by_role("button", name="Rosa").click()
        type_in(stranger, given)
        expect(stranger.locator("#panel-title")).to_have_text("Votre nouveau code")
        stranger.get_by_role("button", name="Un autre nom").click()
        expect(stranger.locator("#me")).to_have_text("S’identifier")
        expect(stranger.locator("#notice")).to_be_empty()
        stranger.get_by_role("button", name="infirmier 4").click()
        type_in(stranger, PIN)
        expect(stranger.locator("#me")).to_contain_text("infirmier 4")

    def test_is_changed_on_a_phone_and_her_other_screens_let_her_go(
        self, house: House, nurses: Nurses
    ) -> None:
        wall = nurses.open(house.desk.url, name="infirmier 5")
        expect(wall.locator("#me")).to_contain_text("infirmier 5")
        phone = nurses.open(
            house.desk.url, name="infirmier 5", viewport=PHONE, has_touch=True, is_mobile=True
        )
        expect(phone.locator("#me")).to_contain_text("infirmier 5")
        phone.locator("#me").tap()
        phone.get_by_role("button", name="Changer mon code").tap()
        expect(phone.get_by_role("button", name="Un autre nom")).to_be_hidden()
        for title, pin in (
            ("Votre code actuel", PIN),
            ("Votre nouveau code", "314159"),
            ("Le nouveau code, encore une fois", "314159"),
        ):
            expect(phone.locator("#panel-title")).to_have_text(title)
            for digit in pin:
                phone.locator("#pad").get_by_role("button", name=digit, exact=True).tap()
            phone.get_by_role("button", name="Entrer").tap()
        expect(phone.get_by_role("status")).to_have_text("C’est désormais votre code.")
        expect(phone.locator("#me")).to_contain_text("infirmier 5")
        raised(house, "918")
        card(wall, "918").locator(".take").click()
        expect(wall.locator("#me")).to_have_text("S’identifier")
        assert sign_in(house.desk.url, "infirmier 5", "314159").is_success


def type_in(page: Page, secret: str) -> None:
    """By the keyboard, wherever the panel has put the focus."""
    expect(page.locator("#secret")).to_be_focused()
    page.keyboard.type(secret)
    page.keyboard.press("Enter")


def choose(page: Page, secret: str, again: str = "") -> None:
    """Type a new secret, and then once more."""
    expect(page.locator("#panel-title")).to_have_text("Votre nouveau code")
    type_in(page, secret)
    expect(page.locator("#panel-title")).to_have_text("Le nouveau code, encore une fois")
    type_in(page, again or secret)


def add(house: House, name: str) -> str:
    """The PIN that somebody new was given."""
    said = {"name": name, "role": "carer"}
    url = f"{house.desk.url}/api/people"
    answer = httpx.post(url, json=said, cookies=house.desk.as_("Zoé"))
    secret: str = answer.json()["secret"]
    return secret


def name_resident(house: House, room: str, name: str) -> httpx.Response:
    said = {"site": "residence", "room": room, "name": name}
    url = f"{house.desk.url}/api/residents"
    return httpx.post(url, json=said, cookies=house.desk.as_("Zoé"))
