"""Calendars hear of each change, and meetups get UIDs that compress well."""

from uuid import UUID, uuid4

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-25T04:41:00:000001"
VERSION = "1.38.0"
DESCRIPTION = "feeds guards"

CHANNEL = "rendezvous_feeds"
# A notification holds 8,000 bytes; whoever hears "*" looks everything up again.
MOST_IN_A_NOTIFICATION = 7000


def told(name: str, key: str) -> str:
    """A trigger function that names each changed row once its transaction commits."""
    return f"""
    CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        seen text;
    BEGIN
        SELECT string_agg({key}, ',') INTO seen FROM changed_rows;
        IF seen IS NOT NULL THEN
            PERFORM pg_notify('{CHANNEL}', CASE WHEN length(seen) > {MOST_IN_A_NOTIFICATION}
                                           THEN '*' ELSE seen END);
        END IF;
        RETURN NULL;
    END $$"""


VERSIONS = [
    told("tell_of_calendars", "scope || ':' || subject"),
    *(
        f"""CREATE TRIGGER tell_of_calendars_{event.lower()} AFTER {event} ON feed_version
        REFERENCING {rows} TABLE AS changed_rows
        FOR EACH STATEMENT EXECUTE FUNCTION tell_of_calendars()"""
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD"))
    ),
    # A link that is revoked, or taken away with its learner. That it was read tells nobody
    # anything: transition tables cannot be had for a list of columns, so the rows are compared.
    f"""
    CREATE FUNCTION tell_of_links() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        PERFORM pg_notify('{CHANNEL}', 'link:' || OLD.id);
        RETURN NULL;
    END $$""",
    """CREATE TRIGGER tell_of_links_changed AFTER UPDATE ON feed_link FOR EACH ROW
        WHEN (OLD.revoked_at IS DISTINCT FROM NEW.revoked_at
              OR OLD.language IS DISTINCT FROM NEW.language
              OR OLD.token_hash IS DISTINCT FROM NEW.token_hash)
        EXECUTE FUNCTION tell_of_links()""",
    """CREATE TRIGGER tell_of_links_gone AFTER DELETE ON feed_link FOR EACH ROW
        EXECUTE FUNCTION tell_of_links()""",
]

# Each count is at least a second after the one before: Last-Modified knows whole seconds only. The
# time is the real one near the commit, which a long transaction's own `now` may lie far before.
NAMES = [
    """CREATE OR REPLACE FUNCTION count_up_names() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO feed_version (scope, subject, version, changed_at)
        VALUES ('names', 0, 1, clock_timestamp())
        ON CONFLICT ON CONSTRAINT feed_version_is_kept_once
        DO UPDATE SET version = feed_version.version + 1,
            changed_at = greatest(feed_version.changed_at + interval '1 second',
                                  clock_timestamp());
        RETURN NULL;
    END $$""",
    # Nothing of ours deletes these; whoever does by hand is still not shown what is gone.
    *(
        f"""CREATE TRIGGER count_up_deleted AFTER DELETE ON {table}
        FOR EACH STATEMENT EXECUTE FUNCTION count_up_names()"""
        for table in ("meetup", "booking")
    ),
]


def uids(prefix: str) -> list[str]:
    """A UUID of version 8 (RFC 9562, 5.8): 74 random bits of this network, then a serial number.

    The prefix is drawn once, here. 60 random UIDs cost a compressed feed a kilobyte, these 250
    bytes, and they are as unique.
    """
    return [
        "CREATE SEQUENCE meetup_uid_serial AS bigint MAXVALUE 281474976710655",
        f"""CREATE FUNCTION next_meetup_uid() RETURNS uuid LANGUAGE sql VOLATILE AS $$
            SELECT ('{prefix}' || lpad(to_hex(nextval('meetup_uid_serial')), 12, '0'))::uuid
        $$""",
    ]


def drawn_prefix() -> str:
    """Return the first 24 characters of a version 8 UUID, random but for version and variant."""
    drawn = uuid4().int & ~(0xF << 76) | (0x8 << 76)
    return str(UUID(int=drawn))[:24]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="sessions", description=DESCRIPTION)

    async def run():
        engine = engine_finder()
        for statement in (*VERSIONS, *NAMES, *uids(drawn_prefix())):
            await engine.run_ddl(statement)

    manager.add_raw(run)
    return manager
