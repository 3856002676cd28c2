"""Which service carries texts: stated in the settings, checked before anything starts. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sessions.sms.rates import Rate, read_rates

SERVICES = ("none", "orange", "africastalking")
SHORTEST_SECRET = 24
_NUMBER = re.compile(r"\+[0-9]{4,15}")
_SENDER_NAME = re.compile(r"[A-Za-z0-9 ._-]{1,11}")
_SECRET = re.compile(rf"[A-Za-z0-9_-]{{{SHORTEST_SECRET},120}}")


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """A service, what opens it, and what parts cost; without a service texts wait to be called.

    `account` and `secret` are Orange's client id and secret, or the user name and key of Africa's
    Talking; `webhook` is the secret part of the addresses that receipts and replies are posted to.
    """

    service: str = "none"
    account: str = ""
    secret: str = field(default="", repr=False)
    sender: str = ""
    sender_name: str = ""
    address: str = ""
    webhook: str = field(default="", repr=False)
    rates: Mapping[str, Rate] = field(default_factory=dict)

    @property
    def configured(self) -> bool:
        """Whether texts can be sent at all."""
        return self.service != "none"


def read_sms_settings(
    text: Callable[[str, str], str], wrong: list[str], prefix: str = "RENDEZVOUS_"
) -> SmsSettings:
    """Return the settings that `text(name, default)` gives; each fault is a sentence in `wrong`.

    Names are SMS, SMS_ACCOUNT, SMS_SECRET, SMS_SENDER, SMS_SENDER_NAME, SMS_URL, SMS_WEBHOOK_SECRET
    and SMS_RATES.
    """
    service = text("SMS", "none").lower()
    given = SmsSettings(
        service=service,
        account=text("SMS_ACCOUNT", ""),
        secret=text("SMS_SECRET", ""),
        sender=text("SMS_SENDER", ""),
        sender_name=text("SMS_SENDER_NAME", ""),
        address=text("SMS_URL", "").rstrip("/"),
        webhook=text("SMS_WEBHOOK_SECRET", ""),
        rates=_rates(text("SMS_RATES", ""), wrong, prefix),
    )
    if service not in SERVICES:
        wrong.append(f"{prefix}SMS must be one of {', '.join(SERVICES)}")
    elif given.configured:
        wrong.extend(f"{prefix}{each}" for each in _faults(given))
    if given.webhook and not _SECRET.fullmatch(given.webhook):
        wrong.append(
            f"{prefix}SMS_WEBHOOK_SECRET must be {SHORTEST_SECRET} letters, digits, - or _, or more"
        )
    return given


def _rates(stated: str, wrong: list[str], prefix: str) -> Mapping[str, Rate]:
    try:
        return read_rates(stated)
    except ValueError as error:
        wrong.append(f"{prefix}SMS_RATES: {error}")
        return {}


def _faults(given: SmsSettings) -> list[str]:
    faults = []
    if not given.account:
        faults.append(f"SMS_ACCOUNT is needed for {given.service}")
    if not given.secret:
        faults.append(f"SMS_SECRET is needed for {given.service}")
    if given.service == "orange" and not _NUMBER.fullmatch(given.sender):
        faults.append("SMS_SENDER must be the number that Orange gave you, as +2210000")
    if given.sender_name and not _SENDER_NAME.fullmatch(given.sender_name):
        faults.append("SMS_SENDER_NAME must have at most 11 letters and digits")
    if given.address and not _is_address(given.address):
        faults.append("SMS_URL must start with http:// or https://")
    return faults


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
