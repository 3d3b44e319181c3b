"""What the station's tests share: a house whose station serves, and nurses with browsers."""

from collections.abc import Iterator

import pytest
from browsers import Nurses, chromium
from houses import House, a_house
from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for all tests of a file: each uses alerts of its own."""
    pytest.importorskip("iotcore", reason="no embedded broker here: pip install 'veilleur[demo]'")
    with a_house(tmp_path_factory.mktemp("house")) as it:
        yield it


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def nurses(browser: Browser, house: House) -> Iterator[Nurses]:
    """At the end somebody closes everything, so that the next test begins with no open alert."""
    nurses = Nurses(browser)
    yield nurses
    nurses.close()
    for alert in house.desk.board().alerts:
        if not alert.stage.ended:
            house.desk.say(alert.id, "cancel", by="ronde")


@pytest.fixture
def page(nurses: Nurses, house: House) -> Page:
    """The page of the house's station, as a nurse finds it who never saw it before."""
    return nurses.open(house.desk.url)
