"""A small network as the sheets of a workbook have it, for rosters."""

import io
import zipfile
from collections.abc import Mapping, Sequence

from sessions.workbook.comparing import Values


def learner(**values: object) -> dict[str, object]:
    return {
        "country": "SN", "email": None, "phone": None, "language": "fr", "centre": "SN-DKR-01",
        "consent": False, "birth_year": None, "gender": None, "cohort": None, **values,
    }  # fmt: skip


def network(
    people: Sequence[Mapping[str, object]], states: Sequence[str]
) -> dict[str, dict[str, Values]]:
    """Return two countries with a centre each, a cohort in each, all people in the first."""
    centres = {
        code: {"code": code, "name": f"Centre {code}", "country": code[:2]}
        for code in ("ML-BKO-01", "SN-DKR-01")
    }
    cohorts = {
        code: {
            "code": code, "programme": "DATA", "country": code[:2], "starts_on": "2027-01-11",
            "ends_on": "2027-09-30", "cadence_weeks": 2, "meetup_minutes": 120, "sponsor": None,
            "language": "fr",
        }
        for code in ("ML-C1", "SN-C1")
    }  # fmt: skip
    learners = {f"L-{at}": {"code": f"L-{at}", **each} for at, each in enumerate(people, start=1)}
    enrolments = {
        f"SN-C1/{code}": {
            "cohort": "SN-C1", "learner": code, "name": each["name"], "group": None, "state": state,
        }
        for (code, each), state in zip(learners.items(), states, strict=False)
    }  # fmt: skip
    return {
        "centres": centres,
        "programmes": {"DATA": {"code": "DATA", "title": "Données"}},
        "cohorts": cohorts,
        "learners": learners,
        "enrolments": enrolments,
    }


def zipped(files: Mapping[str, str]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return kept.getvalue()
