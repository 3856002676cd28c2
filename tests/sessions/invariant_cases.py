"""Statements that each break one rule of the network, and the constraint that refuses each.

Names in braces stand for ids of the world in `test_invariants.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """A rule in words, its constraint, a statement that breaks it, and how to do without it."""

    rule: str
    constraint: str
    statement: str
    without: str


def constraint_of(table: str, name: str) -> str:
    return f"ALTER TABLE {table} DROP CONSTRAINT {name}"


COLUMNS = {
    "slot": "room, centre, agreement, series, starts_wall, ends_wall, zone, starts_at, ends_at,"
    " seats, room_seats, agreement_starts_on, agreement_ends_on, state, despite_holiday",
    "meetup": "uid, cohort_group, ordinal, slot, slot_starts_at, slot_ends_at, room, centre,"
    " mentor, starts_wall, ends_wall, zone, starts_at, ends_at, seats, state, sequence,"
    " cancel_reason, created_at, changed_at",
    "centre": "code, host, country, name, city, latitude, longitude, precision, zone, state",
    "agreement": "centre, state, starts_on, ends_on, hours_a_week, monthly_fee_minor, currency",
    "room": "code, centre, name, seats, computers, equipment, open",
    "cohort": "code, programme, country, starts_on, ends_on, cadence_weeks, meetup_minutes,"
    " equipment_needed, language",
}


def like(table: str, row: str, **changes: str) -> str:
    """Insert a copy of a row with other values in some columns."""
    named = COLUMNS[table]
    values = ", ".join(changes.get(each, each) for each in named.split(", "))
    return f"INSERT INTO {table} ({named}) SELECT {values} FROM {table} WHERE id = {row}"


def bury_and_dig_up(table: str) -> str:
    """Delete a row that nothing refers to and insert it again, its code included."""
    named = COLUMNS[table]
    return (
        f"WITH gone AS (DELETE FROM {table} WHERE id = {{idle_{table}}} RETURNING *)"
        f" INSERT INTO {table} ({named}) SELECT {named} FROM gone"
    )


BOOK = """
INSERT INTO booking (meetup, learner, kind, state, starts_at, ends_at, changes, booked_at,
                     changed_at)
SELECT id, {learner}, 'guest', '{state}', starts_at + interval '{later}',
       ends_at + interval '{later}', 0, created_at, created_at FROM meetup WHERE id = {meetup}
