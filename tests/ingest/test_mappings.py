"""What a mapping can say of a file: each option with what it changes, and what is refused without it."""

from pathlib import Path

import pandas as pd
import pytest

from tests.support.meter_files import FLEET, codes, ingest, lines
from vigia.config import Params
from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError
from vigia.ingest import ingest_folder
from vigia.ingest.guess import best_changes, changed, guess, questions
from vigia.scanning.folder import scan_folder

WHEN = pd.date_range("2023-01-02", periods=480, freq="h")


def write(folder: Path, header: str, rows: list[str], name: str = "7.csv") -> None:
    (folder / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("epoch_seconds", [f"{when.tz_localize('America/Lima').timestamp():.0f}" for when in WHEN]),
        ("epoch_milliseconds", [f"{1000 * when.tz_localize('America/Lima').timestamp():.0f}" for when in WHEN]),
        ("excel_days", [f"{(when - pd.Timestamp('1899-12-30')) / pd.Timedelta(days=1):.6f}" for when in WHEN]),
    ],
)
def test_times_may_be_numbers(tmp_path: Path, form: str, written: list[str]) -> None:
    write(tmp_path, "Fecha,Active_energy", [f"{when},1" for when in written])
    result = ingest(tmp_path, date_format=form)
    assert result.readings["timestamp"].tolist() == WHEN.tz_localize("America/Lima").tolist()


def test_nem12_is_read_by_its_own_units_without_what_is_fed_in(tmp_path: Path) -> None:
    rows = ["100,NEM12,202301010000,A,B"]
    for suffix, unit, value in (("E1", "Wh", 500), ("E2", "kWh", 0.25), ("B1", "kWh", 9), ("Q1", "kvarh", 0.1)):
        rows.append(f"200,NCDE001111,E1E2B1Q1,1,{suffix},N1,01009,{unit},30,")
        rows += [f"300,202301{day:02d},{','.join([str(value)] * 48)},A" for day in (2, 3)]
    rows.append("300,20230103," + ",".join(["0.2"] * 48) + ",A")
    (tmp_path / "a.csv").write_text("\n".join([*rows, "900"]), encoding="utf-8")
    result = ingest(tmp_path)
    assert result.clients["client_id"].tolist() == ["NCDE001111"]
    assert result.readings["active_energy_kwh"].tolist() == [1.5] * 48
    assert result.readings["reactive_energy_kvarh"].tolist() == pytest.approx([0.2] * 24 + [0.4] * 24)
    assert set(result.quarantine["reason"]) == {"the register has this interval again further down"}


@pytest.mark.parametrize("text", ["1,5", "12,34", ",500"])
def test_a_mark_between_thousands_that_parts_no_thousands_is_no_number(tmp_path: Path, text: str) -> None:
    rows = [f'{when},"1,234"' for when in WHEN]
    rows[7] = f'{WHEN[7]},"{text}"'
    write(tmp_path, "Fecha,Active_energy", rows)
    result = ingest(tmp_path, thousands=",")
    assert result.readings["active_energy_kwh"].tolist() == [1234.0] * (len(rows) - 1)
    assert result.quarantine["raw"].tolist() == [rows[7]]


def test_the_later_file_corrects_an_earlier_one_if_that_is_said(tmp_path: Path) -> None:
    for place, value in enumerate((1, 2)):
        write(tmp_path, "P,Fecha,Active_energy", [f"7,{when},{value}" for when in WHEN], f"{place}.csv")
    with pytest.raises(IngestError, match="960 rows of several files contradict each other"):
        ingest(tmp_path, columns={"client": "P"})
    result = ingest(tmp_path, columns={"client": "P"}, later_file_wins=True)
    assert result.readings["active_energy_kwh"].tolist() == [2.0] * len(WHEN)
    assert [row["rejected"] for row in result.summary] == [len(WHEN), 0]
    assert "corrected_readings" in codes(result)


