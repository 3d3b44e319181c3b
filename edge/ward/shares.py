"""A large ward is shared among processes.

A room costs two threads, the courier's and the MQTT client's, and seven open files; the client
waits with `select`, which knows no file beyond the 1024th: one process holds some 140 rooms.
"""

import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from threading import Barrier, BrokenBarrierError

from edge.config import AgentSettings
from edge.ward.plan import Happening, Plan, happenings
from edge.ward.rooms import CONNECTED_IN_S
from edge.ward.share import Ran, live

ROOMS_A_PROCESS = 100


def simulate(settings: AgentSettings, plan: Plan) -> Ran:
    """Let everything happen at its time.

    Raises:
        Unconnected: some rooms did not reach the broker.
        Undelivered: some alerts have no receipt.
    """
    planned = happenings(plan)
    if plan.rooms <= ROOMS_A_PROCESS:
        return live(settings, range(plan.rooms), planned)
    count = -(-plan.rooms // ROOMS_A_PROCESS)
    shares = [range(first, plan.rooms, count) for first in range(count)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(
        count, spawn, initializer=_meet, initargs=(spawn.Barrier(count),)
    ) as processes:
        running = [
            processes.submit(_share, settings, rooms, [it for it in planned if it.room in rooms])
            for rooms in shares
        ]
    failures = [failure for it in running if (failure := it.exception())]
    for failure in sorted(failures, key=lambda it: isinstance(it, BrokenBarrierError)):
        raise failure
    ran = [it.result() for it in running]
    return Ran(
        told=[told for it in ran for told in it.told],
        connected_s=max(it.connected_s for it in ran),
        delivered_s=max(it.delivered_s for it in ran),
        behind_s=max(it.behind_s for it in ran),
    )


_barriers: list[Barrier] = []


def _meet(barrier: Barrier) -> None:
    """Where this process waits for the others."""
    _barriers.append(barrier)


def _share(settings: AgentSettings, rooms: Sequence[int], planned: list[Happening]) -> Ran:
    (barrier,) = _barriers
    try:
        return live(settings, rooms, planned, lambda: barrier.wait(CONNECTED_IN_S))
    except ValueError:
        barrier.abort()  # nobody waits for us any longer
        raise
