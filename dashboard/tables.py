"""Tables of events with Spanish words in the table's own controls."""

import panel as pn

from dashboard import markup, texts

WIDTHS = {
    "Gravedad": 132, "Cliente": 112, "Qué se observa": 190, "Desde": 160, "En juego": 115, "Estado": 100,
    "Duración": 125, "Sector": 190,
}  # fmt: skip


def events_table(*, clients: bool) -> pn.widgets.Tabulator:
    """An empty table of events; `clients` shows whose they are and groups them by what is at stake."""
    columns = [name for name in WIDTHS if clients or name not in ("Cliente", "Sector")]
    return pn.widgets.Tabulator(
        markup.event_table([], clients=clients),
        show_index=False,
        disabled=True,
        selectable=False,
        hidden_columns=["event_id", markup.STAKE],
        groupby=[markup.STAKE] if clients else [],
        formatters={"Gravedad": {"type": "html"}, "Motivo": {"type": "textarea"}, "Cliente": {"type": "html"}},
        sortable=False,
        widths={name: WIDTHS[name] for name in columns} | {"Motivo": 420},
        layout="fit_data_stretch",
        pagination="local",
        page_size=25,
        sizing_mode="stretch_width",
        theme="simple",
        css_classes=["vigia-eventos" if clients else "vigia-eventos-cliente"],
        configuration={
            "locale": "es",
            "langs": {"es": dict(texts.TABULATOR)},
            "responsiveLayout": "hide",
        },
        stylesheets=[":host .tabulator-row { cursor: pointer }"],
    )
