"""A whole ward calls at once: every alert is on the nurse's screen, once, the most urgent first."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from brokers import free_port
from browsers import Nurses, chromium
from houses import House, a_house
from waiting import eventually

from alert_broker.messages import Deed, Priority
from alert_broker.settings import Broker
from edge.config import AgentSettings
from edge.ward import shares
from edge.ward.plan import Plan
from edge.ward.shares import simulate

# How fast it is, `veilleur bench` tells; here a busy machine has all the time it needs.
PLAN = Plan(rooms=30, seconds=3.0, burst=30, within_s=0.5, seed=1)

NOTES = """
window.seen = {};
new MutationObserver(() => {
  for (const card of document.querySelectorAll(".card[data-key]")) {
    window.seen[card.dataset.key] ??= Date.now() / 1000;
  }
}).observe(document, { childList: true, subtree: true, attributes: true });
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    pytest.importorskip("iotcore", reason="no embedded broker here: pip install 'veilleur[demo]'")
    with a_house(tmp_path) as it:
        yield it


def test_none_is_lost_none_comes_twice_and_the_urgent_stand_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shares, "ROOMS_A_PROCESS", 15)  # so that it is shared among two
    ran = simulate(AgentSettings(broker=house.broker), PLAN)
    alerts = house.desk.board().alerts
    assert sorted(it.id for it in alerts) == sorted(it.alert for it in ran.told)
    assert [it.urgency for it in alerts] == sorted(it.urgency for it in alerts)
    assert len({it.priority for it in alerts}) > 1
    assert all(it.duration_s is not None for it in alerts), "the ends have come too"
    for it in alerts[::10]:
        steps = [step.deed for step in house.desk.record(it.id).steps]
        assert steps == [Deed.RAISED]


@pytest.mark.browser
def test_every_alert_is_a_card_in_a_real_browser_within_seconds(house: House) -> None:
    with chromium() as browser:
        nurses = Nurses(browser)
        page = nurses.open(house.desk.url)
        page.evaluate(NOTES)
        ran = simulate(AgentSettings(broker=house.broker), PLAN)
        told = {it.alert: it for it in ran.told}
        assert eventually(lambda: len(page.evaluate("window.seen")) >= len(told))
        seen = page.evaluate("window.seen")
        keys = page.locator(".card").evaluate_all("cards => cards.map(it => it.dataset.key)")
        nurses.close()
    assert sorted(keys) == sorted(told)
    ranks = [list(Priority).index(told[key].priority) for key in keys]
    assert ranks == sorted(ranks)
    wall_s = time.time() - time.monotonic()
    delays_s = [seen[key] - told[key].raised_s - wall_s for key in keys]
    assert max(delays_s) < 10.0


@pytest.mark.system
def test_the_command_tells_that_all_was_received(house: House, tmp_path: Path) -> None:
    run = ward(tmp_path, house.broker, "--rooms", "5", "--burst", "5", "--for", "2")
    assert run.returncode == 0, run.stderr
    assert "5 alertes" in run.stdout


@pytest.mark.system
@pytest.mark.parametrize(
    ("options", "named"), [(("--rooms", "0"), "--rooms"), (("--within", "99"), "--within")]
)
def test_the_command_names_what_it_cannot_do(
    tmp_path: Path, options: tuple[str, ...], named: str
) -> None:
    run = ward(tmp_path, Broker(port=free_port()), *options)
    assert run.returncode == 1
    assert named in run.stderr


def ward(folder: Path, broker: Broker, *options: str) -> subprocess.CompletedProcess[str]:
    config = folder / "agent.toml"
    config.write_text(f"[broker]\nport = {broker.port}\n")
    command = [sys.executable, "-m", "edge.cli", "ward", "--config", str(config), *options]
    return subprocess.run(command, capture_output=True, check=False, text=True)
