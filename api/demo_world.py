"""What the demonstration adds to its seeded world: a published timetable, accounts, links."""

import json
import secrets
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from api.access.accounts import Grant, amend_account, create_account
from api.access.caller import Role
from api.access.tables import Account
from api.access.tokens import make_token
from centres.db import rows
from centres.errors import NotFound
from seed.demo import DemoWorld
from sessions.feeds.links import LinkPurpose
from sessions.learning.learners import get_learner_name
from sessions.lifecycle import TimetableState
from sessions.publishing import publish_timetable
from sessions.scheduling import request_timetable, solve_timetable
from sessions.subscriptions import device_feed, find_link, open_page_link
from sessions.timetables import Timetable, list_timetables

WEEKS = 26
SECONDS = 40.0
KEYS_FILE = "demo.json"
BROKEN_OFF = frozenset({TimetableState.QUEUED, TimetableState.SOLVING, TimetableState.DRAFT})


@dataclass(frozen=True, slots=True)
class DemoKeys:
    """The secrets of the demonstration; they stay in its data folder."""

    centre: str
    page_token: str
    feed_token: str
    host_email: str
    host_password: str
    manager_email: str
    manager_password: str
    admin_token: str

    def links(self, base: str) -> dict[str, object]:
        """Return the addresses and logins that `--links` writes."""
        return {
            "base": base,
            "student_feed": f"{base}/feeds/{self.feed_token}.ics",
            "student_page": f"{base}/s/{self.page_token}",
            "centre_feed": f"{base}/centres/{self.centre}.ics",
            "host": {
                "email": self.host_email,
                "password": self.host_password,
                "centre": self.centre,
            },
            "manager": {"email": self.manager_email, "password": self.manager_password},
            "admin_token": self.admin_token,
        }


@dataclass(frozen=True, slots=True)
class DemoTimetable:
    """The demonstration's timetable, solved and not yet published, or published already."""

    draft: Timetable

    @property
    def planned(self) -> int:
        """How many periods have a slot."""
        return (
            sum(each.planned for each in self.draft.results.countries) if self.draft.results else 0
        )

    @property
    def unmet(self) -> int:
        """How many periods have none."""
        return sum(each.unmet for each in self.draft.results.countries) if self.draft.results else 0

    @property
    def gap_percent(self) -> float:
        """By how much the cost may exceed the best possible, in percent of the cost."""
        cost, bound = self.draft.cost or 0.0, self.draft.bound or 0.0
        return 100 * (cost - bound) / cost if cost else 0.0

    async def publish(self, now: datetime) -> None:
        """Make it live, unless it is."""
        if self.draft.published_at is None:
            await publish_timetable(
                timetable_id=self.draft.id, revision=self.draft.revision, now=now
            )


async def prepare_demo(world: DemoWorld, *, now: datetime) -> DemoTimetable:
    """Solve the timetable of every country with groups, on two processes.

    The one of a start that was broken off is taken up where it was left: half solved, a draft, or
    live. After a day a draft is put aside, since some of its slots may be past.
    """
    left = [each.id for each in await list_timetables() if _can_be_taken_up(each, now)]
    asked = left[0] if left else await _ask(world, now)
    with ProcessPoolExecutor(max_workers=2) as executor:
        draft = await solve_timetable(timetable_id=asked, now=now, executor=executor)
    return DemoTimetable(draft)


def _can_be_taken_up(found: Timetable, now: datetime) -> bool:
    if found.state is TimetableState.PUBLISHED:
        return True
    return found.state in BROKEN_OFF and found.asked_at > now - timedelta(days=1)


async def _ask(world: DemoWorld, now: datetime) -> int:
    countries = await rows(
        "SELECT DISTINCT k.iso2 FROM cohort c JOIN country k ON k.id = c.country ORDER BY 1"
    )
    return await request_timetable(
        countries=[each["iso2"] for each in countries],
        first_day=world.first_monday,
        weeks=WEEKS,
        seconds=SECONDS,
        asked_by="demo",
        now=now,
    )


async def keys_of_demo(world: DemoWorld, *, now: datetime) -> DemoKeys:
    """Make the host's, the manager's and the administrator's accounts, and one learner's links.

    Accounts that are there already get new passwords, so that a start that was broken off can be
    taken up again.
    """
    host, host_password = "hote@demo.example.org", secrets.token_urlsafe(9)
    manager, manager_password = "responsable@demo.example.org", secrets.token_urlsafe(9)
    managed = await rows("SELECT iso2 FROM country ORDER BY iso2")
    grants = [Grant(Role.MANAGER, each["iso2"]) for each in managed]
    await _account(
        host, "Hôte de démonstration", host_password, [Grant(Role.HOST, world.centre)], now
    )
    await _account(manager, "Responsable régionale", manager_password, grants, now)
    admin = await _account(
        "admin@demo.example.org",
        "Administration",
        secrets.token_urlsafe(24),
        [Grant(Role.ADMIN)],
        now,
    )
    _, admin_token = await make_token(account_id=admin, name="demo", may_write=True, now=now)
    learner = await get_learner_name(code=world.learner)
    _, page_token = await open_page_link(learner_id=learner.id, device="démonstration", now=now)
    _, feed_token = await device_feed(page_token=page_token, device="téléphone", now=now)
    return DemoKeys(
        centre=world.centre,
        page_token=page_token,
        feed_token=feed_token,
        host_email=host,
        host_password=host_password,
        manager_email=manager,
        manager_password=manager_password,
        admin_token=admin_token,
    )


async def _account(
    email: str, name: str, password: str, grants: Sequence[Grant], now: datetime
) -> int:
    known = await Account.objects().where(Account.email == email).first()
    if known is not None:
        await amend_account(account_id=known.id, revision=None, password=password, grants=grants)
        return int(known.id)
    made = await create_account(email=email, name=name, password=password, grants=grants, now=now)
    return made.id


def read_keys(data: Path) -> DemoKeys | None:
    """Return the keys kept in the data folder; None before the first start has ended."""
    file = data / KEYS_FILE
    return DemoKeys(**json.loads(file.read_text())) if file.exists() else None


async def open_keys(data: Path) -> DemoKeys | None:
    """Return the kept keys if they open anything here: the database may be another, or empty."""
    keys = read_keys(data)
    if keys is None:
        return None
    try:
        await find_link(keys.page_token, LinkPurpose.PAGE)
    except NotFound:
        return None
    return keys


def write_keys(data: Path, keys: DemoKeys) -> None:
    """Keep the keys in the data folder, readable by its owner only."""
    data.mkdir(parents=True, exist_ok=True)
    file = data / KEYS_FILE
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_text(json.dumps(asdict(keys), ensure_ascii=False, indent=2))
    part.replace(file)  # whole or not at all, whenever this is broken off
