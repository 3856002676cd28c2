"""What keeps messages honest, and the trigger that asks for people to be told of each notice."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-25T04:45:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "messages guards"

# Whoever writes a notice, in whatever statement, asks for its reader to be told: one job for each
# person, by the same transaction. Nothing is looked up in the queue, so nobody waits for anybody:
# a second job of the same person finds nothing left to tell. A meetup that begins within four
# hours is told of after one minute instead of ten, ahead of the person's other jobs.
TELL_LATER = """
CREATE FUNCTION tell_later() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, args, scheduled_at)
    SELECT 'messages', 'tell', soon::int, person, jsonb_build_object('person', person),
           now() + CASE WHEN soon THEN interval '1 minute' ELSE interval '10 minutes' END
    FROM (
        SELECT 'learner:' || l.id AS person, bool_or(m.starts_at < n.at + interval '4 hours') AS soon
        FROM new_rows n JOIN learner l ON l.id = n.learner JOIN meetup m ON m.id = n.meetup
        WHERE l.consent_at IS NOT NULL AND (l.email IS NOT NULL OR l.phone IS NOT NULL)
        GROUP BY l.id
        UNION ALL
        SELECT 'mentor:' || t.id, bool_or(m.starts_at < n.at + interval '4 hours')
        FROM new_rows n JOIN mentor t ON t.id = n.mentor JOIN meetup m ON m.id = n.meetup
        WHERE t.email IS NOT NULL OR t.phone IS NOT NULL
        GROUP BY t.id
    ) AS told;
    RETURN NULL;
END $$
"""

# RFC 5546, 2.1.4: what one person's calendar was asked to show never goes back.
KEEP_INVITE_ORDER = """
CREATE FUNCTION keep_invite_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sequence < OLD.sequence OR NEW.stamp < OLD.stamp THEN
        RAISE EXCEPTION 'the SEQUENCE of invite % never falls', OLD.id USING
            ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'invite_sequence_never_falls';
    END IF;
    RETURN NEW;
END $$
"""

STATEMENTS = [
    TELL_LATER,
    """CREATE TRIGGER tell_later AFTER INSERT ON notice
        REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_later()""",
    KEEP_INVITE_ORDER,
    """CREATE TRIGGER keep_invite_order BEFORE UPDATE ON invite
        FOR EACH ROW EXECUTE FUNCTION keep_invite_order()""",
    """ALTER TABLE message_notice ADD CONSTRAINT message_notice_is_on_its_messages_channel
        FOREIGN KEY (message, channel) REFERENCES message (id, channel) ON DELETE CASCADE""",
    "CREATE INDEX message_to_be_sent ON message (due_at, id) WHERE state IN ('queued', 'sending')",
    """CREATE TRIGGER bump_revision BEFORE UPDATE ON contact_preference
        FOR EACH ROW EXECUTE FUNCTION bump_revision()""",
]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="sessions", description=DESCRIPTION)

    async def run():
        engine = engine_finder()
        for statement in STATEMENTS:
            await engine.run_ddl(statement)

    manager.add_raw(run)
    return manager
