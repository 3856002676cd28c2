"""What keeps attendance honest: marks never change, and are about people of their own meetup."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-25T11:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "attendance guards"

# Only whom a mark is about may follow its booking, when two records of one person become one.
KEEP_MARKS = """
CREATE FUNCTION keep_marks() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'learner' = to_jsonb(OLD) - 'learner'
       AND (NEW.learner IS NULL) = (OLD.learner IS NULL) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'mark % is never changed: make another that supersedes it', OLD.mark USING
        ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'mark_is_never_changed';
END $$
"""

STATEMENTS = [
    """ALTER TABLE attendance_mark ADD CONSTRAINT mark_is_of_somebody_on_the_sheet
        FOREIGN KEY (meetup, learner) REFERENCES booking (meetup, learner) ON UPDATE CASCADE""",
    """ALTER TABLE attendance ADD CONSTRAINT attendance_is_of_somebody_on_the_sheet
        FOREIGN KEY (meetup, learner) REFERENCES booking (meetup, learner) ON UPDATE CASCADE""",
    """ALTER TABLE attendance_mark ADD CONSTRAINT evidence_is_of_the_same_meetup
        FOREIGN KEY (evidence, meetup) REFERENCES attendance_evidence (id, meetup)""",
    KEEP_MARKS,
    """CREATE TRIGGER keep_marks BEFORE UPDATE OR DELETE ON attendance_mark
        FOR EACH ROW EXECUTE FUNCTION keep_marks()""",
]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="sessions", description=DESCRIPTION)

    async def run():
        engine = engine_finder()
        for statement in STATEMENTS:
            await engine.run_ddl(statement)

    manager.add_raw(run)
    return manager
