"""The page is an app: it opens while the station is away, and then shows nothing old as if new."""

from pathlib import Path

import pytest
from brokers import Mosquitto
from browsers import Nurses
from houses import Device, House, Programme
from playwright.sync_api import Page, expect
from samples import an_alert
from waiting import eventually

pytestmark = [pytest.mark.broker, pytest.mark.browser]


def test_a_phone_may_install_it(house: House, page: Page) -> None:
    """By all that Chromium itself asks of an app, but for TLS, which 127.0.0.1 needs not."""
    session = page.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["url"].endswith("/static/manifest.webmanifest")
    assert manifest["errors"] == []
    errors = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert {error["errorId"] for error in errors} <= {"in-incognito"}, "as every test's browser is"


@pytest.mark.parametrize("away", ["stopped", "hanging"])
def test_it_opens_while_the_station_is_away_and_shows_no_alert_of_before(
    nurses: Nurses, mosquitto: Mosquitto, tmp_path: Path, away: str
) -> None:
    with (
        Programme(mosquitto.settings, tmp_path) as station,
        Device(mosquitto.settings) as device,
    ):
        page = nurses.open(station.url, service_workers="allow")
        device.send(an_alert(room="901"))
        expect(page.locator(".card")).to_have_count(1)
        assert eventually(lambda: files_kept(page) > 10)
        assert not [url for url in kept(page) if "/api/" in url]
        station.kill() if away == "stopped" else station.freeze()
        page.reload()
        expect(page.locator("#banner")).to_contain_text("Cet écran a perdu le poste")
        expect(page.locator("#calm")).to_contain_text("On ne sait pas")
        expect(page.locator(".card")).to_have_count(0)
        if away == "stopped":
            station.start()
            expect(page.locator(".card")).to_have_count(1)
            expect(page.locator("#banner")).to_be_hidden()


def test_one_left_open_across_an_upgrade_says_so_and_is_new_by_one_press(
    nurses: Nurses, mosquitto: Mosquitto, tmp_path: Path
) -> None:
    with Programme(mosquitto.settings, tmp_path) as station:
        page = nurses.open(station.url)
        outdated = page.locator("#outdated")
        expect(page.locator("#calm")).to_be_visible()
        for old in (False, True):
            if old:
                page.evaluate("document.querySelector('meta[name=files]').content = 'yesterday'")
            station.kill()
            station.start()
            expect(page.locator("#banner")).to_be_visible()
            expect(page.locator("#banner")).to_be_hidden()
            expect(outdated).to_be_visible(visible=old)
        outdated.get_by_role("button").click()
        expect(page.locator("#calm")).to_be_visible()
        expect(outdated).to_be_hidden()


def kept(page: Page) -> list[str]:
    """The addresses of all that the browser has kept."""
    urls: list[str] = page.evaluate(
        """async () => {
          const shelves = await Promise.all((await caches.keys()).map((it) => caches.open(it)));
          const kept = await Promise.all(shelves.map((it) => it.keys()));
          return kept.flat().map((request) => request.url);
        }"""
    )
    return urls


def files_kept(page: Page) -> int:
    return len(kept(page))
