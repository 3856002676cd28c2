"""A run says how far it is, can be stopped, and leaves behind what proves its figures."""

from dataclasses import replace

import pytest

from centres.db import rows
from sessions.lifecycle import TimetableState
from sessions.refusals import TimetableNotBeingMade, TimetableWithoutProof
from sessions.scheduling import request_timetable, solve_timetable
from sessions.timetable_proofs import load_proofs, verify
from sessions.timetable_runs import ask_to_stop, read_run
from sessions.timetables import planned
from tests.factories import NOW, make_country
from tests.sessions.small_world import FIRST_DAY, draft, form_all, make_world

pytestmark = pytest.mark.usefixtures("database")


async def asked() -> int:
    return await request_timetable(
        countries=["SN"], first_day=FIRST_DAY, weeks=8, asked_by="test", now=NOW
    )


async def test_a_run_ends_with_its_best_cost_its_bound_and_its_gap():
    await form_all(await make_world())

    timetable = await draft()

    run = await read_run(timetable_id=timetable.id, of=1)
    assert (run.step.country, run.step.done, run.step.of) == ("SN", 1, 1)
    assert (run.step.best, run.step.bound) == (timetable.cost, timetable.bound)
    assert run.step.gap == timetable.gap
    assert (run.stopped, run.derived_from, run.advised) == (False, None, False)


async def test_a_run_that_is_told_to_stop_keeps_the_best_it_has():
    groups = await form_all(await make_world())
    number = await asked()
    await ask_to_stop(timetable_id=number, now=NOW)
    await ask_to_stop(timetable_id=number, now=NOW)

    timetable = await solve_timetable(timetable_id=number, now=NOW)

    assert timetable.state is TimetableState.DRAFT
    assert (await read_run(timetable_id=number, of=1)).stopped
    assert {each.group for each in await planned(timetable_id=number)} == {
        each.code for each in groups
    }
    assert timetable.bound <= timetable.cost


async def test_only_a_run_that_waits_or_goes_on_can_be_stopped():
    await form_all(await make_world(cohorts=1))
    timetable = await draft()

    with pytest.raises(TimetableNotBeingMade):
        await ask_to_stop(timetable_id=timetable.id, now=NOW)


async def test_the_cost_and_the_bound_come_out_again_from_what_is_kept():
    await form_all(await make_world(learners=25))
    timetable = await draft()

    (proof,) = await load_proofs(timetable_id=timetable.id)

    assert proof.instance.instance_hash() == timetable.results.countries[0].instance_hash
    again = verify(proof, timetable.weights)
    assert (again.sound, again.broken) == (True, 0)
    assert again.cost_again == pytest.approx(timetable.cost)
    assert again.bound_again >= again.bound - 1e-6


async def test_a_tampered_cost_or_bound_does_not_come_out_again():
    await form_all(await make_world(cohorts=1))
    timetable = await draft()
    (proof,) = await load_proofs(timetable_id=timetable.id)

    assert not verify(replace(proof, cost=proof.cost + 1), timetable.weights).sound
    assert not verify(replace(proof, price_bound=proof.price_bound + 1), timetable.weights).sound


async def test_a_timetable_that_was_never_solved_has_no_proof():
    await make_country()

    with pytest.raises(TimetableWithoutProof):
        await load_proofs(timetable_id=await asked())


async def test_progress_is_no_new_revision_of_the_timetable():
    await form_all(await make_world(cohorts=1))
    number = await asked()
    await rows("UPDATE timetable_run SET best = 1, bound = 1 WHERE timetable = $1", number)

    found = await rows("SELECT revision FROM timetable WHERE id = $1", number)

    assert found[0]["revision"] == 1
