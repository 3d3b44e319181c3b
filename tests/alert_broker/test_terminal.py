"""In a terminal, a nurse sees the most urgent first and takes only what she has chosen."""

import io
from datetime import timedelta

import pytest
from rich.console import Console
from samples import NOON
from views import CUT, alert_view, board_view, room_view, seen

from alert_broker.cursor import Cursor
from alert_broker.interactive import deed_of
from alert_broker.keys import Key
from alert_broker.life import Stage
from alert_broker.messages import Deed, Label, Outcome, Priority, Reason
from alert_broker.picture import Lost, Picture
from alert_broker.rooms import Health
from alert_broker.terminal import draw
from alert_broker.words import Words

THERE = (Deed.CLAIMED, Deed.IN_ROOM)
LOW = alert_view(priority=Priority.LOW, label=Label.CRY, reason=Reason.CRYING, room="3")
HIGH = alert_view(label=Label.FALL, reason=Reason.IMPACT_THEN_SILENCE)
ALERTS = [alert_view(room=str(number)) for number in range(4)]


def shown(
    picture: Picture, cursor: Cursor | None = None, words: Words | None = None, rows: int = 30
) -> str:
    console = Console(file=io.StringIO(), width=100, height=rows, record=True)
    console.print(draw(picture, cursor or Cursor(), words or Words("fr"), NOON, rows))
    return console.export_text()


def test_shows_the_most_urgent_first_with_its_number_and_age() -> None:
    picture = seen(board_view(LOW, HIGH), now=NOON - timedelta(seconds=75))
    first, second = (line for line in shown(picture).splitlines() if "Chambre" in line)
    assert first.split()[:4] == ["1", "!!!", "Chambre", "12"]
    assert first.split()[-1] == "1:15"
    assert second.split()[:4] == ["2", "!", "Chambre", "3"]


def test_marks_the_chosen_one() -> None:
    marked = [
        line
        for line in shown(seen(board_view(LOW, HIGH)), Cursor(LOW.id)).splitlines()
        if "▶" in line
    ]
    assert len(marked) == 1
    assert "Pleurs" in marked[0]


@pytest.mark.parametrize("rows", [10, 24, 50])
def test_always_shows_the_most_urgent_and_the_chosen_one(rows: int) -> None:
    alerts = [alert_view(room=f"L{number}", priority=Priority.LOW) for number in range(60)]
    picture = seen(board_view(HIGH, *alerts))
    for chosen in picture.open:
        text = shown(picture, Cursor(chosen.id), rows=rows)
        assert "Chute probable" in text
        assert "▶" in text
        assert len(text.splitlines()) <= rows


def test_calm_is_said_only_when_somebody_listens() -> None:
    assert "Tout est calme" in shown(seen(board_view(room_view("9"))))
    assert "Tout est calme" not in shown(seen(board_view()))
    assert "Tout est calme" not in shown(seen(board_view(room_view("9"), link=CUT)))
    lost = shown(seen(board_view(room_view("9")), Lost("refused")))
    assert "Tout est calme" not in lost
    assert "On ne sait pas" in lost


def test_the_lost_link_stands_above_the_alerts() -> None:
    text = shown(seen(board_view(HIGH), Lost("refused")))
    assert text.index("Cet écran a perdu le poste") < text.index("Chute probable")


def test_rooms_that_nobody_hears_are_named() -> None:
    rooms = [room_view("9"), room_view("17", Health.SILENT), room_view("3", Health.OFFLINE)]
    text = shown(seen(board_view(*rooms)))
    assert "2 chambres ne sont pas écoutées" in text
    assert text.index("Chambre 3 · hors service") < text.index("Chambre 17 · sans nouvelles")


def test_who_goes_stays_in_sight() -> None:
    assert "Appel · Marie y va" in shown(seen(board_view(alert_view(by="Marie"))))


def test_what_somebody_has_can_still_be_chosen_and_says_which_keys_are_next() -> None:
    going, there = alert_view(room="7", by="Marie"), alert_view(room="8", by="Paul", deeds=THERE)
    picture = seen(board_view(HIGH, going, there))
    text = shown(picture, Cursor(going.id))
    assert any("▶" in line and "Chambre 7" in line for line in text.splitlines())
    assert "Chambre 7 Appel · Marie y va" in " ".join(text.split())
    assert "Entrée : dans la chambre" in text
    assert "r : réel · f : fausse alerte" in shown(picture, Cursor(there.id))
    assert "Entrée : j’y vais" in shown(picture, Cursor(HIGH.id))


def test_what_is_over_says_how_it_ended() -> None:
    over = alert_view(by="Marie", deeds=(Deed.CLAIMED, Deed.CLOSED))
    assert "Appel · Marie : Réel" in shown(seen(board_view(over)))


@pytest.mark.parametrize(
    ("key", "stage", "said"),
    [
        (Key.NEXT, Stage.DELIVERED, ("acknowledge", None)),
        (Key.NEXT, Stage.ACKNOWLEDGED, ("arrive", None)),
        (Key.NEXT, Stage.IN_ROOM, None),
        (Key.NEXT, Stage.CLOSED, None),
        (Key.FALSE, Stage.IN_ROOM, ("close", Outcome.FALSE)),
        (Key.TEST, Stage.ACKNOWLEDGED, ("close", Outcome.TEST)),
        (Key.REAL, Stage.DELIVERED, None),
        (Key.RELEASE, Stage.ACKNOWLEDGED, ("release", None)),
        (Key.RELEASE, Stage.DELIVERED, None),
        (Key.CANCEL, Stage.RAISED, ("cancel", None)),
        (Key.CANCEL, Stage.CANCELLED, None),
    ],
)
def test_a_key_says_only_what_can_follow(
    key: Key, stage: Stage, said: tuple[str, Outcome | None] | None
) -> None:
    assert deed_of(key, stage) == said


def test_it_speaks_english_if_asked() -> None:
    assert "Possible fall" in shown(seen(board_view(HIGH)), words=Words("en"))


class TestTheCursor:
    def test_chooses_nothing_by_itself(self) -> None:
        assert Cursor().kept(ALERTS).chosen == ""

    def test_goes_to_a_number(self) -> None:
        assert Cursor().moved(3, ALERTS).chosen == ALERTS[2].id
        assert Cursor().moved(9, ALERTS).chosen == ""

    def test_goes_up_and_down_and_stays_inside(self) -> None:
        cursor = Cursor()
        for _ in range(9):
            cursor = cursor.moved(Key.DOWN, ALERTS)
        assert cursor.chosen == ALERTS[3].id
        assert cursor.moved(Key.UP, ALERTS).chosen == ALERTS[2].id
        assert Cursor().moved(Key.UP, ALERTS).chosen == ALERTS[3].id
        assert Cursor().moved(Key.UP, []).chosen == ""

    def test_stays_with_its_alert_when_the_list_moves(self) -> None:
        cursor = Cursor().moved(1, ALERTS)
        assert cursor.kept([HIGH, *ALERTS]).chosen == ALERTS[0].id

    def test_lets_go_of_an_alert_that_somebody_took(self) -> None:
        assert Cursor().moved(1, ALERTS).kept(ALERTS[1:]).chosen == ""
