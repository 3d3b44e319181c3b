"""The model's runtime keeps to itself: it reports to nobody that a room is listened to."""

import subprocess
import sys
from pathlib import Path

HEAR = "from classifier.model import Classifier; Classifier(); import time; time.sleep(1)"


def test_it_gives_the_device_no_identity_and_stores_nothing_to_send(tmp_path: Path) -> None:
    # Without the variable CI and its like, which silence it elsewhere than in a room.
    subprocess.run([sys.executable, "-c", HEAR], env={"HOME": str(tmp_path)}, check=True)
    assert list(tmp_path.rglob("*")) == []
