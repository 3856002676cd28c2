"""Shell: the secret links that people hold: opened, found again, renamed, revoked one by one.

A token is handed out once and only its hash is kept. A link that is unknown and one that was
revoked are refused alike, by the same query.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from centres.db import atomic, rows
from centres.fields import INT4_MAX, text
from centres.language import Language, Sentence
from sessions.feeds.links import FeedScope, Link, LinkPurpose
from sessions.feeds.tokens import derived_feed_token, has_token_shape, new_token, token_hash
from sessions.refusals import FeedSubjectNotFound, LearnerNotFound, LinkNotFound, TooManyLinks

MOST_DEVICE_LETTERS = 80
MOST_FEEDS_OF_A_LEARNER = 20


@dataclass(frozen=True, slots=True)
class DeviceFeed:
    """A learner's calendar link as the page shows it.

    `token` is None for one that was not opened from this page: it works, but cannot be shown.
    """

    link: Link
    token: str | None


# The rows of feed_version that a link `f` depends on.
_VERSIONS = """
SELECT v.version, v.changed_at FROM feed_version v
WHERE v.scope = f.scope AND v.subject = f.subject
UNION ALL SELECT v.version, v.changed_at FROM feed_version v
JOIN country c ON c.id = v.subject AND c.iso2 = ANY(f.countries)
WHERE v.scope = 'country' AND f.scope = 'countries'
UNION ALL SELECT v.version, v.changed_at FROM feed_version v
WHERE v.scope = 'names' AND v.subject = 0
"""
_LINK = """
f.id, f.purpose, f.scope, f.subject, f.countries, f.device, f.number, f.language, f.created_at,
f.last_fetched_at, f.client_family, f.revision, seen.version,
greatest(f.created_at, seen.changed_at) AS changed_at
"""
_SEEN = f"""
CROSS JOIN LATERAL (
    SELECT coalesce(sum(d.version), 0)::bigint AS version, max(d.changed_at) AS changed_at
    FROM ({_VERSIONS}) d
) seen
"""
_OPEN = f"""
WITH f AS (
    INSERT INTO feed_link (purpose, scope, subject, countries, device, number, language,
                           token_hash, created_at, revision)
    VALUES ($1, $2, $3, $4::varchar[], $5, $6, $7, $8, $9, 1) RETURNING *
) SELECT {_LINK} FROM f {_SEEN}
"""
_FIND = f"""
SELECT {_LINK} FROM feed_link f {_SEEN}
WHERE f.token_hash = $1 AND f.purpose = $2 AND f.revoked_at IS NULL
"""
_LIST = f"""
SELECT {_LINK} FROM feed_link f {_SEEN}
WHERE f.scope = $1 AND f.subject IS NOT DISTINCT FROM $2 AND f.countries = $3::varchar[]
  AND f.revoked_at IS NULL
