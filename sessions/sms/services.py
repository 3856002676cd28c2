"""Makes the service that the settings name."""

from sessions.sms import africastalking, orange
from sessions.sms.choosing import SmsSettings
from sessions.sms.port import TIMEOUT_SECONDS, SmsService


def sms_service(
    given: SmsSettings, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> SmsService | None:
    """Return the service that carries texts, or None where none is configured."""
    if given.service == "orange":
        return orange.Orange(
            client_id=given.account,
            client_secret=given.secret,
            sender=given.sender,
            sender_name=given.sender_name,
            address=given.address or orange.ADDRESS,
            timeout_seconds=timeout_seconds,
        )
    if given.service == "africastalking":
        return africastalking.AfricasTalking(
            username=given.account,
            api_key=given.secret,
            sender=given.sender or given.sender_name,
            address=given.address or africastalking.ADDRESS,
            timeout_seconds=timeout_seconds,
        )
    return None
