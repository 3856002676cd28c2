"""Statements that each break one rule of attendance; the world is that of `test_invariants.py`."""

from tests.sessions.invariant_cases import Case, constraint_of

MARK = (
    "INSERT INTO attendance_mark (mark, meetup, learner, walk_in, value, device, device_at,"
    " received_at, marked_by, way, evidence, supersedes, reason)"
    " SELECT {mark}, {meetup}, {learner}, {walk_in}, {value}, {device}, device_at, received_at,"
    " marked_by, {way}, {evidence}, {supersedes}, {reason} FROM attendance_mark"
)
RESULT = (
    "INSERT INTO attendance (meetup, learner, walk_in, value, conflict, changed_at)"
    " SELECT {meetup}, {learner}, {walk_in}, {value}, {conflict}, changed_at FROM attendance"
)
PHOTO = (
    "INSERT INTO attendance_evidence (meetup, media_type, sha256, content, added_by, added_at)"
    " SELECT meetup, {media_type}, {sha256}, content, added_by, added_at FROM attendance_evidence"
)


def mark(**changes: str) -> str:
    plain = {
        "mark": "gen_random_uuid()", "meetup": "meetup", "learner": "learner", "walk_in": "walk_in",
        "value": "value", "device": "device", "way": "way", "evidence": "evidence",
        "supersedes": "supersedes", "reason": "reason",
    }  # fmt: skip
    return MARK.format(**{**plain, **changes})


def result(**changes: str) -> str:
    plain = {
        "meetup": "meetup", "learner": "NULL", "walk_in": "'aminata ba'", "value": "value",
        "conflict": "conflict",
    }  # fmt: skip
    return RESULT.format(**{**plain, **changes})


def photo(**changes: str) -> str:
    plain = {"media_type": "media_type", "sha256": "sha256('y')"}
    return PHOTO.format(**{**plain, **changes})


def case(rule: str, table: str, name: str, statement: str) -> Case:
    return Case(rule, name, statement, constraint_of(table, name))


ATTENDANCE_WORLD = [
    "INSERT INTO attendance_evidence (meetup, media_type, sha256, content, added_by, added_at)"
    " SELECT meetup, 'image/png', sha256('x'), 'x', 'account:1', at FROM notice",
    "INSERT INTO attendance_mark (mark, meetup, learner, value, device, device_at, received_at,"
    " marked_by, way, supersedes) SELECT gen_random_uuid(), meetup, learner, 'present', 'phone',"
    " at, at, 'account:1', 'list', '{}' FROM notice",
    "INSERT INTO attendance (meetup, learner, value, conflict, changed_at)"
    " SELECT meetup, learner, 'present', false, at FROM notice",
    "INSERT INTO checkin_secret (meetup, secret) SELECT meetup, sha256('s') FROM notice",
]
ATTENDANCE_CASES = [
    case(
        "a mark is about one person",
        "attendance_mark",
        "mark_is_of_one_person",
        mark(learner="NULL"),
    ),
    case(
        "a mark says one of four things",
        "attendance_mark",
        "mark_value_is_known",
        mark(value="'maybe'"),
    ),
    case(
        "a mark was taken in a known way", "attendance_mark", "mark_way_is_known", mark(way="'fax'")
    ),
    case(
        "a mark names its device",
        "attendance_mark",
        "mark_names_its_device",
        mark(device="''"),
    ),
    case(
        "a walk-in has a name",
        "attendance_mark",
        "mark_of_a_walk_in_has_a_name",
        mark(learner="NULL", walk_in="' '"),
    ),
    case(
        "a correction gives a reason",
        "attendance_mark",
        "mark_that_corrects_gives_a_reason",
        mark(supersedes="ARRAY[mark::varchar]", reason="' '"),
    ),
    case(
        "a mark is kept once, however often it is sent",
        "attendance_mark",
        "attendance_mark_mark_key",
        mark(mark="mark"),
    ),
    case(
        "nobody is marked who never had a seat",
        "attendance_mark",
        "mark_is_of_somebody_on_the_sheet",
        mark(learner="{free_learner}"),
    ),
    case(
        "a mark rests on a photograph of its own meetup",
        "attendance_mark",
        "evidence_is_of_the_same_meetup",
        mark(learner="NULL", walk_in="'a'", meetup="{later}",
             evidence="(SELECT id FROM attendance_evidence)"),
    ),
    Case(
        "a mark is never changed",
        "mark_is_never_changed",
        "UPDATE attendance_mark SET value = 'late'",
        "ALTER TABLE attendance_mark DISABLE TRIGGER keep_marks",
    ),
    case(
        "what marks come to is about one person",
        "attendance",
        "attendance_is_of_one_person",
        result(walk_in="NULL"),
    ),
    case(
        "what marks come to is one of four things",
        "attendance",
        "attendance_value_is_known",
        result(value="'maybe'"),
    ),
    case(
        "only a conflict has no value",
        "attendance",
        "attendance_has_a_value_unless_in_conflict",
        result(value="NULL"),
    ),
    case(
        "a person's marks in a meetup come to one thing",
        "attendance",
        "person_has_one_attendance_per_meetup",
        result(learner="learner", walk_in="NULL"),
    ),
    case(
        "nobody attends who never had a seat, but under a name",
        "attendance",
        "attendance_is_of_somebody_on_the_sheet",
        result(learner="{free_learner}", walk_in="NULL"),
    ),
    case(
        "a photograph is a picture of at most 6 MB",
        "attendance_evidence",
        "evidence_is_a_photo_of_at_most_6_mb",
        photo(media_type="'image/svg+xml'"),
    ),
    case(
        "a photograph is kept once per meetup",
        "attendance_evidence",
        "evidence_is_kept_once_per_meetup",
        photo(sha256="sha256"),
    ),
    case(
        "a secret of codes has 32 bytes",
        "checkin_secret",
        "checkin_secret_has_32_bytes",
        "INSERT INTO checkin_secret (meetup, secret) VALUES ({later}, 'x')",
    ),
    case(
        "a meetup has one secret of codes",
        "checkin_secret",
        "checkin_secret_meetup_key",
        "INSERT INTO checkin_secret (meetup, secret) SELECT meetup, sha256('t')"
        " FROM checkin_secret",
    ),
]  # fmt: skip
