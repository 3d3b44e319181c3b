"""`deploy/install`, run for real on a throwaway copy of this machine, and what it installs, run by
a real systemd.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from machines import CHECKOUT, Machine
from soundcards import need_sound
from waiting import eventually

from alert_broker.settings import StationSettings
from alert_broker.settings_example import example

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]

INSTALL = f"{CHECKOUT}/deploy/install"
ROLES = ("agent", "station", "broker")
GONE_MAD = Path(__file__).with_name("gone_mad.py")
UNITS = ("veilleur-agent.service", "veilleur-station.service")
AGENT_UNIT = "/etc/systemd/system/veilleur-agent.service"
PYTHON = "/opt/veilleur/.venv/bin/python"
PASSWORDS = {"12": "/etc/veilleur/agent.password", "poste-1": "/etc/veilleur/station.password"}
HURRY = "[Service]\nWatchdogSec=3\nRestartSec=100ms\n"
"""So that a test need not wait as long as a nurse may."""
FILES = (
    "find /etc/veilleur /etc/mosquitto /etc/systemd /etc/passwd /etc/group -type f"
    " -printf '%p %M %u %g %T@\\n' | sort"
)
NEIGHBOURHOOD = """
[ -e /run/microphone ] || mknod -m 666 /run/microphone c 116 0
[ -e /run/tunnel ] || mknod -m 666 /run/tunnel c 10 200
ip address replace 192.168.7.7/24 dev lo
ip address replace 203.0.113.7/24 dev lo
"""
SOUND_SERVER = (
    *("pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1"),
    *("-L", "module-native-protocol-unix auth-anonymous=1 socket=/run/sound.socket"),
    *("-L", "module-null-sink sink_name=room rate=48000 channels=1 format=s16le"),
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    with Machine(tmp_path_factory.mktemp("copy")) as machine:
        yield machine


@pytest.fixture(scope="module")
def told(copy: Machine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the installer says as it installs all three roles, over an earlier version's unit."""
    copy.write(AGENT_UNIT, "[Service]\nExecStart=/bin/false\n")
    folder = tmp_path_factory.mktemp("registry")
    registry = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder)]
    if subprocess.run([*registry, "hatchling"], capture_output=True, check=False).returncode:
        pytest.skip("no package registry can be reached: nothing can be installed")
    return copy.run(INSTALL, *ROLES)


@pytest.fixture(scope="module")
def installed(copy: Machine, told: str) -> Machine:
    """The copy, with all three roles."""
    return copy


@pytest.fixture(scope="module")
def house(installed: Machine) -> Machine:
    """Booted, with Mosquitto and the station running."""
    for name, file in PASSWORDS.items():
        installed.write(file, f"secret of {name}\n")
        account = ("mosquitto_passwd", "-b", "/etc/mosquitto/veilleur.passwords", name)
        installed.run(*account, f"secret of {name}")
    for unit in (*UNITS, "mosquitto.service"):
        hurry = HURRY if unit in UNITS else HURRY.replace("WatchdogSec=3\n", "")
        installed.write(f"/etc/systemd/system/{unit}.d/zz-hurry.conf", hurry)
    installed.boot()
    installed.run("systemctl", "start", "mosquitto", "veilleur-station")
    return installed


class TestRefused:
    """What it cannot work on is told in one line, before anything is changed."""

    @pytest.mark.parametrize(
        ("command", "answer", "said"),
        [
            ("getconf", "echo 32", "put the 64-bit Raspberry Pi OS or Debian on this machine"),
            ("uname", "echo riscv64", "exists for aarch64 and x86_64 alone"),
            ("id", "echo 1000", "use sudo"),
            ("python3", "exit 1", "apt install python3-venv"),
            ("ldconfig", "true", "apt install libportaudio2"),
        ],
        ids=["32-bit", "no-wheels", "not-root", "no-venv", "no-portaudio"],
    )
    def test_a_machine_that_will_not_do(
        self, copy: Machine, command: str, answer: str, said: str
    ) -> None:
        copy.write(f"/tmp/{command}/{command}", f"#!/bin/sh\n{answer}\n")
        copy.run("chmod", "+x", f"/tmp/{command}/{command}")
        told = refusal(copy, f"PATH=/tmp/{command}:/usr/sbin:/usr/bin:/sbin:/bin", INSTALL, "agent")
        assert said in told

    @pytest.mark.parametrize(
        ("roles", "said"), [((), "what is this machine?"), (("agent", "nurse"), "no role nurse")]
    )
    def test_a_role_that_is_none(self, copy: Machine, roles: tuple[str, ...], said: str) -> None:
        assert said in refusal(copy, INSTALL, *roles)


