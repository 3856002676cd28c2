"""Pure: who is calling, and what their roles let them touch.

One caller may hold several grants. An admin may do everything; a manager everything in the
countries granted; a host everything about the slots of the centres granted; a mentor reads the
meetups that they lead. Learners do not log in: their link opens their own page and nothing else.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from centres.errors import NotAllowed, NotFound, Refusal
from centres.language import Sentence

NOTHING_HERE = Sentence("Il n'y a rien ici que vous puissiez voir.")


class LoginNeeded(Refusal):
    """Log in first, or send a token."""


class Role(StrEnum):
    """What somebody is to the network."""

    ADMIN = "admin"
    MANAGER = "manager"
    HOST = "host"
    MENTOR = "mentor"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is calling: grants by public code, and the name that the audit trail keeps."""

    actor: str = "anonymous"
    account: int | None = None
    name: str = ""
    admin: bool = False
    countries: frozenset[str] = field(default_factory=frozenset)
    centres: frozenset[str] = field(default_factory=frozenset)
    mentors: frozenset[str] = field(default_factory=frozenset)
    may_write: bool = True
    form_key: str = ""

    @property
    def known(self) -> bool:
        """Whether the caller proved who they are."""
        return self.account is not None

    def manages(self, country: str) -> bool:
        """Whether the caller may do everything in `country`, an ISO 3166 two-letter code."""
        return self.admin or country in self.countries

    def hosts(self, centre: str, country: str) -> bool:
        """Whether the caller may publish for `centre`, which lies in `country`."""
        return self.manages(country) or centre in self.centres

    def leads(self, mentor: str | None, country: str) -> bool:
        """Whether the caller may see what `mentor` leads."""
        return self.manages(country) or (mentor is not None and mentor in self.mentors)

    def countries_within(self, country: str | None) -> list[str] | None:
        """Return what a manager's list is cut to: `country` if given, else all that are theirs.

        None is every country, for an admin. Raises `NotFound` for a country that is not theirs.
        """
        self.require_some_manager()
        if country is not None:
            self.require_manager(country)
            return [country]
        return None if self.admin else sorted(self.countries)

    def require_known(self) -> None:
        """Raise `LoginNeeded` unless the caller proved who they are."""
        if not self.known:
            raise LoginNeeded(
                Sentence("Connectez-vous, ou envoyez un de vos jetons (« Authorization: Bearer »).")
            )

    def require_writer(self) -> None:
        """Raise unless the caller is known and their token, if one, may write."""
        self.require_known()
        if not self.may_write:
            raise NotAllowed(Sentence("Ce jeton ne peut que lire. Faites-en un qui puisse écrire."))

    def require_admin(self) -> None:
        """Raise unless the caller is an admin."""
        self.require_known()
        if not self.admin:
            raise NotAllowed(Sentence("Seul l'administrateur peut faire cela."))

    def require_some_manager(self) -> None:
        """Raise unless the caller manages at least one country."""
        self.require_known()
        if not (self.admin or self.countries):
            raise NotAllowed(Sentence("Seules les directions régionales peuvent faire cela."))

    def require_manager(self, country: str) -> None:
        """Raise `NotFound` unless the caller manages `country`: what is not theirs is not there."""
        self.require_known()
        if not self.manages(country):
            raise NotFound(NOTHING_HERE)

    def require_host(self, centre: str, country: str) -> None:
        """Raise `NotFound` unless the caller hosts `centre` or manages its country."""
        self.require_known()
        if not self.hosts(centre, country):
            raise NotFound(NOTHING_HERE)

    def require_leader(self, mentor: str | None, country: str) -> None:
        """Raise `NotFound` unless the caller is that mentor or manages the country."""
        self.require_known()
        if not self.leads(mentor, country):
            raise NotFound(NOTHING_HERE)


ANONYMOUS = Caller()
