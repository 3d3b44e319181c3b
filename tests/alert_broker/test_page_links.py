"""The page says over everything that alerts cannot reach it, and ends that by itself."""

import time
from pathlib import Path

import pytest
from brokers import Mosquitto
from browsers import Nurses, press_sound
from houses import Device, House, Programme
from playwright.sync_api import Page, Route, expect
from playwright.sync_api import TimeoutError as NotYet
from samples import a_heartbeat, a_status, an_alert
from waiting import eventually

ASLEEP_S = 3600.0
TRIES_AGAIN_S = 20
BEEP = 4
"""Pulses of the sound of a lost link."""

pytestmark = [pytest.mark.broker, pytest.mark.browser]


class TestALostLink:
    def test_to_the_rooms_is_said_over_everything_and_ends(
        self, nurses: Nurses, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        with (
            Programme(mosquitto.settings, tmp_path) as station,
            Device(mosquitto.settings) as device,
        ):
            assert eventually(lambda: station.board().link.broker)
            device.send(a_status())
            device.send(a_heartbeat())
            page = nurses.open(station.url)
            expect(page.locator("#calm")).to_contain_text("Tout est calme")
            pulses = with_sound(page)
            mosquitto.stop()
            expect(page.locator("#banner")).to_contain_text("Le poste a perdu les chambres")
            assert eventually(lambda: page.evaluate("window.pulses") >= pulses + BEEP)
            expect(page.locator("#calm")).not_to_contain_text("Tout est calme")
            expect(page.locator("#calm")).to_contain_text("On ne sait pas")
            mosquitto.start()
            expect(page.locator("#banner")).to_be_hidden(timeout=60_000)

    def test_to_the_station_is_said_over_everything_and_ends(
        self, nurses: Nurses, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        with (
            Programme(mosquitto.settings, tmp_path) as station,
            Device(mosquitto.settings) as device,
        ):
            for number in range(30):
                device.send(an_alert(room=f"7{number:02}"))
            page = nurses.open(station.url)
            expect(page.locator(".card")).to_have_count(30)
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            station.kill()
            expect(page.locator("#banner")).to_contain_text("Cet écran a perdu le poste")
            assert on_top(page)
            expect(page.locator(".card")).to_have_count(30)
            station.start()
            expect(page.locator("#banner")).to_be_hidden()
            expect(page.locator(".card")).to_have_count(30)

    def test_to_a_station_that_hangs_is_noticed(
        self, nurses: Nurses, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        with Programme(mosquitto.settings, tmp_path) as station:
            page = nurses.open(station.url)
            expect(page.locator("#calm")).to_be_visible()
            pulses = with_sound(page)
            station.freeze()
            expect(page.locator("#banner")).to_contain_text("Cet écran a perdu le poste")
            assert eventually(lambda: page.evaluate("window.pulses") >= pulses + BEEP)


class TestAScreenThatFails:
    """A page that shows no alert must not look like a quiet night."""

    def test_to_open_says_so_and_opens_once_it_can(self, nurses: Nurses, house: House) -> None:
        page = nurses.open("about:blank", name="")
        page.clock.install()
        page.route("**/static/words/fr.json", lambda route: route.abort(), times=1)
        page.goto(house.desk.url)
        expect(page.locator("#unopened")).to_contain_text("Aucune alerte n’arrive ici")
        page.clock.fast_forward(TRIES_AGAIN_S * 1000)
        expect(page.locator("#calm")).to_be_visible()
        expect(page.locator("#unopened")).to_have_count(0)
        assert nurses.errors == ["Failed to fetch"]
        nurses.errors.clear()

    def test_to_open_at_once_takes_no_press_that_would_do_nothing(
        self, nurses: Nurses, house: House
    ) -> None:
        page = nurses.open("about:blank", name="")
        waiting: list[Route] = []

        def hold(route: Route) -> None:
            waiting.append(route)

        page.route("**/static/words/fr.json", hold)
        page.goto(house.desk.url, wait_until="domcontentloaded")
        theme = page.locator("#theme")
        with pytest.raises(NotYet):
            theme.click(timeout=500)
        waiting.pop().continue_()
        theme.click()
        expect(page.locator("html")).to_have_attribute("data-theme", "light")

    def test_to_show_something_says_so_over_everything(self, nurses: Nurses, house: House) -> None:
        page = nurses.open(house.desk.url)
        expect(page.locator("#calm")).to_be_visible()
        page.evaluate("setTimeout(() => { throw new Error('of ours') })")
        expect(page.locator("#banner")).to_contain_text("Cet écran est en défaut")
        expect(page.locator("#calm")).to_contain_text("On ne sait pas")
        assert on_top(page)
        assert nurses.errors == ["of ours"]
        nurses.errors.clear()

    @pytest.mark.alone
    def test_to_hear_the_station_while_it_slept_says_so_as_it_wakes(
        self, nurses: Nurses, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        with Programme(mosquitto.settings, tmp_path) as station:
            page = nurses.open(station.url)
            page.clock.install()
            page.reload()
            expect(page.locator("#calm")).to_be_visible()
            station.freeze()
            page.clock.set_system_time(time.time() + ASLEEP_S)  # no timer of the page ran meanwhile
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            expect(page.locator("#banner")).to_contain_text("a perdu le poste", timeout=2_000)


def with_sound(page: Page) -> int:
    """Turn the sound on, and wait until its trial is over; returns the pulses heard so far."""
    press_sound(page)
    expect(page.locator("#sound")).to_contain_text("Son activé")
    page.wait_for_timeout(1_500)
    pulses: int = page.evaluate("window.pulses")
    return pulses


def on_top(page: Page) -> bool:
    """Whether the banner is what is seen at its place."""
    found: bool = page.evaluate(
        """() => {
          const banner = document.querySelector("#banner");
          const box = banner.getBoundingClientRect();
          const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
          return box.top >= 0 && box.bottom <= innerHeight && banner.contains(seen);
        }"""
    )
    return found
