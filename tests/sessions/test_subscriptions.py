"""Links that people hold: opened once, found by their token alone, revoked one by one."""

import asyncio
from datetime import timedelta

import pytest

from centres.db import atomic, rows
from centres.errors import InvalidInput
from centres.language import Language
from sessions.feed_versions import bump_learners
from sessions.feeds.links import FeedScope, LinkPurpose
from sessions.feeds.tokens import token_hash
from sessions.refusals import (
    FeedSubjectNotFound,
    LearnerNotFound,
    LinkNotFound,
    TooManyLinks,
)
from sessions.subscriptions import (
    device_feed,
    device_feeds,
    find_link,
    get_link,
    list_links,
    open_feed_link,
    open_page_link,
    record_fetches,
    rename_link,
    revoke_link,
    revoke_links_of,
    versions_of_links,
)
from tests.factories import (
    NOW,
    make_centre,
    make_cohort,
    make_country,
    make_learner,
    make_mentor,
    make_room,
)


@pytest.fixture
async def country(database):
    return await make_country()


@pytest.fixture
async def learner(country):
    return (await make_learner(country, language="pt")).id


async def test_a_page_is_opened_in_the_learners_language_and_found_by_its_token(learner):
    link, token = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)

    assert await find_link(token, LinkPurpose.PAGE) == link
    assert (link.scope, link.subject, link.language) == (
        FeedScope.LEARNER,
        learner,
        Language.PT,
    )
    assert (link.device, link.created_at, link.last_fetched_at) == ("Téléphone", NOW, None)


async def test_only_the_hash_of_a_token_is_stored(learner):
    _, page = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)
    _, feed = await device_feed(page_token=page, device="Téléphone", now=NOW)

    stored = await rows(
        "SELECT token_hash, to_jsonb(f)::text AS whole FROM feed_link f ORDER BY id"
    )

    assert [each["token_hash"] for each in stored] == [token_hash(page), token_hash(feed)]
    assert not any(token in each["whole"] for token in (page, feed) for each in stored)


async def test_unknown_and_revoked_links_and_those_of_another_purpose_are_refused_alike(learner):
    page, page_token = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)
    feed, feed_token = await device_feed(page_token=page_token, device="Téléphone", now=NOW)
    await revoke_link(link_id=feed.id, now=NOW)

    refused = set()
    for token, purpose in [
        (feed_token, LinkPurpose.FEED),
        (page_token, LinkPurpose.FEED),
        ("A" * 43, LinkPurpose.FEED),
        ("", LinkPurpose.PAGE),
        ("\0\ud800", LinkPurpose.PAGE),
    ]:
        with pytest.raises(LinkNotFound) as refusal:
            await find_link(token, purpose)
        refused.add((refusal.value.detail, refusal.value.field))

    assert len(refused) == 1
    assert (await find_link(page_token, LinkPurpose.PAGE)).id == page.id


async def test_a_page_shows_the_link_of_a_device_again_and_no_link_of_another_page(learner):
    _, first = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)
    _, second = await open_page_link(learner_id=learner, device="Autre", now=NOW)

    phone = await device_feed(page_token=first, device="Téléphone", now=NOW)
    tablet = await device_feed(page_token=first, device="Tablette", now=NOW)
    again = await device_feed(page_token=first, device=" Téléphone ", now=NOW)
    other = await device_feed(page_token=second, device="Téléphone", now=NOW)

    assert again == phone
    assert [each[0].number for each in (phone, tablet, other)] == [1, 2, 3]
    assert len({each[1] for each in (phone, tablet, other)}) == 3
    shown = await device_feeds(page_token=first, learner_id=learner)
    assert [(each.link.id, each.token) for each in shown] == [
        (phone[0].id, phone[1]),
        (tablet[0].id, tablet[1]),
        (other[0].id, None),
    ]
    assert (await find_link(phone[1], LinkPurpose.FEED)).id == phone[0].id


async def test_a_revoked_link_never_comes_back_under_its_number(learner):
    _, page = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)
    old, old_token = await device_feed(page_token=page, device="Téléphone", now=NOW)
    await revoke_link(link_id=old.id, now=NOW)

    new, new_token = await device_feed(page_token=page, device="Téléphone", now=NOW)

    assert (old.number, new.number) == (1, 2)
    assert new_token != old_token
    with pytest.raises(LinkNotFound):
        await revoke_link(link_id=old.id, now=NOW)


async def test_devices_that_subscribe_at_once_get_a_link_each(learner):
    _, page = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)

    opened = await asyncio.gather(
        *(device_feed(page_token=page, device=f"Appareil {n % 4}", now=NOW) for n in range(12))
    )

    assert sorted({link.number or 0 for link, _ in opened}) == [1, 2, 3, 4]
    assert len({token for _, token in opened}) == 4


async def test_a_learner_has_only_so_many_links(learner):
    _, page = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)
    for number in range(20):
        await device_feed(page_token=page, device=f"Appareil {number}", now=NOW)

    with pytest.raises(TooManyLinks):
        await device_feed(page_token=page, device="Un de trop", now=NOW)

    assert (await device_feed(page_token=page, device="Appareil 7", now=NOW))[0].number == 8


