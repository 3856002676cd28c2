"""Settings, read once from the environment when the application starts, refused together."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from api.mail_settings import ImapServer, is_mail_address, read_imap_url, read_smtp_url
from centres.errors import RendezvousError
from sessions.messages.addresses import PostOffice
from sessions.messages.smtp import SmtpServer
from sessions.sms.choosing import SmsSettings, read_sms_settings

NO = frozenset({"no", "0", "false"})
GEOCODERS = ("gazetteer", "nominatim", "photon")
ROUTERS = ("", "osrm", "valhalla", "openrouteservice")


class BadSettings(RendezvousError):
    """Some settings cannot be used."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What may differ from one installation to another; each has a default that works."""

    base_url: str = ""
    data: Path = Path(".rendezvous")
    network_name: str = "Rendezvous"
    secure_cookies: bool = False
    geocoder: str = "gazetteer"
    geocoder_url: str = ""
    router: str = ""
    router_url: str = ""
    router_key: str = ""
    pool_size: int = 10
    run_jobs: bool = True
    log_requests: bool = True
    sms: SmsSettings = field(default_factory=SmsSettings)
    smtp: SmtpServer | None = None
    mail_from: str = "rdv@rendezvous.invalid"
    imap: ImapServer | None = None

    @property
    def post_office(self) -> PostOffice:
        """Who the network is to mail programs."""
        return PostOffice(self.network_name, self.mail_from, self.base_url)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of `environment` (the process's own by default).

    Variables start with RENDEZVOUS_. Raises `BadSettings` that names all that is wrong at once.
    """
    given = os.environ if environment is None else environment
    wrong: list[str] = []

    def text(name: str, default: str) -> str:
        return given.get(f"RENDEZVOUS_{name}", default).strip()

    base_url = text("BASE_URL", "").rstrip("/")
    if base_url and not base_url.startswith(("http://", "https://")):
        wrong.append("RENDEZVOUS_BASE_URL must start with http:// or https://")
    geocoder = text("GEOCODER", "gazetteer")
    if geocoder not in GEOCODERS:
        wrong.append(f"RENDEZVOUS_GEOCODER must be one of {', '.join(GEOCODERS)}")
    router, router_url = text("ROUTER", ""), text("ROUTER_URL", "")
    if router not in ROUTERS:
        wrong.append(f"RENDEZVOUS_ROUTER must be one of {', '.join(ROUTERS[1:])}")
    if router and not router_url.startswith(("http://", "https://")):
        wrong.append("RENDEZVOUS_ROUTER_URL must start with http:// or https://")
    pool = text("POOL_SIZE", "10")
    if not pool.isdigit() or not 2 <= int(pool) <= 100:
        wrong.append("RENDEZVOUS_POOL_SIZE must be a number from 2 to 100")
    sms = read_sms_settings(text, wrong)
    smtp_url, mail_from = text("SMTP_URL", ""), text("MAIL_FROM", "")
    smtp = read_smtp_url(smtp_url, wrong) if smtp_url else None
    imap_url = text("IMAP_URL", "")
    imap = read_imap_url(imap_url, wrong) if imap_url else None
    if mail_from and not is_mail_address(mail_from):
        wrong.append("RENDEZVOUS_MAIL_FROM must be one address, such as rdv@example.org")
    if (smtp_url or imap_url) and not mail_from:
        wrong.append("RENDEZVOUS_MAIL_FROM is needed once a mail server is named")
    if smtp_url and not base_url:
        wrong.append("RENDEZVOUS_BASE_URL is needed once mails are sent: they hold links")
    if wrong:
        raise BadSettings("; ".join(wrong))
    return Settings(
        base_url=base_url,
        data=Path(text("DATA", ".rendezvous")),
        network_name=text("NETWORK_NAME", "Rendezvous"),
        secure_cookies=base_url.startswith("https://"),
        geocoder=geocoder,
        geocoder_url=text("GEOCODER_URL", ""),
        router=router,
        router_url=router_url,
        router_key=text("ROUTER_KEY", ""),
        pool_size=int(pool),
        run_jobs=text("RUN_JOBS", "yes").lower() not in NO,
        smtp=smtp,
        mail_from=mail_from or "rdv@rendezvous.invalid",
        imap=imap,
        log_requests=text("LOG_REQUESTS", "yes").lower() not in NO,
        sms=sms,
    )