def test_the_best_quality_of_an_hour_stands(tmp_path: Path) -> None:
    rows = [f"{when},{value},{flag}" for when in WHEN for value, flag in ((1, "E"), (2, "A"), (3, "?"))]
    write(tmp_path, "Fecha,Active_energy,Calidad", [*rows, f"{WHEN[-1] + pd.Timedelta(hours=1)},5,E"])
    result = ingest(tmp_path, columns={"quality": "Calidad"}, quality_order=["A", "E"])
    assert result.readings["active_energy_kwh"].tolist() == [2.0] * len(WHEN) + [5.0]
    assert len(result.quarantine) == 2 * len(WHEN)


def test_a_client_most_of_whose_rows_are_lost_is_refused_also_in_a_file_of_many(tmp_path: Path) -> None:
    rows = [
        f"{client},{when},{'x' if client == 'b' and place > 200 else 1}"
        for place, when in enumerate(WHEN)
        for client in "ab"
    ]
    write(tmp_path, "P,Fecha,Active_energy", rows)
    result = ingest(tmp_path, columns={"client": "P"})
    assert result.clients["client_id"].tolist() == ["a"]
    (told,) = result.issues[result.issues["code"] == "mostly_rejected"].to_dict("records")
    assert (told["client_id"], told["severity"]) == ("b", "blocks")
    assert ingest(tmp_path, columns={"client": "P"}, refused_share=0.9).clients["client_id"].tolist() == ["a", "b"]


def test_numbers_that_may_be_a_thousand_times_as_large_are_refused_until_it_is_said(tmp_path: Path) -> None:
    write(tmp_path, "P,Fecha,Active_energy", [f'{client},{when},"3,889"' for when in WHEN for client in "ab"])
    for many in ({}, {"client": "P"}):
        mapping = {"columns": many, "decimal": ","}
        with pytest.raises(IngestError, match="all have three digits behind the mark, as 3,889"):
            ingest(tmp_path, **mapping)
        with pytest.raises(IngestError, match="all have three digits behind the mark, as 3,889"):
            scan_folder(tmp_path, Params(ingest=IngestParams.model_validate(mapping)))
    said = ingest(tmp_path, columns={"client": "P"}, decimal=",", thousands="")
    assert said.readings["active_energy_kwh"].tolist() == [3.889] * 2 * len(WHEN)
    meant = ingest(tmp_path, columns={"client": "P"}, thousands=",")
    assert meant.readings["active_energy_kwh"].tolist() == [3889.0] * 2 * len(WHEN)


def test_a_unit_in_the_name_that_is_another_one_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, "Fecha,Potencia kW", [f"{when},1" for when in WHEN])
    assert "unit_contradicts" in codes(ingest(tmp_path, columns={"active": "Potencia kW"}))
    for right in ({"unit": "kW"}, {"unit": "kWh", "scale": 0.25}):
        assert "unit_contradicts" not in codes(ingest(tmp_path, columns={"active": "Potencia kW"}, **right))


def test_every_sheet_of_a_workbook_with_rows_is_a_table(tmp_path: Path) -> None:
    body = pd.DataFrame([line.split(",")[:2] for line in lines(100)], columns=["Fecha", "Active_energy"])
    with pd.ExcelWriter(tmp_path / "todos.xlsx") as book:
        body.to_excel(book, sheet_name="norte", index=False)
        pd.DataFrame().to_excel(book, sheet_name="vacia", index=False)
        body.to_excel(book, sheet_name="sur", index=False)
    result = ingest(tmp_path)
    assert result.clients["client_id"].tolist() == ["norte", "sur"]
    assert [row["file"] for row in result.summary] == ["todos.xlsx/norte", "todos.xlsx/sur"]


def test_hours_that_are_no_numbers_are_not_taken_for_some(tmp_path: Path) -> None:
    write(tmp_path, "Fecha,Hora,Active_energy", [f"{when:%Y-%m-%d},{when:%H:30},1" for when in WHEN])
    with pytest.raises(IngestError, match="none of 480 rows could be read"):
        ingest(tmp_path, columns={"hour": "Hora"}, date_format="%Y-%m-%d")


