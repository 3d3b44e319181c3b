"""A nurse who looks elsewhere hears the page, and knows when she would not."""

import re
from pathlib import Path

import pytest
from browsers import CHROMIUM, SWITCHES, Nurses, press_sound, raised, row
from houses import Device, House, serving
from playwright.sync_api import Browser, Page, expect
from samples import an_alert
from waiting import eventually

from alert_broker.messages import Priority
from alert_broker.settings import ChainRow, Escalation

pytestmark = [pytest.mark.broker, pytest.mark.browser]

BURST_MS = 3_000
"""Longer than a low or a medium alert is heard, and than the ear remembers."""
REMINDER_MS = 12_000
"""Longer than a high one waits before it is heard again."""


class TestTheSound:
    @pytest.fixture
    def page(self, page: Page) -> Page:
        """With its sound turned on, and the trial of it over."""
        press_sound(page)
        expect(page.locator("#sound")).to_contain_text("Son activé")
        assert sounds(page)
        page.wait_for_timeout(BURST_MS)
        page.evaluate("window.loudestSinceAsked()")
        return page

    def test_is_heard_when_an_alert_comes(self, house: House, page: Page) -> None:
        assert page.evaluate("window.loudestSinceAsked()") == 0
        raised(house, "501")
        assert sounds(page)

    def test_is_another_for_each_priority(self, house: House, page: Page) -> None:
        for priority, pulses in ((Priority.LOW, 2), (Priority.MEDIUM, 3), (Priority.HIGH, 10)):
            before = page.evaluate("window.pulses")
            raised(house, f"51{pulses}", priority=priority)
            assert eventually(lambda n=before + pulses: page.evaluate("window.pulses") == n)
            assert sounds(page)
            page.wait_for_timeout(BURST_MS)

    def test_is_heard_again_until_somebody_goes(self, house: House, page: Page) -> None:
        alert = raised(house, "521")
        assert sounds(page)
        heard = page.evaluate("window.pulses")
        assert eventually(lambda: page.evaluate("window.pulses") > heard)
        house.desk.take(alert.id)
        expect(row(page, "521")).to_be_visible()
        heard = page.evaluate("window.pulses")
        page.wait_for_timeout(REMINDER_MS)
        assert page.evaluate("window.pulses") == heard


class TestAPause:
    """What it silences, and what never: `test_ring.py`."""

    def test_is_counted_down_in_sight_and_ended_by_a_new_alert(
        self, house: House, page: Page
    ) -> None:
        pause = page.locator("#pause")
        expect(pause).to_be_hidden()
        press_sound(page)
        raised(house, "531", priority=Priority.MEDIUM)
        expect(page.locator(".card")).to_have_count(1)
        pause.click()
        expect(pause).to_contain_text(re.compile(r"Son en pause 1:5\d"))
        expect(pause).to_have_attribute("aria-pressed", "true")
        raised(house, "532", priority=Priority.LOW)
        expect(page.locator(".card")).to_have_count(2)
        expect(pause).to_contain_text("Son en pause")
        pulses = page.evaluate("window.pulses")
        raised(house, "533", priority=Priority.HIGH)
        assert eventually(lambda: page.evaluate("window.pulses") == pulses + 10)
        expect(pause).to_contain_text("Pause 2 min")


class TestNobodyAnswers:
    def test_and_even_a_low_alert_is_heard_again_as_the_next_team_is_called(
        self, nurses: Nurses, house: House, tmp_path: Path
    ) -> None:
        soon = Escalation(chain=(ChainRow(groups=("équipe voisine",), after_s=(6.0,)),))
        with (
            serving(house.broker, tmp_path / "store", soon, name="poste-2") as desk,
            Device(house.broker, "541") as device,
        ):
            assert eventually(lambda: desk.board().link.broker)
            page = nurses.open(desk.url)
            press_sound(page)
            expect(page.locator("#sound")).to_contain_text("Son activé")
            page.wait_for_timeout(BURST_MS)
            silent = page.evaluate("window.pulses")
            device.send(an_alert(room="541", priority=Priority.LOW))
            assert eventually(lambda: page.evaluate("window.pulses") == silent + 2)
            assert eventually(lambda: page.evaluate("window.pulses") == silent + 4)
            expect(page.locator(".card")).to_contain_text("appelé : équipe voisine")


class TestTheSoundIsOff:
    def test_and_says_so(self, page: Page) -> None:
        sound = page.locator("#sound")
        expect(sound).to_contain_text("Activer le son")
        expect(sound).to_have_attribute("title", re.compile("une alerte ne s’entendra pas"))


class TestAWallScreen:
    """A browser that shows this page alone, and is allowed to sound by itself."""

    def test_sounds_again_after_a_power_cut_with_nobody_there(
        self, house: House, browser: Browser
    ) -> None:
        alone = [*SWITCHES, "--autoplay-policy=no-user-gesture-required"]
        with browser.browser_type.launch(executable_path=CHROMIUM, args=alone) as own:
            nurses = Nurses(own)
            page = nurses.open(house.desk.url)
            press_sound(page)
            expect(page.locator("#sound")).to_contain_text("Son activé")
            page.reload()
            expect(page.locator("#sound")).to_contain_text("Son activé")
            nurses.close()


def sounds(page: Page) -> bool:
    """Whether something goes to the loudspeaker, in time."""
    return eventually(lambda: page.evaluate("window.loudestSinceAsked()") > 0.1)
