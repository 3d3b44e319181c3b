"""What runs in the room stays small, and the folders know only what they may."""

import subprocess
import sys

import pytest

TOO_LARGE = (
    "librosa", "numba", "scipy", "sklearn", "torch", "onnx",  # they train and evaluate
    "starlette", "uvicorn", "sqlalchemy", "httpx",  # they serve the nurse
    "soundfile", "rich",  # they replay
    "matplotlib", "PIL",  # they draw
)  # fmt: skip

ROOM = """
import sys
import edge.listen, edge.microphone
from classifier.model import Classifier
Classifier()
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_agent_loads_nothing_that_only_others_need() -> None:
    run = subprocess.run([sys.executable, "-c", ROOM], capture_output=True, check=True, text=True)
    assert not set(TOO_LARGE) & set(run.stdout.split())


def test_the_folders_import_only_what_they_may() -> None:
    run = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as l; l()"],
        capture_output=True,
        check=False,
        text=True,
    )
    assert run.returncode == 0, run.stdout


@pytest.mark.system
@pytest.mark.parametrize(
    "command",
    ["listen", "replay", "devices", "check", "bench", "demo", "evaluate", "explain", "settings",
     "dataset", "train", "export", "station", "ledger", "watch", "broker", "schema", "ward"],
)  # fmt: skip
def test_every_subcommand_explains_itself(command: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "edge.cli", command, "--help"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert f"veilleur {command}" in run.stdout
