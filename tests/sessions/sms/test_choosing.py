"""Settings of the service are read together, and each fault is a sentence."""

from decimal import Decimal

from sessions.sms.choosing import SmsSettings, read_sms_settings
from sessions.sms.rates import Rate

ORANGE = {
    "SMS": "orange",
    "SMS_ACCOUNT": "id",
    "SMS_SECRET": "secret",
    "SMS_SENDER": "+2210000",
    "SMS_WEBHOOK_SECRET": "a" * 32,
    "SMS_RATES": "SN=20XOF",
}


def read(given: dict[str, str]) -> tuple[SmsSettings, list[str]]:
    wrong: list[str] = []
    return read_sms_settings(lambda name, default: given.get(name, default), wrong), wrong


def test_nothing_stated_means_no_service():
    assert read({}) == (SmsSettings(), [])
    assert not SmsSettings().configured


def test_a_service_is_read_with_its_rates():
    found, wrong = read(ORANGE)

    assert wrong == []
    assert (found.service, found.sender) == ("orange", "+2210000")
    assert found.rates == {"SN": Rate(Decimal(20), "XOF")}


def test_secrets_do_not_show_when_settings_are_printed():
    assert "secret" not in repr(read(ORANGE)[0]).replace("secret=", "")


def test_all_that_is_wrong_is_said_at_once():
    _, wrong = read(
        {
            "SMS": "orange",
            "SMS_SENDER": "Rendezvous",
            "SMS_SENDER_NAME": "a name too long for a phone",
            "SMS_URL": "ftp://x",
            "SMS_WEBHOOK_SECRET": "short",
            "SMS_RATES": "SN=cheap",
        }
    )

    assert wrong == [
        "RENDEZVOUS_SMS_RATES: 'SN=cheap' is no rate: write SN=20XOF",
        "RENDEZVOUS_SMS_ACCOUNT is needed for orange",
        "RENDEZVOUS_SMS_SECRET is needed for orange",
        "RENDEZVOUS_SMS_SENDER must be the number that Orange gave you, as +2210000",
        "RENDEZVOUS_SMS_SENDER_NAME must have at most 11 letters and digits",
        "RENDEZVOUS_SMS_URL must start with http:// or https://",
        "RENDEZVOUS_SMS_WEBHOOK_SECRET must be 24 letters, digits, - or _, or more",
    ]


def test_an_unknown_service_is_refused():
    assert read({"SMS": "pigeon"})[1] == [
        "RENDEZVOUS_SMS must be one of none, orange, africastalking"
    ]
