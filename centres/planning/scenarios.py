"""Shell: scenarios as they are asked, stored, stopped and read."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from centres import fields
from centres.db import atomic, rows
from centres.errors import InvalidInput, NotFound, Refusal
from centres.language import Language, Sentence, say
from centres.planning.asked import Asked, Inputs, asked_from, encoded, inputs_from
from centres.planning.solving import Result, Stage
from centres.records import page, sought, wanted
from centres.refusals import CountryNotFound


class ScenarioState(StrEnum):
    """How far a scenario has come."""

    QUEUED = "queued"
    SOLVING = "solving"
    SOLVED = "solved"
    FAILED = "failed"


class ScenarioNotFound(NotFound):
    """There is no such scenario."""


class ScenarioNotSolved(Refusal):
    """This scenario has no answer yet."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A question with its answer, once there is one.

    `failure` says why there will be none, `failure_said` the same by language.
    """

    id: int
    name: str
    state: ScenarioState
    countries: tuple[str, ...]
    asked: Asked
    inputs_hash: str | None
    progress: Stage | None
    result: Result | None
    stop_asked: bool
    copied_from: int | None
    asked_by: str
    asked_at: datetime
    solved_at: datetime | None
    failure: str | None
    failure_said: dict[str, str] | None
    revision: int

    def failure_in(self, language: Language) -> str | None:
        """Return why there will be no answer, in this language; None while there may be one."""
        return (self.failure_said or {}).get(language, self.failure)

    def answered(self) -> Result:
        """Return the answer, or raise ScenarioNotSolved."""
        if self.result is None:
            raise ScenarioNotSolved(
                Sentence("Le scénario {number} n'a pas encore de réponse.", number=self.id)
            )
        return self.result


_COLUMNS = """
SELECT id, name, state, countries, asked, inputs_hash, progress, {result} AS result, stop_asked,
       copied_from, asked_by, asked_at, solved_at, failure, failure_said,
       revision FROM scenario
