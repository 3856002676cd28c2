"""Statements that each break one rule of planning, and the constraint that refuses each.

They need no row of the world beyond those that every world has: one statement breaks one rule.
"""

from tests.sessions.invariant_cases import Case, constraint_of

ABSENCE = """
INSERT INTO mentor_absence (mentor, first_day, last_day, reason, lifted, revision)
SELECT (SELECT min(id) FROM mentor), day::date, day::date + {length}, 'Formation', false, 1
FROM generate_series('2027-02-01'::timestamp, '2027-02-02', '1 day') AS day
"""
PIN = """
INSERT INTO meetup_pin (meetup, pinned_by, pinned_at)
SELECT {full}, 'test', now() FROM generate_series(1, 2)
"""
DEAR = """
INSERT INTO cost_calendar (country, name, first_day, last_day, weekdays, starts_minute,
                           ends_minute, points, lifted, revision)
SELECT min(id), 'Ramadan', '2027-02-08', '{last}', '{{}}', {starts}, {ends}, {points}, false, 1
FROM country
"""


def dear(**values: object) -> str:
    plain: dict[str, object] = {"last": "2027-03-09", "starts": 960, "ends": 1140, "points": 5}
    return DEAR.format(**{**plain, **values}).replace("'{}'", "'{{}}'")


PLANNING_CASES = [
    Case(
        "a mentor is absent once at a time",
        "mentor_is_absent_once_at_a_time",
        ABSENCE.format(length=1),
        constraint_of("mentor_absence", "mentor_is_absent_once_at_a_time"),
    ),
    Case(
        "a meetup is pinned once",
        "meetup_is_pinned_once",
        PIN,
        constraint_of("meetup_pin", "meetup_is_pinned_once"),
    ),
    Case(
        "dear hours end on or after the day they start",
        "cost_calendar_ends_after_it_starts",
        dear(last="2027-02-07"),
        constraint_of("cost_calendar", "cost_calendar_ends_after_it_starts"),
    ),
    Case(
        "dear hours lie within a day",
        "cost_calendar_hours_lie_in_a_day",
        dear(ends=1441),
        constraint_of("cost_calendar", "cost_calendar_hours_lie_in_a_day"),
    ),
    Case(
        "dear hours cost something",
        "cost_calendar_charges_something",
        dear(points=0),
        constraint_of("cost_calendar", "cost_calendar_charges_something"),
    ),
    Case(
        "a timetable has one run",
        "timetable_has_one_run",
        "INSERT INTO timetable_run (timetable, done, stopped)"
        " SELECT {timetable}, 0, false FROM generate_series(1, 2)",
        constraint_of("timetable_run", "timetable_has_one_run"),
    ),
    Case(
        "a country is proven once a timetable",
        "country_is_proven_once_a_timetable",
        "INSERT INTO timetable_proof (timetable, country, instance, plans, prices, cost,"
        " price_bound) SELECT {timetable}, 'SN', '', '', '', 1, 1 FROM generate_series(1, 2)",
        constraint_of("timetable_proof", "country_is_proven_once_a_timetable"),
    ),
    Case(
        "a remedy is worth something",
        "remedy_is_worth_something",
        "INSERT INTO timetable_remedy (timetable, room, weekday, starts_minute, minutes, days,"
        " estimate, gain, regained)"
        " SELECT {timetable}, min(id), 5, 540, 180, ARRAY['2027-01-09'::date], 1, 0, 0 FROM room",
        constraint_of("timetable_remedy", "remedy_is_worth_something"),
    ),
]
