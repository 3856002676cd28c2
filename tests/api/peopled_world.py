"""Two countries with somebody of each role in each place, and one of everything to act upon.

Senegal has a centre with its people and a second one next door; Mali has learners and a manager of
its own. Every learner has contacts, so that a leak has something to let out.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from api.access.accounts import Grant, amend_account
from api.access.caller import Role
from api.access.passwords import hashed
from api.access.secrets import digest, form_key, new_secret
from api.access.tables import Account, Login
from api.access.tokens import make_token
from centres.language import Language
from centres.tables import Host, Locality
from sessions.attendance.evidence import add_photo
from sessions.cost_calendars import register_cost_calendar
from sessions.feeds.links import FeedScope
from sessions.mentor_absences import register_absence
from sessions.messages.addresses import answer_key
from sessions.messages.people import Person
from sessions.messages.readers import load_reader
from sessions.scheduling import request_timetable, solve_timetable
from sessions.subscriptions import device_feed, open_feed_link, open_page_link
from sessions.tables.learning import Programme, Sponsor
from sessions.tables.meetups import Notice
from sessions.waiting_list import join_waiting_list
from tests.api.conftest import NOW, PASSWORD
from tests.api.planned_sites import made_plans
from tests.factories import (
    make_agreement,
    make_centre,
    make_closure,
    make_cohort,
    make_country,
    make_group,
    make_holiday,
    make_hours,
    make_learner,
    make_meetup,
    make_mentor,
    make_room,
    make_slot,
    stored,
)

GRANTS: Mapping[str, Grant | None] = {
    "admin": Grant(Role.ADMIN),
    "manager": Grant(Role.MANAGER, "SN"),
    "abroad": Grant(Role.MANAGER, "ML"),
    "host": Grant(Role.HOST, "SN-DKR-01"),
    "next_door": Grant(Role.HOST, "SN-DKR-02"),
    "mentor": Grant(Role.MENTOR, "SN-M1"),
    "colleague": Grant(Role.MENTOR, "SN-M2"),
    "nobody": None,
}
"""Each account by what it is to the centre SN-DKR-01, its group and its learners."""


async def make_accounts() -> dict[str, dict[str, str]]:
    """Return for each account its tokens (`writes`, `reads`), its cookie and its form key.

    All have one password, which is hashed once: hashing is slow on purpose.
    """
    secret = await hashed(PASSWORD)
    made = {}
    for name, grant in GRANTS.items():
        account = await stored(
            Account(
                email=f"{name}@network.example", name=name, password_hash=secret, created_at=NOW
            )
        )
        if grant is not None:
            await amend_account(account_id=account.id, revision=None, grants=[grant])
        secrets = {"id": str(account.id), "cookie": new_secret()}
        secrets["form_key"] = form_key(secrets["cookie"])
        await stored(
            Login(
                key_hash=digest(secrets["cookie"]),
                account=account.id,
                created_at=NOW,
                expires_at=NOW + timedelta(days=1),
            )
        )
        for kind in ("writes", "reads"):
            row, secrets[kind] = await make_token(
                account_id=account.id, name=kind, may_write=kind == "writes", now=NOW
            )
            secrets[f"{kind}_id"] = str(row.id)
        made[name] = secrets
    return made


async def _mali(contacts: dict[str, list[str]]) -> dict[str, Any]:
    mali = await make_country(
        iso2="ML", name_fr="Mali", name_en="Mali", name_pt="Mali", zone="Africa/Bamako"
    )
    contacts["ML"] = ["oumou@contact.example", "+22370000001"]
    learner = await make_learner(
        mali, code="ML-L1", name="Oumou", email=contacts["ML"][0], phone=contacts["ML"][1]
    )
    host = await stored(Host(code="ML-lycee", name="Lycée", kind="school", country=mali))
    centre = await make_centre(mali, code="ML-BKO-01", host=host)
    await make_agreement(centre)
    room = await make_room(centre, code="ML-BKO-01-R1", seats=2)
    mentor = await make_mentor(mali, code="ML-M1")
    group = await make_group(await make_cohort(mali, code="ML-C1"), centre, code="ML-C1-G1")
    taken, free, small = [
        await make_slot(room, datetime(2027, 1, day, 9), seats=seats)
        for day, seats in ((11, 2), (12, 2), (13, 1))
    ]
    meetup = await make_meetup(group, taken)
    full = await make_meetup(group, small, 1, [learner])
    return {
        "far_host": host.code,
        "far_centre": centre.code,
        "far_room": room.code,
        "far_mentor": mentor.code,
        "far_slot": free.id,
        "far_meetup": meetup.id,
        "far_full": full.id,
    }


async def make_peopled_world() -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return the names that addresses and bodies are filled with, and learners' contacts.

    Contacts are by the country whose managers may read them.
    """
    contacts: dict[str, list[str]] = {"SN": []}
    senegal = await make_country()
    far = await _mali(contacts)
    await stored(Locality(country=senegal, name="Dakar", latitude=14.69, longitude=-17.44))
    host = await stored(Host(code="SN-lycee", name="Lycée", kind="school", country=senegal))
    centre = await make_centre(senegal, code="SN-DKR-01", host=host)
    near = await make_centre(senegal, code="SN-DKR-02", host=host)
    planned = await make_centre(senegal, code="SN-DKR-03", host=host, state="planned")
    prospect = await make_agreement(planned, state="prospect")
    agreement = await make_agreement(centre)
    await make_agreement(near)
    for each in (centre, near):
        await make_hours(each)
    room = await make_room(centre, code="SN-DKR-01-R1")
    shut = await make_room(centre, code="SN-DKR-01-R2", open=False)
    await make_room(near, code="SN-DKR-02-R1")
    programme = await stored(Programme(code="P1", title="Architecte de données", months=6))
    sponsor = await stored(Sponsor(code="agence", name="Agence", kind="donor"))
    mentor = await make_mentor(senegal, code="SN-M1")
    await make_mentor(senegal, code="SN-M2")
    cohort = await make_cohort(senegal, code="SN-C1", programme=programme)
    group = await make_group(cohort, centre, code="SN-C1-G1", number=1, mentor=mentor)

    learners = []
    for number in range(4):
        email, phone = f"eleve{number}@contact.example", f"+22177000000{number}"
        contacts["SN"] += [email, phone]
        learners.append(
            await make_learner(
                senegal,
                group if number < 2 else None,
                code=f"SN-L{number}",
                name=f"Élève {number}",
                email=email,
                phone=phone,
                centre=centre,
            )
        )
    saturdays = [datetime(2027, 1, 9, 9) + timedelta(weeks=week) for week in range(5)]
    slots = [await make_slot(room, each) for each in saturdays]
    meetup = await make_meetup(group, slots[0], 0, learners[:2])
    one_seat = await make_slot(room, saturdays[1].replace(hour=14), seats=1)
    full = await make_meetup(group, one_seat, 1, learners[:1])
    other = await make_meetup(group, slots[2], 2, [])
    await join_waiting_list(meetup_id=full.id, learner_id=learners[2].id, now=NOW)
    mentor_notice = Notice(
        meetup=meetup, mentor=mentor, kind="published", sequence=0, at=NOW, learner=None
    )
    await stored(mentor_notice)
    closure = await make_closure(centre, date(2027, 6, 1), date(2027, 6, 2))
    tentative = await make_holiday(senegal, date(2027, 3, 10), tentative=True, kind="islamic")
    struck = await make_holiday(senegal, date(2027, 4, 4), observed=False)
    asked = await request_timetable(
        countries=["SN"], first_day=date(2027, 1, 4), weeks=5, seconds=0.2, asked_by="test", now=NOW
    )
    await solve_timetable(timetable_id=asked, now=NOW)
    planning = await made_plans()
    queued = await request_timetable(
        countries=["SN"], first_day=date(2027, 1, 4), weeks=5, asked_by="test", now=NOW
    )
    away = await register_absence(
        mentor="SN-M2",
        first_day=date(2027, 1, 30),
        last_day=date(2027, 1, 31),
        reason="Formation",
        now=NOW,
    )
    dear = await register_cost_calendar(
        country="SN",
        name="Ramadan",
        first_day=date(2027, 2, 8),
        last_day=date(2027, 3, 9),
        starts_minute=960,
        ends_minute=1140,
        points=5.0,
    )
    _, page = await open_page_link(learner_id=learners[0].id, device="téléphone", now=NOW)
    device, feed = await device_feed(page_token=page, device="téléphone", now=NOW)
    link, _ = await open_feed_link(
        scope=FeedScope.CENTRE, subject=centre.id, device="bureau", language=Language.FR, now=NOW
    )
    reader = await load_reader(Person("learner", learners[0].id))
    assert reader is not None
    names = {
        **far,
        "answer": answer_key(reader.person, reader.secret, meetup.id),
        "region": senegal.region.code,
        "host": host.code,
        "next_door": near.code,
        "centre": centre.code,
        "planned": planned.code,
        "prospect": prospect.id,
        "agreement": agreement.id,
        "room": room.code,
        "shut": shut.code,
        "programme": programme.code,
        "sponsor": sponsor.code,
        "mentor": mentor.code,
        "cohort": cohort.code,
        "group": group.code,
        "learner": "SN-L0",
        "waiting": "SN-L2",
        "new": "SN-L3",
        "slot": slots[0].id,
        "free": slots[1].id,
        "meetup": meetup.id,
        "photo": await add_photo(meetup_id=meetup.id, content=b"\xff\xd8\xff...", now=NOW),
        "full": full.id,
        "other": other.id,
        "notice": mentor_notice.id,
        "closure": closure.id,
        "tentative": tentative.id,
        "struck": struck.id,
        "timetable": asked,
        **planning,
        "queued": queued,
        "absence": away.absence.id,
        "dear": dear.id,
        "page": page,
        "feed": feed,
        "device": device.id,
        "link": link.id,
    }
    return names, contacts
