"""The network's own addresses, and the links in its mails. Pure.

Each person answers to an address of their own, `rdv+TOKEN@domain`: what arrives there says who it
is about, replies and bounces alike. A link to answer is signed with the person's secret, so that
it opens one meetup of one person and nothing else.
"""

import base64
import hmac
from dataclasses import dataclass

from sessions.messages.people import Person

SIGNED_BYTES = 16


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Who the network is to a mail program, and where its pages are.

    `sender` is the address of its mails, such as rdv@example.org; replies and bounces go to the
    same local part with a token, in the same domain, so that one signature covers both.
    """

    network: str
    sender: str
    base_url: str

    @property
    def domain(self) -> str:
        """The domain of all its addresses."""
        return self.sender.rpartition("@")[2]

    def reply_address(self, token: str) -> str:
        """Return the address to which the person with this token answers."""
        return f"{self.sender.rpartition('@')[0]}+{token}@{self.domain}"

    def reply_token(self, address: str) -> str | None:
        """Return the token in one of its reply addresses, None for any other address."""
        local, _, domain = address.strip().strip("<>").lower().rpartition("@")
        name, plus, token = local.partition("+")
        own = self.sender.lower().rpartition("@")[0]
        return token if plus and domain == self.domain.lower() and name == own and token else None

    def is_own(self, address: str) -> bool:
        """Whether mail to this address would come back to the network itself."""
        return address.lower() == self.sender.lower() or self.reply_token(address) is not None

    def answer_link(self, person: Person, secret: str, meetup: int) -> str:
        """Return the page on which a person says whether they come to a meetup."""
        return f"{self.base_url}/a/{answer_key(person, secret, meetup)}"


def answer_key(person: Person, secret: str, meetup: int) -> str:
    """Return the signed name of one meetup of one person, fit for a URL."""
    signed = hmac.digest(secret.encode(), f"answer {person} {meetup}".encode(), "sha256")
    signature = base64.urlsafe_b64encode(signed[:SIGNED_BYTES]).rstrip(b"=").decode()
    return f"{person.kind[0]}{person.id}-{meetup}-{signature}"


def read_answer_key(key: str) -> tuple[Person, int] | None:
    """Return whom and which meetup a key names, unproven; None for what is no key."""
    who, _, rest = key.partition("-")
    meetup, _, signature = rest.partition("-")
    kinds = {"l": "learner", "m": "mentor"}
    usable = who[:1] in kinds and len(signature) == 22 and key.isascii()
    numbers = (who[1:], meetup)
    if not usable or not all(each.isdigit() and len(each) < 10 for each in numbers):
        return None
    return Person(kinds[who[0]], int(who[1:])), int(meetup)


def is_signed(key: str, secret: str) -> bool:
    """Whether the key was made with this secret, compared in constant time."""
    named = read_answer_key(key)
    return named is not None and hmac.compare_digest(key, answer_key(named[0], secret, named[1]))
