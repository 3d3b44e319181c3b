"""In a pipe, each change is one line, and nothing is said twice."""

import pytest
from samples import NOON
from views import CUT, alert_view, board_view, room_view, seen

from alert_broker.messages import Deed, Fault, Label, Priority, Reason
from alert_broker.picture import Lost, Picture
from alert_broker.plain import lines
from alert_broker.rooms import Health
from alert_broker.views import Tick
from alert_broker.words import Words

LOW = alert_view(priority=Priority.LOW, label=Label.CRY, reason=Reason.CRYING, room="3")
HIGH = alert_view(label=Label.FALL, reason=Reason.IMPACT_THEN_SILENCE)


def said(before: Picture, after: Picture, words: Words | None = None) -> list[str]:
    """The lines, without their time."""
    found = lines(before, after, words or Words("fr"), NOON)
    return [line.split(maxsplit=1)[1] for line in found]


def test_tells_who_must_go_where_and_why() -> None:
    assert said(seen(board_view()), seen(board_view(), HIGH)) == [
        "!!!  Chambre 12 · Chute probable · choc violent suivi de silence"
    ]
    assert said(seen(board_view()), seen(board_view(), HIGH), Words("en")) == [
        "!!!  Room 12 · Possible fall · hard impact, then silence"
    ]


def test_tells_what_is_unusual_calmly() -> None:
    odd = alert_view(priority=Priority.LOW, label=Label.UNUSUAL, reason=Reason.LONG_SILENCE)
    for words, line in (
        (Words("fr"), "!    Chambre 12 · À vérifier · silence inhabituel"),
        (Words("en"), "!    Room 12 · To check · unusual silence"),
    ):
        assert said(seen(board_view()), seen(board_view(), odd), words) == [line]


def test_tells_that_news_is_old_and_trouble_repeated() -> None:
    alert = alert_view(delay_s=720.0, repeats=3)
    (line,) = said(seen(board_view()), seen(board_view(), alert))
    assert line.endswith("un cri · 3e fois · reçue avec 12 min de retard")


def test_tells_who_goes() -> None:
    taken = alert_view(id=HIGH.id, by="Marie")
    assert said(seen(board_view(HIGH)), seen(board_view(taken))) == [
        "→    Chambre 12 · Appel · Marie y va"
    ]


@pytest.mark.parametrize(
    ("deeds", "line"),
    [
        ((Deed.CLAIMED, Deed.IN_ROOM), "●    Chambre 12 · Appel · Marie est dans la chambre"),
        ((Deed.CLAIMED, Deed.CLOSED), "✓    Chambre 12 · Appel · Marie : Réel"),
        ((Deed.CANCELLED,), "×    Chambre 12 · Appel · Marie : sans objet"),
        ((Deed.CLAIMED, Deed.REOPENED), "!!!  Chambre 12 · Appel · un cri · Marie passe la main"),
    ],
)
def test_tells_what_becomes_of_it(deeds: tuple[Deed, ...], line: str) -> None:
    taken = alert_view(id=HIGH.id, by="Marie")
    after = alert_view(id=HIGH.id, by="Marie", deeds=deeds)
    assert said(seen(board_view(taken)), seen(board_view(after))) == [line]


def test_tells_again_what_nobody_answers_and_whom_that_called() -> None:
    first = alert_view(id=HIGH.id)
    again = alert_view(id=HIGH.id, rings=5, calls=("équipe voisine", "responsable"))
    assert said(seen(board_view(first)), seen(board_view(again))) == [
        "!!!  Chambre 12 · Appel · un cri · appelé : équipe voisine, responsable"
    ]
    assert said(seen(board_view(again)), seen(board_view(again))) == []


def test_tells_the_most_urgent_first() -> None:
    first, second = said(seen(board_view()), seen(board_view(LOW, HIGH)))
    assert "Chambre 12" in first
    assert "Chambre 3" in second


def test_names_the_site_where_there_are_several() -> None:
    there = alert_view(site="annexe")
    (line,) = said(seen(board_view(HIGH)), seen(board_view(HIGH, there)))
    assert "annexe · Chambre 12" in line


def test_tells_when_a_room_is_lost_and_back() -> None:
    deaf = room_view("9", Health.FAULT, faults=(Fault.MICROPHONE_ABSENT,))
    well, lost = seen(board_view(room_view("9"))), seen(board_view(deaf))
    assert said(well, lost) == ["Chambre 9 · en panne (micro débranché)"]
    assert said(lost, well) == ["Chambre 9 · à l’écoute"]


def test_tells_when_the_link_is_lost_and_back() -> None:
    well, lost = seen(board_view()), seen(board_view(), Lost("refused"))
    (line,) = said(well, lost)
    assert "Cet écran a perdu le poste. Aucune alerte n’arrive ici." in line
    assert "(refused)" in line
    assert said(lost, well) == ["Liaison rétablie"]
    (line,) = said(well, seen(board_view(link=CUT)))
    assert "Le poste a perdu les chambres" in line


def test_says_nothing_twice_after_the_station_was_away() -> None:
    before = seen(board_view(HIGH, LOW, room_view("9")), Lost("refused"))
    after = before.then(board_view(HIGH, LOW, room_view("9")), NOON)
    assert said(before, after) == ["Liaison rétablie"]


def test_says_nothing_of_a_level_or_a_tick() -> None:
    before = seen(board_view(room_view("9")))
    louder = room_view("9", level_dbfs=-20.0)
    assert said(before, before.then(louder, NOON).then(Tick(NOON), NOON)) == []
