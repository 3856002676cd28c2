"""Refusals in words that people read."""

import pytest

import api.app  # noqa: F401  # knows every refusal there is
from api.pages.problem_pages import in_words
from centres.errors import NotFound, Refusal, every_refusal
from centres.language import Language, Sentence, say


@pytest.mark.parametrize("kind", list(every_refusal()), ids=lambda kind: kind.__name__)
def test_every_refusal_can_be_said_in_three_languages(kind):
    refusal = Refusal.__new__(kind)
    refusal.detail = "written for programs"

    said = {say(in_words(refusal), language) for language in Language}

    assert len(said) == 3
    assert "written for programs" not in said


def test_a_refusal_with_words_of_its_own_keeps_them():
    refusal = NotFound(Sentence("Connectez-vous d'abord."))

    assert say(in_words(refusal), Language.EN) == "Log in first."


async def test_a_body_that_is_too_big_is_refused_with_a_page(visitor, database):
    answer = await visitor.post("/login", data={"email": "x" * 1_100_000, "password": "x"})

    assert answer.status_code == 413
    assert "trop gros" in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/host/slots/{id}",
        "/host/slots/{id}/cancel",
        "/manage/holidays/{id}",
        "/manage/timetables/{id}",
    ],
)
async def test_a_number_beyond_the_databases_own_is_no_bug(manager, path):
    answer = await manager.get(path.format(id="9" * 20))

    assert answer.status_code in {400, 404}
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
