"""A scenario from its question to its answer, its figures and its words."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from centres.errors import InvalidInput
from centres.planning.asked import Asked, Assumptions, asked_from, encoded, inputs_from, inputs_hash
from centres.planning.problem import (
    NoCandidates,
    NothingToPlanFor,
    UnknownSite,
    posed,
)
from centres.planning.solving import work_out
from centres.planning.why import note_words, price_words, reasons
from centres.siting.problem import Objective
from centres.siting.refusals import NotEnoughSeats
from tests.centres.planning.worlds import asked, for_ever, inputs, people, place

TOWNS = [people(0, 100, "Nord"), people(-0.5, 60, "Milieu"), people(-1, 40, "Sud")]
SITES = [place(0, "nord"), place(-0.5, "milieu"), place(-1, "sud")]
WORLD = inputs(TOWNS, SITES)


def answer(question: Asked, world=WORLD):
    return work_out(question, world, for_ever)


def keys(result) -> list[str]:
    return sorted(each.key for each in result.sites)


def test_two_sites_stand_where_most_learners_are_and_it_is_proven():
    result = answer(asked(2))

    assert keys(result) == ["milieu", "nord"]
    assert result.proof.proven
    assert result.after.mean_minutes == pytest.approx(40 * 130.8 / 200, rel=0.01)
    assert [round(each, 2) for each in result.after.within] == [0.8, 0.8, 0.8]
    assert result.after.worst_minutes == pytest.approx(130.8, rel=0.01)


def test_why_a_site_says_whom_it_serves_what_they_save_and_what_else_there_is():
    result = answer(asked(2))
    milieu = next(each for each in result.sites if each.key == "milieu")

    said = [str(each) for each in reasons(milieu, result, WORLD)]

    assert said == [
        "Il servirait 100 apprenants, à 52 minutes en moyenne et 131 au plus.",
        "Ils viennent de Milieu (60), Sud (40).",
        "Sans lui, ils mettraient 131 minutes de plus chacun pour aller au plus proche des autres.",
        "À défaut : Sud, avec 13,1 minutes de plus par apprenant du plan.",
    ]


def test_forcing_a_site_has_its_price_in_minutes():
    result = answer(asked(1, forced=("sud",)))

    assert keys(result) == ["sud"]
    [price] = result.prices
    free = answer(asked(1))
    assert price.minutes == pytest.approx(
        (result.after.mean_minutes or 0) - (free.after.mean_minutes or 0)
    )
    assert str(price_words(price, str.title)).startswith("Imposer Sud : ")


def test_the_curve_falls_and_ends_at_the_answer():
    result = answer(asked(3, curve_to=3))

    means = [each.mean_minutes for each in result.curve]
    assert means == sorted(means, reverse=True)
    assert means[-1] == result.after.mean_minutes == 0


def test_existing_centres_stay_and_the_figures_before_are_theirs():
    world = inputs(TOWNS, [place(-1, "ouvert", existing=True), *SITES])

    result = answer(asked(1), world)

    assert keys(result) == ["nord", "ouvert"]
    assert result.before is not None
    assert result.before.mean_minutes > result.after.mean_minutes


def test_one_new_site_a_country_counts_no_centre_that_is_there_already():
    abroad = [people(2, 500, "Ailleurs", country="ML"), people(2.5, 400, "Loin", country="ML")]
    sites = [place(2, "ml1", country="ML"), place(2.5, "ml2", country="ML")]
    open_there = place(2.2, "ml0", country="ML", existing=True)
    world = inputs([*TOWNS, *abroad], [*SITES, *sites, open_there])

    result = answer(asked(2, countries=("SN", "ML"), most_new_per_country=1), world)

    assert sorted(each[:2] for each in keys(result)) == ["ml", "ml", "no"]


def test_coverage_with_seats_leaves_out_whom_no_seat_is_left_for():
    world = inputs(TOWNS, [place(0, "nord", learners=70.0)])

    result = answer(
        asked(1, objective=Objective.MAXIMAL_COVERING, within_minutes=30, seats_bind=True), world
    )

    assert (result.after.seats_used, result.after.left_out) == (70, 130)


def test_too_few_seats_are_refused_with_how_many_are_missing():
    world = inputs(TOWNS, [place(0, "nord", learners=70.0)])

    with pytest.raises(NotEnoughSeats) as refused:
        posed(asked(1, seats_bind=True), world)

    assert "au plus 70 apprenants et il y en a 200 : il en manque 130" in refused.value.detail


@pytest.mark.parametrize(
    ("question", "refusal", "field"),
    [
        (asked(4), NoCandidates, "new_sites"),
        (asked(1, forced=("nord", "sud")), NoCandidates, "forced"),
        (asked(1, forced=("nulle-part",)), UnknownSite, "forced"),
    ],
)
def test_a_question_that_cannot_be_answered_names_its_field(question, refusal, field):
    with pytest.raises(refusal) as refused:
        posed(question, WORLD)

    assert refused.value.field == field


def test_a_site_both_forced_and_excluded_is_refused():
    with pytest.raises(InvalidInput) as refused:
        asked(1, forced=("nord",), forbidden=("nord",))

    assert refused.value.field == "forbidden"


def test_no_learners_at_all_are_refused():
    with pytest.raises(NothingToPlanFor):
        posed(asked(1), inputs([people(0, 0)], SITES))


def test_places_out_of_reach_are_left_out_and_said():
    world = inputs([*TOWNS, people(0, 5, "Bamako", country="ML")], SITES)

    result = answer(asked(1), world)

    assert result.after.left_out == pytest.approx(5)
    assert "Bamako" in str(note_words(result.notes[0]))


def test_an_alternative_that_strands_somebody_is_said_to_and_has_no_minutes():
    world = inputs(
        [people(0, 10, "Ici"), people(8, 10, "Loin")],
        [place(0, "ici"), place(8, "loin"), place(0.3, "entre")],
    )

    result = answer(asked(2), world)

    far = next(each for each in result.sites if each.key == "loin")
    assert (far.next_best, far.worse_by, far.stranded) == ("entre", None, 10)
    assert str(reasons(far, result, world)[-1]) == (
        "À défaut : Entre, mais des apprenants n'auraient alors aucun centre."
    )


def test_more_sites_than_help_are_not_opened_and_it_is_said():
    world = inputs([people(0, 9)], SITES)

    result = answer(asked(3), world)

    assert [each.code for each in result.notes] in ([], ["fewer"])
    assert result.after.mean_minutes == 0


def test_women_and_others_are_told_apart_where_both_are_known():
    world = inputs([people(0, 10, women=10.0), people(-0.5, 10, women=0.0)], [place(0, "nord")])

    result = answer(asked(1), world)

    assert (result.after.women_minutes, round(result.after.others_minutes or 0)) == (0, 131)


def test_the_same_question_is_answered_to_the_digit_from_what_was_stored():
    question = asked(2, curve_to=2, assumptions=Assumptions(draws=5))
    world = inputs(TOWNS, [*SITES, place(-0.2, "entre")])

    first = work_out(question, world, for_ever)
    again = work_out(asked_from(encoded(question)), inputs_from(encoded(world)), for_ever)

    assert encoded(first) == encoded(again)
    assert first.inputs_hash == inputs_hash(question, world)
    assert first.draws == 5


def test_whoever_stops_it_keeps_the_best():
    result = work_out(asked(2, curve_to=3), WORLD, lambda share: False)

    assert len(result.sites) == 2
    assert (result.curve, result.draws) == ((), 0)


PLACES = st.lists(
    st.tuples(st.floats(-1.5, 1.5), st.integers(1, 50)),
    min_size=2,
    max_size=7,
    unique_by=lambda e: e[0],
)


def total(result) -> float:
    return (result.after.mean_minutes or 0.0) * result.after.learners


@settings(max_examples=20, deadline=None)
@given(PLACES)
def test_one_more_site_never_lengthens_and_a_new_candidate_never_worsens(spots):
    towns = [people(north, count, f"t{n}") for n, (north, count) in enumerate(spots)]
    sites = [place(north, f"s{n}") for n, (north, _) in enumerate(spots)]
    world, fewer = inputs(towns, sites), inputs(towns, sites[:-1])

    one, two = answer(asked(1), world), answer(asked(2), world)
    less = answer(asked(1), fewer)

    assert one.proof.proven
    assert total(two) <= total(one) + 1e-6
    assert total(one) <= total(less) + 1e-6


@settings(max_examples=20, deadline=None)
@given(PLACES, st.floats(0.1, 1000))
def test_scaling_demand_changes_no_choice(spots, factor):
    towns = [people(north, count, f"t{n}") for n, (north, count) in enumerate(spots)]
    sites = [place(north + 0.01, f"s{n}") for n, (north, _) in enumerate(spots)]
    scaled = [replace(each, learners=each.learners * factor) for each in towns]

    plain, larger = answer(asked(1), inputs(towns, sites)), answer(asked(1), inputs(scaled, sites))

    assert total(larger) == pytest.approx(factor * total(plain), rel=1e-9, abs=1e-6)
