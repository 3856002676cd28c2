"""Shell: hand one mail to an SMTP server (RFC 5321)."""

from dataclasses import dataclass

import aiosmtplib

from sessions.messages.posting import Attempt, Verdict, verdict_on

TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The server that takes our mails; `security` is `none`, `starttls` or `tls`."""

    host: str
    port: int
    security: str = "none"
    username: str | None = None
    password: str | None = None


async def post(server: SmtpServer, *, sender: str, to: str, body: bytes) -> Attempt:
    """Try once to hand the mail over, and return what became of it; raises nothing of SMTP's.

    `sender` is the envelope's, where bounces go. A connection that breaks off after the data were
    sent counts as not sent: better the same mail twice than never.
    """
    client = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=server.security == "starttls",
        username=server.username,
        password=server.password,
        timeout=TIMEOUT_SECONDS,
    )
    try:
        async with client:
            await client.sendmail(sender, [to], body)
    except aiosmtplib.SMTPRecipientsRefused as refused:
        one = refused.recipients[0]
        said = f"{one.code} {one.message}"
        return Attempt(verdict_on(one.code, said, of_recipient=True), said)
    except (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError) as refused:
        said = f"{refused.code} {refused.message}"
        return Attempt(verdict_on(refused.code, said, of_recipient=False), said)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as trouble:
        # Also a wrong password or a server that greets with 554: that is ours to put right, and
        # nobody's mail should be lost by it.
        return Attempt(Verdict.LATER, f"{type(trouble).__name__}: {trouble}")
    return Attempt(Verdict.SENT)
