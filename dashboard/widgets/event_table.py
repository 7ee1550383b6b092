"""Events as a table of Panel's `Tabulator`: grouped, sorted by a click on a heading, opened by a click or Enter.

What it costs against rows made by hand, processor time of the browser for a redraw: 50 rows 128 ms against 31, 500 rows
in pages of 50 133 ms against 42, 50 rows in pages of 25 87 ms. Pages of 25 stay far below the 300 ms a redraw may take,
and the widget brings sorting, filters, selection and groups that rows made by hand would need line by line.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd
import panel as pn
from bokeh.models import ImportedStyleSheet
from bokeh.models.widgets.tables import HTMLTemplateFormatter
from panel.models.tabulator import THEME_PATH

from dashboard.service import Body, Vocabulary
from dashboard.widgets import severity
from dashboard.widgets.elements import style
from dashboard.words import Words, formats

THEME = Path(pn.__file__).parent / "dist" / "bundled" / "datatabulator" / THEME_PATH / "tabulator_simple.min.css"
PAGE_SIZE = 25
ONGOING = 1e9
"""Hours by which an event without an end is sorted: after all that have one."""
CHIP = '<span class="chip" style="background:<%- severity_colour %>"><%- severity_text %></span>'
OPENER = '<button type="button" class="opener" title="<%- opens %>"><%- {name}_text %></button>'
TEXT = "<%- {name}_text %>"


@dataclass(frozen=True)
class Column:
    """A column of the table; its title is the word of the same name.

    Attributes:
        name: of the column, and of its word.
        width: least width in pixels.
        leaves: where the table is too narrow, the highest number leaves first.
        grow: its share of the whole room, where that is more than its least width.
    """

    name: str
    width: int
    leaves: int
    grow: int = 2


COLUMNS = (
    Column("severity", 98, 0),
    Column("client", 82, 0),
    Column("stake", 94, 1),
    Column("kind", 108, 2, grow=3),
    Column("start", 142, 3),
    Column("state", 80, 4),
    Column("duration", 112, 5),
    Column("sector", 150, 6, grow=3),
    Column("reason", 300, 7, grow=10),
)
WRAPPED = ("kind", "sector", "reason")
OF_FLEET = ("client", "sector")


class InlineTabulator(pn.widgets.Tabulator):
    """A `Tabulator` whose style sheets are all part of it, none fetched by address.

    With fetched ones Panel 1.9.4 waits without end for sheets that a theme has replaced meanwhile: measured on an idle
    page, a quarter of a processor for as long as it is open, and no redraw when the window changes its width.
    """

    _stylesheets: ClassVar[list[str]] = []

    def _process_param_change(self, params: dict[str, Any]) -> dict[str, Any]:
        changed: dict[str, Any] = super()._process_param_change(params)  # type: ignore[no-untyped-call] # Panel
        if "stylesheets" in changed:
            changed["stylesheets"] = [
                sheet for sheet in changed["stylesheets"] if not isinstance(sheet, ImportedStyleSheet)
            ]
        return changed


class EventTable:
    """A table of events.

    Args:
        hook: class of its element, for tests.
        words: the fixed words.
        opened: called with the id of an event that is opened.
        clients: of several clients: with their columns, grouped by what is at stake, in pages.
    """

    def __init__(self, hook: str, words: Words, opened: Callable[[str], None], *, clients: bool = True) -> None:
        self._words = words
        self._shown: tuple[list[Body], Vocabulary] = ([], Vocabulary())
        shown = [column for column in COLUMNS if clients or column.name not in OF_FLEET]
        value = rows([], words, Vocabulary())
        names = {column.name for column in shown}
        self.view = InlineTabulator(
            value,
            titles={column.name: getattr(words.table, column.name) for column in shown},
            formatters=_formatters("client" if clients else "kind"),
            hidden_columns=[name for name in value.columns if name not in names],
            groupby=[words.table.group] if clients else [],
            pagination="local" if clients else None, page_size=PAGE_SIZE, layout="fit_columns",
            height=None if clients else 300, show_index=False, disabled=True, selectable=False,
            configuration={"columns": [_layout(column) for column in shown], "responsiveLayout": "hide",
                           "locale": words.language, "langs": _languages(words)},
            stylesheets=[THEME.read_text(encoding="utf-8"), style("chip.css"), style("event_table.css")],
            sizing_mode="stretch_width", margin=(8, 8), css_classes=[hook],
        )  # fmt: skip
        self.view.on_click(lambda click: opened(str(self.view.value.index[click.row])))

    def show(self, events: Sequence[Body], vocabulary: Vocabulary) -> None:
        """Show other events, in their order; the same ones are not drawn again."""
        if (list(events), vocabulary) != self._shown:
            self._shown = list(events), vocabulary
            self.view.value = rows(events, self._words, vocabulary)


def rows(events: Sequence[Body], words: Words, vocabulary: Vocabulary) -> pd.DataFrame:
    """A row an event, by its id: what a column is sorted by has its name, what is read of it `<name>_text`."""
    grades = vocabulary.ordered("severities", (event["severity"] for event in events))
    table = [_row(event, words, vocabulary, grades) for event in events]
    empty = _row(EMPTY, words, vocabulary, [""])
    index = pd.Index([event["event_id"] for event in events], dtype="object", name="event_id")
    frame = pd.DataFrame(table, index=index, columns=list(empty))
    return frame.astype({name: "float64" for name, value in empty.items() if isinstance(value, float)})


def at_stake(event: Body) -> str:
    """Money at stake, energy where there is no price."""
    if event.get("money_at_stake") is not None:
        return formats.money(event["money_at_stake"], event.get("currency"))
    return formats.energy(event.get("energy_at_stake_kwh"))


def reason(event: Body, words: Words) -> str:
    """Why the event was raised, in the language of the session where the service says it in that one."""
    return str(event.get(f"reason_{words.language}") or event.get("reason_es") or "")


EMPTY: Body = {
    "severity": "", "kind": "", "stake": "", "state": "", "sector": "", "client_name": "", "members": [],
    "start": None, "end": None,
}  # fmt: skip


def _row(event: Body, words: Words, vocabulary: Vocabulary, grades: list[str]) -> dict[str, str | float]:
    start, hours = formats.date_hour(event["start"]), formats.hours(event["start"], event["end"])
    others = len(event["members"]) - 1
    client = event["client_name"] + (f" +{others}" if others > 0 else "")
    kind = vocabulary.short("kinds", event["kind"]) or formats.NOTHING
    amount = event.get("money_at_stake")
    worth = event.get("energy_at_stake_kwh") if amount is None else amount
    return {
        words.table.group: escape(formats.capital(vocabulary.short("stakes", event["stake"]))),
        "severity": float(grades.index(event["severity"])),
        "severity_text": severity.text(event["severity"], vocabulary),
        "severity_colour": severity.mark(event["severity"]).colour,
        "client": client,
        "client_text": client,
        "stake": float("nan") if worth is None else float(worth),
        "stake_text": at_stake(event),
        "kind": kind,
        "kind_text": kind,
        "start": event["start"] or "",
        "start_text": start,
        "state": vocabulary.short("states", event["state"]),
        "duration": ONGOING if hours is None else hours,
        "duration_text": words.table.ongoing if hours is None else formats.duration(hours, words.spans),
        "sector": event["sector"] or formats.NOTHING,
        "reason": reason(event, words),
        "opens": words.table.open.format(client=client, kind=kind, start=start),
    }


def _formatters(opener: str) -> dict[str, Any]:
    texts = {
        name: HTMLTemplateFormatter(template=TEXT.replace("{name}", name)) for name in ("stake", "start", "duration")
    }
    return {
        **dict.fromkeys(("client", "state"), "plaintext"),
        **dict.fromkeys(WRAPPED, "textarea"),
        "severity": HTMLTemplateFormatter(template=CHIP),
        **texts,
        opener: HTMLTemplateFormatter(template=OPENER.replace("{name}", opener)),
    }


def _layout(column: Column) -> dict[str, Any]:
    return {
        "field": column.name,
        "minWidth": column.width,
        "widthGrow": column.grow,
        "responsive": column.leaves,
        "resizable": False,
        "cssClass": column.name,
        "headerWordWrap": True,
        "variableHeight": column.name in WRAPPED,
    }


def _languages(words: Words) -> Mapping[str, Any]:
    table = words.table
    pages = {
        "first": table.first_page, "first_title": table.first_page,
        "prev": table.former_page, "prev_title": table.former_page,
        "next": table.next_page, "next_title": table.next_page,
        "last": table.last_page, "last_title": table.last_page,
        "page_title": table.page,
    }  # fmt: skip
    return {words.language: {"groups": {"item": table.events.one, "items": table.events.many}, "pagination": pages}}
