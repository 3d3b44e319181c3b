"""The page as nurses use it, in a real browser beside a real station."""

import re
from pathlib import Path

import pytest
from browsers import PHONE, Nurses, card, raised, rooms, row
from houses import Device, House, serving
from playwright.sync_api import APIResponse, Page, Route, expect
from samples import NOON, a_heartbeat, a_status, an_alert
from staffs import PIN
from terminals import Terminal
from waiting import eventually

from alert_broker.life import Stage
from alert_broker.messages import DeviceState, Label, Outcome, Priority, Reason
from alert_broker.settings import ChainRow, Escalation

pytestmark = [pytest.mark.broker, pytest.mark.browser]

TOUCH_PX = 44
"""What a thumb finds in the dark."""


class TestAnAlert:
    def test_appears_by_itself(self, house: House, page: Page) -> None:
        expect(page.locator("#calm")).to_be_visible()
        page.evaluate("window.neverReloaded = true")
        raised(house, "101", label=Label.FALL, reason=Reason.IMPACT_THEN_SILENCE)
        expect(card(page, "101")).to_be_visible()
        expect(card(page, "101")).to_contain_text("Chute probable")
        expect(card(page, "101")).to_contain_text("choc violent suivi de silence")
        expect(page.locator("#calm")).to_be_hidden()
        assert page.evaluate("window.neverReloaded")

    def test_tells_its_priority_by_order_colour_symbol_and_words(
        self, house: House, page: Page
    ) -> None:
        for room, priority in (("L", Priority.LOW), ("H", Priority.HIGH), ("M", Priority.MEDIUM)):
            raised(house, room, priority=priority)
        expect(page.locator(".card")).to_have_count(3)
        assert rooms(page) == ["H", "M", "L"]
        cards = page.locator(".card")
        assert cards.locator(".symbol").all_inner_texts() == ["!!!", "!!", "!"]
        assert cards.locator(".priority").all_inner_texts() == [
            "Priorité haute",
            "Priorité moyenne",
            "Priorité basse",
        ]
        colours = cards.evaluate_all("all => all.map(it => getComputedStyle(it).borderTopColor)")
        assert len(set(colours)) == 3
        assert page.title() == "(3) !!! Chambre H – Veilleur"

    def test_counts_how_long_it_has_waited(self, house: House, page: Page) -> None:
        raised(house, "102", onset_at=NOON.replace(year=NOON.year - 1))
        raised(house, "103", onset_at=house.desk.board().now)
        counter = card(page, "103").locator(".counter")
        expect(counter).to_have_text(re.compile(r"^0:0[1-9]$"))
        first = counter.inner_text()
        expect(counter).not_to_have_text(first)
        assert counter.inner_text() > first
        expect(card(page, "102").locator(".counter")).to_have_text(re.compile(r"^\d+ h \d\d$"))

    def test_says_that_it_is_late_or_repeated(self, house: House, page: Page) -> None:
        raised(house, "104", delay_s=720.0, repeats=3)
        expect(card(page, "104")).to_contain_text("reçue avec 12 min de retard")
        expect(card(page, "104")).to_contain_text("3e fois")

    def test_is_read_aloud_to_those_who_do_not_see_it(self, house: House, page: Page) -> None:
        raised(house, "105")
        announcer = page.locator("[aria-live=assertive]")
        expect(announcer).to_have_text("Priorité haute. Chambre 105. Appel : un cri.")
        button = page.get_by_role("button", name="J’y vais : chambre 105, Appel")
        expect(button).to_be_visible()

    def test_that_becomes_more_urgent_moves_up(self, house: House, page: Page) -> None:
        low = raised(house, "106", priority=Priority.LOW)
        raised(house, "107", priority=Priority.MEDIUM)
        expect(page.locator(".card")).to_have_count(2)
        assert rooms(page) == ["107", "106"]
        raised(house, "106", id=low.id, revision=1, priority=Priority.HIGH)
        expect(page.locator(".card").first).to_contain_text("106")
        assert rooms(page) == ["106", "107"]


