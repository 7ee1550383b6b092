"""Meter files of other forms: intervals, units, names of columns, and times of other zones and ways of writing."""

from pathlib import Path

import pandas as pd
import pytest

from tests.support.meter_files import ingest, lines, write
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import ColumnNames, IngestParams
from vigia.ingest import ingest_folder


def test_quarter_hours_are_summed_to_hours_and_an_incomplete_hour_is_missing(tmp_path: Path) -> None:
    body = lines(96 * 100, step="15min")
    del body[6]
    write(tmp_path, body)
    result = ingest(tmp_path)
    assert (result.native["interval_minutes"] == 15).all()
    assert len(result.native) == 9599
    hours = result.readings.set_index("timestamp")
    assert hours["active_energy_kwh"].iloc[0] == 1 + 2 + 3 + 4
    assert hours["voltage_fa_v"].iloc[0] == 220
    assert pd.Timestamp("2023-01-01 01:00", tz="America/Lima") not in hours.index


def test_another_form_is_read_by_its_mapping(tmp_path: Path) -> None:
    body = [
        f"A-{client};{day:02d}/03/2023 {hour:02d}:00;1500,5"
        for client in (1, 2)
        for day in (1, 2)
        for hour in range(24)
    ]
    (tmp_path / "export.csv").write_text("punto;hora;Wh\n" + "\n".join(body), encoding="latin-1")
    columns = ColumnNames(timestamp="hora", active="Wh", reactive=None, client="punto")
    result = ingest(
        tmp_path,
        columns=columns.model_dump(),
        separator=";",
        decimal=",",
        encoding="latin-1",
        date_format="%d/%m/%Y %H:%M",
        hour_label="end",
        unit="Wh",
        export_allowed=["A-2"],
    )
    assert result.clients["client_id"].tolist() == ["A-1", "A-2"]
    assert result.clients["export_allowed"].tolist() == [False, True]
    assert result.readings["active_energy_kwh"].unique() == pytest.approx([1.5005])
    assert result.readings["timestamp"].iloc[0] == pd.Timestamp("2023-02-28 23:00", tz="America/Lima")
    assert result.readings["reactive_energy_kvarh"].isna().all()


def test_mean_power_becomes_energy_of_its_interval(tmp_path: Path) -> None:
    write(tmp_path, lines(48 * 100, step="30min"))
    result = ingest(tmp_path, unit="kW", scale=10)
    assert result.readings["active_energy_kwh"].iloc[0] == pytest.approx((1 + 2) * 10 / 2)


def test_times_with_an_offset_are_brought_to_the_fleet_s_zone(tmp_path: Path) -> None:
    write(tmp_path, [line.replace(":00,", ":00+00:00,", 1) for line in lines()])
    assert ingest(tmp_path).readings["timestamp"].iloc[0] == pd.Timestamp("2022-12-31 19:00", tz="America/Lima")


@pytest.mark.parametrize("offset", ["+00:00", "+0000", "+00", "Z", "-00:00"])
def test_times_with_and_without_an_offset_may_stand_in_one_file(tmp_path: Path, offset: str) -> None:
    body = lines()
    utc = [f"{pd.Timestamp(line[:19]) + pd.Timedelta(hours=5)}{offset}{line[19:]}" for line in body[60:]]
    write(tmp_path, body)
    plain = ingest(tmp_path)
    write(tmp_path, [*body[:60], *utc])
    pd.testing.assert_frame_equal(ingest(tmp_path).readings, plain.readings)


def test_a_date_that_ends_in_its_year_is_no_time_with_an_offset(tmp_path: Path) -> None:
    body = [f"{pd.Timestamp(line[:19]):%H:%M %d-%m-%Y}{line[19:]}" for line in lines()]
    write(tmp_path, body)
    result = ingest(tmp_path, date_format="%H:%M %d-%m-%Y")
    assert result.readings["timestamp"].iloc[0] == pd.Timestamp("2023-01-01", tz="America/Lima")


def test_an_hour_that_a_clock_change_skips_is_refused_and_the_day_stays(tmp_path: Path) -> None:
    write(tmp_path, lines(24 * 100, start="2024-02-01"))
    result = ingest_folder(tmp_path, IngestParams(), FleetParams(name="test", timezone="Europe/Madrid"))
    assert result.quarantine["reason"].str.contains("does not exist, or twice").all()
    assert result.summary[0]["rejected"] == 1
