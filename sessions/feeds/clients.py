"""Which calendar program reads a feed, by its User-Agent: a family, never a version. Pure."""

_FAMILIES = (
    ("google", "Google Agenda"),
    ("icsx5", "ICSx5"),
    ("icsdroid", "ICSx5"),
    ("davx5", "DAVx5"),
    ("thunderbird", "Thunderbird"),
    ("evolution", "Evolution"),
    ("korganizer", "KOrganizer"),
    ("akonadi", "KOrganizer"),
    ("nextcloud", "Nextcloud"),
    ("vdirsyncer", "vdirsyncer"),
    ("home assistant", "Home Assistant"),
    ("homeassistant", "Home Assistant"),
    ("microsoft", "Outlook"),
    ("outlook", "Outlook"),
    ("exchange", "Outlook"),
    ("ios/", "iPhone"),
    ("dataaccessd", "iPhone"),
    ("iphone", "iPhone"),
    ("macos", "Mac"),
    ("mac os", "Mac"),
    ("calendaragent", "Mac"),
    ("android", "Android"),
)


def client_family(user_agent: str | None) -> str | None:
    """Return the name of the program that sends this User-Agent, or None for an unknown one.

    The header itself is not kept: with its versions it would come close to naming a person.
    """
    sent = (user_agent or "").lower()
    return next((family for mark, family in _FAMILIES if mark in sent), None)