class TestSomebodyGoes:
    def test_and_every_other_screen_shows_it(self, house: House, nurses: Nurses) -> None:
        raised(house, "201")
        other = nurses.open(house.desk.url)
        page = nurses.open(house.desk.url, name="Marie")
        with Terminal("watch", "--url", house.desk.url) as terminal:
            expect(card(other, "201")).to_be_visible()
            assert terminal.shows("Chambre 201")
            card(page, "201").locator(".take").click()
            expect(row(other, "201")).to_contain_text("Marie y va")
            expect(card(other, "201")).to_have_count(0)
            expect(row(page, "201")).to_contain_text("Marie y va")
            assert terminal.shows("Appel · Marie y va")

    def test_from_the_terminal_and_the_page_shows_it(self, house: House, page: Page) -> None:
        raised(house, "202")
        expect(card(page, "202")).to_be_visible()
        with Terminal("watch", "--url", house.desk.url, "--by", "Karim") as terminal:
            assert terminal.shows("Code de Karim")
            terminal.press(f"{PIN}\n")
            assert terminal.shows("Chambre 202")
            terminal.press("1\r")
            expect(row(page, "202")).to_contain_text("Karim y va")

    def test_with_the_keyboard_alone(self, house: House, page: Page) -> None:
        raised(house, "203", priority=Priority.MEDIUM)
        raised(house, "204", priority=Priority.LOW)
        expect(page.locator(".card")).to_have_count(2)
        page.keyboard.press("2")
        expect(card(page, "204").locator(".take")).to_be_focused()
        page.keyboard.press("Enter")
        expect(row(page, "204")).to_be_visible()
        expect(card(page, "203")).to_be_visible()

    def test_by_tab_and_enter(self, house: House, page: Page) -> None:
        raised(house, "205")
        expect(card(page, "205")).to_be_visible()
        for _ in range(20):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.matches('.take')"):
                break
        page.keyboard.press("Enter")
        expect(row(page, "205")).to_be_visible()

    def test_and_a_key_held_down_takes_one_alert_alone(self, house: House, page: Page) -> None:
        raised(house, "206", onset_at=NOON)
        raised(house, "207", onset_at=house.desk.board().now)
        expect(page.locator(".card")).to_have_count(2)
        page.keyboard.press("1")
        for _ in range(20):
            page.keyboard.down("Enter")
            page.wait_for_timeout(20)
        page.keyboard.up("Enter")
        expect(row(page, "206")).to_be_visible()
        expect(card(page, "207")).to_be_visible()

    def test_and_who_comes_second_reads_who_was_first(self, house: House, page: Page) -> None:
        alert = raised(house, "208")

        def take_first(route: Route) -> None:
            house.desk.take(alert.id, by="Marie")
            route.continue_()

        page.route("**/acknowledge", take_first)
        card(page, "208").locator(".take").click()
        expect(page.get_by_role("status")).to_have_text("Déjà pris : Marie y va.")
        expect(row(page, "208")).to_contain_text("Marie y va")

    def test_and_is_told_when_that_did_not_get_through(self, house: House, page: Page) -> None:
        raised(house, "210")
        page.route("**/acknowledge", lambda route: route.abort())
        card(page, "210").locator(".take").click()
        expect(page.get_by_role("status")).to_have_text("Non enregistré. Réessayez.")
        expect(card(page, "210")).to_be_visible()

    def test_under_a_name_that_cannot_become_a_script(self, house: House, page: Page) -> None:
        alert = raised(house, "209")
        expect(card(page, "209")).to_be_visible()
        house.desk.take(alert.id, by="<img src=x onerror=alert(1)>")
        expect(row(page, "209")).to_contain_text("<img src=x onerror=alert(1)> y va")