ORDER BY f.id
"""
_FEEDS_OF_A_LEARNER = f"""
SELECT f.token_hash, {_LINK} FROM feed_link f {_SEEN}
WHERE f.purpose = 'feed' AND f.scope = 'learner' AND f.subject = $1 AND f.revoked_at IS NULL
ORDER BY f.id
"""
# Revoked ones count too: a number used again would bring a revoked token back.
_LAST_NUMBER = """
SELECT coalesce(max(number), 0) AS number FROM feed_link WHERE scope = 'learner' AND subject = $1
"""
_RENAME = "UPDATE feed_link SET device = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id"
_REVOKE = "UPDATE feed_link SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL RETURNING id"
_REVOKE_ALL = """
UPDATE feed_link SET revoked_at = $2
WHERE scope = 'learner' AND subject = $1 AND revoked_at IS NULL RETURNING id
"""
_STILL = f"""
SELECT f.id, seen.version FROM feed_link f {_SEEN}
WHERE f.id = ANY($1::int[]) AND f.revoked_at IS NULL
"""
_FETCHED = """
WITH read AS (
    SELECT f.id, n.at, n.family
    FROM unnest($1::int[], $2::timestamptz[], $3::text[]) AS n (id, at, family)
    JOIN feed_link f ON f.id = n.id ORDER BY f.id FOR NO KEY UPDATE OF f
)
UPDATE feed_link f SET last_fetched_at = read.at, client_family = read.family FROM read
WHERE f.id = read.id AND (f.last_fetched_at IS NULL OR f.last_fetched_at < read.at)
"""


async def open_page_link(*, learner_id: int, device: str, now: datetime) -> tuple[Link, str]:
    """Make a link to a learner's own page; return it with its token, which is never shown again.

    Raises LearnerNotFound, or InvalidInput for a device's name that is empty or too long.
    """
    async with atomic():
        language = await _lock_learner(learner_id)
        return await _open(
            LinkPurpose.PAGE, FeedScope.LEARNER, learner_id, (), device, language, now
        )


async def open_feed_link(
    *,
    scope: FeedScope,
    subject: int | None = None,
    countries: Collection[str] = (),
    device: str,
    language: Language,
    now: datetime,
) -> tuple[Link, str]:
    """Make a link to a calendar; return it with its token, which is never shown again.

    `subject` is an id, `countries` ISO 3166 codes for the scope of that name. Raises
    FeedSubjectNotFound when there is no such subject or country.
    """
    codes = sorted(set(countries))
    async with atomic():
        await _require_subject(scope, subject, codes)
        return await _open(LinkPurpose.FEED, scope, subject, codes, device, language, now)


async def device_feed(*, page_token: str, device: str, now: datetime) -> tuple[Link, str]:
    """Return the calendar link of one device of a learner, made when the page has none by its name.

    Its token is derived from the page's, so the page shows it as often as it is asked. Raises
    LinkNotFound for an unknown page, TooManyLinks for one device too many.
    """
    page = await find_link(page_token, LinkPurpose.PAGE)
    learner = _subject(page)
    name = text(device, "device", MOST_DEVICE_LETTERS)
    async with atomic():
        language = await _lock_learner(learner)
        feeds = await device_feeds(page_token=page_token, learner_id=learner)
        for each in feeds:
            if each.link.device == name and each.token is not None:
                return each.link, each.token
        if len(feeds) >= MOST_FEEDS_OF_A_LEARNER:
            raise TooManyLinks(
                Sentence(
                    "Il y a déjà {most} agendas : retirez-en un d'abord.",
                    most=MOST_FEEDS_OF_A_LEARNER,
                )
            )
        number = int((await rows(_LAST_NUMBER, learner))[0]["number"]) + 1
        token = derived_feed_token(page_token, number)
        return await _open(
            LinkPurpose.FEED,
            FeedScope.LEARNER,
            learner,
            (),
            name,
            language,
            now,
            number=number,
            token=token,
        )


async def device_feeds(*, page_token: str, learner_id: int) -> list[DeviceFeed]:
    """Return a learner's calendar links by id, with the tokens that this page can show. One query.

    The token decides: a link derived from another page's has another hash.
    """
    found = await rows(_FEEDS_OF_A_LEARNER, learner_id)
    return [_device_feed(each, page_token) for each in found]


async def find_link(token: str, purpose: LinkPurpose) -> Link:
    """Return the link that a token opens, or raise LinkNotFound. One query, whatever the token."""
    digest = token_hash(token if has_token_shape(token) else "")
    found = await rows(_FIND, digest, purpose)
    if not found:
        raise _link_not_found()
    return _link(found[0])


async def list_links(
    *, scope: FeedScope, subject: int | None = None, countries: Collection[str] = ()
) -> Sequence[Link]:
    """Return the links of one subject, or of exactly these countries, that still work, by id."""
    found = await rows(_LIST, scope, subject, sorted(set(countries)))
    return tuple(_link(each) for each in found)


async def get_link(link_id: int) -> Link:
    """Return a link that still works, by its id, or raise LinkNotFound."""
    sql = f"SELECT {_LINK} FROM feed_link f {_SEEN} WHERE f.id = $1 AND f.revoked_at IS NULL"
    found = await rows(sql, min(link_id, INT4_MAX))
    if not found:
        raise _link_not_found()
    return _link(found[0])


async def rename_link(*, link_id: int, device: str) -> Link:
    """Give a link's device another name; raises LinkNotFound once it is revoked."""
    name = text(device, "device", MOST_DEVICE_LETTERS)
    async with atomic():
        if not await rows(_RENAME, link_id, name):
            raise _link_not_found()
        return await get_link(link_id)


