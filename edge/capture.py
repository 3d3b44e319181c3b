"""Keeps one microphone open, whatever happens to it.

A thread of its own does this, the only one that calls PortAudio: where a sound server hangs, each
of its calls may hang with it, and the agent must still be able to say so.
"""

import threading
import time

from alert_broker.messages import Fault
from edge.cards import card_inputs
from edge.config import Microphone as Settings
from edge.devices import choose, find_devices
from edge.portaudio import portaudio
from edge.take import Take, open_take
from edge.trouble import MicrophoneTrouble

FIRST_RETRY_S = 0.5
"""Pause before a lost microphone is looked for; each next is double..."""
LONGEST_RETRY_S = 5.0
"""...up to this: one that is plugged in again is heard within seconds."""
STEADY_S = 10.0
"""A microphone that was heard for so long may be looked for at once when it is lost."""
WATCH_S = 0.2
"""How often an open microphone is looked after."""
STUCK_AFTER_S = 30.0
"""A call into PortAudio that takes longer will hardly come back."""
LEAVE_S = 2.0
"""How long `stop` waits for PortAudio to let go."""
_NEVER = float("inf")


class Capture:
    """Opens a microphone, watches it, and opens it again when no more sound comes from it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.take: Take | None = None
        """What is heard now, if anything."""
        self._trouble: MicrophoneTrouble | None = None
        self._stopping = threading.Event()
        self._called_s = _NEVER
        self._thread = threading.Thread(target=self._work, name="microphone", daemon=True)

    @property
    def trouble(self) -> MicrophoneTrouble | None:
        """Why no sound comes; None while it comes, and before a first attempt has failed."""
        if self._trouble or self._calling_s < self._settings.stalled_after_s:
            return self._trouble
        return MicrophoneTrouble(
            Fault.MICROPHONE_STALLED,
            f"microphone {self._settings.id or 'of the system'}: the sound system does not answer:"
            " restart the sound server, or the device",
        )

    @property
    def alive(self) -> bool:
        """Whether the thread still runs; if not, only a restart of the agent helps."""
        return self._thread.is_alive()

    @property
    def stuck(self) -> bool:
        """Whether PortAudio has kept the thread for so long that it will hardly come back."""
        return self._calling_s > STUCK_AFTER_S

    @property
    def _calling_s(self) -> float:
        """How long PortAudio has kept our thread; negative while it does not."""
        return time.monotonic() - self._called_s

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Let go of the microphone; a PortAudio that hangs is left behind."""
        self._stopping.set()
        self._thread.join(LEAVE_S)

    def _work(self) -> None:
        pause_s = FIRST_RETRY_S
        while not self._stopping.is_set():
            heard_s = self._hear()
            pause_s = FIRST_RETRY_S if heard_s > STEADY_S else pause_s
            self._rest(pause_s)
            pause_s = min(2 * pause_s, LONGEST_RETRY_S)

    def _hear(self) -> float:
        """Open the microphone and stay with it; for how long it was heard."""
        self._called_s = time.monotonic()
        try:
            binding, cards = portaudio(), card_inputs()
            device = choose(find_devices(binding, cards), cards, self._settings.id)
            take = open_take(binding, device, self._settings.ring_s)
        except MicrophoneTrouble as trouble:
            self._trouble = trouble
            return 0.0
        self.take = take
        self._watch(take)
        self.take = None
        self._called_s = time.monotonic()
        take.close()
        return take.ring.last_s - take.opened_s

    def _watch(self, take: Take) -> None:
        """Return when the microphone is of no more use, after telling why."""
        while not self._stopping.is_set():
            self._rest(WATCH_S)
            if trouble := take.trouble(self._settings.stalled_after_s):
                self._trouble = trouble
                return
            if take.flows:
                self._trouble = None

    def _rest(self, pause_s: float) -> None:
        self._called_s = _NEVER
        self._stopping.wait(pause_s)
