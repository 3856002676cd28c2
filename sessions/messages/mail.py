"""A mail as it goes out: headers and parts. Pure; equal inputs give equal bytes.

For one meetup the layout is the one that CalConnect recommends: multipart/mixed with the
alternatives (plain text, HTML, and last the calendar, which a program that knows calendars
prefers) and the same bytes as an attachment. A digest that concerns several meetups stays one
mail: words for all of them in the text, the first meetup's object among the alternatives, where
programs look for the one card they show, and the other objects, each with its own METHOD and UID,
as calendar parts after it; every object is attached besides. To put several UIDs into one object
is what RFC 5546 (3.2.2) forbids, and a mail for each would be what the digest is there to avoid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from centres.language import Language
from sessions.messages.invitation import Invitation


@dataclass(frozen=True, slots=True)
class Letter:
    """The words of a mail, in one language."""

    subject: str
    plain: str
    html: str
    language: Language


def write_mail(
    letter: Letter,
    invitations: Sequence[Invitation],
    *,
    network: str,
    sender: str,
    reply_to: str,
    to: str,
    name: str,
    message_id: str,
    at: datetime,
) -> bytes:
    """Return the mail, RFC 5322 with CRLF, to this one person and nobody else.

    `message_id` names it for good: sent a second time it is the same mail.
    """
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(network, addr_spec=sender)
    mail["To"] = Address(name, addr_spec=to)
    mail["Reply-To"] = Address(network, addr_spec=reply_to)
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = message_id
    mail["Auto-Submitted"] = "auto-generated"
    mail["Content-Language"] = letter.language.value
    mail.set_content(letter.plain, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    if invitations:
        first = invitations[0]
        mail.add_alternative(first.content, "text", "calendar", params=_parameters(first))
        mail.make_mixed()
        for other in invitations[1:]:
            part = EmailMessage(policy=SMTP)
            part.set_content(other.content, "text", "calendar", params=_parameters(other))
            del part["MIME-Version"]
            mail.attach(part)
        for number, each in enumerate(invitations, start=1):
            mail.add_attachment(
                each.content,
                maintype="application",
                subtype="ics",
                filename=f"rendezvous-{number}.ics" if len(invitations) > 1 else "rendezvous.ics",
            )
    for number, part in enumerate(each for each in mail.walk() if each.is_multipart()):
        digest = sha256(f"{message_id} {number}".encode()).hexdigest()[:24]
        part.set_boundary(f"=_{digest}")
    return mail.as_bytes()


def _parameters(each: Invitation) -> dict[str, str]:
    return {"method": each.method.value, "charset": "UTF-8", "component": "VEVENT"}