async def revoke_link(*, link_id: int, now: datetime) -> None:
    """Make one link useless for good, others are not touched; raises LinkNotFound if it is."""
    async with atomic():
        if not await rows(_REVOKE, link_id, now):
            raise _link_not_found()


async def revoke_links_of(*, learner_id: int, now: datetime) -> int:
    """Make every page and calendar link of a learner useless, as for a stolen phone; return how
    many were in use.
    """
    async with atomic():
        return len(await rows(_REVOKE_ALL, learner_id, now))


async def versions_of_links(link_ids: Collection[int]) -> dict[int, int]:
    """Return the version of what each of these links shows, without those revoked. One query."""
    found = await rows(_STILL, sorted(link_ids))
    return {each["id"]: each["version"] for each in found}


async def record_fetches(fetches: Mapping[int, tuple[datetime, str | None]]) -> None:
    """Note when each link (by id) was last read, and by which family of programs; one statement."""
    if not fetches:
        return
    ids = sorted(fetches)
    async with atomic():
        await rows(
            _FETCHED,
            ids,
            [fetches[each][0] for each in ids],
            [fetches[each][1] for each in ids],
        )


async def _open(
    purpose: LinkPurpose,
    scope: FeedScope,
    subject: int | None,
    countries: Collection[str],
    device: str,
    language: Language,
    now: datetime,
    *,
    number: int | None = None,
    token: str | None = None,
) -> tuple[Link, str]:
    secret = token or new_token()
    stored = await rows(
        _OPEN,
        purpose,
        scope,
        subject,
        list(countries),
        text(device, "device", MOST_DEVICE_LETTERS),
        number,
        language,
        token_hash(secret),
        now,
    )
    return _link(stored[0]), secret


async def _lock_learner(learner_id: int) -> Language:
    """Make whoever opens links of this learner take turns; return the learner's language."""
    sql = "SELECT language FROM learner WHERE id = $1 FOR NO KEY UPDATE"
    found = await rows(sql, learner_id)
    if not found:
        raise LearnerNotFound(
            Sentence("Il n'y a pas d'apprenant {learner}.", learner=learner_id), field="learner"
        )
    return Language(found[0]["language"])


async def _require_subject(scope: FeedScope, subject: int | None, countries: Sequence[str]) -> None:
    if scope is FeedScope.COUNTRIES:
        known = await rows("SELECT 1 FROM country WHERE iso2 = ANY($1::text[])", list(countries))
        found = subject is None and 0 < len(countries) == len(known)
    else:
        sql = f"SELECT 1 FROM {scope.value} WHERE id = $1"
        found = not countries and subject is not None and bool(await rows(sql, subject))
    if not found:
        raise FeedSubjectNotFound(
            Sentence("Il n'y a rien de tel dont un agenda pourrait montrer les séances."),
            field="countries" if scope is FeedScope.COUNTRIES else "subject",
        )


def _link(row: dict[str, Any]) -> Link:
    return Link(
        **{
            **row,
            "purpose": LinkPurpose(row["purpose"]),
            "scope": FeedScope(row["scope"]),
            "countries": tuple(row["countries"]),
            "language": Language(row["language"]),
        }
    )


def _device_feed(row: dict[str, Any], page_token: str) -> DeviceFeed:
    stored = row.pop("token_hash")
    link = _link(row)
    token = derived_feed_token(page_token, link.number) if link.number else None
    return DeviceFeed(link, token if token and token_hash(token) == stored else None)


def _subject(link: Link) -> int:
    if link.subject is None:
        raise _link_not_found()
    return link.subject


def _link_not_found() -> LinkNotFound:
    return LinkNotFound(Sentence("Ce lien n'existe pas, ou plus : demandez-en un autre."))
