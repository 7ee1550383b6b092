"""The page's own elements: markup, and a date with its hour.

They are plain elements of the browser: a Panel HTML pane costs a new layout of all figures on the page at each change,
and Panel's date field knows no Spanish.
"""

from pathlib import Path
from typing import ClassVar

import panel_material_ui as pmui
import param
from panel.custom import JSComponent

from dashboard.words import Words

ASSETS = Path(__file__).parent / "assets"


def style(name: str) -> str:
    """The text of a style sheet."""
    return (ASSETS / name).read_text(encoding="utf-8")


class Markup(JSComponent):
    """Markup whose text is already escaped; empty, it takes no room."""

    html = param.String(doc="Inner HTML.")

    _esm = ASSETS / "markup.js"
    _stylesheets: ClassVar[list[str]] = [style("chip.css"), style("style.css")]


class DateHour(JSComponent):
    """`value` is a local wall time `YYYY-MM-DDTHH:00` or empty."""

    label = param.String(doc="What stands above the field.")
    day = param.String(doc="Name of the date, for those who do not see where it stands.")
    hour = param.String(doc="Name of the hour, for them.")
    form = param.String(doc="How a date is written, for a field that is empty or cannot be read.")
    calendar = param.String(doc="Name of the button that opens the calendar.")
    hook = param.String(doc="Stable name for tests: `data-testid` of the date, the hour has `-hora` after it.")
    value = param.String(doc="Local wall time.")

    _esm = ASSETS / "date_hour.js"
    _stylesheets: ClassVar[list[str]] = [style("date_hour.css")]


def markup(hook: str, html: str = "") -> Markup:
    """Markup whose element carries the class `hook` for tests."""
    return Markup(html=html, css_classes=[hook], sizing_mode="stretch_width", margin=(0, 8))


def date_hour(label: str, hook: str, words: Words) -> DateHour:
    """A date and hour of fitting size."""
    day, hour = (text.format(label=label) for text in (words.filters.day, words.filters.hour))
    return DateHour(
        label=label, day=day, hour=hour, form=words.filters.form, calendar=words.filters.calendar.format(label=label),
        hook=hook, width=236, margin=(8, 8),
    )  # fmt: skip


def button(label: str, hook: str, action: object) -> pmui.Button:
    """A small button whose element carries the class `ir-<hook>` for tests."""
    return pmui.Button(
        label=label, on_click=action, variant="outlined", size="small", margin=8, css_classes=[f"ir-{hook}"]
    )


def select(label: str, options: dict[str, str], value: str, hook: str, width: int = 170) -> pmui.Select:
    """A choice of `options` (what is read: value); a value that is no option is added as it is called."""
    return pmui.Select(
        label=label, options=_with(options, value), value=value, size="small", width=width, margin=8, css_classes=[hook]
    )


def offer(widget: pmui.Select, options: dict[str, str], value: str) -> None:
    """Offer other options and choose one; a value that is no option is added as it is called."""
    known, same = _with(options, value), widget.value == value
    if widget.options != known:
        widget.param.update(options=known, value=value)
        if same:  # the page is sent what is read of a value, which may be another word now
            widget.param.trigger("value")
    else:
        widget.value = value


def _with(options: dict[str, str], value: str) -> dict[str, str]:
    return options if value in options.values() else options | {value: value}
