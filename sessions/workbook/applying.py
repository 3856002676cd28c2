"""Shell: everything that came back in a workbook stored, row by row, each refused for itself."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from centres.db import atomic, rows
from centres.errors import Refusal
from centres.language import Sentence
from sessions.learning.enrolments import enrol_many
from sessions.learning.learners import register_learners
from sessions.workbook.comparing import Compared, Fault, Incoming, Outcome, Values, compare
from sessions.workbook.current import Current, Scope, current_rows
from sessions.workbook.sheets import SHEETS, Sheet
from sessions.workbook.storing import Storing, begin, keep_attendance, learner_of, store_row

TELL_EVERY = 200  # rows
MOST_MARKS = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One row that was stored: enough to take it back. `before` and `after` by field."""

    sheet: str
    key: str
    outcome: Outcome
    before: Values
    after: Values


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of every row, by sheet in their order, and what was stored, in that order."""

    rows: Mapping[str, Sequence[Compared]]
    changes: tuple[Change, ...]


Tell = Callable[[float], Awaitable[None]]


async def apply(
    *,
    sent: Mapping[str, Sequence[Incoming]],
    scope: Scope,
    now: datetime,
    mark: str,
    tell: Tell,
) -> Applied:
    """Store what changed, in the open transaction; what a rule refuses is refused for its row only.

    `mark` names the import; `tell` is given the share that is done, from time to time.
    """
    by = await begin(scope=scope, now=now, mark=mark)
    found: dict[str, Sequence[Compared]] = {}
    changes: list[Change] = []
    whole = sum(len(each) for each in sent.values()) or 1
    done = 0
    for sheet in SHEETS:
        if sheet.name not in sent:
            continue
        current = await current_rows(sheet=sheet, scope=scope, now=now)
        compared = compare(
            sheet, sent[sheet.name], {key: each.values for key, each in current.items()}
        )
        work = _Sheet(sheet, current, by, changes)

        async def told(rows_done: int, before: int = done) -> None:
            await tell((before + rows_done) / whole)

        found[sheet.name] = await work.store(compared, told)
        done += len(sent[sheet.name])
        await tell(done / whole)
    return Applied(found, tuple(changes))


class _Sheet:
    """One sheet being stored."""

    def __init__(
        self, sheet: Sheet, current: Mapping[str, Current], by: Storing, changes: list[Change]
    ) -> None:
        self._sheet, self._current, self._by, self._changes = sheet, current, by, changes

    async def store(
        self, compared: Sequence[Compared], told: Callable[[int], Awaitable[None]]
    ) -> list[Compared]:
        ends: dict[int, Compared] = {}
        left = [each for each in compared if each.outcome in (Outcome.NEW, Outcome.CHANGED)]
        if self._sheet.name == "learners":
            ends, left = await self._many_learners(left)
        if self._sheet.name == "attendance":
            ends, left = await self._many_marks(left), []
        await told(len(ends))
        for count, each in enumerate(left):
            ends[each.number] = await self._one(each)
            if count % TELL_EVERY == TELL_EVERY - 1:
                await told(len(ends))
        return [ends.get(each.number, each) for each in compared]

    async def _one(self, row: Compared) -> Compared:
        current = self._current.get(row.key or "")
        try:
            async with atomic():
                key = await store_row(
                    self._sheet.name,
                    row,
                    current.revision if current else None,
                    current.values if current else {},
                    self._by,
                )
        except Refusal as refusal:
            return row.refused(self._fault(refusal))
        self._keep(row, key)
        return replace(row, key=key)

    def _keep(self, row: Compared, key: str) -> None:
        self._changes.append(Change(self._sheet.name, key, row.outcome, row.before, row.values))
        cohort = row.values.get("cohort") if self._sheet.name == "learners" else None
        if cohort is not None:
            values = {"cohort": cohort, "learner": key}
            self._changes.append(Change("enrolments", f"{cohort}/{key}", Outcome.NEW, {}, values))

    def _fault(self, refusal: Refusal) -> Fault:
        known = {each.field for each in self._sheet.columns}
        detail = refusal.detail
        what = detail if isinstance(detail, Sentence) else Sentence(str(detail))
        return Fault(refusal.field if refusal.field in known else None, what)

    async def _many_learners(
        self, found: Sequence[Compared]
    ) -> tuple[dict[int, Compared], list[Compared]]:
        """Register new learners together, as far as nothing but their own row decides it."""
        grouped = await rows(
            "SELECT DISTINCT o.code FROM cohort o JOIN cohort_group g ON g.cohort = o.id"
        )
        with_groups = {each["code"] for each in grouped}
        ends: dict[int, Compared] = {}
        together, left = [], []
        for row in found:
            cohort = row.values.get("cohort")
            plain = cohort is None or (
                cohort not in with_groups
                and cohort in self._by.cohorts
                and self._by.scope.manages(self._by.cohorts[str(cohort)])
            )
            if row.outcome is not Outcome.NEW or not plain:
                left.append(row)
                continue
            try:
                together.append((row, learner_of(row, self._by)))
            except Refusal as refusal:
                ends[row.number] = row.refused(self._fault(refusal))
        try:
            async with atomic():
                codes = await register_learners(
                    learners=[learner for _, learner in together], now=self._by.now
                )
                joining: dict[str, list[str]] = defaultdict(list)
                for (row, _), code in zip(together, codes, strict=True):
                    if row.values.get("cohort") is not None:
                        joining[str(row.values["cohort"])].append(code)
                for cohort, learners in joining.items():
                    await enrol_many(cohort=cohort, learners=learners, now=self._by.now)
        except Refusal:  # of one of them: each for itself says which
            return ends, [row for row, _ in together] + left
        for (row, _), code in zip(together, codes, strict=True):
            ends[row.number] = replace(row, key=code)
            self._keep(row, code)
        return ends, left

    async def _many_marks(self, found: Sequence[Compared]) -> dict[int, Compared]:
        meetups: dict[str, list[Compared]] = defaultdict(list)
        for row in found:
            meetups[str(row.key).partition("/")[0]].append(row)
        ends: dict[int, Compared] = {}
        for members in meetups.values():
            for first in range(0, len(members), MOST_MARKS):
                part = members[first : first + MOST_MARKS]
                refused = await keep_attendance(part, self._by)
                for row in part:
                    why = refused.get(str(row.key))
                    if why is None:
                        self._keep(row, str(row.key))
                    ends[row.number] = row if why is None else row.refused(Fault("value", why))
        return ends