def test_values_are_no_clients_where_the_hour_stands_apart_from_the_date(tmp_path: Path) -> None:
    rows = [f"{when:%Y-%m-%d},{when:%H:%M},{1 + when.hour},p{when.hour}" for when in WHEN]
    write(tmp_path, "Fecha,Hora,Active_energy,Nota", rows)
    result = ingest(tmp_path, columns={"hour": "Hora"}, date_format="%Y-%m-%d", hour_format="%H:%M")
    assert result.readings["active_energy_kwh"].tolist() == [float(1 + when.hour) for when in WHEN]


def test_the_length_of_counted_intervals_is_asked_where_no_whole_day_is_counted(tmp_path: Path) -> None:
    """Half hours of a morning are not taken for hours of half a day, by no way in."""
    rows = [f"{day:%Y-%m-%d},{period},2" for day in WHEN[::24] for period in range(1, 14)]
    write(tmp_path, "Fecha,Periodo,Active_energy kWh", rows)
    mapping = {"columns": {"hour": "Periodo", "active": "Active_energy kWh"}, "date_format": "%Y-%m-%d"}
    with pytest.raises(IngestError, match="counted up to 13, which is no whole day"):
        ingest(tmp_path, **mapping)
    (found,) = guess(tmp_path, IngestParams())
    (question,) = [each for each in found.questions if "how long is an interval" in each.text]
    answers = [answer["numbered_minutes"] for answer in question.answers]
    assert answers == [60, 30, 15]
    for minutes, hours in zip(answers, (13, 6, 3), strict=True):
        read = ingest(tmp_path, **mapping, numbered_minutes=minutes).readings
        assert len(read) == hours * len(WHEN[::24])
        assert (read["active_energy_kwh"] == 2 * 60 / minutes).all()


def test_registers_of_one_nem12_file_have_intervals_of_their_own(tmp_path: Path) -> None:
    head = ["100,NEM12,202301020000,A,B"]
    for number, (meter, minutes) in enumerate((("NMI1", 15), ("NMI2", 30), ("NMI3", 5)), start=1):
        day = ",".join(["1"] * (1440 // minutes))
        head += [f"200,{meter},E1,E1,E1,N1,{number},kWh,{minutes},", f"300,20230102,{day},A,,,20230103000000,"]
    (tmp_path / "data.csv").write_text("\n".join([*head, "900"]) + "\n", encoding="utf-8")
    read = ingest(tmp_path).readings.groupby("client_id")["active_energy_kwh"]
    assert read.agg(["size", "sum"]).to_numpy().tolist() == [[24, 96], [24, 48], [24, 288]]


def test_a_line_may_be_one_channel_of_a_day(tmp_path: Path) -> None:
    hours = [f"H{hour}" for hour in range(1, 25)]
    rows = [
        ",".join([f"{day:%Y-%m-%d}", "M1", name, *(str(factor * (1 + (hour + number) % 5)) for hour in range(24))])
        for number, day in enumerate(WHEN[::24])
        for name, factor in (("Activa kWh", 1.0), ("Reactiva kvarh", 0.25), ("Otra", 9.0))
    ]
    write(tmp_path, ",".join(["Fecha", "Medidor", "Magnitud", *hours]), rows)
    seen = guess(tmp_path, IngestParams())
    assert not questions(seen[0], IngestParams())
    params = changed(IngestParams(), best_changes(seen, IngestParams()))
    read = ingest_folder(tmp_path, params, FLEET).readings
    wanted = [1.0 + (hour + number) % 5 for number in range(len(WHEN[::24])) for hour in range(24)]
    assert read["active_energy_kwh"].tolist() == wanted
    assert read["reactive_energy_kvarh"].tolist() == [each / 4 for each in wanted]
