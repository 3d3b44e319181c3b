"""Five hundred open alerts: a night that nobody wants, and a page that must go on all the same."""

import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from browsers import Nurses, card, raised, row
from houses import House, a_house
from playwright.sync_api import Browser, Page, expect
from waiting import eventually

from alert_broker.life import Stage
from alert_broker.messages import Priority

pytestmark = [pytest.mark.broker, pytest.mark.browser]

MANY = 500
PATIENCE_MS = 2_000
"""What is promised for a ward's burst; on a machine that does nothing else it is a twentieth."""
FIRST_NINE = 9
"""Their cards show the keys that choose them, which change with their places."""

WATCH = """
window.touched = new Set();
new MutationObserver((all) => {
  for (const { target, addedNodes } of all) {
    for (const node of [target, ...addedNodes]) {
      const of = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
      if (of?.closest(".counter")) continue; // the seconds run
      const card = of?.closest("#open > .card");
      if (card) window.touched.add(card.dataset.key);
    }
  }
}).observe(document.querySelector("#open"), {
  subtree: true,
  childList: true,
  characterData: true,
});
"""

PRESS = """
async (place) => {
  const card = document.querySelectorAll("#open > .card")[place];
  const began = performance.now();
  card.querySelector(".take").click();
  while (!document.querySelector(`#held [data-key="${card.dataset.key}"]`)) {
    await new Promise((done) => requestAnimationFrame(done));
  }
  return performance.now() - began;
}
"""


@pytest.fixture
def many(tmp_path: Path) -> Iterator[House]:
    """All open since hours, of the lowest priority."""
    with a_house(tmp_path) as house:
        for number in range(MANY):
            onset_at = datetime.now(UTC) - timedelta(hours=3, seconds=number)
            raised(house, f"N{number}", priority=Priority.LOW, onset_at=onset_at)
        assert eventually(lambda: len(house.desk.board().alerts) == MANY, within_s=60)
        yield house


@pytest.fixture
def page(many: House, browser: Browser) -> Iterator[Page]:
    """Which has shown all of them, so that the station is told of none any more."""
    nurses = Nurses(browser)
    page = nurses.open(many.desk.url)
    expect(page.locator(".card")).to_have_count(MANY)
    assert eventually(lambda: delivered(many) == MANY, within_s=60)
    yield page
    nurses.close()


def delivered(house: House) -> int:
    return sum(alert.stage is Stage.DELIVERED for alert in house.desk.board().alerts)


def test_stay_usable(many: House, page: Page) -> None:
    """One more is seen, and a press is answered, as on any night; only what changes is drawn."""
    page.wait_for_timeout(1_000)
    page.evaluate(WATCH)
    alert = raised(many, "new", priority=Priority.HIGH)
    expect(page.locator(".card").first).to_contain_text("new")
    touched = page.evaluate("[...window.touched]")
    assert alert.id in touched
    assert len(touched) <= FIRST_NINE + 1
    page.wait_for_timeout(1_000)
    took_ms = [page.evaluate(PRESS, place) for place in (0, 100, 300, 450, 480)]
    print(f"press to shown, {MANY} open: {[round(it) for it in took_ms]} ms")
    assert statistics.median(took_ms) < PATIENCE_MS
    expect(row(page, "new")).to_be_visible()
    expect(card(page, "new")).to_have_count(0)
