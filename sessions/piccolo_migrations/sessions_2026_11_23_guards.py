"""The invariants of meetings that need more than one row, each under its own name."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

from centres.piccolo_migrations.centres_2026_11_23_guards import audit, keep_codes, revise

ID = "2026-11-23T18:36:35:799263"
VERSION = "1.38.0"
DESCRIPTION = "guards"

REVISED = (
    "programme sponsor mentor cohort cohort_group learner enrolment series slot timetable meetup"
    " booking waiting_entry feed_link"
).split()
AUDITED = "cohort cohort_group enrolment series slot meetup booking waiting_entry".split()

# Room, centre and agreement belong together; copies follow their originals by themselves.
SLOTS = [
    """ALTER TABLE slot ADD CONSTRAINT slot_room_is_in_its_centre
        FOREIGN KEY (room, centre) REFERENCES room (id, centre)""",
    """ALTER TABLE slot ADD CONSTRAINT slot_agreement_is_its_centres
        FOREIGN KEY (agreement, centre) REFERENCES agreement (id, centre)""",
    """ALTER TABLE slot ADD CONSTRAINT slot_knows_the_seats_of_its_room
        FOREIGN KEY (room, room_seats) REFERENCES room (id, seats) ON UPDATE CASCADE""",
    """ALTER TABLE slot ADD CONSTRAINT slot_knows_the_dates_of_its_agreement
        FOREIGN KEY (agreement, agreement_starts_on, agreement_ends_on)
        REFERENCES agreement (id, starts_on, ends_on) ON UPDATE CASCADE""",
    """ALTER TABLE slot ADD CONSTRAINT room_never_holds_two_live_slots
        EXCLUDE USING gist (int4range(room, room, '[]') WITH &&,
                            tstzrange(starts_at, ends_at) WITH &&)
        WHERE (state <> 'cancelled')""",
    "ALTER TABLE slot ADD COLUMN live boolean GENERATED ALWAYS AS (state <> 'cancelled') STORED",
    """ALTER TABLE slot ADD CONSTRAINT slot_period_can_be_pointed_at
        UNIQUE (id, starts_at, ends_at, seats, live)""",
    "CREATE INDEX slot_by_centre_and_start ON slot (centre, starts_at, id)",
    "CREATE INDEX slot_by_start ON slot (starts_at, id)",
]

# Deferred, so that a slot and its meetup can move in one transaction, one after the other.
MEETUPS = [
    """ALTER TABLE meetup ADD COLUMN slot_live boolean
        GENERATED ALWAYS AS (CASE WHEN state = 'live' THEN true END) STORED""",
    """ALTER TABLE meetup ADD CONSTRAINT meetup_follows_its_slot
        FOREIGN KEY (slot, slot_starts_at, slot_ends_at, seats, slot_live)
        REFERENCES slot (id, starts_at, ends_at, seats, live) DEFERRABLE INITIALLY DEFERRED""",
    """ALTER TABLE meetup ADD CONSTRAINT meetup_room_is_in_its_centre
        FOREIGN KEY (room, centre) REFERENCES room (id, centre)""",
    "CREATE UNIQUE INDEX slot_holds_one_live_meetup ON meetup (slot) WHERE state = 'live'",
    """CREATE UNIQUE INDEX group_meets_once_per_period ON meetup (cohort_group, ordinal)
        WHERE state = 'live'""",
    """ALTER TABLE meetup ADD CONSTRAINT mentor_is_never_in_two_meetups_at_once
        EXCLUDE USING gist (int4range(mentor, mentor, '[]') WITH &&,
                            tstzrange(starts_at, ends_at) WITH &&)
        WHERE (state = 'live' AND mentor IS NOT NULL)""",
    """ALTER TABLE meetup ADD CONSTRAINT group_is_never_in_two_meetups_at_once
        EXCLUDE USING gist (int4range(cohort_group, cohort_group, '[]') WITH &&,
                            tstzrange(starts_at, ends_at) WITH &&)
        WHERE (state = 'live')""",
    "CREATE INDEX meetup_by_centre_and_start ON meetup (centre, starts_at, id)",
    "CREATE INDEX meetup_by_start ON meetup (starts_at, id)",
    """CREATE FUNCTION keep_meetup_identity() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.uid IS DISTINCT FROM OLD.uid THEN
            RAISE EXCEPTION 'the UID of meetup % stays', OLD.id USING
                ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'meetup_uid_never_changes';
        END IF;
        IF NEW.sequence < OLD.sequence THEN
            RAISE EXCEPTION 'the SEQUENCE of meetup % never falls', OLD.id USING
                ERRCODE = 'integrity_constraint_violation',
                CONSTRAINT = 'meetup_sequence_never_falls';
        END IF;
        RETURN NEW;
    END $$""",
    """CREATE TRIGGER keep_meetup_identity BEFORE UPDATE ON meetup
        FOR EACH ROW EXECUTE FUNCTION keep_meetup_identity()""",
]

# The count of taken seats is the database's own: it cannot be forgotten, and its check is the lock
# that makes the last seat go to one learner. Rows are counted in order of meetup against deadlocks.
def seats_function(name: str, moved: str) -> str:
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        each record;
        now_live boolean;
    BEGIN
        FOR each IN
            SELECT meetup, sum(seats)::int AS seats FROM ({moved}) moved
            GROUP BY meetup HAVING sum(seats) <> 0 ORDER BY meetup
        LOOP
            UPDATE meetup SET seats_taken = seats_taken + each.seats WHERE id = each.meetup
            RETURNING state = 'live' INTO now_live;
            IF each.seats > 0 AND NOT now_live THEN
                RAISE EXCEPTION 'meetup % is not live', each.meetup USING
                    ERRCODE = 'integrity_constraint_violation',
                    CONSTRAINT = 'booking_needs_a_live_meetup';
            END IF;
        END LOOP;
        RETURN NULL;
    END $$"""


