"""Which meetup stands in for another: the order, and the words."""

from dataclasses import replace
from datetime import datetime

from sessions.seat_alternatives import MOST_OFFERED, Alternative, best_first, fit_words

SAME = Alternative(
    id=1,
    title="Architecte de données",
    starts_wall=datetime(2027, 1, 9, 9),
    ends_wall=datetime(2027, 1, 9, 12),
    zone="Africa/Dakar",
    centre_code="SN-DKR-01",
    centre="Campus numérique",
    city="Dakar",
    room="Salle 1",
    km=4.0,
    seats_free=3,
    computers=0,
    language="fr",
    same_step=True,
    same_language=True,
    same_weekday=True,
    later_minutes=0,
)


def test_the_step_comes_first_then_the_language_the_way_there_and_the_time():
    unknown = replace(SAME, id=2, km=None)
    far = replace(SAME, id=3, km=41.0)
    nearly_as_far_but_sooner = replace(SAME, id=4, km=44.0, later_minutes=-60)
    far_and_later = replace(far, later_minutes=1440)
    in_english = replace(SAME, id=5, same_language=False)
    other_step = replace(SAME, id=6, same_step=False, km=0.0)

    found = best_first(
        [other_step, in_english, unknown, far_and_later, nearly_as_far_but_sooner, SAME]
    )

    assert [each.id for each in found] == [1, 4, 3, 2, 5, 6]


def test_only_so_many_are_offered():
    assert len(best_first(replace(SAME, id=each) for each in range(40))) == MOST_OFFERED


def test_how_it_fits_is_said_in_words():
    other = replace(SAME, same_step=False, same_weekday=False)

    assert [str(each) for each in fit_words(SAME)] == [
        "même étape du programme",
        "même jour de la semaine",
    ]
    assert [str(each) for each in fit_words(other)] == [
        "une autre étape du programme",
        "un autre jour de la semaine",
    ]
