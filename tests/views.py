"""What a station sends to its screens, to test with."""

from datetime import datetime, timedelta
from typing import Any

from samples import NOON, a_step, an_alert

from alert_broker.case import Case, Heard
from alert_broker.life import Life
from alert_broker.messages import Deed
from alert_broker.picture import Lost, Picture
from alert_broker.rooms import Health
from alert_broker.views import AlertView, BoardView, LinkView, RoomView, View

WELL = LinkView(broker=True, store=True, lost_at=None, problem="", malformed=0)
CUT = LinkView(broker=False, store=True, lost_at=NOON, problem="broker refuses us", malformed=0)


def alert_view(
    *,
    by: str = "",
    deeds: tuple[Deed, ...] = (),
    rings: int = 0,
    calls: tuple[str, ...] = (),
    **changes: Any,
) -> AlertView:
    """A scream in room 12, unless changed; `by` did each of the deeds, and goes if there is none.

    Each came half a minute after the last.
    """
    alert = an_alert(**changes)
    life = Life({a_step(alert, Deed.RAISED): 0.0})
    made = [{"deed": Deed.ESCALATED, "to": to} for to in calls]
    made += [{"deed": deed, "by": by} for deed in deeds or ((Deed.CLAIMED,) if by else ())]
    for number, step in enumerate(made, 1):
        at = NOON + timedelta(seconds=30 * number)
        life = life.after(a_step(alert, turn=life.turn, at=at, **step), 30.0 * number)
    return AlertView.of(Case(Heard.arrived(alert, 0.0, NOON), life=life), rings)


def room_view(room: str, health: Health = Health.ONLINE, **changes: Any) -> RoomView:
    usual: dict[str, Any] = {
        "site": "residence",
        "faults": (),
        "detail": "",
        "seen_at": NOON,
        "level_dbfs": -50.0,
    }
    return RoomView(room=room, health=health, **usual | changes)


def board_view(*views: View, link: LinkView = WELL) -> BoardView:
    """The whole board, with these alerts and rooms."""
    return BoardView(
        now=NOON,
        station="poste-1",
        link=link,
        alerts=tuple(view for view in views if isinstance(view, AlertView)),
        rooms=tuple(view for view in views if isinstance(view, RoomView)),
    )


def seen(*happenings: View | Lost, now: datetime = NOON) -> Picture:
    """The picture after all of these."""
    picture = Picture()
    for happening in happenings:
        picture = picture.then(happening, now)
    return picture
