"""Requests that cannot be done, and how each is refused."""

from typing import Any, NamedTuple

from tests.api.api_table import COHORT, COUNTRY, PLACE, SHUT


class Bad(NamedTuple):
    """A request, and the refusal it gets: status, the last part of the problem's type, field."""

    what: str
    method: str
    at: str
    body: Any
    status: int
    kind: str
    field: str | None = None


def offer(**values: Any) -> dict[str, Any]:
    """A slot of two hours on a free Saturday, but for `values`."""
    plain = {"room": "{room}", "starts": "15:00", "minutes": 120, "added": ["2027-02-06"]}
    return {**plain, **values}


def rule(text: str, **values: Any) -> dict[str, Any]:
    """A weekly rule from a free Saturday on."""
    return offer(rule=text, first_date="2027-02-06", added=[], **values)


LEARNER = {"name": "Aya", "country": "SN"}
TIMETABLE = {"countries": ["SN"], "first_day": "2027-02-01", "weeks": 2}
ROOM = {"centre": "{centre}", "name": "Amphi", "seats": 60}

BAD_REQUESTS = [
    # wishes
    Bad(
        "invitations to whom no mail arrives",
        "POST",
        "learners/{learner}/wishes",
        {"invites": True},
        400,
        "InvalidInput",
        "invites",
    ),
    # slots
    Bad(
        "overlap",
        "POST",
        "slots",
        offer(starts="09:00", added=["2027-01-16"]),
        409,
        "RoomTaken",
        "keep",
    ),
    Bad(
        "wrong zone", "POST", "slots", offer(zone="Africa/Lagos"), 400, "NotTheCentresZone", "zone"
    ),
    Bad(
        "no such zone",
        "POST",
        "slots",
        offer(zone="Mars/Olympus"),
        400,
        "NotTheCentresZone",
        "zone",
    ),
    Bad("too short", "POST", "slots", offer(minutes=5), 400, "InvalidInput", "minutes"),
    Bad("a day and more", "POST", "slots", offer(minutes=1441), 400, "InvalidInput", "minutes"),
    Bad(
        "past midnight",
        "POST",
        "slots",
        offer(starts="23:00", minutes=120),
        409,
        "DateNotPublishable",
        "keep",
    ),
    Bad(
        "an empty rule",
        "POST",
        "slots",
        rule("FREQ=WEEKLY;BYDAY=SA;UNTIL=20270101"),
        400,
        "RuleYieldsNothing",
    ),
    Bad("an endless rule", "POST", "slots", rule("FREQ=WEEKLY;BYDAY=SA"), 400, "RuleTooLong"),
    Bad("501 dates", "POST", "slots", rule("FREQ=WEEKLY;BYDAY=SA;COUNT=501"), 400, "RuleTooLong"),
    Bad(
        "no rule at all", "POST", "slots", rule("every Saturday"), 400, "RuleNotUnderstood", "rule"
    ),
    Bad(
        "an unknown part",
        "POST",
        "slots",
        rule("FREQ=HOURLY;COUNT=3"),
        400,
        "RuleNotUnderstood",
        "rule",
    ),
    Bad(
        "nothing offered", "POST", "slots", offer(added=[]), 400, "RuleYieldsNothing", "first_date"
    ),
    Bad(
        "501 single dates",
        "POST",
        "slots",
        offer(added=["2027-02-06"] * 501),
        400,
        "InvalidInput",
        "added",
    ),
    Bad("seats over the room's", "POST", "slots", offer(seats=21), 409, "SeatsDoNotFit", "seats"),
    Bad("no seats", "POST", "slots", offer(seats=0), 400, "InvalidInput", "seats"),
    Bad(
        "an unknown room", "POST", "slots", offer(room="SN-DKR-01-R99"), 404, "RoomNotFound", "code"
    ),
    Bad(
        "outside the agreement",
        "POST",
        "slots",
        offer(added=["2028-02-05"]),
        409,
        "DateNotPublishable",
        "keep",
    ),
    Bad(
        "outside opening hours",
        "POST",
        "slots",
        offer(starts="06:00"),
        409,
        "DateNotPublishable",
        "keep",
    ),
    Bad(
        "the past", "POST", "slots", offer(added=["2020-02-01"]), 409, "DateNotPublishable", "keep"
    ),
    Bad("the end of time", "POST", "slots", offer(added=["9999-12-31"]), 400, "InvalidInput"),
    Bad("an offset", "POST", "slots", offer(starts="15:00+00:00"), 400, "InvalidInput", "starts"),
    Bad(
        "a time for a date",
        "POST",
        "slots",
        offer(added=["2027-02-06T15:00:00Z"]),
        400,
        "InvalidInput",
        "added[0]",
    ),
    Bad(
        "a date that is none",
        "POST",
        "slots",
        offer(added=["2027-02-30"]),
        400,
        "InvalidInput",
        "added[0]",
    ),
    Bad("a change of nothing", "POST", "slots/{free}/change", {}, 400, "NothingChanges"),
    Bad("no reason", "POST", "slots/{slot}/cancel", {}, 400, "ReasonNeeded", "reason"),
    # end before start
    Bad(
        "an agreement",
        "PATCH",
        "agreements/{agreement}",
        {"starts_on": "2028-01-01"},
        400,
        "AgreementEndsBeforeItStarts",
        "ends_on",
    ),
    Bad(
        "a closure",
        "POST",
        "closures",
        SHUT | {"last_day": "2027-06-01"},
        400,
        "ClosureEndsBeforeItStarts",
        "last_day",
    ),
    Bad(
        "a cohort",
        "POST",
        "cohorts",
        COHORT | {"ends_on": "2026-01-01"},
        400,
        "InvalidInput",
        "ends_on",
    ),
    Bad(
        "opening hours",
        "PATCH",
        "centres/{centre}/opening-hours",
        {"hours": [{"weekday": 5, "opens": "18:00", "closes": "08:00"}]},
        400,
        "UnusableOpeningHours",
        "closes",
    ),
    # unknown codes
    Bad(
        "a country",
        "POST",
        "hosts",
        {"code": "x", "name": "X", "kind": "school", "country": "XX"},
        400,
        "InvalidInput",
        "country",
    ),
    Bad(
        "a kind",
        "POST",
        "hosts",
        {"code": "x", "name": "X", "kind": "castle", "country": "SN"},
        400,
        "InvalidInput",
        "kind",
    ),
    Bad(
        "a region",
        "POST",
        "countries",
        COUNTRY | {"region": "atlantis"},
        400,
        "InvalidInput",
        "region",
    ),
    Bad(
        "a zone",
        "POST",
        "countries",
        COUNTRY | {"zone": "Mars/Olympus"},
        400,
        "UnknownZone",
        "zone",
    ),
    Bad(
        "a host",
        "POST",
        "centres",
        {"host": "nobody", "country": "SN", "name": "A", "city": "B", **PLACE},
        404,
        "HostNotFound",
        "code",
    ),
    Bad(
        "a programme",
        "POST",
        "cohorts",
        COHORT | {"programme": "P99"},
        404,
        "ProgrammeNotFound",
        "programme",
    ),
    Bad(
        "a sponsor",
        "POST",
        "cohorts",
        COHORT | {"sponsor": "none"},
        404,
        "SponsorNotFound",
        "sponsor",
    ),
    Bad(
        "a learner",
        "POST",
        "enrolments",
        {"cohort": "{cohort}", "learner": "L99"},
        404,
        "LearnerNotFound",
        "code",
    ),
    Bad(
        "a cohort's code",
        "POST",
        "enrolments",
        {"cohort": "C99", "learner": "{new}"},
        404,
        "CohortNotFound",
        "code",
    ),
    Bad(
        "a mentor",
        "POST",
        "groups/{group}/assign-mentor",
        {"mentor": "M99"},
        404,
        "MentorNotFound",
        "mentor",
    ),
    Bad(
        "a country to plan",
        "POST",
        "timetables",
        TIMETABLE | {"countries": ["XX"]},
        400,
        "InvalidInput",
        "countries",
    ),
    Bad(
        "a home centre",
        "POST",
        "learners",
        LEARNER | {"centre": "SN-XXX-01"},
        400,
        "InvalidInput",
        "centre",
    ),
    Bad(
        "a locality", "POST", "learners", LEARNER | {"locality": 1}, 400, "InvalidInput", "locality"
    ),
    Bad(
        "a code used before",
        "POST",
        "regions",
        {"code": "{region}", "name": "Nord"},
        409,
        "CodeUsedBefore",
    ),
    # offsets and their absence
    Bad(
        "a naive instant",
        "POST",
        "tokens",
        {"name": "x", "expires_at": "2028-01-01T00:00:00"},
        400,
        "InvalidInput",
        "expires_at",
    ),
    Bad(
        "no instant",
        "POST",
        "tokens",
        {"name": "x", "expires_at": "tomorrow"},
        400,
        "InvalidInput",
        "expires_at",
    ),
    Bad(
        "a wall clock's offset",
        "PATCH",
        "centres/{centre}/opening-hours",
        {"hours": [{"weekday": 5, "opens": "08:00Z", "closes": "18:00"}]},
        400,
        "InvalidInput",
        "hours[0].opens",
    ),
]
