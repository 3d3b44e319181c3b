"""What the station's tests share: a house whose station serves."""

from collections.abc import Iterator

import pytest
from houses import House, a_house


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for all tests of a file: each uses alerts of its own."""
    pytest.importorskip("iotcore", reason="no embedded broker here: pip install 'veilleur[demo]'")
    with a_house(tmp_path_factory.mktemp("house")) as it:
        yield it