async def test_each_scope_opens_a_calendar_of_its_own(country, learner):
    centre = await make_centre(country)
    subjects = {
        FeedScope.LEARNER: learner,
        FeedScope.MENTOR: (await make_mentor(country)).id,
        FeedScope.COHORT: (await make_cohort(country)).id,
        FeedScope.ROOM: (await make_room(centre)).id,
        FeedScope.CENTRE: centre.id,
    }
    common = {"device": "Bureau", "language": Language.EN, "now": NOW}

    opened = [
        await open_feed_link(scope=scope, subject=subject, **common)
        for scope, subject in subjects.items()
    ]
    region = await open_feed_link(scope=FeedScope.COUNTRIES, countries=["SN"], **common)

    for link, token in [*opened, region]:
        assert await find_link(token, LinkPurpose.FEED) == link
        listed = await list_links(scope=link.scope, subject=link.subject, countries=link.countries)
        assert listed == (link,)
    assert region[0].countries == ("SN",)


async def test_a_calendar_of_nothing_is_not_opened(country):
    common = {"device": "Bureau", "language": Language.FR, "now": NOW}

    for what in [
        {"scope": FeedScope.MENTOR, "subject": 999},
        {"scope": FeedScope.CENTRE},
        {"scope": FeedScope.COUNTRIES},
        {"scope": FeedScope.COUNTRIES, "countries": ["SN", "XX"]},
        {"scope": FeedScope.COUNTRIES, "countries": ["SN"], "subject": 1},
    ]:
        with pytest.raises(FeedSubjectNotFound):
            await open_feed_link(**what, **common)
    with pytest.raises(LearnerNotFound):
        await open_page_link(learner_id=999, device="Téléphone", now=NOW)

    assert await rows("SELECT 1 FROM feed_link") == []


@pytest.mark.parametrize("device", ["", "   ", "x" * 81, "a\0b"])
async def test_a_device_has_a_name_of_some_letters(learner, device):
    link, page = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)

    for attempt in (
        open_page_link(learner_id=learner, device=device, now=NOW),
        device_feed(page_token=page, device=device, now=NOW),
        rename_link(link_id=link.id, device=device),
    ):
        with pytest.raises(InvalidInput) as refusal:
            await attempt
        assert refusal.value.field == "device"

    assert (await get_link(link.id)).device == "Téléphone"


async def test_a_device_is_renamed_and_its_link_goes_on(learner):
    link, token = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)

    renamed = await rename_link(link_id=link.id, device="Téléphone d'Awa")

    assert renamed.device == "Téléphone d'Awa"
    assert await find_link(token, LinkPurpose.PAGE) == renamed
    with pytest.raises(LinkNotFound):
        await rename_link(link_id=999, device="Rien")


async def test_after_a_theft_every_link_of_the_learner_is_useless_and_no_other(country, learner):
    other = (await make_learner(country)).id
    _, page = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)
    _, feed = await device_feed(page_token=page, device="Téléphone", now=NOW)
    kept, kept_token = await open_page_link(learner_id=other, device="Téléphone", now=NOW)

    assert await revoke_links_of(learner_id=learner, now=NOW) == 2

    for token, purpose in [(page, LinkPurpose.PAGE), (feed, LinkPurpose.FEED)]:
        with pytest.raises(LinkNotFound):
            await find_link(token, purpose)
    with pytest.raises(LinkNotFound):
        await device_feed(page_token=page, device="Téléphone", now=NOW)
    assert await find_link(kept_token, LinkPurpose.PAGE) == kept


async def test_a_link_knows_the_version_of_what_it_shows(country, learner):
    _, page = await open_page_link(learner_id=learner, device="Téléphone", now=NOW)
    region, _ = await open_feed_link(
        scope=FeedScope.COUNTRIES,
        countries=["SN"],
        device="Bureau",
        language=Language.FR,
        now=NOW,
    )

    async with atomic():
        for _ in range(3):
            await bump_learners(learner_ids=[learner], now=NOW)
        await rows(
            "INSERT INTO feed_version (scope, subject, version, changed_at)"
            " VALUES ('country', $1, 7, $2), ('countries', $1, 50, $2)",
            country.id,
            NOW,
        )

    assert (await find_link(page, LinkPurpose.PAGE)).version == 3
    assert (region.version, (await get_link(region.id)).version) == (0, 7)


async def test_fetches_of_many_links_are_noted_at_once_and_never_go_back(learner):
    links = [
        (await open_page_link(learner_id=learner, device=name, now=NOW))[0] for name in ("a", "b")
    ]
    later = NOW + timedelta(minutes=1)

    await record_fetches({links[0].id: (later, "ICSx5"), links[1].id: (NOW, None), 999: (NOW, "x")})
    await record_fetches({links[0].id: (NOW, "khal"), links[1].id: (later, "khal")})

    noted = [await get_link(each.id) for each in links]
    assert [(each.last_fetched_at, each.client_family) for each in noted] == [
        (later, "ICSx5"),
        (later, "khal"),
    ]


async def test_links_are_looked_at_together_and_revoked_ones_are_not_there(learner):
    links = [
        (await open_page_link(learner_id=learner, device=name, now=NOW))[0] for name in ("a", "b")
    ]
    async with atomic():
        await bump_learners(learner_ids=[learner], now=NOW)
    await revoke_link(link_id=links[1].id, now=NOW)

    assert await versions_of_links({each.id for each in links}) == {links[0].id: 1}
