"""Whoever sees little, no colours or nothing at all gets the same page: axe-core finds no fault."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from brokers import free_port
from browsers import DESKTOP, PHONE, Nurses, card, press_me, press_sound, raised, row
from houses import House, Programme, a_house
from playwright.sync_api import Page, ViewportSize, expect
from samples import a_heartbeat, a_status
from staffs import CHIEF, PIN
from waiting import eventually

from alert_broker.messages import DeviceState, Fault, Priority
from alert_broker.settings import Broker
from alert_broker.upkeep.settings import Upkeep

pytestmark = [pytest.mark.broker, pytest.mark.browser]

LOOKS = [(language, theme) for language in ("fr", "en") for theme in ("dark", "light")]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house where everything happens at once."""
    with a_house(tmp_path_factory.mktemp("full"), upkeep=Upkeep(wait_s=0)) as house:
        faults = (Fault.MICROPHONE_ABSENT,)
        for room in ("7", "8", "9"):
            house.device.send(a_status(room=room, device=f"v-{room}"))
            house.device.send(a_heartbeat(room=room, device=f"v-{room}", sent_at=datetime.now(UTC)))
        house.device.send(
            a_status(
                room="8", device="v-8", state=DeviceState.FAULT, faults=faults, detail="USB: gone"
            )
        )
        house.device.send(a_status(room="9", device="v-9", state=DeviceState.OFFLINE))
        for room, priority in (("1", Priority.HIGH), ("2", Priority.MEDIUM), ("3", Priority.LOW)):
            raised(house, room, priority=priority, delay_s=700.0, repeats=3)
        for room, said in (
            ("4", ["acknowledge"]),
            ("5", ["acknowledge", "arrive"]),
            ("6", ["cancel"]),
        ):
            alert = raised(house, room)
            assert house.desk.shows(alert.id)
            for what in said:
                assert house.desk.say(alert.id, what).is_success
        assert eventually(lambda: len(house.desk.board().upkeep.rounds) == 2)
        yield house


class TestThePageInBothLanguagesDarkAndLight:
    def test_with_everything_on_it(self, nurses: Nurses, full: House) -> None:
        page = nurses.open(full.desk.url)
        expect(page.locator(".card")).to_have_count(3)
        expect(page.locator("#rounds > li")).to_have_count(2)
        press_sound(page)
        page.locator("#pause").click()
        assert faults(page) == []

    def test_on_a_phone(self, nurses: Nurses, full: House) -> None:
        page = nurses.open(full.desk.url, viewport=PHONE)
        expect(page.locator(".card")).to_have_count(3)
        assert faults(page) == []

    def test_with_the_link_lost_and_nothing_known(self, nurses: Nurses, tmp_path: Path) -> None:
        with Programme(Broker(port=free_port()), tmp_path) as station:
            page = nurses.open(station.url)
            expect(page.locator("#banner")).to_be_visible()
            expect(page.locator("#calm")).to_be_visible()
            assert faults(page) == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
class TestEveryPanel:
    """In both languages, dark and light; the panel is open while they are changed."""

    def test_of_signing_in(self, nurses: Nurses, full: House, viewport: ViewportSize) -> None:
        page = nurses.open(full.desk.url, name="", viewport=viewport)
        press_me(page)
        expect(page.locator("#names button").first).to_be_visible()
        assert faults(page) == []
        page.locator("#names button", has_text="Léa").click()
        page.keyboard.type("000111")
        page.keyboard.press("Enter")
        expect(page.locator("#secret-said")).not_to_be_empty()
        assert faults(page) == []

    def test_of_whoever_is_signed_in(
        self, nurses: Nurses, full: House, viewport: ViewportSize
    ) -> None:
        page = nurses.open(full.desk.url, name=CHIEF, viewport=viewport)
        press_me(page)
        expect(page.locator("#to-team")).to_be_visible()
        assert faults(page) == []
        page.locator("#to-choose").click()
        assert faults(page) == []
        page.keyboard.type(PIN)
        page.keyboard.press("Enter")
        expect(page.locator("#secret-note")).to_be_visible()
        assert faults(page) == []

    def test_of_the_team_and_the_residents(
        self, nurses: Nurses, full: House, viewport: ViewportSize
    ) -> None:
        page = nurses.open(full.desk.url, name=CHIEF, viewport=viewport)
        press_me(page)
        page.locator("#to-team").click()
        expect(page.locator("#team li").first).to_be_visible()
        assert faults(page) == []
        page.locator("#add-name").fill(f"Nouvelle {viewport['width']}")
        page.keyboard.press("Enter")
        expect(page.locator(".given-secret")).not_to_be_empty()
        assert faults(page) == []
        page.locator("#noted").click()
        press_me(page)
        page.locator("#to-residents").click()
        expect(page.locator("#dwellings input").first).to_be_visible()
        assert faults(page) == []


