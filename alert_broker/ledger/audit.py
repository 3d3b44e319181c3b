"""Whether a ledger, and what is kept beside it, are what was written. No I/O, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from alert_broker.ledger.chain import Fault, Head, Link, first_fault
from alert_broker.ledger.entries import Entry, EntryRefused, Forgot, Stepped, decode
from alert_broker.life import ENDS


@dataclass(frozen=True)
class Audit:
    """What was found."""

    entries: list[tuple[int, Entry]] = field(default_factory=list)
    """Every readable entry, with its number."""
    head: Head = Head()  # noqa: RUF009
    faults: list[str] = field(default_factory=list)
    """One line each, the first place first; none where all is as it was written."""


def audit(links: list[Link], kept: Iterable[str], noted: str = "") -> Audit:
    """Check a ledger.

    Args:
        links: all of it.
        kept: what is kept beside it, as in `book.beside`.
        noted: the hash of a head that was noted elsewhere, if there is one.
    """
    entries = [(link.number, entry) for link in links if (entry := _read(link))]
    start = _start(links, entries)
    faults = [str(fault)] if (fault := first_fault(links, start)) else []
    faults += _beside(entries, set(kept))
    if noted and noted not in {start.hash, *(link.hash for link in links)}:
        faults.append(f"no entry has the hash {noted}: what came up to it was changed or taken off")
    return Audit(entries, links[-1].head if links else start, faults)


def _start(links: list[Link], entries: list[tuple[int, Entry]]) -> Head:
    """Where the chain goes on from: its own entries say, once its beginning was cut off."""
    cuts = (it for _, it in entries if isinstance(it, Forgot) and it.through)
    return next(
        (Head(it.through, it.hash) for it in cuts if links[0].number == it.through + 1), Head()
    )


def _beside(entries: list[tuple[int, Entry]], kept: set[str]) -> list[str]:
    """Where what is kept beside the ledger differs from it: of each thing the last entry counts."""
    last = {it.beside[0]: (number, it) for number, it in entries if it.beside}
    told = {it.beside[1]: (number, it) for number, it in last.values() if it.beside}
    before = max((it.before for _, it in entries if isinstance(it, Forgot)), default=None)
    over = {it.about for _, it in entries if _ends(it) and _is_before(it, before)}
    return [
        *(
            str(Fault(number, "what it tells was taken out of the store, or changed there"))
            for text, (number, it) in told.items()
            if text not in kept and it.about not in over and not _is_before(it, before)
        ),
        *(f"the store has what no entry tells of: {it}" for it in sorted(kept - {*told})),
    ]


def _ends(entry: Entry) -> bool:
    return isinstance(entry, Stepped) and entry.step.deed in ENDS


def _is_before(entry: Entry, moment: datetime | None) -> bool:
    return moment is not None and entry.over_at is not None and entry.over_at < moment


def _read(link: Link) -> Entry | None:
    try:
        return decode(link.text)
    except EntryRefused:
        return None
