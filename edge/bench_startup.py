"""How soon a started agent decides, and how much memory it needs: measured on a new process.

The process makes all that `veilleur listen` makes, but takes its sound from memory: what is
measured is the program, and not the time that sound takes to happen.
"""

import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

if TYPE_CHECKING:
    from edge.audio import Samples

MINUTE_S = 60
BLOCKS_A_SECOND = 10
FIRST_WINDOW_S = 1.05
"""Sound that the first decision needs: a window of 0.96 s, and the rest of its last block."""


@dataclass(frozen=True, slots=True)
class StartUp:
    """One start."""

    first_decision_s: float
    """From the start of the process, beside the sound it needs."""
    resident_mib: float
    """After a minute of sound and some alerts."""


def start_up(model: Path) -> StartUp:
    """Start an agent with the model of a manifest, and let it hear a minute."""
    command = [sys.executable, "-m", "edge.bench_startup", str(model)]
    began_s = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as agent:
        assert agent.stdout is not None
        agent.stdout.readline()
        first_s = time.monotonic() - began_s
        return StartUp(first_s, float(agent.stdout.readline()))


def _agent(model: Path) -> None:
    """The process that is measured."""
    with tempfile.TemporaryDirectory() as folder:
        _hear_a_minute(model, Path(folder) / "outbox.sqlite3")


def _hear_a_minute(model: Path, outbox_path: Path) -> None:
    from classifier.model import Classifier
    from edge.alerts import Versions
    from edge.audio import AudioBlock
    from edge.bench_costs import NOON
    from edge.config import AgentSettings
    from edge.courier import Courier
    from edge.ear import Ear
    from edge.memory import give_back, share_one_arena
    from edge.microphone import Microphone
    from edge.outbox import Outbox

    settings = AgentSettings()
    settings = replace(settings, outbox=replace(settings.outbox, path=str(outbox_path)))
    share_one_arena()
    outbox = Outbox(settings.outbox, lambda: NOON)
    with Microphone(settings.microphone):
        classifier = Classifier(model)
        ear = Ear(classifier, settings, lambda _at_s: NOON)
        versions = Versions.of(classifier.version, settings)
        with Courier(settings, outbox, versions, lambda: NOON):
            give_back()
            for block in MINUTE_S * _second():
                before_s = ear.heard_s
                ear.hear(AudioBlock(block))
                if before_s < FIRST_WINDOW_S <= ear.heard_s:
                    print("decided", flush=True)
            print(_resident_mib(), flush=True)


def _second() -> "list[Samples]":
    """A hum with a knock: no more of it than a microphone's buffer holds, and no random numbers."""
    import numpy as np

    from edge.audio import SAMPLE_RATE_HZ

    hum = 0.01 * np.sin(0.04 * np.arange(SAMPLE_RATE_HZ, dtype=np.float32))
    hum[0] = 0.9
    return np.split(hum, BLOCKS_A_SECOND)


def _resident_mib() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024.0


if __name__ == "__main__":
    _agent(Path(sys.argv[1]))
