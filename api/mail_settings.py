"""Mail servers as settings name them: smtp://user:password@host:port and the like. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urlsplit

from sessions.messages.smtp import SmtpServer

_SMTP = {"smtp": ("none", 25), "starttls": ("starttls", 587), "smtps": ("tls", 465)}
_IMAP = {"imap": ("none", 143), "imaps": ("tls", 993)}
_ADDRESS = re.compile(r"[A-Za-z0-9._-]{1,30}@[A-Za-z0-9.-]+\.[A-Za-z0-9-]{2,}|[a-z0-9]+@localhost")


@dataclass(frozen=True, slots=True)
class ImapServer:
    """The mailbox in which replies arrive; `security` is `none` or `tls`."""

    host: str
    port: int
    security: str
    username: str
    password: str
    folder: str = "INBOX"


def is_mail_address(text: str) -> bool:
    """Whether the network could send from this address; its local part leaves room for a token."""
    return _ADDRESS.fullmatch(text) is not None


def read_smtp_url(url: str, wrong: list[str]) -> SmtpServer | None:
    """Return the server that RENDEZVOUS_SMTP_URL names, or add to `wrong` what is."""
    parts, port = _split(url)
    if parts is None or parts.scheme not in _SMTP or not parts.hostname or port is None:
        wrong.append(
            "RENDEZVOUS_SMTP_URL must look like smtp://host:25, starttls://user:password@host:587"
            " or smtps://user:password@host:465"
        )
        return None
    security, usual = _SMTP[parts.scheme]
    return SmtpServer(
        host=parts.hostname,
        port=port or usual,
        security=security,
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def read_imap_url(url: str, wrong: list[str]) -> ImapServer | None:
    """Return the mailbox that RENDEZVOUS_IMAP_URL names, or add to `wrong` what is."""
    parts, port = _split(url)
    usable = parts is not None and parts.scheme in _IMAP and parts.hostname and port is not None
    if not usable or parts is None or not parts.username or parts.password is None:
        wrong.append("RENDEZVOUS_IMAP_URL must look like imaps://user:password@host:993/INBOX")
        return None
    security, usual = _IMAP[parts.scheme]
    return ImapServer(
        host=parts.hostname or "",
        port=port or usual,
        security=security,
        username=unquote(parts.username),
        password=unquote(parts.password),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def _split(url: str) -> tuple[SplitResult | None, int | None]:
    """Return the parts of a URL and its port, 0 for none given; None where there is no reading."""
    try:
        parts = urlsplit(url)
        return parts, parts.port or 0
    except ValueError:
        return None, None
