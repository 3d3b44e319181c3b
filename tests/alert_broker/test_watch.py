"""`veilleur watch`, as a nurse uses it, beside a real station."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import httpx
import pytest
from brokers import Mosquitto, free_port
from houses import Device, House, Programme
from samples import an_alert
from staffs import PIN, sign_in
from terminals import Pipe, Terminal
from waiting import eventually

from alert_broker.life import Stage
from alert_broker.messages import Alert, Label, Outcome, Reason
from alert_broker.settings import Broker

pytestmark = [pytest.mark.broker, pytest.mark.system]

DOWN = "\x1b[B"


def watch(house: House | Programme, *more: str) -> tuple[str, ...]:
    desk = house.desk if isinstance(house, House) else house
    return "watch", "--url", desk.url, *more


@pytest.fixture
def pipe(house: House) -> Iterator[Pipe]:
    with Pipe(*watch(house, "--plain")) as pipe:
        assert pipe.says("relié à poste-1")
        yield pipe


@pytest.fixture
def terminal(house: House) -> Iterator[Terminal]:
    with Terminal(*watch(house, "--by", "Marie")) as terminal:
        assert terminal.shows("Code de Marie")
        terminal.press(f"{PIN}\n")
        assert terminal.shows("Veilleur  poste-1")
        yield terminal


def a_fall(house: House, room: str) -> Alert:
    """A fall in a room of its own, so that tests do not see each other's."""
    alert = an_alert(room=room, label=Label.FALL, reason=Reason.IMPACT)
    house.device.send(alert)
    return alert


class TestAPipe:
    def test_gets_a_line_for_the_alert_and_one_for_who_goes(self, house: House, pipe: Pipe) -> None:
        alert = a_fall(house, "P1")
        assert pipe.says("!!!  Chambre P1 · Chute probable · choc violent")
        house.desk.take(alert.id, by="Karim")
        assert pipe.says("→    Chambre P1 · Chute probable · Karim y va")
        house.desk.say(alert.id, "arrive", by="Karim")
        assert pipe.says("●    Chambre P1 · Chute probable · Karim est dans la chambre")
        house.desk.say(alert.id, "close", by="Karim", outcome="false")
        assert pipe.says("✓    Chambre P1 · Chute probable · Karim : Fausse alerte")

    def test_is_chosen_by_itself_when_nobody_looks(self, house: House) -> None:
        with Pipe(*watch(house)) as pipe:
            a_fall(house, "P2")
            assert pipe.says("Chambre P2")
            assert b"\x1b" not in pipe.output

    def test_that_is_closed_ends_it_quietly_at_the_next_line(self, house: House) -> None:
        command = [sys.executable, "-m", "edge.cli", *watch(house)]
        with subprocess.Popen(command, stdout=PIPE, stderr=PIPE, text=True) as process:
            assert process.stdout is not None
            assert "poste-1" in process.stdout.readline()
            process.stdout.close()
            a_fall(house, "P3")
            assert process.wait(20) == 0
            assert process.stderr is not None
            assert process.stderr.read() == ""