class TestWithoutEyes:
    """Also `test_page.py`: what is new is read aloud, and the keyboard alone does everything."""

    def test_the_focus_stays_where_it_is_when_an_alert_comes_or_changes(
        self, house: House, page: Page
    ) -> None:
        raised(house, "141", priority=Priority.LOW)
        expect(card(page, "141")).to_be_visible()
        page.keyboard.press("1")
        mine = card(page, "141").locator(".take")
        expect(mine).to_be_focused()
        other = raised(house, "142", priority=Priority.HIGH)
        expect(card(page, "142")).to_be_visible()
        expect(mine).to_be_focused()
        house.desk.take(other.id)
        expect(row(page, "142")).to_be_visible()
        expect(mine).to_be_focused()

    def test_no_motion_is_no_less_urgent(self, house: House, nurses: Nurses) -> None:
        still = nurses.open(house.desk.url, reduced_motion="reduce")
        raised(house, "151")
        raised(house, "152", priority=Priority.MEDIUM)
        expect(card(still, "152")).to_be_visible()
        assert flash(still, "151") == flash(still, "152") == "none"
        assert border_px(still, "151") > 2 * border_px(still, "152")


def test_each_priority_flashes_at_its_own_rate(house: House, page: Page) -> None:
    """IEC 60601-1-8: high 1.4 to 2.8 Hz, medium 0.4 to 0.8 Hz, low is steady."""
    for room, priority in (("161", "high"), ("162", "medium"), ("163", "low")):
        raised(house, room, priority=Priority(priority))
        expect(card(page, room)).to_be_visible()
    assert 1.4 <= 1 / flash_s(page, "161") <= 2.8
    assert 0.4 <= 1 / flash_s(page, "162") <= 0.8
    assert flash(page, "163") == "none"


def flash(page: Page, room: str) -> str:
    return _style(page, room, ".mark", "animationName")


def flash_s(page: Page, room: str) -> float:
    return float(_style(page, room, ".mark", "animationDuration").removesuffix("s"))


def border_px(page: Page, room: str) -> float:
    return float(_style(page, room, ".label", "borderTopWidth", up=".card").removesuffix("px"))


def _style(page: Page, room: str, part: str, name: str, up: str = "*") -> str:
    found: str = (
        card(page, room)
        .locator(part)
        .evaluate("(it, [up, name]) => getComputedStyle(it.closest(up))[name]", [up, name])
    )
    return found


def faults(page: Page) -> list[str]:
    """What axe-core finds, by every rule it has: WCAG 2.2 AA, and good practice."""
    page.wait_for_timeout(500)  # what has just come is still half transparent
    found = []
    for language, theme in LOOKS:
        # Not by a press: on a phone an open panel hides them.
        page.locator(f"[data-language={language}]").dispatch_event("click")
        if page.locator("html").get_attribute("data-theme") != theme:
            page.locator("#theme").dispatch_event("click")
        for fault in Axe().run(page).response["violations"]:
            where = [node["target"] for node in fault["nodes"]]
            found.append(f"{language} {theme} {fault['id']}: {where}")
    return found
