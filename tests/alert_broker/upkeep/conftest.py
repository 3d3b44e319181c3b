"""What the tests of the page's technical side share: a house that waits for nothing."""

from collections.abc import Iterator

import pytest
from houses import House, a_house

from alert_broker.upkeep.settings import Upkeep


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Whose technical alarms begin at once, and whose rounds are due again after three seconds."""
    pytest.importorskip("iotcore", reason="no embedded broker here: pip install 'veilleur[demo]'")
    folder = tmp_path_factory.mktemp("house")
    with a_house(folder, upkeep=Upkeep(wait_s=0, round_every_min=0.05)) as it:
        yield it
