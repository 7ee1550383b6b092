"""The page's own elements: markup, a table of events, a date with its hour.

They are plain elements of the browser, because on the same page a Panel table and a Panel HTML pane cost a new layout
of all figures at each change (a redraw took 0.6 s, of which more than half was theirs), and Panel's date field has
no Spanish.
"""

from pathlib import Path
from typing import Any, ClassVar

import param
from panel.custom import JSComponent

from dashboard import texts

ASSETS = Path(__file__).parent / "assets"


def _style(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")


class Markup(JSComponent):
    """Markup whose text is already escaped; empty, it takes no room."""

    html = param.String(doc="Inner HTML.")

    _esm = ASSETS / "markup.js"
    _stylesheets: ClassVar[list[str]] = [_style("style.css")]


class EventTable(JSComponent):
    """Events in rows; opening one sends its id to the callbacks of `on_open`."""

    columns = param.List(doc="For each column `label` and `hook`, the class of its cells.")
    rows = param.List(doc="For each event `id`, `group` and `cells` of `text` and, for a chip, `colour`.")
    empty = param.String(doc="What stands where there are no events; without it nothing does.")
    words = param.List(list(texts.PAGES), doc="Former page, of, next page.")
    page_size = param.Integer(50, doc="Rows a page.")

    _esm = ASSETS / "event_table.js"
    _stylesheets: ClassVar[list[str]] = [_style("style.css"), _style("event_table.css")]

    def on_open(self, callback: Any) -> None:
        """Call `callback` with the id of the event that was opened."""
        self.on_msg(lambda event: callback(str(event.data["open"])))


class DateHour(JSComponent):
    """`value` is a local wall time `YYYY-MM-DDTHH:00` or empty."""

    label = param.String(doc="What stands above the field.")
    hook = param.String(doc="Stable name for tests: `data-testid` of the date, the hour has `-hora` after it.")
    value = param.String(doc="Local wall time.")

    _esm = ASSETS / "date_hour.js"
    _stylesheets: ClassVar[list[str]] = [_style("date_hour.css")]


def markup(hook: str, html: str = "") -> Markup:
    """Markup whose element carries the class `hook` for tests."""
    return Markup(html=html, css_classes=[hook], sizing_mode="stretch_width", margin=(0, 8))


def events(hook: str, columns: list[dict[str, str]], empty: str = "") -> EventTable:
    """A table of events whose element carries the class `hook` for tests."""
    return EventTable(columns=columns, empty=empty, css_classes=[hook], sizing_mode="stretch_width", margin=(0, 8))


def date_hour(label: str, hook: str) -> DateHour:
    """A date and hour of fitting size."""
    return DateHour(label=label, hook=hook, width=230, margin=(8, 8))
