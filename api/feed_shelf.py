"""The feeds that this process rendered last, and until when each may be sent unasked.

A copy is sent without asking the database only under a lease: its version was current at most
`LEASE_SECONDS` ago, by the monotonic clock. Notifications end leases sooner. So whatever is lost,
a notification, a connection or a second of this process, no answer is older than the lease.
"""

import time
from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.feed_copies import Copies

LEASE_SECONDS = 0.9
MOST_OCTETS = 64_000_000
EVERYTHING = "*"
COUNTRIES = "countries"
"""The mark of feeds of several countries, which know them by another name than their id."""


@dataclass(slots=True)
class Kept:
    """One feed: its copies, the version they show, and the calendars whose changes it shows.

    `link` is the id of the link that opens it, None for a public one; `leased_until` and `used`
    are readings of the monotonic clock.
    """

    copies: Copies
    version: int
    calendars: frozenset[str]
    link: int | None = None
    leased_until: float = 0.0
    used: float = 0.0


class Shelf:
    """Feeds by key (the hash of a private one's token), the least used given up first.

    `watching` says whether changes are heard of; while they are not, no lease is given.
    """

    def __init__(self, most_octets: int = MOST_OCTETS) -> None:
        """Keep at most about so many octets."""
        self.most_octets = most_octets
        self.watching = False
        self.kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self.keys_of: defaultdict[str, set[Hashable]] = defaultdict(set)
        self.octets = 0

    def leased(self, key: Hashable, now: datetime) -> Kept | None:
        """Return a feed that may be sent as it is, or None when the database has to be asked."""
        found = self.kept.get(key)
        if found is None:
            return None
        at = time.monotonic()
        if at >= found.leased_until or now >= found.copies.until:
            return None
        found.used = at
        self.kept.move_to_end(key)
        return found

    async def current(
        self,
        key: Hashable,
        *,
        version: int,
        calendars: Collection[str],
        link: int | None,
        asked_at: float,
        make: Callable[[], Awaitable[Copies]],
        now: datetime,
    ) -> Copies:
        """Return a feed whose version was read at `asked_at`, rendered anew if that is needed."""
        found = self.kept.get(key)
        if found is None or found.version != version or now >= found.copies.until:
            made = await make()
            self.drop(key)
            found = Kept(made, version, frozenset(calendars), link)
            self._put(key, found)
        found.used = time.monotonic()
        self.kept.move_to_end(key)
        if self.watching and link is not None:
            found.leased_until = asked_at + LEASE_SECONDS
        return found.copies

    def _put(self, key: Hashable, made: Kept) -> None:
        self.kept[key] = made
        for each in self._marks(made):
            self.keys_of[each].add(key)
        self.octets += made.copies.octets
        while self.octets > self.most_octets and len(self.kept) > 1:
            self.drop(next(iter(self.kept)))

    def drop(self, key: Hashable) -> None:
        """Forget a feed, if it is there."""
        gone = self.kept.pop(key, None)
        if gone is None:
            return
        for each in self._marks(gone):
            self.keys_of[each].discard(key)
            if not self.keys_of[each]:
                del self.keys_of[each]
        # Codings made since it was put here count from now on.
        self.octets = sum(each.copies.octets for each in self.kept.values())

    @staticmethod
    def _marks(kept: Kept) -> Iterable[str]:
        yield from kept.calendars
        if kept.link is not None:
            yield f"link:{kept.link}"

    def heard(self, changed: str) -> None:
        """End the leases of what a notification names: calendars and links, or everything."""
        if changed == EVERYTHING:
            self.end_leases()
            return
        for mark in changed.split(","):
            if mark.startswith("country:"):
                mark = COUNTRIES
            for key in self.keys_of.get(mark, ()):
                self.kept[key].leased_until = 0.0

    def end_leases(self) -> None:
        """Let the database be asked before anything is sent again."""
        for each in self.kept.values():
            each.leased_until = 0.0

    def used_since(self, moment: float, most: int) -> set[int]:
        """Return the links of the feeds used last, at most so many, back to a moment."""
        found: set[int] = set()
        for each in reversed(self.kept.values()):
            if each.used < moment or len(found) >= most:
                break
            if each.link is not None:
                found.add(each.link)
        return found

    def checked(self, versions: Mapping[int, int], links: Collection[int], asked_at: float) -> None:
        """Renew or end the leases of these links by the versions that were read at `asked_at`."""
        for link in links:
            for key in self.keys_of.get(f"link:{link}", ()):
                kept = self.kept[key]
                current = versions.get(link) == kept.version
                kept.leased_until = asked_at + LEASE_SECONDS if current and self.watching else 0.0
