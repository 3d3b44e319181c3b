"""What several folders of tests share: real brokers."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from brokers import MOSQUITTO, AnyBroker, Embedded, Mosquitto
from postgres import Postgres, programs
from sqlalchemy import URL

from alert_broker.database import Place

# How long an example takes says more about the machine than about us.
hypothesis.settings.register_profile("veilleur", deadline=None)
hypothesis.settings.load_profile("veilleur")


@pytest.fixture
def make_mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Mosquitto]]:
    """Starts a Mosquitto with further lines of configuration; it is stopped at the end."""
    if MOSQUITTO is None:
        pytest.skip("no mosquitto here: sudo apt install mosquitto")
    with ExitStack() as running:

        def make(*extra: str) -> Mosquitto:
            broker = Mosquitto(tmp_path_factory.mktemp("mosquitto"), *extra)
            broker.start()
            running.callback(broker.stop)
            return broker

        yield make


@pytest.fixture
def mosquitto(make_mosquitto: Callable[..., Mosquitto]) -> Mosquitto:
    """A running Mosquitto that a test may stop, kill, freeze and start again."""
    return make_mosquitto()


@pytest.fixture(params=["embedded", "mosquitto"])
def any_broker(request: pytest.FixtureRequest) -> Iterator[AnyBroker]:
    """A running broker of either kind."""
    if request.param == "mosquitto":
        yield request.getfixturevalue("mosquitto")
        return
    yield from _embedded()


@pytest.fixture
def embedded() -> Iterator[Embedded]:
    """The demo's broker, running."""
    yield from _embedded()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL; each test makes databases of its own there."""
    yield from _postgres()


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """One that a test may stop and start again."""
    yield from _postgres()


def _postgres() -> Iterator[Postgres]:
    folder = programs()
    if folder is None:
        pytest.skip("no PostgreSQL here: sudo apt install postgresql")
    with Postgres(folder) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Where a station keeps its store: a file, or a new database of a server."""
    if request.param == "sqlite":
        return tmp_path / "station.sqlite3"
    url: URL = request.getfixturevalue("postgres").database()
    return url


def _embedded() -> Iterator[Embedded]:
    pytest.importorskip("iotcore", reason="no embedded broker here: pip install 'veilleur[demo]'")
    broker = Embedded()
    broker.start()
    yield broker
    broker.stop()
