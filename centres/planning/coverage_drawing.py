"""Pure: scenarios beside each other, as bars of who is within 30, 60 and 90 minutes."""

from collections.abc import Sequence
from html import escape

from centres.planning.outcome import COVERAGE_MINUTES

INK = "#1d2b2a"
SHADES = ("#0b6b5d", "#6aa79d", "#c3dcd7")
WIDTH, LEFT, BAR = 520, 84, 18


def coverage_chart(plans: Sequence[tuple[str, Sequence[float]]], title: str) -> str:
    """Return three bars a plan, each with its figure; `plans` are names and shares of 1."""
    group = 3 * BAR + 34
    height = group * len(plans) + 8
    drawn = []
    for number, (name, shares) in enumerate(plans):
        top = number * group + 8
        drawn.append(f'<text x="8" y="{top + 12}" font-weight="bold">{escape(name)}</text>')
        for row, (minutes, share) in enumerate(zip(COVERAGE_MINUTES, shares, strict=True)):
            y = top + 20 + row * BAR
            long = share * (WIDTH - LEFT - 60)
            drawn.append(
                f'<text x="{LEFT - 8}" y="{y + 12}" text-anchor="end">≤ {minutes:g} min</text>'
                f'<rect x="{LEFT}" y="{y}" width="{long:.1f}" height="{BAR - 3}"'
                f' fill="{SHADES[row]}"/>'
                f'<text x="{LEFT + long + 6:.1f}" y="{y + 12}">{round(100 * share)} %</text>'
            )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="13" fill="{INK}">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )
