"""Shell: the rows of each sheet as they are now, as far as somebody may see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from centres.db import rows
from sessions.workbook.comparing import Values
from sessions.workbook.sheets import Sheet

MARKED_WITHIN = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose workbook it is: all countries for an admin, else these, and these hosts' centres."""

    admin: bool = False
    countries: frozenset[str] = frozenset()
    centres: frozenset[str] = frozenset()

    @property
    def manager(self) -> bool:
        """Whether all sheets are theirs to see."""
        return self.admin or bool(self.countries)

    def manages(self, country: str) -> bool:
        """Whether they manage this country."""
        return self.admin or country in self.countries

    def hosts(self, centre: str, country: str) -> bool:
        """Whether they may publish for this centre."""
        return self.manages(country) or centre in self.centres


@dataclass(frozen=True, slots=True)
class Current:
    """A row as it is now; `revision` is None for what is never changed in place."""

    revision: int | None
    values: Values


# $1 countries (NULL: all), $2 centres of a host. A row's key comes first; days and times as text.
_HERE = "($1::text[] IS NULL OR k.iso2 = ANY($1) OR c.code = ANY($2::text[]))"
_OWN = "($1::text[] IS NULL OR k.iso2 = ANY($1)) AND $2::text[] IS NOT NULL"
_QUERIES = {
    "centres": f"""
        SELECT c.code AS key, c.revision, c.code, c.name, k.iso2 AS country, h.code AS host,
               c.city, c.address, c.directions, c.latitude, c.longitude, c.precision,
               c.contact_role, c.state
        FROM centre c JOIN country k ON k.id = c.country JOIN host h ON h.id = c.host
        WHERE {_OWN} ORDER BY c.code""",
    "rooms": f"""
        SELECT r.code AS key, r.revision, r.code, c.code AS centre, r.name, r.seats, r.computers,
               (SELECT string_agg(e, ', ' ORDER BY e) FROM unnest(r.equipment) AS e) AS equipment,
               r.step_free, r.access_note
        FROM room r JOIN centre c ON c.id = r.centre JOIN country k ON k.id = c.country
        WHERE {_HERE} ORDER BY r.code""",
    "slots": f"""
        SELECT s.id::text AS key, s.revision, s.id::text AS code, r.code AS room,
               to_char(s.starts_wall, 'YYYY-MM-DD') AS day, to_char(s.starts_wall, 'HH24:MI')
               AS starts, (extract(epoch FROM s.ends_wall - s.starts_wall) / 60)::int AS minutes,
               s.seats, s.zone, g.code AS group
        FROM slot s JOIN room r ON r.id = s.room JOIN centre c ON c.id = s.centre
        JOIN country k ON k.id = c.country LEFT JOIN meetup m ON m.slot = s.id AND m.state = 'live'
        LEFT JOIN cohort_group g ON g.id = m.cohort_group
        WHERE {_HERE} AND s.state = 'open' AND s.starts_at > $3 AND $4::timestamptz IS NOT NULL
        ORDER BY r.code, s.starts_at""",
    "programmes": """
        SELECT p.code AS key, p.revision, p.code, p.title, p.level, p.months, p.computers_needed
        FROM programme p WHERE ($1::text[], $2::text[]) IS NOT NULL OR $1 IS NULL
        ORDER BY p.code""",
    "cohorts": f"""
        SELECT o.code AS key, o.revision, o.code, p.code AS programme, k.iso2 AS country,
               o.starts_on::text, o.ends_on::text, o.cadence_weeks, o.meetup_minutes,
               s.code AS sponsor, o.language
        FROM cohort o JOIN programme p ON p.id = o.programme JOIN country k ON k.id = o.country
        LEFT JOIN sponsor s ON s.id = o.sponsor WHERE {_OWN} ORDER BY o.code""",
    "learners": f"""
        SELECT l.code AS key, l.revision, l.code, l.name, k.iso2 AS country, l.email, l.phone,
               l.language, c.code AS centre, l.consent_at IS NOT NULL AS consent, l.birth_year,
               l.gender, NULL::text AS cohort
        FROM learner l JOIN country k ON k.id = l.country LEFT JOIN centre c ON c.id = l.centre
        WHERE {_OWN} ORDER BY l.code""",
    "enrolments": f"""
        SELECT o.code || '/' || l.code AS key, e.revision, o.code AS cohort,
               l.code AS learner, l.name, g.code AS group, e.state
        FROM enrolment e JOIN cohort o ON o.id = e.cohort JOIN learner l ON l.id = e.learner
        JOIN country k ON k.id = o.country LEFT JOIN cohort_group g ON g.id = e.cohort_group
        WHERE {_OWN} ORDER BY o.code, l.code""",
    "attendance": f"""
        SELECT m.id || '/' || l.code AS key, NULL::int AS revision, m.id::text AS meetup,
               to_char(m.starts_wall, 'YYYY-MM-DD') AS day, to_char(m.starts_wall, 'HH24:MI')
               AS starts, g.code AS group, l.code AS learner, l.name, a.value,
               NULL::text AS reason
        FROM booking b JOIN meetup m ON m.id = b.meetup JOIN learner l ON l.id = b.learner
        JOIN cohort_group g ON g.id = m.cohort_group JOIN centre c ON c.id = m.centre
        JOIN country k ON k.id = c.country
        LEFT JOIN attendance a ON a.meetup = m.id AND a.learner = l.id
        WHERE {_HERE} AND m.state = 'live' AND m.starts_at <= $3 AND m.starts_at > $4
          AND (b.state = 'booked' OR a.learner IS NOT NULL)
        ORDER BY m.starts_at, m.id, l.name, l.code""",
}
_TIMED = {"slots", "attendance"}


async def current_rows(
    *, sheet: Sheet, scope: Scope, now: datetime, keys: Collection[str] | None = None
) -> dict[str, Current]:
    """Return what a sheet shows of what is theirs, by key, in the sheet's order. One query.

    Slots are those to come that are open, attendance that of the last 31 days. `keys` cuts it to
    these rows. A sheet that is not for them is empty.
    """
    if not (scope.manager or sheet.for_hosts):
        return {}
    countries = None if scope.admin else sorted(scope.countries)
    given: list[object] = [countries, sorted(scope.centres)]
    if sheet.name in _TIMED:
        given += [now, now - MARKED_WITHIN]
    query = _QUERIES[sheet.name]
    if keys is not None:
        query = f"SELECT * FROM ({query}) AS every WHERE key = ANY(${len(given) + 1}::text[])"
        given.append(sorted(keys))
    found = await rows(query, *given)
    return {each.pop("key"): Current(each.pop("revision"), each) for each in found}
