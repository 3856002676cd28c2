"""Groups: who is in them, where they meet, and who leads them."""

import pytest

from centres.errors import ChangedMeanwhile, InvalidInput
from sessions.learning.groups import (
    assign_mentor,
    change_centre,
    get_group,
    group_members,
    list_groups,
)
from sessions.publishing import publish_timetable
from sessions.refusals import GroupNotFound, MentorElsewhere, MentorFromAbroad
from sessions.tables.feeds import FeedVersion
from sessions.tables.meetups import Meetup, Notice
from tests.factories import NOW, make_centre, make_country, make_mentor
from tests.sessions.small_world import draft, form_all, make_world

pytestmark = pytest.mark.usefixtures("database")


async def published_world(cohorts=1):
    world = await make_world(cohorts=cohorts)
    first = await make_mentor(world.country, code="M-1")
    await form_all(world)
    timetable = await draft(weeks=4)
    await publish_timetable(timetable_id=timetable.id, revision=timetable.revision, now=NOW)
    return world, first


async def test_a_group_is_listed_by_what_it_belongs_to():
    world = await make_world(cohorts=2)
    mentor = await make_mentor(world.country)
    await form_all(world)
    first, second = await list_groups()

    assert await list_groups(cohort=world.cohorts[1].code) == (second,)
    assert await list_groups(centre=world.centres[0].code) == (first,)
    assert await list_groups(mentor=mentor.code, after_id=first.id) == (second,)
    assert await list_groups(countries=["ML"]) == ()
    assert (first.members, first.number, first.country) == (12, 1, "SN")


async def test_members_are_named_without_their_contacts():
    await form_all(await make_world(cohorts=1))
    (group,) = await list_groups()

    members = await group_members(code=group.code, limit=10)
    rest = await group_members(code=group.code, after_id=members[-1].id)

    assert (len(members), len(rest)) == (10, 2)
    assert not hasattr(members[0], "phone")
    with pytest.raises(GroupNotFound):
        await group_members(code="NO")


async def test_a_new_mentor_takes_over_the_meetups_to_come_and_both_are_told_once_each():
    world, old = await published_world()
    new = await make_mentor(world.country, code="M-2")
    (group,) = await list_groups()

    changed = await assign_mentor(
        code=group.code, revision=group.revision, mentor=new.code, now=NOW
    )

    assert changed.mentor == "M-2"
    assert {each.mentor for each in await Meetup.objects()} == {new.id}
    of_old = await Notice.objects().where(Notice.mentor == old.id).order_by(Notice.id)
    assert [(each.kind, each.sequence) for each in of_old] == [
        *[("published", 0)] * 4,
        *[("cancelled", 1)] * 4,
    ]
    of_new = await Notice.objects().where(Notice.mentor == new.id)
    assert [(each.kind, each.sequence) for each in of_new] == [("published", 0)] * 4
    versions = await FeedVersion.objects().where(FeedVersion.scope == "mentor")
    assert {each.subject for each in versions} == {old.id, new.id}


async def test_a_mentor_who_comes_back_is_told_with_a_higher_sequence():
    _, old = await published_world()
    (group,) = await list_groups()

    none = await assign_mentor(code=group.code, revision=group.revision, mentor=None, now=NOW)
    await assign_mentor(code=group.code, revision=none.revision, mentor=old.code, now=NOW)

    told = await Notice.objects().where(Notice.mentor == old.id).order_by(Notice.id)
    assert {each.sequence for each in told[:4]} == {0}
    assert [(each.kind, each.sequence) for each in told[8:]] == [("published", 2)] * 4


async def test_a_mentor_who_leads_another_meetup_at_that_time_is_refused():
    world = await make_world(cohorts=3)
    groups = await form_all(world)
    timetable = await draft(weeks=4)
    await publish_timetable(timetable_id=timetable.id, revision=timetable.revision, now=NOW)
    starts = {}
    for meetup in await Meetup.objects():
        starts.setdefault(meetup.starts_at, []).append(meetup.cohort_group)
    one, other = next(sorted(each)[:2] for each in starts.values() if len(each) > 1)
    code = {group.id: group.code for group in groups}
    mentor = await make_mentor(world.country)
    await assign_mentor(code=code[one], revision=1, mentor=mentor.code, now=NOW)

    with pytest.raises(MentorElsewhere):
        await assign_mentor(code=code[other], revision=1, mentor=mentor.code, now=NOW)

    assert (await get_group(code=code[other])).mentor is None


async def test_a_mentor_or_a_centre_of_another_country_is_refused():
    await form_all(await make_world(cohorts=1))
    (group,) = await list_groups()
    abroad = await make_country(iso2="ML", name_fr="Mali", zone="Africa/Bamako")
    mentor, centre = await make_mentor(abroad), await make_centre(abroad)

    with pytest.raises(MentorFromAbroad):
        await assign_mentor(code=group.code, revision=1, mentor=mentor.code, now=NOW)
    with pytest.raises(InvalidInput) as refused:
        await change_centre(code=group.code, revision=1, centre=centre.code)

    assert refused.value.field == "centre"
    assert await get_group(code=group.code) == group


async def test_another_home_centre_is_stored_from_the_revision_that_was_read():
    world = await make_world(cohorts=1)
    await form_all(world)
    (group,) = await list_groups()

    with pytest.raises(ChangedMeanwhile):
        await change_centre(code=group.code, revision=5, centre=world.centres[1].code)
    moved = await change_centre(
        code=group.code, revision=group.revision, centre=world.centres[1].code
    )

    assert (moved.centre, moved.revision) == (world.centres[1].code, group.revision + 1)
