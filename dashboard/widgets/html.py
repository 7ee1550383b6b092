"""Fragments of markup; everything that comes from the service is escaped."""

from collections.abc import Sequence
from html import escape

from dashboard.words import formats


def alert(sentence: str, grade: str) -> str:
    """A sentence that is not overlooked (`error`, `warning`, `success`, `info`); nothing where there is none."""
    return f'<div class="alert {grade}" role="alert">{escape(sentence)}</div>' if sentence else ""


def cards(pairs: list[tuple[str, str]]) -> str:
    """Figures with what they mean."""
    inner = "".join(f'<div class="card"><b>{escape(v)}</b><span>{escape(k)}</span></div>' for k, v in pairs)
    return f'<div class="cards">{inner}</div>'


def legend(entries: Sequence[tuple[str, str, str]]) -> str:
    """What the colours of a figure mean: label, colour and `line`, `area` or `dot`."""
    keys = (
        f'<span><i class="key {how}" style="--colour:{colour}"></i>{escape(label)}</span>'
        for label, colour, how in entries
    )
    return f'<span class="legend">{"".join(keys)}</span>'


def heat_scale(lowest: float, highest: float) -> str:
    """What the ends of the heat map's colours mean."""
    low, high = formats.number(lowest, 1), formats.number(highest, 1)
    return f'<p class="scale">{low} kWh <span class="viridis"></span> {high} kWh</p>'
