"""`veilleur check`: is everything in place? One line each; the room's level while you speak."""

import sys
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

from alert_broker.messages import Fault
from alert_broker.probe import probe
from alert_broker.settings import SettingsRefused, load
from edge.audio import SAMPLE_RATE_HZ, level_dbfs
from edge.config import AgentSettings
from edge.microphone import Microphone

SPEAK_S = 3.0
"""How long we listen."""
SILENT_S = 2.5
"""Digital silence for so much of it: nothing is heard."""
BAR_DB, BAR_COLUMNS = 80.0, 40
"""What the bar shows below full scale, and its width."""


class CheckFailed(ValueError):
    """Something is not in place; the text says what, and the fix."""


def check(config: Path | None) -> int:
    """Check configuration, microphone, model and broker, each whatever became of the others.

    Returns:
        0 if all is in place, else 1.
    """
    settings, passed = AgentSettings(), []
    try:
        settings = load(config, AgentSettings)
        passed.append(_say("configuration", _configuration(config, settings)))
    except SettingsRefused as refused:
        passed.append(
            _say("configuration", f"{refused}; below, the defaults are checked", ok=False)
        )
    for name, examine in (("microphone", _microphone), ("model", _model), ("broker", _broker)):
        passed.append(_examine(name, examine, settings))
    return 0 if all(passed) else 1


def _examine(name: str, examine: Callable[[AgentSettings], str], settings: AgentSettings) -> bool:
    try:
        return _say(name, examine(settings))
    except ValueError as refused:  # every refusal of ours is one, with its own advice
        return _say(name, str(refused), ok=False)


def _configuration(config: Path | None, settings: AgentSettings) -> str:
    room = settings.room
    return f"{config or 'defaults'}: site {room.site}, room {room.room}, device {room.device}"


def _microphone(settings: AgentSettings) -> str:
    """Listen for some seconds while somebody speaks."""
    levels_dbfs: list[float] = []
    heard = 0
    patient = replace(settings.microphone, silent_after_s=SILENT_S)
    with Microphone(patient) as microphone:
        blocks = microphone.blocks()
        while heard < SPEAK_S * SAMPLE_RATE_HZ:
            block = next(blocks)
            trouble = microphone.trouble
            # Digital silence may end with the first word; nothing else ends by itself.
            if trouble and trouble.fault is not Fault.MICROPHONE_SILENT:
                raise trouble
            if block.samples.size:
                heard += block.samples.size
                levels_dbfs.append(level_dbfs(block.samples))
                _show(levels_dbfs[-1])
        if trouble := microphone.trouble:
            raise trouble
        return f"{microphone.take}: {min(levels_dbfs):.0f} to {max(levels_dbfs):.0f} dBFS"


def _model(settings: AgentSettings) -> str:
    from classifier.model import Classifier
    from edge.effective import rule_in_force
    from edge.events import TROUBLES
    from edge.impossible import refuse_impossible

    classifier = Classifier(settings.model.path)
    refuse_impossible(classifier.manifest, settings)
    rules = [rule_in_force(classifier.manifest, settings, label) for label in TROUBLES]
    return "\n  ".join([classifier.version, *rules])


def _broker(settings: AgentSettings) -> str:
    if problem := probe(settings.broker):
        raise CheckFailed(problem)
    return f"{settings.broker.host}:{settings.broker.port} answers"


def _say(name: str, text: str, *, ok: bool = True) -> bool:
    """One line, over the bar if there is one."""
    over = "\r\033[K" if sys.stdout.isatty() else ""
    print(f"{over}{'✓' if ok else '✗'} {name}: {text}", flush=True)
    return ok


def _show(now_dbfs: float) -> None:
    """How loud it is just now, on a terminal."""
    if not sys.stdout.isatty():
        return
    columns = round(BAR_COLUMNS * max(0.0, 1.0 + now_dbfs / BAR_DB))
    bar = ("█" * columns).ljust(BAR_COLUMNS, "·")
    print(f"\r  parlez / speak  {bar} {now_dbfs:6.1f} dBFS", end="", flush=True)
