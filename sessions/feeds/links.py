"""What is known of a link that a person holds; its token is not. Pure values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from centres.language import Language


class LinkPurpose(StrEnum):
    """What a link opens: a calendar, or a learner's own page."""

    FEED = "feed"
    PAGE = "page"


class FeedScope(StrEnum):
    """Whose meetups a calendar shows."""

    LEARNER = "learner"
    MENTOR = "mentor"
    COHORT = "cohort"
    ROOM = "room"
    CENTRE = "centre"
    COUNTRIES = "countries"


@dataclass(frozen=True, slots=True)
class Link:
    """One link of one device.

    `subject` is the id of the learner, mentor, cohort, room or centre; `countries`, ISO 3166 codes,
    stand in for it where the scope is countries. `number` is that of a feed derived from a page's
    token. `version` rises with every change of what the link's calendar shows, the last of which
    was at `changed_at`.
    """

    id: int
    purpose: LinkPurpose
    scope: FeedScope
    subject: int | None
    countries: tuple[str, ...]
    device: str
    number: int | None
    language: Language
    created_at: datetime
    last_fetched_at: datetime | None
    client_family: str | None
    version: int
    changed_at: datetime
    revision: int
