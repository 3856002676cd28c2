"""What people type into forms: read field by field, kept as typed, with words for what is amiss."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, time

from api.access.caller import Caller, LoginNeeded
from api.access.secrets import same
from api.pages.rendering import Decorated
from centres.errors import NotAllowed, Refusal
from centres.language import Sentence

_DAYS_APART = re.compile(r"[\s,;]+")


class Typed:
    """The fields of one form. Whatever cannot be read is None and leaves words in `wrong`."""

    def __init__(self, pairs: Iterable[tuple[str, object]]) -> None:
        """Keep the texts of a form or a query; files are none of our forms' business."""
        self.values: dict[str, list[str]] = {}
        for name, value in pairs:
            if isinstance(value, str):
                self.values.setdefault(name, []).append(value.replace("\x00", "").strip())
        self.wrong: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        """Return what was typed, or "" for a field that is not there."""
        return next(iter(self.values.get(name, ())), "")

    def __contains__(self, name: str) -> bool:
        """Return whether the form was sent with this field, filled in or not."""
        return name in self.values

    def all(self, name: str) -> list[str]:
        """Return each value of a field that may be ticked several times."""
        return self.values.get(name, [])

    def refuse(self, refusal: Refusal, fields: Mapping[str, str] | None = None) -> None:
        """Keep a refusal beside its field; `fields` maps its name to the form's own.

        What belongs to no field goes under "", which the summary on top shows.
        """
        name = refusal.field or ""
        self.wrong.setdefault((fields or {}).get(name, name), refusal.detail)

    def text(self, name: str, *, most: int = 400) -> str | None:
        """Return a text of at most `most` characters; None, with words, for none."""
        given = self[name]
        if not given:
            self.wrong[name] = Sentence("Ce champ est vide. Complétez-le.")
            return None
        if len(given) > most:
            self.wrong[name] = Sentence("Écrivez au plus {most} signes.", most=most)
            return None
        return given

    def whole(self, name: str, least: int, most: int, *, optional: bool = False) -> int | None:
        """Return a whole number from `least` to `most`."""
        given = self[name]
        if not given and optional:
            return None
        if not given.isascii() or not given.isdigit() or not least <= int(given[:12]) <= most:
            self.wrong[name] = Sentence(
                "Donnez un nombre de {least} à {most}.", least=least, most=most
            )
            return None
        return int(given)

    def day(self, name: str, *, optional: bool = False) -> date | None:
        """Return a date, as a browser's date field sends it: 2027-01-31."""
        given = self[name]
        if not given and optional:
            return None
        return self._read_day(name, given)

    def days(self, name: str) -> list[date]:
        """Return dates typed one after the other, or one per field of that name, ascending."""
        given = [each for text in self.all(name) for each in _DAYS_APART.split(text) if each]
        found = [self._read_day(name, each) for each in given]
        return sorted({each for each in found if each})

    def clock(self, name: str) -> time | None:
        """Return a time of day to the minute: 14:30, 14h30 or 14 h."""
        match = re.fullmatch(r"(\d{1,2})\s*[:hH]\s*(\d\d)?", self[name])
        hour, minute = (int(match[1]), int(match[2] or 0)) if match else (99, 0)
        if hour > 23 or minute > 59:
            self.wrong[name] = Sentence("Donnez une heure, comme 14:30.")
            return None
        return time(hour, minute)

    def one_of(self, name: str, choices: Iterable[str]) -> str | None:
        """Return one of the choices that the form offers."""
        if self[name] not in set(choices):
            self.wrong[name] = Sentence("Choisissez dans la liste.")
            return None
        return self[name]

    def _read_day(self, name: str, given: str) -> date | None:
        try:
            match = re.fullmatch(r"(\d\d?)[/.](\d\d?)[/.](\d{4})", given)
            if match:
                return date(int(match[3]), int(match[2]), int(match[1]))
            return date.fromisoformat(given)
        except ValueError:
            self.wrong[name] = Sentence("Donnez une date, comme 31/01/2027.")
            return None


def decimal(typed: Typed, name: str) -> float | None:
    """Return a number with a decimal comma or point; None where none was typed.

    None with words in `typed.wrong` for what is no number.
    """
    given = typed[name].replace(",", ".")
    if not re.fullmatch(r"-?\d{1,12}(\.\d{1,15})?", given, re.ASCII):
        if given:
            typed.wrong[name] = Sentence("Donnez un nombre, comme 14,72.")
        return None
    return float(given)


async def posted(request: Decorated) -> Typed:
    """Return the form of a person who is logged in, once its key shows that we drew it.

    A login travels in a cookie by itself, so a page elsewhere could post in its holder's name;
    only our own pages know the key of the login. Raises LoginNeeded and NotAllowed.
    """
    caller: Caller = request.user
    typed = Typed((await request.form()).multi_items())
    if not caller.form_key:
        raise LoginNeeded(Sentence("Connectez-vous d'abord."))
    if not same(typed["form_key"], caller.form_key):
        raise NotAllowed(
            Sentence("Ce formulaire n'est plus valable. Rechargez la page, puis recommencez.")
        )
    return typed


def queried(request: Decorated) -> Typed:
    """Return what a form sent by its address: a preview, which changes nothing."""
    return Typed(request.query_params.multi_items())