class TestWhatFollows:
    def test_is_one_press_each_and_every_other_screen_shows_it(
        self, house: House, nurses: Nurses
    ) -> None:
        alert = raised(house, "221")
        other = nurses.open(house.desk.url)
        page = nurses.open(house.desk.url, name="Marie")
        card(page, "221").locator(".take").click()
        expect(row(other, "221")).to_contain_text("Marie y va depuis")
        settled(page)
        page.get_by_role("button", name="Dans la chambre : chambre 221, Appel").click()
        expect(row(other, "221")).to_contain_text("Marie est dans la chambre depuis")
        settled(page)
        page.get_by_role("button", name="Fausse alerte : chambre 221, Appel").click()
        expect(row(other, "221")).to_contain_text("Marie : Fausse alerte")
        expect(other.locator("#held .row")).to_have_count(0)
        over = house.desk.alert(alert.id)
        assert over is not None
        assert (over.stage, over.outcome) == (Stage.CLOSED, Outcome.FALSE)

    def test_offers_only_what_can_follow(self, house: House, page: Page) -> None:
        raised(house, "222")
        card(page, "222").locator(".take").click()
        offered = row(page, "222").locator("button:visible")
        expect(offered).to_have_text(["Dans la chambre", "Passer la main", "Sans objet"])
        settled(page)
        offered.first.click()
        expect(offered).to_have_text(
            ["Réel", "Fausse alerte", "Confort", "Essai", "Passer la main"]
        )

    def test_is_never_said_by_a_second_tap_on_what_was_there_before(
        self, house: House, page: Page
    ) -> None:
        alert = raised(house, "223")
        expect(card(page, "223")).to_be_visible()
        house.desk.take(alert.id)
        expect(row(page, "223")).to_be_visible()
        settled(page)
        row(page, "223").get_by_text("Dans la chambre").click()
        row(page, "223").get_by_text("Réel").click()
        expect(page.get_by_role("status")).to_have_text(
            "La liste vient de bouger : appuyez de nouveau."
        )
        shown = house.desk.alert(alert.id)
        assert shown is not None
        assert shown.stage is Stage.IN_ROOM

    def test_is_a_card_again_when_she_hands_it_over(self, house: House, page: Page) -> None:
        alert = raised(house, "224")
        expect(card(page, "224")).to_be_visible()
        house.desk.take(alert.id, by="Marie")
        expect(row(page, "224")).to_be_visible()
        settled(page)
        row(page, "224").get_by_text("Passer la main").click()
        expect(card(page, "224")).to_contain_text("Marie passe la main")

    def test_by_the_keyboard_alone(self, house: House, page: Page) -> None:
        raised(house, "225")
        expect(card(page, "225")).to_be_visible()
        for says in ("y va", "est dans la chambre"):
            page.keyboard.press("1")
            page.keyboard.press("Enter")
            expect(row(page, "225")).to_contain_text(says)
        page.keyboard.press("1")
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Fausse alerte")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator("#ended .row").first).to_contain_text("Fausse alerte")

    def test_is_one_press_though_the_page_has_not_heard_yet_who_is_signed_in(
        self, house: House, page: Page
    ) -> None:
        page.route("**/api/session", lambda _route: None)
        page.reload()
        raised(house, "229")
        card(page, "229").locator(".take").click()
        page.wait_for_timeout(300)
        expect(page.locator("#panel")).to_be_hidden()
        page.unroute("**/api/session")  # lets them go on
        expect(row(page, "229")).to_contain_text("Nuit y va")

    def test_goes_on_by_the_keyboard_while_the_answer_is_on_its_way(
        self, house: House, page: Page
    ) -> None:
        raised(house, "228")
        expect(card(page, "228")).to_be_visible()
        answers: list[tuple[Route, APIResponse]] = []
        page.route("**/acknowledge", lambda route: answers.append((route, route.fetch())))
        page.keyboard.press("1")
        page.keyboard.press("Enter")
        expect(row(page, "228")).to_contain_text("y va")
        page.keyboard.press("1")
        there = row(page, "228").get_by_text("Dans la chambre")
        expect(there).to_be_focused()
        assert eventually(lambda: page.wait_for_timeout(50) or answers)
        (answer,) = answers
        with page.expect_response("**/acknowledge"):
            answer[0].fulfill(response=answer[1])
        page.wait_for_timeout(300)
        expect(there).to_be_focused()

    def test_is_not_taken_back_by_an_answer_that_comes_late(self, house: House, page: Page) -> None:
        raised(house, "227")
        answers: list[tuple[Route, APIResponse]] = []
        page.route("**/acknowledge", lambda route: answers.append((route, route.fetch())))
        card(page, "227").locator(".take").click()
        expect(row(page, "227")).to_contain_text("y va")
        settled(page)
        row(page, "227").get_by_text("Dans la chambre").click()
        expect(row(page, "227")).to_contain_text("est dans la chambre")
        assert eventually(lambda: page.wait_for_timeout(50) or answers)
        (answer,) = answers
        with page.expect_response("**/acknowledge"):
            answer[0].fulfill(response=answer[1])
        page.wait_for_timeout(300)
        expect(row(page, "227")).to_contain_text("est dans la chambre")

    def test_was_done_by_somebody_else_meanwhile_and_is_told(
        self, house: House, page: Page
    ) -> None:
        alert = raised(house, "226")
        expect(card(page, "226")).to_be_visible()
        house.desk.take(alert.id, by="Marie")
        expect(row(page, "226")).to_be_visible()
        settled(page)

        def close_first(route: Route) -> None:
            house.desk.say(alert.id, "close", by="Zoé", outcome="real")
            route.continue_()

        page.route("**/arrive", close_first)
        row(page, "226").get_by_text("Dans la chambre").click()
        expect(page.get_by_role("status")).to_have_text("Déjà terminé par Zoé.")

    def test_of_the_same_trouble_is_counted_on_one_card(self, house: House, page: Page) -> None:
        for _ in range(3):
            raised(house, "227", priority=Priority.LOW)
        expect(card(page, "227")).to_contain_text("3e fois")
        raised(house, "227", priority=Priority.LOW)
        expect(card(page, "227")).to_contain_text("Priorité moyenne")
        expect(page.locator(".card")).to_have_count(1)


