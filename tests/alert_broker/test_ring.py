"""What a nurse hears, and when: the page's own rules, in a real browser on a clock of ours."""

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from browsers import Nurses
from houses import House
from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.broker, pytest.mark.browser]

BEGIN = """
async () => {
  const { Ring } = await import("/static/ring.js");
  window.heard = [];
  window.seconds = 1000;
  performance.now = () => window.seconds * 1000;
  const sound = { play: (kind) => heard.push(kind), hush: () => heard.push("hush") };
  window.ring = new Ring(sound);
}
"""
LOW, MEDIUM, HIGH = (
    {"id": it, "priority": it, "rings": 0, "calls": []} for it in ("low", "medium", "high")
)


class Screen:
    """A page's ring, without the page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        page.evaluate(BEGIN)

    def rings(self, *news: dict[str, Any], beside: Iterable[dict[str, Any]] = ()) -> list[str]:
        """These are news; `beside` them others wait as before."""
        told = {"news": news, "open": [*news, *beside]}
        return self._heard("ring.alerts(it.news, it.open)", told)

    def loses(self, link: str) -> list[str]:
        return self._heard("ring.link(it)", link)

    def pauses(self, *open_: dict[str, Any]) -> list[str]:
        return self._heard("ring.pause(it)", list(open_))

    def waits(self, seconds: int, *open_: dict[str, Any], **calls: str) -> list[str]:
        """Time goes by with these alerts open, and these calls of the technical side."""
        return self._heard(
            """{ for (let n = 0; n < it.seconds; n += 1) {
                window.seconds += 1;
                ring.remind(it.open, new Map(Object.entries(it.calls)));
            } }""",
            {"seconds": seconds, "open": list(open_), "calls": calls},
        )

    @property
    def paused_for(self) -> float:
        left: float = self._page.evaluate("ring.pausedFor")
        return left

    def _heard(self, what: str, it: object) -> list[str]:
        heard: list[str] = self._page.evaluate(f"(it) => {{ {what}; return heard.splice(0); }}", it)
        return heard


@pytest.fixture(scope="module")
def still(browser: Browser, house: House) -> Iterator[Page]:
    nurses = Nurses(browser)
    yield nurses.open(house.desk.url)
    nurses.close()


@pytest.fixture
def screen(still: Page) -> Screen:
    return Screen(still)


class TestWithoutAPause:
    def test_the_most_urgent_of_several_is_heard(self, screen: Screen) -> None:
        assert screen.rings(LOW, HIGH, MEDIUM) == ["high"]

    def test_what_waits_is_heard_again_the_sooner_the_more_urgent(self, screen: Screen) -> None:
        screen.rings(HIGH)
        assert screen.waits(60, HIGH) == ["high"] * 6
        screen.rings(MEDIUM)
        assert screen.waits(60, MEDIUM) == ["medium"] * 2
        screen.rings(LOW)
        assert screen.waits(600, LOW) == []

    def test_a_lost_link_is_heard_at_once_and_again(self, screen: Screen) -> None:
        assert screen.loses("station") == ["lost"]
        assert screen.waits(30, HIGH) == ["lost"] * 3
        assert screen.loses("") == []


class TestTheTechnicalSide:
    def test_is_heard_at_once_and_then_seldom(self, screen: Screen) -> None:
        assert screen.waits(1, a="technical") == ["technical"]
        assert screen.waits(599, a="technical") == []
        assert screen.waits(1, a="technical") == ["technical"]

    def test_a_round_goes_before_it_and_is_heard_again_sooner(self, screen: Screen) -> None:
        assert screen.waits(121, a="round", b="technical") == ["round", "round"]

    def test_is_silent_while_any_alert_waits_and_heard_right_after(self, screen: Screen) -> None:
        screen.rings(LOW)
        assert screen.waits(600, LOW, a="technical", b="round") == []
        assert screen.waits(1, a="technical") == ["technical"]

    def test_that_comes_back_is_heard_again(self, screen: Screen) -> None:
        screen.waits(1, a="technical")
        screen.waits(1)
        assert screen.waits(1, a="technical") == ["technical"]


class TestAPause:
    def test_silences_at_once_what_waits_and_ends_by_itself(self, screen: Screen) -> None:
        screen.rings(MEDIUM)
        assert screen.pauses(MEDIUM) == ["hush"]
        assert screen.paused_for == 120
        assert screen.waits(119, MEDIUM, a="round") == []
        assert screen.paused_for == 1
        assert screen.waits(1, MEDIUM) == ["medium"]
        assert screen.paused_for == 0

    def test_never_silences_a_new_alert_that_is_as_urgent(self, screen: Screen) -> None:
        screen.pauses(MEDIUM)
        assert screen.rings(MEDIUM | {"id": "other"}, beside=[MEDIUM]) == ["medium"]
        assert screen.paused_for == 0
        screen.pauses(MEDIUM)
        assert screen.rings(HIGH, beside=[MEDIUM]) == ["high"]
        screen.pauses()
        assert screen.rings(LOW) == ["low"]

    def test_never_silences_one_that_became_more_urgent(self, screen: Screen) -> None:
        screen.pauses(MEDIUM)
        assert screen.rings(MEDIUM | {"priority": "high"}) == ["high"]

    def test_silences_what_rings_again_and_what_is_less_urgent(self, screen: Screen) -> None:
        screen.pauses(MEDIUM)
        assert screen.rings(MEDIUM | {"rings": 1}) == []
        assert screen.rings(LOW, beside=[MEDIUM]) == []
        assert screen.paused_for == 120

    def test_never_silences_a_new_alert_once_what_was_silenced_is_taken(
        self, screen: Screen
    ) -> None:
        screen.pauses(HIGH, LOW)
        assert screen.rings(MEDIUM, beside=[LOW]) == ["medium"]

    def test_never_silences_a_link_that_is_lost_meanwhile(self, screen: Screen) -> None:
        screen.pauses(HIGH)
        assert screen.loses("broker") == ["lost"]
        assert screen.paused_for == 0
