"""Statements that each break one rule of rooms, absences and certificates."""

from tests.sessions.attendance.attendance_cases import case

PRESENCE_WORLD = [
    "INSERT INTO no_show_step (learner, meetup, step, absences, seats, at)"
    " SELECT learner, meetup, 'warn', 2, 0, at FROM notice",
    "INSERT INTO attendance_certificate (code, learner, until, sha256, issued_by, issued_at)"
    " SELECT 'ACDEFHJKMNPRTUVW', learner, '2027-01-09', sha256('x'), 'test', at FROM notice",
]
CERTIFICATE = (
    "INSERT INTO attendance_certificate (code, learner, until, sha256, issued_by, issued_at)"
    " SELECT {code}, learner, until, {sha256}, issued_by, issued_at FROM attendance_certificate"
)
POLICY = (
    "INSERT INTO no_show_policy (country, warn_after, release_after, changed_by, changed_at)"
    " SELECT id, {warn}, {release}, 'test', now() FROM country"
)
OTHER_CODE = "'WVUTRPNMKJHFEDCA'"
PRESENCE_CASES = [
    case(
        "a room has no fewer computers than none",
        "room_check",
        "room_check_counts_computers",
        "INSERT INTO room_check (room, day, power, connection, computers, key, checked_by,"
        " checked_at) VALUES ({room}, '2027-01-09', true, true, -1, true, 'test', now())",
    ),
    case(
        "people are warned before their seats are released",
        "no_show_policy",
        "no_show_policy_warns_before_it_releases",
        POLICY.format(warn=3, release=3),
    ),
    case(
        "an absence leads to a warning or to released seats",
        "no_show_step",
        "no_show_step_is_known",
        "INSERT INTO no_show_step (learner, meetup, step, absences, seats, at)"
        " SELECT learner, meetup, 'exclude', 2, 0, at FROM no_show_step",
    ),
    case(
        "an absence leads to a step once",
        "no_show_step",
        "absence_leads_to_a_step_once",
        "INSERT INTO no_show_step (learner, meetup, step, absences, seats, at)"
        " SELECT learner, meetup, step, 2, 0, at FROM no_show_step",
    ),
    case(
        "a certificate's code cannot be guessed",
        "attendance_certificate",
        "certificate_code_is_unguessable",
        CERTIFICATE.format(code="'1'", sha256="sha256('y')"),
    ),
    case(
        "two certificates never share a code",
        "attendance_certificate",
        "attendance_certificate_code_key",
        CERTIFICATE.format(code="code", sha256="sha256('y')"),
    ),
    case(
        "the same certificate has one code",
        "attendance_certificate",
        "same_certificate_has_one_code",
        CERTIFICATE.format(code=OTHER_CODE, sha256="sha256"),
    ),
]
