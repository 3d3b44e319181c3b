"""The page's technical side in a real browser: rooms to look into, and what is to be mended."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from browsers import Nurses, press_sound, raised
from houses import House
from playwright.sync_api import Locator, Page, expect
from samples import a_heartbeat, a_status
from terminals import Terminal
from waiting import eventually

from alert_broker.messages import DeviceState, Fault, Priority

pytestmark = [pytest.mark.broker, pytest.mark.browser]

BURST_MS = 2_500
"""Longer than the trial of the sound is heard."""


def unplug(house: House, room: str) -> None:
    faults = (Fault.MICROPHONE_ABSENT,)
    device = f"veilleur-{room}"
    house.device.send(a_status(room=room, device=device, state=DeviceState.FAULT, faults=faults))
    house.device.send(a_heartbeat(room=room, device=device, sent_at=datetime.now(UTC)))


def plug_in(house: House, room: str) -> None:
    house.device.send(a_status(room=room, device=f"veilleur-{room}"))


def of_room(page: Page, kind: str, room: str) -> Locator:
    return page.locator(f"#{kind} > li").filter(has=page.locator(".number", has_text=room))


@pytest.fixture
def blind(house: House) -> Iterator[str]:
    """A room whose microphone is unplugged, until the test is over."""
    unplug(house, "801")
    yield "801"
    plug_in(house, "801")
    assert eventually(lambda: not house.desk.board().upkeep.alarms)


class TestABlindRoom:
    def test_is_to_be_looked_into_and_is_no_alert(self, blind: str, page: Page) -> None:
        expect(of_room(page, "rounds", blind)).to_contain_text("Passez voir")
        expect(of_room(page, "rounds", blind)).to_contain_text("micro débranché")
        expect(of_room(page, "alarms", blind)).to_contain_text("micro débranché")
        expect(page.locator(".card")).to_have_count(0)
        expect(page.locator("#open-count")).to_have_text("")

    def test_is_ticked_off_by_one_every_other_screen_sees_it_and_it_is_asked_again(
        self, house: House, nurses: Nurses, blind: str
    ) -> None:
        other = nurses.open(house.desk.url)
        page = nurses.open(house.desk.url, name="Marie")
        page.get_by_role("button", name=f"Passage fait : Chambre {blind}").click()
        expect(of_room(other, "rounds", blind)).to_contain_text("passage de Marie à")
        expect(of_room(other, "rounds", blind)).not_to_contain_text("Passez voir")
        expect(of_room(other, "rounds", blind)).to_contain_text("Passez voir")
        expect(of_room(other, "rounds", blind)).to_contain_text("passage de Marie à")

    def test_asks_no_more_once_it_is_heard_again(
        self, house: House, blind: str, page: Page
    ) -> None:
        expect(of_room(page, "rounds", blind)).to_be_visible()
        plug_in(house, blind)
        expect(page.locator("section.rounds")).to_be_hidden()
        expect(page.locator("section.technical")).to_be_hidden()

    def test_is_read_aloud_politely(self, blind: str, page: Page) -> None:
        said = page.locator("[aria-live=polite]")
        expect(said).to_have_text(f"Passez voir. Chambre {blind}. micro débranché.")

    def test_stands_in_the_terminal_too(self, house: House, blind: str) -> None:
        with Terminal("watch", "--url", house.desk.url) as terminal:
            assert terminal.shows("Rondes à faire")
            assert terminal.shows(f"Chambre {blind} · micro débranché")
            assert terminal.shows("Technique")


class TestATechnicalAlarm:
    def test_is_seen_to_by_one_and_every_other_screen_sees_who(
        self, house: House, nurses: Nurses, blind: str
    ) -> None:
        other = nurses.open(house.desk.url)
        page = nurses.open(house.desk.url, name="Paul")
        page.get_by_role("button", name=f"Je m’en occupe : Chambre {blind}").click()
        expect(of_room(other, "alarms", blind)).to_contain_text("Paul s’en occupe")

    def test_never_masks_an_alert(self, house: House, blind: str, page: Page) -> None:
        """It sounds; the alert that comes is heard at once, and it is silent while that waits."""
        press_sound(page)
        expect(page.locator("#sound")).to_contain_text("Son activé")
        page.wait_for_timeout(BURST_MS)
        pulses = page.evaluate("window.pulses")
        plug_in(house, blind)
        expect(page.locator("section.technical")).to_be_hidden()
        unplug(house, blind)
        assert eventually(lambda: page.evaluate("window.pulses") == pulses + 2), "the round's own"
        raised(house, "802", priority=Priority.MEDIUM)
        assert eventually(lambda: page.evaluate("window.pulses") == pulses + 5)
        unplug(house, "803")
        expect(of_room(page, "rounds", "803")).to_be_visible()
        page.wait_for_timeout(BURST_MS)
        assert page.evaluate("window.pulses") == pulses + 5
        plug_in(house, "803")


class TestARoomTakenDown:
    def test_is_retired_by_two_presses_and_never_by_one(self, house: House, page: Page) -> None:
        device = "veilleur-811"
        house.device.send(a_status(room="811", device=device, state=DeviceState.OFFLINE))
        tile = page.locator(".tile").filter(has_text="811")
        button = tile.get_by_role("button", name="Retirer : Chambre 811")
        button.click()
        expect(tile).to_contain_text("Retirer pour de bon ?")
        assert [it.room for it in house.desk.board().rooms if it.room == "811"]
        button.click()
        expect(tile).to_have_count(0)
        expect(page.locator("section.rounds")).to_be_hidden()
        assert not [it.room for it in house.desk.board().rooms if it.room == "811"]
