"""An address as a QR code, drawn into the page: no picture to load, sharp at any size. Pure."""

import segno
from markupsafe import Markup


def qr_code(address: str) -> Markup:
    """Return an SVG element with the code of an address, dark on light in any colour scheme."""
    made = segno.make(address, error="l", micro=False)
    drawn = made.svg_inline(border=2, omitsize=True, dark="#000", light="#fff", svgclass="qr")
    return Markup(drawn)  # noqa: S704  # segno draws paths; the address is not in it as text
