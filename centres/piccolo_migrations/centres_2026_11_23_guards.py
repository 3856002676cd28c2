"""What Piccolo's columns cannot say about places: revisions, the audit trail, codes for life."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.engine.finder import engine_finder

ID = "2026-11-23T18:36:33:906427"
VERSION = "1.38.0"
DESCRIPTION = "guards"

BUMP_REVISION = """
CREATE FUNCTION bump_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.revision := OLD.revision;
    IF NEW IS DISTINCT FROM OLD THEN
        NEW.revision := OLD.revision + 1;
    END IF;
    RETURN NEW;
END $$
"""

# One row of history per changed row, whoever issued the statement. Counters and revisions alone
# are not a change: `seats_taken` follows bookings, which have a history of their own.
RECORD_CHANGE = """
CREATE FUNCTION record_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    who text := coalesce(nullif(current_setting('rendezvous.actor', true), ''), 'database');
    quiet text[] := ARRAY['revision', 'seats_taken'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO change (table_name, row_id, actor, at, after)
        SELECT TG_TABLE_NAME, n.id, who, now(), to_jsonb(n) FROM new_rows n;
    ELSIF TG_OP = 'UPDATE' THEN
        INSERT INTO change (table_name, row_id, actor, at, before, after)
        SELECT TG_TABLE_NAME, n.id, who, now(), to_jsonb(o), to_jsonb(n)
        FROM new_rows n JOIN old_rows o USING (id)
        WHERE to_jsonb(o) - quiet IS DISTINCT FROM to_jsonb(n) - quiet;
    ELSE
        INSERT INTO change (table_name, row_id, actor, at, before)
        SELECT TG_TABLE_NAME, o.id, who, now(), to_jsonb(o) FROM old_rows o;
    END IF;
    RETURN NULL;
END $$
"""

# A code that was printed on a poster must never come to mean another place.
ISSUED_CODE = """
CREATE TABLE issued_code (
    kind text NOT NULL,
    code text NOT NULL,
    CONSTRAINT code_is_never_reused PRIMARY KEY (kind, code)
)
"""

ISSUE_CODE = """
CREATE FUNCTION issue_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'the code % stays', OLD.code USING
            ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'code_never_changes';
    END IF;
    INSERT INTO issued_code VALUES (TG_TABLE_NAME, NEW.code);
    RETURN NULL;
END $$
"""

REVISED = ("region", "country", "host", "centre", "agreement", "room", "closure", "public_holiday")
AUDITED = ("centre", "agreement", "room", "closure", "public_holiday")
CODED = ("centre", "room")


def revise(table: str) -> str:
    return f"""CREATE TRIGGER bump_revision BEFORE UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION bump_revision()"""


def audit(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER record_insert AFTER INSERT ON {table}
            REFERENCING NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION record_change()""",
        f"""CREATE TRIGGER record_update AFTER UPDATE ON {table}
            REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
            FOR EACH STATEMENT EXECUTE FUNCTION record_change()""",
        f"""CREATE TRIGGER record_delete AFTER DELETE ON {table}
            REFERENCING OLD TABLE AS old_rows
            FOR EACH STATEMENT EXECUTE FUNCTION record_change()""",
    ]


def keep_codes(table: str) -> list[str]:
    return [
        f"""CREATE TRIGGER issue_code AFTER INSERT ON {table}
            FOR EACH ROW EXECUTE FUNCTION issue_code()""",
        f"""CREATE TRIGGER keep_code AFTER UPDATE OF code ON {table}
            FOR EACH ROW WHEN (OLD.code IS DISTINCT FROM NEW.code)
            EXECUTE FUNCTION issue_code()""",
    ]


STATEMENTS = [
    BUMP_REVISION,
    RECORD_CHANGE,
    ISSUED_CODE,
    ISSUE_CODE,
    *(revise(table) for table in REVISED),
    *(statement for table in AUDITED for statement in audit(table)),
    *(statement for table in CODED for statement in keep_codes(table)),
    "CREATE INDEX change_of_row ON change (table_name, row_id, id)",
    "ALTER TABLE room ADD CONSTRAINT room_centre_can_be_pointed_at UNIQUE (id, centre)",
    "ALTER TABLE agreement ADD CONSTRAINT agreement_centre_can_be_pointed_at UNIQUE (id, centre)",
    """ALTER TABLE agreement ADD CONSTRAINT agreements_in_force_never_overlap
        EXCLUDE USING gist (int4range(centre, centre, '[]') WITH &&,
                            daterange(starts_on, ends_on, '[]') WITH &&)
        WHERE (state IN ('agreed', 'open', 'suspended'))""",
    """ALTER TABLE closure ADD CONSTRAINT closure_room_is_in_its_centre
        FOREIGN KEY (room, centre) REFERENCES room (id, centre)""",
]


async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="centres", description=DESCRIPTION)

    async def run():
        engine = engine_finder()
        for statement in STATEMENTS:
            await engine.run_ddl(statement)

    manager.add_raw(run)
    return manager