TAKEN = "SELECT meetup, 1 AS seats FROM new_rows WHERE state = 'booked'"
GIVEN_BACK = "SELECT meetup, -1 AS seats FROM old_rows WHERE state = 'booked'"

BOOKINGS = [
    """ALTER TABLE booking ADD CONSTRAINT booking_follows_its_meetup
        FOREIGN KEY (meetup, starts_at, ends_at) REFERENCES meetup (id, starts_at, ends_at)
        ON UPDATE CASCADE""",
    """ALTER TABLE booking ADD CONSTRAINT learner_is_never_in_two_meetups_at_once
        EXCLUDE USING gist (int4range(learner, learner, '[]') WITH &&,
                            tstzrange(starts_at, ends_at) WITH &&)
        WHERE (state = 'booked')""",
    """CREATE UNIQUE INDEX learner_waits_once_per_meetup ON waiting_entry (meetup, learner)
        WHERE state = 'waiting'""",
    "CREATE INDEX waiting_in_order ON waiting_entry (meetup, asked_at, id) WHERE state = 'waiting'",
    seats_function("count_seats_booked", TAKEN),
    seats_function("count_seats_changed", f"{TAKEN} UNION ALL {GIVEN_BACK}"),
    seats_function("count_seats_deleted", GIVEN_BACK),
    """CREATE TRIGGER count_seats_booked AFTER INSERT ON booking
        REFERENCING NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_seats_booked()""",
    """CREATE TRIGGER count_seats_changed AFTER UPDATE ON booking
        REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_seats_changed()""",
    """CREATE TRIGGER count_seats_deleted AFTER DELETE ON booking
        REFERENCING OLD TABLE AS old_rows
        FOR EACH STATEMENT EXECUTE FUNCTION count_seats_deleted()""",
]

# A new name, landmark or title shows in calendars although no meetup changed. Such edits are rare,
# so that one version stands for all of them.
NAMED = "centre room programme cohort cohort_group mentor learner".split()
NAMES = [
    """CREATE FUNCTION count_up_names() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO feed_version (scope, subject, version, changed_at)
        VALUES ('names', 0, 1, now())
        ON CONFLICT ON CONSTRAINT feed_version_is_kept_once
        DO UPDATE SET version = feed_version.version + 1, changed_at = now();
        RETURN NULL;
    END $$""",
    *(
        f"""CREATE TRIGGER count_up_names AFTER UPDATE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION count_up_names()"""
        for table in NAMED
    ),
]

STATEMENTS = [
    *SLOTS,
    *MEETUPS,
    *BOOKINGS,
    *NAMES,
    *(revise(table) for table in REVISED),
    *(statement for table in AUDITED for statement in audit(table)),
    *keep_codes("cohort"),
]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="sessions", description=DESCRIPTION)

    async def run():
        engine = engine_finder()
        for statement in STATEMENTS:
            await engine.run_ddl(statement)

    manager.add_raw(run)
    return manager