class TestInstalled:
    def test_nothing_is_started_and_the_next_steps_are_told(
        self, installed: Machine, told: str
    ) -> None:
        assert "Nothing was started. Next:\n  sudo nano /etc/veilleur/agent.toml" in told
        for unit in UNITS:
            assert installed.run("systemctl", "is-enabled", unit, check=False) == "disabled\n"

    def test_a_second_time_changes_nothing_and_keeps_what_was_edited(
        self, installed: Machine
    ) -> None:
        edited = ("/etc/veilleur/agent.toml", "/etc/mosquitto/veilleur.acl")
        for file in edited:
            installed.run("sh", "-c", f"echo '# room 12 has a thick door' >> {file}")
        before = installed.run("sh", "-c", FILES)
        said = installed.run(INSTALL, *ROLES)
        assert installed.run("sh", "-c", FILES) == before
        for file in edited:
            assert f"kept as it is: {file}\n" in said
            assert installed.run("tail", "-n1", file) == "# room 12 has a thick door\n"

    def test_the_unit_of_an_earlier_version_is_renewed(self, installed: Machine) -> None:
        shipped = Path(__file__).parents[2] / "deploy/veilleur-agent.service"
        assert installed.run("cat", AGENT_UNIT) == shipped.read_text(encoding="utf-8")

    def test_systemd_finds_nothing_to_say_of_the_units_where_they_lie(
        self, installed: Machine
    ) -> None:
        assert installed.run("systemd-analyze", "verify", "--man=no", *UNITS) == ""

    def test_the_command_is_on_the_path_of_everybody(self, installed: Machine) -> None:
        printed = installed.run("runuser", "-u", "veilleur", "veilleur", "settings", "station")
        assert printed == example(StationSettings())

    @pytest.mark.parametrize(
        ("user", "may"), [("veilleur", True), ("veilleur-station", False), ("nobody", False)]
    )
    def test_a_password_is_read_by_its_program_alone(
        self, installed: Machine, user: str, *, may: bool
    ) -> None:
        reads = ("sh", "-c", f"cat {PASSWORDS['12']} >/dev/null 2>&1 && echo yes || echo no")
        assert installed.run("runuser", "-u", user, "--", *reads) == ("yes\n" if may else "no\n")


