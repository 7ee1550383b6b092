"""The table of events: what it shows, what it sorts by, what opens."""

from types import SimpleNamespace

import pytest

from dashboard.service import Vocabulary
from dashboard.widgets.event_table import EventTable, rows
from dashboard.words import words_of
from tests.dashboard.fake_service import EVENTS, vocabulary

ES, EN = words_of("es"), words_of("en")
SPANISH, ENGLISH = (Vocabulary.model_validate(vocabulary(language)) for language in ("es", "en"))


def test_a_row_says_an_event_in_words() -> None:
    row = rows(EVENTS, ES, SPANISH).loc["e1"]
    assert row["Qué está en juego"] == "Faltante"
    assert row["severity_text"] == "▲▲ crítica"
    assert row["client_text"] == "Cliente 1"
    assert row["stake_text"] == "5,000 kWh"
    assert row["kind"] == "bajada de nivel"
    assert row["start_text"] == "23/05/2024 00:00"
    assert row["state"] == "nueva"
    assert row["opens"] == "Cliente 1: bajada de nivel, desde 23/05/2024 00:00"


def test_a_row_is_in_the_language_of_the_session() -> None:
    row = rows(EVENTS, EN, ENGLISH).loc["e1"]
    assert row["severity_text"] == "▲▲ critical"
    assert row["duration_text"] == "still open"
    assert row["reason"] == "Consumption fell to half of what was expected."


def test_how_long_an_event_lasted() -> None:
    assert rows(EVENTS, ES, SPANISH)["duration_text"].tolist() == ["sigue abierta", "48 h", "48 h", "48 h"]


def test_columns_are_sorted_by_what_they_mean_not_by_what_is_read() -> None:
    small, large, none = (
        EVENTS[1] | {"event_id": str(worth), "energy_at_stake_kwh": worth} for worth in (9_500.0, 12_000.0, None)
    )
    table = rows([EVENTS[3], EVENTS[0], small, none, large], ES, SPANISH)
    assert table["stake"].dtype == table["severity"].dtype == table["duration"].dtype == "float64"
    assert table.sort_values("stake")["stake_text"].tolist()[2:] == ["9,500 kWh", "12.0 MWh", "—"]
    assert table.sort_values("severity").index[0] == "e1"
    assert table.sort_values("duration").index[-1] == "e1"
    assert table.sort_values("start").index[0] == "e4"


def test_money_stands_before_energy_where_there_is_a_price() -> None:
    row = rows([EVENTS[0] | {"money_at_stake": 1234.4, "currency": "PEN"}], ES, SPANISH).loc["e1"]
    assert (row["stake_text"], row["stake"]) == ("S/ 1,234", 1234.4)


def test_a_group_names_one_client_and_counts_the_others() -> None:
    row = rows([EVENTS[0] | {"members": ["1", "2", "3"]}], ES, SPANISH).loc["e1"]
    assert row["client_text"] == "Cliente 1 +2"


def test_an_event_of_names_that_nobody_knows_is_shown_as_they_are_called() -> None:
    event = EVENTS[0] | {"severity": "colossal", "kind": "reactive_excess", "state": "frozen", "stake": "<b>prestige"}
    row = rows([event], ES, SPANISH).loc["e1"]
    assert row["severity_text"] == "○ colossal"
    assert (row["kind"], row["state"]) == ("reactive_excess", "frozen")
    assert row["Qué está en juego"] == "&lt;b&gt;prestige"


def test_no_events_leave_the_columns() -> None:
    assert list(rows([], ES, SPANISH).columns) == list(rows(EVENTS, ES, SPANISH).columns)


@pytest.mark.parametrize(("row", "event"), [(0, "e1"), (2, "e3")])
def test_a_click_opens_the_event_of_its_row(row: int, event: str) -> None:
    opened: list[str] = []
    table = EventTable("tabla", ES, opened.append)
    table.show(EVENTS, SPANISH)
    for callback in table.view._on_click_callbacks[None]:
        callback(SimpleNamespace(row=row))
    assert opened == [event]


def test_the_same_events_are_not_drawn_again() -> None:
    table = EventTable("tabla", ES, lambda _: None)
    table.show(EVENTS, SPANISH)
    drawn = table.view.value
    table.show(list(EVENTS), SPANISH)
    assert table.view.value is drawn
    table.show(EVENTS[:2], SPANISH)
    assert list(table.view.value.index) == ["e1", "e2"]


def test_a_table_of_one_client_says_neither_client_nor_sector() -> None:
    table = EventTable("tabla", ES, lambda _: None, clients=False)
    assert {"client", "sector"} <= set(table.view.hidden_columns)
    assert table.view.groupby == []
    configuration = table.view._configuration
    assert configuration["langs"]["es"]["pagination"]["next"] == "Siguiente"


def test_no_style_sheet_is_fetched_by_address() -> None:
    model = EventTable("tabla", ES, lambda _: None).view.get_root()
    assert model.stylesheets
    assert all(isinstance(sheet, str) for sheet in model.stylesheets)
