"""Who may do what, by kind of route: what each caller is answered.

A number is a refusal. `OK` is anything that is done. `NONE` is an answer that shows nothing of
Senegal: a list that is cut to what is the caller's own.
"""

OK, NONE = "done", "done, and nothing of Senegal in it"
Rule = dict[str, str | int]

CALLERS = (
    "anonymous",
    "admin",
    "admin, reading token",
    "manager",
    "manager, reading token",
    "abroad",
    "host",
    "next_door",
    "mentor",
    "colleague",
    "nobody",
    "learner",  # who tries the secret of their page as if it were a token
)
KNOWN = CALLERS[1:-1]
STRANGERS: Rule = {"anonymous": 401, "learner": 401}


def rule(others: str | int, **answers: str | int) -> Rule:
    """Return what each caller is answered; `others` is for whoever is known and not named."""
    given = {name.replace("_reads", ", reading token"): each for name, each in answers.items()}
    return STRANGERS | dict.fromkeys(KNOWN, others) | given


def writing(reads: Rule) -> Rule:
    """Return the same rule for something that a reading token may not do."""
    return reads | {"admin, reading token": 403, "manager, reading token": 403}


MANAGERS_TOO: Rule = {"manager": OK, "manager, reading token": OK}
ADMINS: Rule = {"admin": OK, "admin, reading token": OK}

ANYBODY = rule(OK, anonymous=OK)
WITH_ITS_SECRET = ANYBODY | {"learner": OK}
NOBODY = rule(404, anonymous=404, learner=404)
SOMEBODY = rule(OK)
SOMEBODY_WRITES = writing(SOMEBODY)
ADMIN = rule(403) | ADMINS
ADMIN_WRITES = writing(ADMIN)
A_MANAGER = rule(403, abroad=OK) | ADMINS | MANAGERS_TOO
A_MANAGER_WRITES = writing(A_MANAGER)
MANAGERS_LIST = rule(403, abroad=NONE) | ADMINS | MANAGERS_TOO
MANAGER = rule(403, abroad=404) | ADMINS | MANAGERS_TOO
MANAGER_HIDDEN = rule(404) | ADMINS | MANAGERS_TOO
MANAGER_WRITES = writing(MANAGER)
MANAGER_HIDDEN_WRITES = writing(MANAGER_HIDDEN)
HOST = rule(404, host=OK) | ADMINS | MANAGERS_TOO
HOST_WRITES = writing(HOST)
LEADER = rule(404, mentor=OK) | ADMINS | MANAGERS_TOO
HOST_OR_LEADER = rule(404, host=OK, mentor=OK) | ADMINS | MANAGERS_TOO
HOST_OR_LEADER_WRITES = writing(HOST_OR_LEADER)
HOSTS_LIST = rule(403, abroad=NONE, host=OK) | ADMINS | MANAGERS_TOO
MENTORS_LIST = rule(403, abroad=NONE, mentor=OK) | ADMINS | MANAGERS_TOO
# Somebody else's meetup is not there; one's own is, but only managers move or cancel it.
MEETUP_MANAGER = rule(404) | ADMINS | MANAGERS_TOO
MEETUP_MANAGER_WRITES = writing(MEETUP_MANAGER)
