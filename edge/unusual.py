"""What no class describes: loud and unlike anything known, or a night that is far too quiet.

Pure: the only time it knows is the stream's. It numbers its events downwards from -1 and looks at
scores alone, so that all other events are as if it were not here.
"""

import statistics
from collections import deque
from itertools import count
from operator import ge

from alert_broker.messages import Label, Reason
from classifier.manifest import Manifest
from classifier.scores import Scores
from edge.aftermath import Floor
from edge.config import Unusual as UnusualSettings
from edge.events import Phase, SoundEvent

KNOWN_S = 2.0
"""The model may need so long to know a sound, and remembers one for so long."""
MUTED_DBFS = -115.0
"""Under this nothing is heard at all: a muted microphone, which is told otherwise."""
MINUTE_S = 60.0
NIGHT_MIN = 600
"""Minutes of night that the usual level is the median of..."""
LEARNT_MIN = 120
"""...once there are so many."""


class Unusual:
    """Listens to one stream."""

    def __init__(self, settings: UnusualSettings, manifest: Manifest) -> None:
        self._loud = Loud(settings, manifest)
        self._silence = Silence(settings)
        self._numbers = count(-1, -1)

    def hear(self, scores: Scores, *, night: bool) -> list[SoundEvent]:
        """Take one decision; give what it settles, raised and ended at once."""
        if scores.level_dbfs <= MUTED_DBFS:
            return []
        loud_s, silent_s = self._loud.hear(scores), self._silence.hear(scores, night=night)
        events: list[SoundEvent] = []
        if loud_s is not None:
            events += self._tell("loud", Reason.UNKNOWN_LOUD, loud_s, scores.at_s)
        if silent_s is not None:
            events += self._tell("silence", Reason.LONG_SILENCE, silent_s, scores.at_s)
        return events

    def _tell(self, sound: str, reason: Reason, onset_s: float, at_s: float) -> list[SoundEvent]:
        number = next(self._numbers)
        return [
            SoundEvent(number, phase, Label.UNUSUAL, sound, onset_s, at_s, at_s, 0.0, reason)
            for phase in (Phase.RAISED, Phase.ENDED)
        ]


class Loud:
    """Far over the room's own background, while no output reaches its threshold."""

    def __init__(self, settings: UnusualSettings, manifest: Manifest) -> None:
        self._settings = settings
        self._thresholds = [output.threshold for output in manifest.labels]
        self._hop_s = manifest.hop_s
        self._floor = Floor(manifest.hop_s)
        self._began_s: float | None = None
        self._known_s = self._told_s = -float("inf")

    def hear(self, scores: Scores) -> float | None:
        """Take one decision; the onset of a sound that nobody knows, once that is sure."""
        over_db = scores.level_dbfs - self._floor.dbfs if self._floor.learnt else 0.0
        self._floor.hear(scores.level_dbfs)
        if any(map(ge, scores.values, self._thresholds)):
            self._known_s, self._began_s = scores.at_s, None
        elif over_db >= self._settings.loud_db and self._may_begin(scores.at_s):
            self._began_s = scores.at_s
        if self._began_s is None or scores.at_s - self._began_s < KNOWN_S:
            return None
        onset_s, self._began_s, self._told_s = self._began_s - self._hop_s, None, scores.at_s
        return onset_s

    def _may_begin(self, at_s: float) -> bool:
        rested = at_s - self._told_s >= self._settings.cooldown_s
        return self._began_s is None and rested and at_s - self._known_s > KNOWN_S


class Silence:
    """Minute after minute of the night far below what is usual at night."""

    def __init__(self, settings: UnusualSettings) -> None:
        self._settings = settings
        self._usual: deque[float] = deque(maxlen=NIGHT_MIN)
        self._minute: list[float] = []
        self._minute_s = 0.0
        self._silent_since_s: float | None = None
        self._told_s = -float("inf")
        self._told = False

    def hear(self, scores: Scores, *, night: bool) -> float | None:
        """Take one decision; where a silence began, once it has lasted, and only once."""
        if not night:
            self._minute.clear()
            self._silent_since_s, self._told = None, False
            return None
        if not self._minute:
            self._minute_s = scores.at_s
        self._minute.append(scores.level_dbfs)
        if scores.at_s - self._minute_s < MINUTE_S:
            return None
        self._follow(statistics.median(self._minute))
        self._minute.clear()
        return self._lasted(scores.at_s)

    def _follow(self, level_dbfs: float) -> None:
        """Take the level of a minute."""
        learnt = len(self._usual) >= LEARNT_MIN
        usual_dbfs = statistics.median(self._usual) if learnt else -float("inf")
        self._usual.append(level_dbfs)
        if level_dbfs > usual_dbfs - self._settings.silent_db:
            self._silent_since_s, self._told = None, False
        elif self._silent_since_s is None:
            self._silent_since_s = self._minute_s

    def _lasted(self, at_s: float) -> float | None:
        since_s = self._silent_since_s
        if since_s is None or at_s - since_s < MINUTE_S * self._settings.silent_min:
            return None
        rested = at_s - self._told_s >= self._settings.cooldown_s
        if self._told or not rested:
            return None
        self._told, self._told_s = True, at_s
        return since_s