class TestATerminal:
    def test_shows_an_alert_and_takes_it(self, house: House, terminal: Terminal) -> None:
        alert = a_fall(house, "T1")
        assert terminal.shows("Chambre T1")
        assert b"\a" in terminal.output, "it rings"
        take(terminal, "T1")
        assert eventually(lambda: taken_by(house, alert) == "Marie")
        assert shows_row(terminal, "Chambre T1", "Chute probable · Marie y va")

    def test_says_that_she_is_there_and_what_it_was(self, house: House, terminal: Terminal) -> None:
        alert = a_fall(house, "T9")
        assert terminal.shows("Chambre T9")
        assert eventually(lambda: house.desk.alert(alert.id).stage is Stage.DELIVERED)
        for key, says in (
            ("\r", "Chute probable · Marie y va"),
            ("\r", "Chute probable · Marie est dans la chambre"),
        ):
            choose(terminal, "T9")
            terminal.press(key)
            assert shows_row(terminal, "Chambre T9", says)
        choose(terminal, "T9")
        terminal.press("\r")
        assert terminal.shows("c : confort")
        terminal.press("c")
        assert terminal.shows("Chambre T9 · Chute probable · Marie : Confort")
        assert house.desk.alert(alert.id).outcome is Outcome.COMFORT

    def test_takes_nothing_that_was_not_chosen(self, house: House, terminal: Terminal) -> None:
        alert = a_fall(house, "T2")
        assert terminal.shows("Chambre T2")
        terminal.press("\r\r\r")
        other = a_fall(house, "T3")
        assert terminal.shows("Chambre T3")
        assert taken_by(house, alert) == taken_by(house, other) == ""

    def test_a_key_held_down_takes_one_alert_alone(self, house: House, terminal: Terminal) -> None:
        first, second = a_fall(house, "T4"), a_fall(house, "T5")
        assert terminal.shows("Chambre T5")
        choose(terminal, "T4")
        terminal.press("\r" * 20)
        assert eventually(lambda: taken_by(house, first) == "Marie")
        assert shows_row(terminal, "Chambre T4", "Chute probable · Marie y va")
        assert taken_by(house, second) == ""

    def test_shows_who_was_first_elsewhere(self, house: House, terminal: Terminal) -> None:
        alert = a_fall(house, "T6")
        assert terminal.shows("Chambre T6")
        house.desk.take(alert.id, by="Karim")
        assert shows_row(terminal, "Chambre T6", "Chute probable · Karim y va")

    @pytest.mark.parametrize("way", ["a nurse", "the service manager"])
    def test_is_left_as_it_was(self, terminal: Terminal, way: str) -> None:
        if way == "a nurse":
            terminal.press("q")
        else:
            terminal.process.terminate()
        assert terminal.process.wait(10) == 0
        assert terminal.settings_now == terminal.settings
        assert eventually(lambda: terminal.output.endswith(b"\x1b[?25h\x1b[?1049l"))

    def test_of_nobody_in_particular_can_only_watch(self, house: House) -> None:
        alert = a_fall(house, "T8")
        with Terminal(*watch(house)) as terminal:
            assert terminal.shows("Chambre T8")
            choose(terminal, "T8")
            terminal.press("\r")
            assert terminal.shows("Relancez avec --by NOM")
        assert taken_by(house, alert) == ""

    def test_speaks_english_if_asked(self, house: House) -> None:
        with Terminal(*watch(house, "--language", "en")) as terminal:
            assert terminal.shows("Veilleur  poste-1")
            assert terminal.shows("Enter: I’m going")


class TestSigningIn:
    def test_asks_again_after_a_wrong_pin_and_shows_none(self, house: House) -> None:
        with Terminal(*watch(house, "--by", "zoé")) as terminal:
            assert terminal.shows("Code de Zoé")
            terminal.press("481517\n")
            assert terminal.shows("Ce n’est pas le bon code.")
            # What is typed before she is asked is thrown away.
            assert eventually(lambda: terminal.screen.count("Code de Zoé") == 2)
            terminal.press(f"{PIN}\n")
            assert terminal.shows("Veilleur  poste-1")
            assert b"4815" not in terminal.output

    def test_takes_the_pin_from_a_file(self, house: House, tmp_path: Path) -> None:
        file = tmp_path / "pin"
        file.write_text(f"{PIN}\n")
        alert = a_fall(house, "T7")
        with Terminal(*watch(house, "--by", "Anne", "--secret-file", str(file))) as terminal:
            assert terminal.shows("Chambre T7")
            take(terminal, "T7")
            assert eventually(lambda: taken_by(house, alert) == "Anne")
            choose(terminal, "T7")
            terminal.press("a")
            assert terminal.shows("Votre rôle ne le permet pas.")

    def test_with_a_pin_that_somebody_else_knows_she_chooses_her_own_first(
        self, house: House, tmp_path: Path
    ) -> None:
        said = {"name": "Simone", "role": "carer"}
        url = f"{house.desk.url}/api/people"
        given = httpx.post(url, json=said, cookies=house.desk.as_("Zoé")).json()["secret"]
        (file := tmp_path / "pin").write_text(given)
        command = [*watch(house, "--by", "Simone", "--secret-file", str(file))]
        run = subprocess.run(
            [sys.executable, "-m", "edge.cli", *command],
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 1
        assert "Simone is to choose a PIN of her own" in run.stderr
        alert = a_fall(house, "T9")
        with Terminal(*watch(house, "--by", "Simone")) as terminal:
            assert terminal.shows("Code de Simone")
            terminal.press(f"{given}\n")
            types_twice(terminal, "1111111")
            assert terminal.shows("Trop facile à deviner.")
            types_twice(terminal, "271828")
            assert terminal.shows("Chambre T9")
            take(terminal, "T9")
            assert eventually(lambda: taken_by(house, alert) == "Simone")
            assert b"271828" not in terminal.output

    def test_chooses_another_pin_whenever_she_wants(self, house: House) -> None:
        with Terminal(*watch(house, "--by", "infirmier 6", "--new-pin")) as terminal:
            assert terminal.shows("Code de infirmier 6")
            terminal.press(f"{PIN}\n")
            types_twice(terminal, "271828")
            assert terminal.shows("Veilleur  poste-1")
        assert sign_in(house.desk.url, "infirmier 6", "271828").is_success
        assert not sign_in(house.desk.url, "infirmier 6", PIN).is_success

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            (("--by", "Personne"), "nobody there has this name; there are: "),
            (("--by", "Paul", "--secret-file", "/nowhere"), "its first line is to be the PIN"),
            (("--by", "Paul", "--secret-file", "/dev/null"), "--by Paul"),
        ],
    )
    def test_is_refused_with_the_reason(
        self, house: House, more: tuple[str, ...], said: str
    ) -> None:
        command = [sys.executable, "-m", "edge.cli", *watch(house, *more)]
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert run.returncode == 1
        assert said in run.stderr
        assert "Traceback" not in run.stderr


