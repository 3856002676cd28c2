"""Pure: the short codes of rows on a printed sheet, read back from a keyboard.

A code is the row's number and a letter that depends on the meetup, as in `7K`: a slip of the
finger, or the sheet of another meetup, is noticed in 18 of 19 cases before anything is written.
"""

import hashlib
import re

LETTERS = "ACDEFHJKLMNPRTUVWXY"  # nothing that a pen makes look like a digit
_CODE = re.compile(r"(\d{1,4})([A-Z])")


def row_code(meetup: int, row: int) -> str:
    """Return the code of a row, numbered from 1, of a meetup's sheet."""
    return f"{row}{LETTERS[hashlib.sha256(f'{meetup}:{row}'.encode()).digest()[0] % 19]}"


def row_of(meetup: int, code: str) -> int | None:
    """Return the number of the row that a code names; None for one that is not of this sheet."""
    found = _CODE.fullmatch(code.strip().upper())
    if found is None or row_code(meetup, int(found[1])) != found[0]:
        return None
    return int(found[1])
