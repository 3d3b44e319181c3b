"""Refuses what could never happen with these settings: a rule without events, a row of priorities
that nothing fits. The refusal prints the rule in force. Pure."""

from collections.abc import Iterator
from itertools import product

from alert_broker.messages import Label, Reason
from alert_broker.settings import SettingsRefused
from classifier.manifest import Manifest
from edge.aftermath import SETTLE_S
from edge.config import AgentSettings, PriorityRow
from edge.effective import outputs_of, rule_in_force
from edge.tracker import LASTING_CRY_S, REASONS
from edge.triage import REPEATED_CALLS, row_of


def refuse_impossible(manifest: Manifest, settings: AgentSettings) -> None:
    """Check rules, veto and priorities against a model.

    Raises:
        SettingsRefused: the first that could never fire, with its rule in force.
    """
    for label in Label:
        if outputs_of(manifest, label):
            for problem in _of_rule(manifest, settings, label):
                line = rule_in_force(manifest, settings, label)
                raise SettingsRefused(f"rules.{label}.{problem}; in force: {line}")
    for problem in (*_of_veto(manifest, settings), *_of_priorities(manifest, settings)):
        raise SettingsRefused(problem)


def _of_rule(manifest: Manifest, settings: AgentSettings, label: Label) -> Iterator[str]:
    rule = settings.rules.of(label)
    possible = int(rule.within_s / manifest.hop_s - 1e-6) + 1
    if rule.hits > possible and rule.sure >= 1.0:
        yield (
            f"hits: {rule.hits} within {rule.within_s:g} s can never be: the model decides every "
            f"{manifest.hop_s:g} s, so {possible} at most: lower hits or raise within_s"
        )
    measured = any(output.curve for output in outputs_of(manifest, label))
    if rule.sensitivity != "normal" and not measured:
        yield (
            f"sensitivity: {rule.sensitivity}: {manifest.name} {manifest.version} was not measured "
            "at any other than normal: leave it at that"
        )


def _of_veto(manifest: Manifest, settings: AgentSettings) -> Iterator[str]:
    if not settings.veto.enabled:
        return
    for name, label in (("spoken_call", Label.CALL), ("cry", Label.CRY)):
        further, rule = getattr(settings.veto, name), settings.rules.of(label)
        raised_by = 1 if rule.sure < 1.0 else rule.hits
        possible = max(0, int(rule.longest_s / manifest.hop_s + 1e-6) - raised_by)
        if further > possible:
            yield (
                f"veto.{name}: {further} further hits can never be: it ends after "
                f"rules.{label}.longest_s, {possible} hits at most: "
                f"lower it or lengthen that; in force: {rule_in_force(manifest, settings, label)}"
            )


def _of_priorities(manifest: Manifest, settings: AgentSettings) -> Iterator[str]:
    """Rows that no event fits, or only events that an earlier row has taken."""
    rows = settings.priority
    used = {
        row_of(rows, label, reason, night, repeats)
        for label, reason in _happens(manifest, settings)
        for night in _periods(settings)
        for repeats in _repeats(settings, label, reason)
    }
    for place, row in enumerate(rows):
        unheard = row.label is not Label.UNUSUAL and not outputs_of(manifest, row.label)
        if not unheard and (row not in used or row in rows[:place]):
            yield (
                f"priority[{place}]: {_said(row)}: never fits: an earlier row takes all of it, or "
                "it cannot happen with these rules and this night: remove it or move it up"
            )


def _happens(manifest: Manifest, settings: AgentSettings) -> Iterator[tuple[Label, Reason]]:
    """What events may say."""
    for label in Label:
        reasons = {REASONS[output.name] for output in outputs_of(manifest, label)}
        if Reason.IMPACT in reasons:
            reasons.add(Reason.IMPACT_THEN_VOICE)
            if settings.aftermath.listen_s > SETTLE_S + manifest.hop_s:
                reasons.add(Reason.IMPACT_THEN_SILENCE)
        if Reason.SPOKEN_CALL in reasons:
            reasons.add(Reason.REPEATED_CALL)
        if Reason.CRYING in reasons and settings.rules.cry.longest_s >= LASTING_CRY_S:
            reasons.add(Reason.LASTING_CRY)
        if label is Label.UNUSUAL and settings.unusual.enabled:
            reasons |= {Reason.UNKNOWN_LOUD, Reason.LONG_SILENCE}
        yield from product([label], reasons)


def _periods(settings: AgentSettings) -> set[bool]:
    """A night that begins as it ends never comes."""
    return {False} if settings.night.begins == settings.night.ends else {False, True}


def _repeats(settings: AgentSettings, label: Label, reason: Reason) -> Iterator[int]:
    """How often of late: those that a row asks for, as far as the cool-down leaves room."""
    window_s, unusual = settings.repeat_window_s, label is Label.UNUSUAL
    cooldown_s = (settings.unusual if unusual else settings.rules.of(label)).cooldown_s
    for repeats in {1, REPEATED_CALLS, *(row.repeats for row in settings.priority)}:
        reworded = repeats >= REPEATED_CALLS
        fits = {Reason.SPOKEN_CALL: not reworded, Reason.REPEATED_CALL: reworded}
        if (repeats - 1) * cooldown_s <= window_s and fits.get(reason, True):
            yield repeats


def _said(row: PriorityRow) -> str:
    reason = f" ({row.reason})" if row.reason else ""
    period = f" by {row.period}" if row.period else ""
    often = f" from {row.repeats} times on" if row.repeats > 1 else ""
    return f"{row.label}{reason}{period}{often} is {row.priority}"