class TestRunning:
    def test_the_station_is_signed_in_and_serves_its_page(self, house: Machine) -> None:
        assert eventually(lambda: board(house)["link"]["broker"])
        assert "<title>" in fetch(house, "/")

    def test_an_agent_without_a_microphone_says_so_on_the_nurses_page(self, house: Machine) -> None:
        house.run("systemctl", "start", "veilleur-agent")
        assert eventually(lambda: room(house).get("faults") == ["microphone_absent"])

    def test_an_agent_leaves_nothing_on_the_disk_but_its_outbox(self, house: Machine) -> None:
        house.run("systemctl", "restart", "veilleur-agent")
        assert eventually(lambda: room(house).get("seen_at"))
        left = house.run("find", "/var/lib/veilleur", "-type", "f", "-printf", "%P\n").split()
        ours = [file for file in left if not file.startswith(".config/pulse/")]
        assert "outbox.sqlite3" in ours
        assert all(file.startswith("outbox.sqlite3") for file in ours)

    @pytest.mark.parametrize("unit", UNITS)
    def test_killed_it_comes_back(self, house: Machine, unit: str) -> None:
        house.run("systemctl", "restart", unit)
        house.run("systemctl", "kill", "--signal=KILL", unit)
        assert eventually(lambda: shows(house, unit, "NRestarts") == "1")
        assert eventually(lambda: shows(house, unit, "SubState") == "running")

    @pytest.mark.parametrize("unit", UNITS)
    def test_hung_it_is_killed_and_comes_back(self, house: Machine, unit: str) -> None:
        house.run("systemctl", "restart", unit)
        house.run("systemctl", "kill", "--signal=STOP", unit)
        assert eventually(lambda: shows(house, unit, "NRestarts") == "1")
        assert eventually(lambda: shows(house, unit, "SubState") == "running")
        assert "Watchdog timeout" in house.run("journalctl", "--unit", unit)

    @pytest.mark.parametrize("unit", UNITS)
    def test_stopped_it_says_goodbye_and_leaves(self, house: Machine, unit: str) -> None:
        house.run("systemctl", "restart", unit)
        house.run("systemctl", "stop", unit)
        assert shows(house, unit, "Result") == "success"
        assert shows(house, unit, "ExecMainStatus") == "0"
        house.run("systemctl", "start", unit)

    @pytest.mark.parametrize("program", ["agent", "station"])
    def test_a_mistake_in_the_settings_is_told_and_mended_without_a_visit(
        self, house: Machine, program: str
    ) -> None:
        unit, file = f"veilleur-{program}.service", f"/etc/veilleur/{program}.toml"
        settings = house.run("cat", file)
        house.write(file, "[broker]\nprot = 1883\n")
        house.run("systemctl", "restart", unit, check=False)
        # Systemd gives up after five times within 10 s, unless told otherwise.
        assert eventually(lambda: int(shows(house, unit, "NRestarts")) > 6, within_s=60)
        assert f"veilleur: {file}: broker: Object contains unknown field `prot`" in house.run(
            "journalctl", "--unit", unit
        )
        house.write(file, settings)
        assert eventually(lambda: shows(house, unit, "SubState") == "running")

    def test_the_broker_waits_for_an_address_that_comes_late(self, house: Machine) -> None:
        listeners = "/etc/mosquitto/conf.d/veilleur.conf"
        usual = house.run("cat", listeners)
        house.write(listeners, usual + "listener 1883 192.168.9.9\n")
        house.run("systemctl", "restart", "mosquitto", check=False)
        assert eventually(lambda: int(shows(house, "mosquitto", "NRestarts")) > 6, within_s=60)
        house.run("ip", "address", "add", "192.168.9.9/24", "dev", "lo")
        assert eventually(lambda: shows(house, "mosquitto", "SubState") == "running")

    @pytest.mark.parametrize(
        ("program", "other", "allowed"),
        [
            ("agent", "poste-1", {"its own folder", "the house", "a microphone"}),
            ("station", "12", {"its own folder", "the house"}),
        ],
    )
    def test_gone_mad_it_reaches_nothing_but_its_own(
        self, house: Machine, program: str, other: str, allowed: set[str]
    ) -> None:
        unit = f"veilleur-{program}.service"
        house.run("sh", "-c", NEIGHBOURHOOD)
        house.write("/opt/gone_mad.py", GONE_MAD.read_text(encoding="utf-8"))
        attempt = f"{PYTHON} /opt/gone_mad.py . {PASSWORDS[other]}"
        house.write(
            f"/run/systemd/system/{unit}.d/mad.conf", f"[Service]\nExecStartPre={attempt}\n"
        )
        house.run("systemctl", "daemon-reload")
        house.run("systemctl", "restart", unit)
        house.run("rm", f"/run/systemd/system/{unit}.d/mad.conf")
        said = house.run("journalctl", "--unit", unit, "--output=cat", "--grep=its own folder")
        reached = json.loads(said.splitlines()[-1])
        assert {what for what, got_through in reached.items() if got_through} == allowed

    def test_with_a_microphone_the_room_is_heard(self, house: Machine) -> None:
        need_sound()
        house.write("/etc/asound.conf", 'pcm.!default { type pulse device "room.monitor" }\n')
        house.run("systemd-run", "--unit=sound", "--setenv=HOME=/run/sound", *SOUND_SERVER)
        house.write(
            "/etc/systemd/system/veilleur-agent.service.d/sound.conf",
            "[Service]\nEnvironment=PULSE_SERVER=unix:/run/sound.socket\n",
        )
        house.run("systemctl", "daemon-reload")
        house.run("systemctl", "restart", "veilleur-agent")
        assert eventually(lambda: room(house).get("health") == "online"), room(house)


def refusal(copy: Machine, *command: str) -> str:
    """The one line in which the installer refuses; it has changed nothing."""
    said = copy.run("env", *command, check=False)
    assert said.startswith("deploy/install: ")
    assert said.count("\n") == 1
    assert copy.run("ls", "/opt").split() == [p.name for p in sorted(Path("/opt").iterdir())]
    return said


def fetch(house: Machine, path: str) -> str:
    return house.run(
        PYTHON, "-c", f"import httpx; print(httpx.get('http://127.0.0.1:8080{path}').text)"
    )


def board(house: Machine) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(fetch(house, "/api/board"))
    return answer


def room(house: Machine) -> dict[str, Any]:
    return next(iter(board(house)["rooms"]), {})


def shows(house: Machine, unit: str, name: str) -> str:
    return house.run("systemctl", "show", unit, f"--property={name}", "--value").strip()
