"""The systemd units, as far as systemd's own checker and the programs themselves can judge them.

Each unit is checked as it lies in deploy/; only the path of its program is this checkout's, since
nothing is installed here.
"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from alert_broker.service import TEND_S
from edge.agent import WATCHDOG_S
from edge.cli import _parser

DEPLOY = Path(__file__).parents[2] / "deploy"
INSTALLED = "/opt/veilleur/.venv/bin/veilleur"
CEILINGS = {"agent": 1.6, "station": 1.0}
"""Measured by systemd 252, of 10: `systemd-analyze security --offline=true deploy/*.service`."""
LATER = 0.3
"""What a later systemd, which looks at more, may find beside that."""
NOTIFIES_S = {"agent": WATCHDOG_S, "station": TEND_S}

each_program = pytest.mark.parametrize("program", CEILINGS)


@pytest.fixture(scope="module")
def systemd_version() -> int:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("no systemd-analyze here: sudo apt install systemd")
    said = subprocess.run(["systemd-analyze", "--version"], stdout=subprocess.PIPE, check=True)
    return int(said.stdout.split()[1])


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """A folder of the units, with programs that exist."""
    for unit in DEPLOY.glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        here = text.replace(INSTALLED, str(Path(sys.executable).parent / "veilleur"))
        (tmp_path / unit.name).write_text(here, encoding="utf-8")
    return tmp_path


def values(program: str, key: str) -> list[str]:
    lines = (DEPLOY / f"veilleur-{program}.service").read_text(encoding="utf-8").splitlines()
    return [line.removeprefix(f"{key}=") for line in lines if line.startswith(f"{key}=")]


def verify(unit: Path) -> list[str]:
    """What systemd has to say of a unit and its drop-ins."""
    command = ["systemd-analyze", "verify", "--man=no", str(unit)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    return (run.stdout + run.stderr).splitlines()


@each_program
def test_systemd_finds_nothing_to_say(program: str, units: Path, systemd_version: int) -> None:
    assert verify(units / f"veilleur-{program}.service") == []


def test_a_word_it_does_not_know_would_be_told(units: Path, systemd_version: int) -> None:
    unit = units / "veilleur-agent.service"
    unit.write_text(unit.read_text(encoding="utf-8").replace("WatchdogSec", "WatchDogSec"))
    assert any("WatchDogSec" in line for line in verify(unit))


@each_program
def test_the_growing_pause_is_understood_by_a_systemd_that_gets_it(
    program: str, units: Path, systemd_version: int
) -> None:
    (units / "veilleur-.service.d").mkdir()
    shutil.copy(DEPLOY / "backoff.conf", units / "veilleur-.service.d")
    said = verify(units / f"veilleur-{program}.service")
    new = {"RestartSteps", "RestartMaxDelaySec"}
    unknown = {key for key in new if any(f"'{key}'" in line for line in said)}
    assert unknown == (set() if systemd_version >= 254 else new)
    assert len(said) == len(unknown)


@each_program
def test_the_sandbox_gets_no_worse(program: str, units: Path, systemd_version: int) -> None:
    ceiling = CEILINGS[program] + (LATER if systemd_version > 252 else 0.0)
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager"]
    limit = f"--threshold={round(ceiling * 10)}"
    unit = str(units / f"veilleur-{program}.service")
    run = subprocess.run([*command, limit, unit], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@each_program
def test_the_program_understands_how_it_is_called(program: str) -> None:
    (command,) = values(program, "ExecStart")
    path, *arguments = command.split()
    assert path == INSTALLED
    options = _parser().parse_args(arguments)
    assert options.config == Path(f"/etc/veilleur/{program}.toml")


@each_program
def test_the_watchdog_waits_for_many_signs_of_life(program: str) -> None:
    (watchdog_s,) = values(program, "WatchdogSec")
    assert float(watchdog_s) >= 10 * NOTIFIES_S[program]


@each_program
def test_it_is_never_given_up(program: str) -> None:
    assert values(program, "Restart") == ["always"]
    assert values(program, "StartLimitIntervalSec") == ["0"]


@each_program
def test_what_was_heard_is_never_written_down_by_a_crash(program: str) -> None:
    assert values(program, "LimitCORE") == ["0"]
    assert values(program, "MemorySwapMax") == ["0"]


def test_every_command_of_the_instructions_exists() -> None:
    text = (DEPLOY / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^(?:sudo -u \S+ )?veilleur ([^#\n]+)", text, re.MULTILINE)
    assert len(commands) >= 2
    for command in commands:
        assert _parser().parse_args(command.split()).run


def test_the_scripts_are_free_of_the_shell_s_traps() -> None:
    if shutil.which("shellcheck") is None:
        pytest.skip("no shellcheck here: sudo apt install shellcheck")
    root = DEPLOY.parent
    scripts = [str(root / name) for name in ("deploy/install", "tests/set-up", ".ci/run")]
    run = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert run.stdout == ""
