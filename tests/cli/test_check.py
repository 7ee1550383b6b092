"""What `vigia check` tells somebody who brings a folder of meter files."""

import sys
from pathlib import Path

import pandas as pd
import pytest

from vigia.cli import main

STAMPS = pd.date_range("2023-01-01", periods=2400, freq="h").delete(range(600, 1320))


def vigia_check(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    params = folder.parent / "params.yaml"
    params.write_text("fleet: {name: test}\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["vigia", "check", str(folder), "--params", str(params)])
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit) as stopped:
        main()
    return int(stopped.value.code or 0)


def vigia_check_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The same in a directory without params.yaml."""
    monkeypatch.chdir(folder.parent)
    monkeypatch.setattr(sys, "argv", ["vigia", "check", folder.name])
    monkeypatch.setenv("COLUMNS", "200")
    try:
        main()
    except SystemExit as stopped:
        return int(stopped.code or 0)
    return 0


def write(folder: Path, name: str, row: str, header: str = "Fecha,Active_energy") -> None:
    folder.mkdir(exist_ok=True)
    body = [row.format(when) for when in STAMPS]
    (folder / name).write_text("\n".join([header, *body]), encoding="utf-8")


def test_columns_form_gaps_and_rejected_rows_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "raw", "DATOSCLIENTE7.csv", "{:%Y-%m-%d %H:%M},1")
    path = tmp_path / "raw" / "DATOSCLIENTE7.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n2023-05-01 00:00,n/d\n", encoding="utf-8")
    assert vigia_check(tmp_path / "raw", monkeypatch) == 0
    told = capsys.readouterr().out
    assert "columns: Fecha, Active_energy" in told
    assert "zone of times without an offset: America/Lima; energies are read as kWh" in told
    assert "client 7: no readings for 720 hours (2023-01-26 00:00 to 2023-02-25 00:00)" in told
    assert "reject DATOSCLIENTE7.csv: 1 rows: Active_energy is no number (first in line 1682)" in told


def test_a_bad_verdict_is_told_before_anything_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "raw", "DATOSCLIENTE7.csv", "{:%Y-%m-%d %H:%M},1")
    text = "client_id,kind,start,verdict,recorded_at\n7,spike,2023-02-01,confirmed,2023-01-01\n"
    (tmp_path / "raw" / "verdicts.csv").write_text(text, encoding="utf-8")
    assert vigia_check(tmp_path / "raw", monkeypatch) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "verdicts.csv: 1 rows: `recorded_at` '2023-01-01' is before `start` '2023-02-01' (first in line 2)" in told
    assert "verdicts.csv looks like" not in told


def test_a_folder_that_the_mapping_does_not_fit_gets_one_to_paste_and_an_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "raw", "Planta Nórte.csv", "{:%d/%m/%Y %H:%M};1,5", "Hora;Consumo (kWh)")
    assert vigia_check(tmp_path / "raw", monkeypatch) == 1
    told = capsys.readouterr()
    for line in ('separator: ";"', 'decimal: ","', 'date_format: "%d/%m/%Y %H:%M"', 'active: "Consumo (kWh)"'):
        assert line in told.out
    assert told.err.startswith("vigia: ")
    assert "Planta Nórte.csv: missing columns ['Fecha', 'Active_energy']" in told.err


def test_a_folder_without_meter_files_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "raw").mkdir()
    assert vigia_check(tmp_path / "raw", monkeypatch) == 1
    assert "holds no file with readings; .csv, .txt, .xlsx, .parquet, .gz and .zip are read" in capsys.readouterr().err


def test_without_parameters_the_mapping_is_guessed_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "raw", "Planta.csv", "{:%d/%m/%Y %H:%M};1,5", "Hora;Consumo (MWh)")
    assert vigia_check_alone(tmp_path / "raw", monkeypatch) == 0
    told = capsys.readouterr().out
    assert "there is no params.yaml; the files are read as these lines of one would say" in told
    assert 'active: "Consumo (MWh)"' in told
    assert "energies are read as MWh" in told
    assert "does not fit" not in told
    said = told.splitlines()
    first = said.index("    ingest:")
    kept = [line[4:] for line in said[first : first + 8]]
    (tmp_path / "params.yaml").write_text("\n".join(kept), encoding="utf-8")
    assert vigia_check_alone(tmp_path / "raw", monkeypatch) == 0
    again = capsys.readouterr().out
    assert "energies are read as MWh" in again
    assert "does not fit" not in again


def test_where_two_readings_fit_it_asks_with_what_to_write_and_an_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "raw", "Planta.csv", '{:%Y-%m-%d %H:%M},"3,889",7', "Hora,Consumo kWh,MT_1")
    assert vigia_check_alone(tmp_path / "raw", monkeypatch) == 1
    told = capsys.readouterr()
    assert "is ',' a decimal mark or one between thousands?" in told.out
    assert '  or\n    ingest:\n      decimal: "."\n      thousands: ","' in told.out
    write(tmp_path / "raw", "Planta.csv", "{:%Y-%m-%d %H:%M},3.9,4.2", "Hora,Valor A,Valor B")
    assert vigia_check_alone(tmp_path / "raw", monkeypatch) == 1
    told = capsys.readouterr()
    assert "which column is the active energy taken from the grid: Valor A, Valor B?" in told.out
    assert '    ingest:\n      unit: "Wh"\n  or\n    ingest:\n      unit: "kWh"\n  or' in told.out