def types_twice(terminal: Terminal, secret: str) -> None:
    for asked in ("Votre nouveau code : ", "Le nouveau code, encore une fois : "):
        assert eventually(lambda asked=asked: terminal.screen.endswith(asked))
        terminal.press(f"{secret}\n")


class TestTheStationIsGone:
    def test_is_said_at_once_and_nothing_is_said_twice_when_it_is_back(
        self, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        with (
            Programme(mosquitto.settings, tmp_path) as station,
            Device(mosquitto.settings) as device,
            Pipe(*watch(station, "--plain")) as pipe,
        ):
            device.send(an_alert())
            assert pipe.says("Chambre 12")
            station.kill()
            assert pipe.says("Cet écran a perdu le poste. Aucune alerte n’arrive ici.")
            station.start()
            assert pipe.says("Liaison rétablie")
            device.send(an_alert(room="13"))
            assert pipe.says("Chambre 13")
            mosquitto.stop()
            assert pipe.says("Le poste a perdu les chambres")
            assert sum("Chambre 12" in line for line in pipe.lines) == 1

    def test_stands_on_the_screen_above_what_was_known(
        self, mosquitto: Mosquitto, tmp_path: Path
    ) -> None:
        with (
            Programme(mosquitto.settings, tmp_path) as station,
            Device(mosquitto.settings) as device,
            Terminal(*watch(station)) as terminal,
        ):
            device.send(an_alert())
            assert terminal.shows("Chambre 12")
            station.kill()
            assert terminal.shows("Cet écran a perdu le poste")
            assert terminal.shows("Chambre 12")
            station.start()
            assert terminal.hides("Cet écran a perdu le poste")
            assert terminal.shows("Chambre 12")

    def test_before_it_ever_came_is_said_with_its_reason(self) -> None:
        with Pipe("watch", "--url", f"http://127.0.0.1:{free_port()}") as pipe:
            assert pipe.says("Cet écran a perdu le poste")
            assert pipe.says("Connection refused")

    def test_because_the_address_is_another_page_is_said_with_its_answer(
        self, house: House
    ) -> None:
        with Pipe("watch", "--url", f"{house.desk.url}/nowhere") as pipe:
            assert pipe.says("/nowhere/: 404 GET /nowhere/api/events: Not Found)")

    def test_that_hangs_is_noticed(self, tmp_path: Path) -> None:
        with (
            Programme(Broker(port=free_port()), tmp_path) as station,
            Pipe(*watch(station)) as pipe,
        ):
            assert pipe.says("relié")
            station.freeze()
            assert pipe.says("Cet écran a perdu le poste")


@pytest.mark.parametrize("url", ["poste-1", "ftp://poste-1", "http://", "http://[::1"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "edge.cli", "watch", "--url", url],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert run.stderr.startswith(f"veilleur: --url {url}: ")
    assert run.stderr.count("\n") == 1


def shows_row(terminal: Terminal, room: str, says: str) -> bool:
    """Whether the row of a room comes to say so in time."""

    def said() -> bool:
        rows = (line for line in terminal.screen.splitlines() if f"{room} " in line)
        return any(says in row for row in rows)

    return eventually(said)


def choose(terminal: Terminal, room: str) -> None:
    """Go down until this room's alert is the chosen one."""

    def is_chosen() -> bool:
        chosen = next((line for line in terminal.screen.splitlines() if "▶" in line), "")
        return f"Chambre {room} " in chosen

    for _ in range(30):
        terminal.press(DOWN)
        if eventually(is_chosen, within_s=1):
            return
    raise AssertionError(terminal.screen)


def take(terminal: Terminal, room: str) -> None:
    choose(terminal, room)
    terminal.press("\r")


def taken_by(house: House, alert: Alert) -> str:
    shown = house.desk.alert(alert.id)
    return shown.taken.by if shown and shown.taken else ""
