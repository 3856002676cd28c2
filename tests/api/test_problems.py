"""What a program is told when it is refused."""

import pytest

from api.problems import STATUS, status_of
from centres.errors import every_refusal


@pytest.mark.parametrize(
    ("asked", "language", "detail"),
    [
        (None, "fr", "Connectez-vous, ou envoyez un de vos jetons (« Authorization: Bearer »)."),
        ("en-GB", "en", "Log in, or send one of your tokens (“Authorization: Bearer”)."),
        ("pt", "pt", "Inicie sessão, ou envie um dos seus tokens («Authorization: Bearer»)."),
    ],
)
async def test_the_detail_speaks_the_language_asked_for_and_the_title_stays(
    client, asked, language, detail
):
    headers = {} if asked is None else {"Accept-Language": asked}

    refused = await client.get("/api/v1/accounts", headers=headers)

    assert refused.json() == {
        "type": "urn:rendezvous:problem:LoginNeeded",
        "title": "Log in first, or send a token.",
        "status": 401,
        "detail": detail,
    }
    assert refused.headers["Content-Language"] == language
    assert "Accept-Language" in refused.headers["Vary"]


async def test_what_is_refused_before_any_handler_speaks_the_same_languages(client):
    refused = await client.post(
        "/api/v1/accounts",
        json={},
        headers={"Idempotency-Key": "k" * 201, "Accept-Language": "en"},
    )

    assert refused.status_code == 400
    assert refused.json()["detail"] == "Give a key of 1 to 200 plain characters (ASCII)."
    assert refused.json()["field"] == "Idempotency-Key"


def test_every_refusal_has_a_status():
    assert {status_of(each) for each in every_refusal()} <= set(STATUS.values())
