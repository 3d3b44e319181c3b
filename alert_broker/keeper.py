"""Keeps the station going while its store fails: a full disk must hide no alert from a nurse."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime

from alert_broker.board import Board
from alert_broker.clock import Instant
from alert_broker.database import StoreFailed, StoreRefused
from alert_broker.ledger.chain import Head
from alert_broker.rooms import Rooms
from alert_broker.steady import Steady
from alert_broker.store import Store

log = logging.getLogger(__name__)


HEAD_S = 3600.0
"""How often the head of the ledger is to be written to the log."""


class Keeper:
    """Keeps what is shown and what is stored in step, as far as the store lets it."""

    def __init__(self, store: Store, board: Board, rooms: Rooms, steady: Steady) -> None:
        """Nothing is read before `begin`."""
        self._store = store
        self._board = board
        self._rooms = rooms
        self._steady = steady
        self._problem = ""

    @property
    def problem(self) -> str:
        """Why the store lags behind, in one line with the fix; empty when it does not."""
        return self._problem

    def begin(self, ended_since: datetime, now: Instant) -> None:
        """Take up what an earlier run left; a failing store does not stop us.

        Raises:
            StoreRefused: another station uses it, or it is of a newer program.
        """
        try:
            if self.shared:  # stations that share a store count alike, whatever their clocks say
                self._store.open()
                self._steady.begin_at(now, self._store.clock_s())
            self._join(self._store, ended_since, now)
            self.log_head(now)
        except StoreRefused:
            raise
        except StoreFailed as error:
            self._fail(error)

    def keep(self, action: Callable[[Store], object]) -> bool:
        """Do something with the store; whether it is done."""
        try:
            action(self._store)
        except StoreFailed as error:
            self._fail(error)
            return False
        return True

    @property
    def shared(self) -> bool:
        """Whether other stations may write into the store."""
        return self._store.shared

    @property
    def left_mib(self) -> float | None:
        """Room left on the disk of the store; None where nobody can tell."""
        return self._store.database.left_mib

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else writes into the store meanwhile; where it fails, we go on without it."""
        with ExitStack() as stack:
            self.keep(lambda store: stack.enter_context(store.database.transaction()))
            try:
                yield
            finally:
                self.keep(lambda _store: stack.close())

    def mend(self, ended_since: datetime, now: Instant) -> bool:
        """After a failure, read and write all that could not be; whether it is done now."""
        if not self._problem:
            return False
        if not self.keep(lambda store: self._join(store, ended_since, now)):
            return False
        log.info("the store works again")
        self._problem = ""
        return True

    def log_head(self, _now: Instant) -> None:
        """Kept elsewhere than the ledger, it betrays who rewrites that or takes off its end."""
        heads: list[Head] = []
        if self.keep(lambda store: heads.append(store.head())):
            log.info("ledger: entry %d, head %s", heads[0].number, heads[0].hash)

    def _join(self, store: Store, ended_since: datetime, now: Instant) -> None:
        """Show what only the store has, and store what only we have."""
        store.open()
        self._steady.at_least(now, store.last_s())
        heard, marks = store.load(ended_since)
        now_s = self._steady.s(now)
        # Another station, whose clock is ahead, may have written what is still to come here.
        self._board.restore(heard, [(step, min(since_s, now_s)) for step, since_s in marks])
        for room in store.rooms(now.elapsed_s):
            self._rooms.restore(room)
        store.save(self._board.heard(), self._board.marks())
        store.save_rooms(self._rooms.all())

    def _fail(self, error: StoreFailed) -> None:
        if not self._problem:
            log.error("%s", error)
        self._problem = str(error)
