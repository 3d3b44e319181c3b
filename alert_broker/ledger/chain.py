"""Links in a chain: each vouches for itself and for all before it. No I/O, no clock.

The hash of a link is SHA-256 over the hash before it and its own text, so that nothing can be
changed, taken out, put in or moved without every later hash betraying it. Whoever rewrites them
all, or takes off the end, is betrayed by a head that was noted elsewhere.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """How far a chain goes: the number of its last link, counted from 1, and that link's hash."""

    number: int = 0
    hash: str = "0" * 64


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a chain, as it was stored."""

    number: int
    text: str
    hash: str

    @classmethod
    def after(cls, head: Head, text: str) -> "Link":
        """The next link of a chain."""
        return cls(head.number + 1, text, _hash(head.hash, text))

    @property
    def head(self) -> Head:
        """How far the chain goes with this as its last link."""
        return Head(self.number, self.hash)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place where a chain is not what was written."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"entry {self.number}: {self.what}"


def first_fault(links: Iterable[Link], start: Head = Head()) -> Fault | None:
    """Where a chain that goes on from `start` was first tampered with; None where it was not."""
    head = start
    for link in links:
        if link.number != head.number + 1:
            return Fault(head.number + 1, "it is missing")
        if link != Link.after(head, link.text):
            return Fault(link.number, "it, or its hash, is not what was written here")
        head = link.head
    return None


def _hash(before: str, text: str) -> str:
    return hashlib.sha256(f"{before}\n{text}".encode(errors="surrogatepass")).hexdigest()
