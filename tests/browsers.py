"""The nurse's page in a real headless browser."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from houses import House
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright
from samples import an_alert
from staffs import sign_in

from alert_broker.messages import Alert

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

expect.set_options(timeout=20_000)  # generous: a second is promised, a busy machine needs more

DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

# What goes to the loudspeaker also goes to an ear; it remembers the loudest until it is asked.
EAR = """
(() => {
  const connect = AudioNode.prototype.connect;
  const start = OscillatorNode.prototype.start;
  let ear;
  let loudest = 0;
  window.pulses = 0;
  window.loudestSinceAsked = () => {
    const heard = loudest;
    loudest = 0;
    return heard;
  };
  setInterval(() => {
    if (!ear) return;
    const heard = new Float32Array(ear.fftSize);
    ear.getFloatTimeDomainData(heard);
    loudest = heard.reduce((most, sample) => Math.max(most, Math.abs(sample)), loudest);
  }, 100);
  AudioNode.prototype.connect = function (target, ...rest) {
    if (target instanceof AudioDestinationNode) {
      ear ??= new AnalyserNode(this.context, { fftSize: 32768 });
      connect.call(this, ear);
    }
    return connect.call(this, target, ...rest);
  };
  OscillatorNode.prototype.start = function (...when) {
    window.pulses += 1;
    return start.apply(this, when);
  };
})();
"""


@contextmanager
def chromium() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no chromium here: sudo apt install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


class Nurses:
    """Each opens the page in a browser of her own; an error in the page fails the test."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._open = ExitStack()
        self.errors: list[str] = []

    def open(self, url: str, name: str = "Nuit", **context: Any) -> Page:
        """The page as a nurse finds it who never saw it before, and has signed in if named."""
        usual = {"viewport": DESKTOP, "locale": "fr-FR", "color_scheme": "dark"}
        # The app's worker would come between the page and what a test lets fail.
        usual["service_workers"] = "block"
        own = self._browser.new_context(**usual | context)
        self._open.callback(own.close)
        if name:
            own.add_cookies(cookies(url, name))
        page = own.new_page()
        page.add_init_script(EAR)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self._note(said.text))
        page.goto(url)
        return page

    def close(self) -> None:
        self._open.close()
        assert self.errors == []

    def _note(self, said: str) -> None:
        if "Content Security Policy" in said:
            self.errors.append(said)


def press_sound(page: Page) -> None:
    """Its button does nothing before the page has loaded and says who is signed in."""
    expect(page.locator("#me .me-name")).not_to_be_empty()
    page.locator("#sound").click()


def press_me(page: Page) -> None:
    """The button says nothing, and does nothing, before the page has loaded."""
    expect(page.locator("#me .me-name")).not_to_be_empty()
    page.locator("#me").click()


def cookies(url: str, name: str) -> Any:
    """What a browser holds once somebody of the staff has signed in."""
    jar = sign_in(url, name).cookies.jar
    return [{"name": it.name, "value": it.value or "", "url": url} for it in jar]


def raised(house: House, room: str, **changes: object) -> Alert:
    """An alert that the house's device sends, decided as the sound began."""
    if "onset_at" in changes:
        changes.setdefault("raised_at", changes["onset_at"])
    house.device.send(alert := an_alert(room=room, **changes))
    return alert


def card(page: Page, room: str) -> Locator:
    """The card of an alert that nobody has taken."""
    return page.locator(".card").filter(has=page.locator(".number", has_text=room))


def row(page: Page, room: str) -> Locator:
    """The row of an alert that somebody has taken."""
    return page.locator(".row").filter(has=page.locator(".number", has_text=room))


def rooms(page: Page) -> list[str]:
    """The rooms of the cards, from above."""
    return page.locator(".card .number").all_inner_texts()
