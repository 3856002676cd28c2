"""Set one document: a template, its facts and its pictures; the same input, the same bytes."""

import io
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import segno
import typst

HERE = Path(__file__).parent


def set_in_type(
    template: str, facts: Mapping[str, object], *, qr: str, timestamp: datetime
) -> bytes:
    """Return the PDF of a template beside this file; `qr` is what its code says."""
    drawn = io.BytesIO()
    segno.make(qr, error="m", micro=False).save(drawn, kind="svg", border=1, scale=4)
    with TemporaryDirectory() as folder:
        root = Path(folder)
        (root / template).write_bytes((HERE / template).read_bytes())
        (root / "facts.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        (root / "qr.svg").write_bytes(drawn.getvalue())
        made = typst.compile(
            str(root / template),
            root=str(root),
            ignore_system_fonts=True,
            timestamp=int(timestamp.timestamp()),
        )
    assert isinstance(made, bytes)  # one document, so no list of pages
    return made