"""
_SCENARIOS = _COLUMNS.format(result="result")
_LISTED = _COLUMNS.format(result="NULL::jsonb")


async def request_scenario(
    *, name: str, asked: Asked, asked_by: str, now: datetime, copied_from: int | None = None
) -> int:
    """Store a question and return its id. Raises InvalidInput for a country nobody knows."""
    kept = fields.text(name, "name", 120)
    async with atomic():
        known = await rows(
            "SELECT iso2 FROM country WHERE iso2 = ANY($1::text[])",
            [fields.searched(each) for each in asked.countries],
        )
        unknown = sorted(set(asked.countries) - {each["iso2"] for each in known})
        if unknown:
            raise CountryNotFound(fields.unknown(unknown[0]), field="countries")
        stored = await rows(
            """INSERT INTO scenario (name, state, countries, asked, stop_asked, copied_from,
                                     asked_by, asked_at, revision)
               VALUES ($1, 'queued', $2, $3, false, $4, $5, $6, 1) RETURNING id""",
            kept,
            sorted(asked.countries),
            encoded(asked).decode(),
            copied_from,
            asked_by[:120],
            now,
        )
    return int(stored[0]["id"])


async def get_scenario(*, scenario_id: int) -> Scenario:
    """Return one scenario, or raise ScenarioNotFound."""
    found = []
    if 0 < scenario_id <= fields.INT4_MAX:
        found = await rows(f"{_SCENARIOS} WHERE id = $1", scenario_id)
    if not found:
        raise ScenarioNotFound(
            Sentence("Le scénario {number} n'existe pas.", number=scenario_id), field="id"
        )
    return _scenario(found[0])


async def get_inputs(*, scenario_id: int) -> Inputs:
    """Return what a scenario was answered from, or raise ScenarioNotFound or ScenarioNotSolved."""
    scenario = await get_scenario(scenario_id=scenario_id)
    scenario.answered()
    found = await rows("SELECT inputs FROM scenario WHERE id = $1", scenario_id)
    return inputs_from(found[0]["inputs"])


async def list_scenarios(
    *,
    countries: Sequence[str] | None = None,
    state: str | None = None,
    before_id: int | None = None,
    limit: int = 100,
) -> tuple[Scenario, ...]:
    """Return scenarios without their answers, newest first, all of whose countries are these."""
    found = await rows(
        f"""{_LISTED} WHERE id < $1 AND ($3::text[] IS NULL OR countries <@ $3::varchar[])
            AND ($4::text IS NULL OR state = $4) ORDER BY id DESC LIMIT $2""",
        *page(fields.INT4_MAX if before_id is None else before_id, limit),
        wanted(countries),
        sought(state),
    )
    return tuple(_scenario(each) for each in found)


async def stop_scenario(*, scenario_id: int) -> Scenario:
    """Ask the run of a scenario to end and keep its best; once solved nothing happens."""
    await rows(
        "UPDATE scenario SET stop_asked = true WHERE id = $1 AND state IN ('queued', 'solving')",
        scenario_id,
    )
    return await get_scenario(scenario_id=scenario_id)


async def begin_scenario(*, scenario_id: int) -> Scenario | None:
    """Mark a scenario as being solved and return it; None if it is solved or failed already."""
    async with atomic():
        found = await rows("SELECT state FROM scenario WHERE id = $1 FOR UPDATE", scenario_id)
        if not found or found[0]["state"] in ("solved", "failed"):
            return None
        await rows("UPDATE scenario SET state = 'solving' WHERE id = $1", scenario_id)
    return await get_scenario(scenario_id=scenario_id)


async def note_progress(*, scenario_id: int, stage: Stage) -> bool:
    """Store how far a run is; return whether somebody asked it to stop."""
    found = await rows(
        "UPDATE scenario SET progress = $2 WHERE id = $1 RETURNING stop_asked",
        scenario_id,
        encoded(stage).decode(),
    )
    return bool(found and found[0]["stop_asked"])


async def store_result(*, scenario_id: int, inputs: Inputs, result: Result, now: datetime) -> None:
    """Store the answer with its inputs; of two runs of one scenario the first counts."""
    await rows(
        """UPDATE scenario SET state = 'solved', inputs = $2, inputs_hash = $3, result = $4,
                  solved_at = $5, failure = NULL, failure_said = NULL, progress = NULL
           WHERE id = $1 AND state = 'solving'""",
        scenario_id,
        encoded(inputs).decode(),
        result.inputs_hash,
        encoded(result).decode(),
        now,
    )


async def fail_scenario(*, scenario_id: int, failure: str) -> None:
    """Store why there is no answer, in each language that it can be said in."""
    await rows(
        "UPDATE scenario SET state = 'failed', failure = $2, failure_said = $3, progress = NULL"
        " WHERE id = $1 AND state = 'solving'",
        scenario_id,
        str(failure),
        encoded({each.value: say(failure, each) for each in Language}).decode(),
    )


async def get_several(*, scenario_ids: Collection[int]) -> list[Scenario]:
    """Return solved scenarios to be compared, in the order given, each once.

    Raises InvalidInput for fewer than two or more than six, and what `get_scenario` raises.
    """
    numbers = list(dict.fromkeys(scenario_ids))
    if not 2 <= len(numbers) <= 6:
        raise InvalidInput(Sentence("Choisissez de deux à six scénarios à comparer."), field="with")
    found = [await get_scenario(scenario_id=each) for each in numbers]
    for each in found:
        each.answered()
    return found


def _scenario(row: dict[str, Any]) -> Scenario:
    result = row["result"]
    progress = row["progress"]
    said = row["failure_said"]
    return Scenario(
        **{
            **row,
            "state": ScenarioState(row["state"]),
            "countries": tuple(row["countries"]),
            "asked": asked_from(row["asked"]),
            "failure_said": said and msgspec.json.decode(said, type=dict[str, str]),
            "progress": None if progress is None else msgspec.json.decode(progress, type=Stage),
            "result": None if result is None else msgspec.json.decode(result, type=Result),
        }
    )
