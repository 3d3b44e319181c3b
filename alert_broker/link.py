"""What stands between the rooms and the screens: the bus, the store, and what was refused."""

from datetime import datetime

from alert_broker.keeper import Keeper
from alert_broker.mqtt import Session
from alert_broker.seldom import Seldom
from alert_broker.views import LinkView


class Link:
    """The link of one station, as of the last look."""

    def __init__(self, session: Session, keeper: Keeper, refused: Seldom, at: datetime) -> None:
        """It is lost until the first look; `refused` counts requests that were none of ours."""
        self._session = session
        self._keeper = keeper
        self._refused = refused
        self.view = self._as_seen(lost_at=at)

    def look(self, at: datetime) -> bool:
        """Look again; whether anything is another than before."""
        before = self.view
        whole = self._session.connected and not self._keeper.problem
        self.view = self._as_seen(lost_at=None if whole else before.lost_at or at)
        return self.view != before

    def _as_seen(self, lost_at: datetime | None) -> LinkView:
        return LinkView(
            broker=self._session.connected,
            store=not self._keeper.problem,
            lost_at=lost_at,
            problem=self._session.problem or self._keeper.problem,
            malformed=self._session.malformed,
            refused=self._refused.count,
        )
