"""What a station sends to its screens, to test with."""

from datetime import datetime, timedelta
from typing import Any

from samples import NOON, an_acknowledgement, an_alert

from alert_broker.board import Case
from alert_broker.picture import Lost, Picture
from alert_broker.rooms import Health
from alert_broker.views import AlertView, BoardView, LinkView, RoomView, View

WELL = LinkView(broker=True, store=True, lost_at=None, problem="", malformed=0)
CUT = LinkView(broker=False, store=True, lost_at=NOON, problem="broker refuses us", malformed=0)


def alert_view(*, by: str = "", **changes: Any) -> AlertView:
    """A scream in room 12, unless changed; somebody goes if `by` says who."""
    case = Case.arrived(an_alert(**changes), 0.0, NOON)
    if by:
        at = NOON + timedelta(seconds=30)
        case = case.acknowledged(an_acknowledgement(case.alert, by=by, acknowledged_at=at))
    return AlertView.of(case)


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
