"""Linear models on the way to HiGHS: nothing that was asked is lost, and nothing passes unread."""

import numpy as np
import pytest

from centres.siting.linear import Outcome, Rows, minimise


def test_entries_at_one_place_add_up():
    rows = Rows()
    twice = np.array([0, 0, 1])
    rows.add_one(twice, np.array([2.0, 3.0, 1.0]), 10.0, np.inf)
    model = rows.model(np.array([1.0, 1.0]), np.zeros(2), np.full(2, 9.0), np.ones(2, dtype=bool))

    solved = minimise(model, 1, lambda: True)

    assert (solved.outcome, solved.cost, solved.bound) == (Outcome.OPTIMAL, 2.0, 2.0)


def test_a_model_that_is_no_model_is_refused_and_not_called_unfinished():
    rows = Rows()
    rows.add_one(np.array([0]), np.array([np.inf]), 1.0, np.inf)
    model = rows.model(np.ones(2), np.zeros(2), np.ones(2), np.zeros(2, dtype=bool))

    with pytest.raises(ValueError, match="takes no such model"):
        minimise(model, 1, lambda: True)