class TestAnAlertThatIsShown:
    def test_is_delivered(self, house: House, page: Page) -> None:
        alert = raised(house, "231")
        expect(card(page, "231")).to_be_visible()
        assert eventually(lambda: house.desk.alert(alert.id).stage is Stage.DELIVERED)

    def test_on_no_screen_is_not(self, house: House) -> None:
        alert = raised(house, "232")
        assert house.desk.shows(alert.id)
        assert house.desk.alert(alert.id).stage is Stage.RAISED


class TestNobodyAnswers:
    def test_and_the_card_says_who_was_called_and_rings_again(
        self, nurses: Nurses, house: House, tmp_path: Path
    ) -> None:
        soon = Escalation(chain=(ChainRow(groups=("équipe voisine",), after_s=(3.0,)),))
        with (
            serving(house.broker, tmp_path / "store", soon, name="poste-2") as desk,
            Device(house.broker, "233") as device,
        ):
            assert eventually(lambda: desk.board().link.broker)
            page = nurses.open(desk.url)
            device.send(an_alert(room="233", priority=Priority.LOW))
            expect(card(page, "233")).to_be_visible()
            expect(card(page, "233")).to_contain_text("appelé : équipe voisine")


class TestAPhone:
    @pytest.fixture
    def phone(self, nurses: Nurses, house: House) -> Page:
        return nurses.open(house.desk.url, viewport=PHONE, has_touch=True, is_mobile=True)

    def test_shows_everything_without_scrolling_sideways(self, house: House, phone: Page) -> None:
        name = "chambre-au-bout-du-couloir-de-l-aile-nord-pres-du-jardin"
        raised(house, "Z" * 64)
        taken = raised(house, name.replace("-de-l-", "-"))
        house.device.send(a_status(room="Y" * 64, device="veilleur-y"))
        expect(phone.locator(".card, .row")).not_to_have_count(0)
        house.desk.take(taken.id, by="Marie-Antoinette de la Très-Longue-Signature")
        expect(phone.locator(".card")).to_have_count(1)
        expect(phone.locator(".tile").filter(has_text="YYY")).to_be_visible()
        wide = phone.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"]

    def test_is_taken_with_a_thumb(self, house: House, phone: Page) -> None:
        raised(house, "301")
        expect(card(phone, "301")).to_be_visible()
        for button in phone.locator("button:visible").all():
            box = button.bounding_box()
            assert box is not None
            assert box["height"] >= TOUCH_PX, button.inner_text()
        card(phone, "301").locator(".take").tap()
        expect(row(phone, "301")).to_be_visible()

    def test_shows_the_first_alert_without_scrolling(self, house: House, phone: Page) -> None:
        raised(house, "302")
        box = card(phone, "302").locator(".take").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= PHONE["height"]


class TestTheLanguage:
    def test_is_french_even_in_an_english_browser(self, nurses: Nurses, house: House) -> None:
        page = nurses.open(house.desk.url, locale="en-GB")
        expect(page.locator("h2").first).to_contain_text("À voir")
        expect(page.locator("html")).to_have_attribute("lang", "fr")

    def test_is_english_by_choice_and_stays_so(self, house: House, page: Page) -> None:
        raised(house, "401", label=Label.FALL, reason=Reason.IMPACT)
        expect(card(page, "401")).to_contain_text("Chute probable")
        page.get_by_role("button", name="English").click()
        expect(card(page, "401")).to_contain_text("Possible fall")
        expect(card(page, "401")).to_contain_text("hard impact")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        page.reload()
        expect(card(page, "401")).to_contain_text("I’m going")
        page.get_by_role("button", name="Français").click()
        expect(card(page, "401")).to_contain_text("J’y vais")


class TestTheRooms:
    def test_are_shown_with_those_in_trouble_first(self, house: House, page: Page) -> None:
        house.device.send(a_status(room="601", device="veilleur-601"))
        house.device.send(a_heartbeat(room="601", device="veilleur-601"))
        gone = a_status(room="602", device="veilleur-602", state=DeviceState.OFFLINE)
        house.device.send(gone)
        tile = page.locator(".tile").filter(has_text="602")
        expect(tile).to_contain_text("hors service")
        expect(page.locator(".tile").filter(has_text="601")).to_contain_text("à l’écoute")
        names = page.locator(".tile .number").all_inner_texts()
        assert names.index("602") < names.index("601")
        expect(page.locator("#calm")).to_contain_text("écoutée")


def settled(page: Page) -> None:
    """Longer than a button is deaf that has only just come under a thumb."""
    page.wait_for_timeout(800)


def test_a_light_room_or_a_dark_one_by_choice(page: Page) -> None:
    def brightness() -> int:
        colour: str = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        return sum(map(int, re.findall(r"\d+", colour)[:3]))

    dark = brightness()
    page.locator("#theme").click()
    assert brightness() > dark + 300
    page.reload()
    assert brightness() > dark + 300