"""


def book(meetup: str, learner: str, *, state: str = "booked", later: str = "0 h") -> str:
    """Insert a booking; `later` takes it away from the time of its meetup."""
    return BOOK.format(meetup=meetup, learner=learner, state=state, later=later)


CODED = ("centre", "room", "cohort")
CASES = [
    Case(
        "a room never holds two live slots at once",
        "room_never_holds_two_live_slots",
        like("slot", "{free_slot}", starts_at="starts_at + interval '1 h'"),
        constraint_of("slot", "room_never_holds_two_live_slots"),
    ),
    Case(
        "a slot holds at most one live meetup",
        "slot_holds_one_live_meetup",
        like(
            "meetup",
            "{full}",
            uid="gen_random_uuid()",
            cohort_group="{idle_group}",
            mentor="NULL",
        ),
        "DROP INDEX slot_holds_one_live_meetup",
    ),
    Case(
        "a meetup never has more bookings than seats",
        "meetup_is_never_overbooked",
        book("{full}", "{free_learner}"),
        constraint_of("meetup", "meetup_is_never_overbooked"),
    ),
    Case(
        "the number of seats never falls below the bookings",
        "meetup_is_never_overbooked",
        "UPDATE meetup SET seats_taken = seats_taken + 1 WHERE id = {full}",
        constraint_of("meetup", "meetup_is_never_overbooked"),
    ),
    Case(
        "a learner has at most one booking per meetup",
        "learner_has_one_booking_per_meetup",
        book("{full}", "{learner}", state="released"),
        constraint_of("booking", "learner_has_one_booking_per_meetup") + " CASCADE",
    ),
    Case(
        "a learner is never in two meetups at once",
        "learner_is_never_in_two_meetups_at_once",
        book("{same_time}", "{learner}"),
        constraint_of("booking", "learner_is_never_in_two_meetups_at_once"),
    ),
    Case(
        "a mentor is never in two meetups at once",
        "mentor_is_never_in_two_meetups_at_once",
        "UPDATE meetup SET mentor = {mentor} WHERE id = {same_time}",
        constraint_of("meetup", "mentor_is_never_in_two_meetups_at_once"),
    ),
    Case(
        "a group is never in two meetups at once",
        "group_is_never_in_two_meetups_at_once",
        "UPDATE meetup SET cohort_group = {group}, ordinal = 7 WHERE id = {same_time}",
        constraint_of("meetup", "group_is_never_in_two_meetups_at_once"),
    ),
    Case(
        "a group meets once per period",
        "group_meets_once_per_period",
        "UPDATE meetup SET cohort_group = {group}, ordinal = 0 WHERE id = {later}",
        "DROP INDEX group_meets_once_per_period",
    ),
    Case(
        "a seat is booked in a live meetup only",
        "booking_needs_a_live_meetup",
        book("{cancelled}", "{free_learner}"),
        "ALTER TABLE booking DISABLE TRIGGER count_seats_booked",
    ),
    Case(
        "a seat given back is taken again in a live meetup only",
        "booking_needs_a_live_meetup",
        "UPDATE booking SET state = 'booked' WHERE meetup = {cancelled}",
        "ALTER TABLE booking DISABLE TRIGGER count_seats_changed",
    ),
    Case(
        "a booking is at the time of its meetup",
        "booking_follows_its_meetup",
        book("{later}", "{free_learner}", later="1 h"),
        constraint_of("booking", "booking_follows_its_meetup"),
    ),
    Case(
        "a learner waits once per meetup",
        "learner_waits_once_per_meetup",
        "INSERT INTO waiting_entry (meetup, learner, asked_at, state)"
        " SELECT meetup, learner, asked_at, 'waiting' FROM waiting_entry",
        "DROP INDEX learner_waits_once_per_meetup",
    ),
    Case(
        "a slot lies inside its agreement: not before it",
        "slot_lies_inside_its_agreement",
        "UPDATE slot SET starts_wall = '2026-12-31 23:59' WHERE id = {free_slot}",
        constraint_of("slot", "slot_lies_inside_its_agreement"),
    ),
    Case(
        "a slot lies inside its agreement: not after it",
        "slot_lies_inside_its_agreement",
        "UPDATE slot SET ends_wall = '2028-01-01 00:01' WHERE id = {free_slot}",
        constraint_of("slot", "slot_lies_inside_its_agreement"),
    ),
    Case(
        "an agreement is not shortened under its slots",
        "slot_lies_inside_its_agreement",
        "UPDATE agreement SET ends_on = '2027-01-08' WHERE id = {agreement}",
        constraint_of("slot", "slot_lies_inside_its_agreement"),
    ),
    Case(
        "a centre never has two agreements in force at once",
        "agreements_in_force_never_overlap",
        like("agreement", "{agreement}"),
        constraint_of("agreement", "agreements_in_force_never_overlap"),
    ),
    Case(
        "a slot ends after it starts",
        "slot_ends_after_it_starts",
        "UPDATE slot SET ends_at = starts_at WHERE id = {free_slot}",
        constraint_of("slot", "slot_ends_after_it_starts"),
    ),
    Case(
        "a slot ends after it starts on the wall clock too",
        "slot_ends_after_it_starts",
        "UPDATE slot SET ends_wall = starts_wall WHERE id = {free_slot}",
        constraint_of("slot", "slot_ends_after_it_starts"),
    ),
    Case(
        "a slot has a positive number of seats",
        "slot_seats_are_positive_and_fit_the_room",
        "UPDATE slot SET seats = 0 WHERE id = {free_slot}",
        constraint_of("slot", "slot_seats_are_positive_and_fit_the_room"),
    ),
    Case(
        "a slot has at most the seats of its room",
        "slot_seats_are_positive_and_fit_the_room",
        "UPDATE slot SET seats = 21 WHERE id = {free_slot}",
        constraint_of("slot", "slot_seats_are_positive_and_fit_the_room"),
    ),
    Case(
        "a room does not shrink under its slots",
        "slot_seats_are_positive_and_fit_the_room",
        "UPDATE room SET seats = 19 WHERE id = {room}",
        constraint_of("slot", "slot_seats_are_positive_and_fit_the_room"),
    ),
    Case(
        "a slot knows the seats of its room",
        "slot_knows_the_seats_of_its_room",
        "UPDATE slot SET room_seats = 500 WHERE id = {free_slot}",
        constraint_of("slot", "slot_knows_the_seats_of_its_room"),
    ),
    Case(
        "a slot knows the dates of its agreement",
        "slot_knows_the_dates_of_its_agreement",
        "UPDATE slot SET agreement_ends_on = '2030-01-01' WHERE id = {free_slot}",
        constraint_of("slot", "slot_knows_the_dates_of_its_agreement"),
    ),
    Case(
        "the agreement of a slot is its own centre's",
        "slot_agreement_is_its_centres",
        "UPDATE slot SET agreement = {foreign_agreement} WHERE id = {free_slot}",
        constraint_of("slot", "slot_agreement_is_its_centres"),
    ),
    Case(
        "the room of a slot is in its centre",
        "slot_room_is_in_its_centre",
        "UPDATE slot SET room = {foreign_room} WHERE id = {free_slot}",
        constraint_of("slot", "slot_room_is_in_its_centre"),
    ),
    Case(
        "the room of a meetup is in its centre",
        "meetup_room_is_in_its_centre",
        "UPDATE meetup SET room = {foreign_room} WHERE id = {full}",
        constraint_of("meetup", "meetup_room_is_in_its_centre"),
    ),
    Case(
        "a slot with a meetup does not move away from under it",
        "meetup_follows_its_slot",
        "UPDATE slot SET ends_at = ends_at + interval '1 h' WHERE id = {full_slot}",
        constraint_of("meetup", "meetup_follows_its_slot"),
    ),
    Case(
        "a slot with a meetup is not cancelled from under it",
        "meetup_follows_its_slot",
        "UPDATE slot SET state = 'cancelled', cancel_reason = 'Examens' WHERE id = {full_slot}",
        constraint_of("meetup", "meetup_follows_its_slot"),
    ),
    Case(
        "a meetup has as many seats as its slot",
        "meetup_follows_its_slot",
        "UPDATE meetup SET seats = 20 WHERE id = {full}",
        constraint_of("meetup", "meetup_follows_its_slot"),
    ),
    Case(
        "a live meetup lies inside its slot",
        "meetup_live_has_a_slot_and_lies_inside_it",
        "UPDATE meetup SET starts_at = starts_at - interval '1 min' WHERE id = {later}",
        constraint_of("meetup", "meetup_live_has_a_slot_and_lies_inside_it"),
    ),
    Case(
        "a cancelled meetup leaves its slot and says why",
        "meetup_cancelled_leaves_its_slot_and_says_why",
        "UPDATE meetup SET cancel_reason = NULL WHERE id = {cancelled}",
        constraint_of("meetup", "meetup_cancelled_leaves_its_slot_and_says_why"),
    ),
    Case(
        "a meetup's UID never changes",
        "meetup_uid_never_changes",
        "UPDATE meetup SET uid = gen_random_uuid() WHERE id = {full}",
        "ALTER TABLE meetup DISABLE TRIGGER keep_meetup_identity",
    ),
    Case(
        "two meetups never share a UID",
        "meetup_uid_key",
        like(
            "meetup",
            "{full}",
            uid="uid",
            state="'cancelled'",
            slot="NULL",
            cancel_reason="'Examens'",
        ),
        constraint_of("meetup", "meetup_uid_key"),
    ),
    Case(
        "a meetup's SEQUENCE never falls",
        "meetup_sequence_never_falls",
        "UPDATE meetup SET sequence = sequence - 1 WHERE id = {full}",
        "ALTER TABLE meetup DISABLE TRIGGER keep_meetup_identity",
    ),
    Case(
        "a person hears of a change once",
        "person_hears_of_a_change_once",
        "INSERT INTO notice (meetup, learner, kind, sequence, at)"
        " SELECT meetup, learner, 'moved', sequence, at FROM notice",
        constraint_of("notice", "person_hears_of_a_change_once"),
    ),
    Case(
        "a feed token is stored only as a hash",
        "feed_token_is_stored_as_a_hash",
        "INSERT INTO feed_link (scope, subject, device, token_hash, created_at, purpose, language,"
        " countries) VALUES ('learner', 1, 'Téléphone', '{token}', now(), 'feed', 'fr', '{{}}')",
        constraint_of("feed_link", "feed_token_is_stored_as_a_hash"),
    ),
    Case(
        "an enrolment belongs to one cohort once",
        "enrolment_belongs_to_one_cohort_once",
        "INSERT INTO enrolment (cohort, learner, state, enrolled_on)"
        " SELECT cohort, learner, 'withdrawn', enrolled_on FROM enrolment",
        constraint_of("enrolment", "enrolment_belongs_to_one_cohort_once"),
    ),
    *(
        Case(
            f"the code of a {table} is never reused, not even after its deletion",
            "code_is_never_reused",
            bury_and_dig_up(table),
            constraint_of("issued_code", "code_is_never_reused"),
        )
        for table in CODED
    ),
    *(
        Case(
            f"the code of a {table} never changes",
            "code_never_changes",
            f"UPDATE {table} SET code = 'NEW-1' WHERE id = {{idle_{table}}}",
            f"ALTER TABLE {table} DISABLE TRIGGER keep_code",
        )
        for table in CODED
    ),
]
