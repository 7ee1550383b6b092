"""A folder as one table, as ingest reads it; what was found out is told, and what is open is asked."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import vigia
from tests.support.plain_clients import changed, plain, write_files
from vigia.config import Params
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import ColumnNames, IngestParams
from vigia.errors import ConfigError, IngestError
from vigia.ingest import ingest_folder

DAYS = 100


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path / "raw", {"norte.csv": plain("norte", days=DAYS), "sur.csv": plain("sur", days=DAYS)})
    return tmp_path / "raw"


def renamed(folder: Path, header: str, separator: str = ",", decimal: str = ".") -> None:
    for path in folder.iterdir():
        _, *lines = path.read_text(encoding="utf-8").splitlines()
        rows = [line.replace(".", decimal).replace(",", separator, 1) for line in lines]
        path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")


def test_the_table_is_that_of_ingest(folder: Path) -> None:
    params = Params()
    told: list[str] = []
    pd.testing.assert_frame_equal(
        vigia.read(folder, tell=told.append), ingest_folder(folder, params.ingest, params.fleet).readings
    )
    assert told == [
        "2 files, 2 clients, 4,800 hours from 2024-01-01 to 2024-04-09, America/Lima, which is the default: pass zone= "
        "where it is another"
    ]


def test_columns_of_another_name_are_found_and_what_was_taken_can_be_passed_back(folder: Path) -> None:
    plainly = vigia.read(folder, zone="America/Lima", tell=None)
    renamed(folder, "Momento,Consumo kWh")
    told: list[str] = []
    guessed = vigia.read(folder, zone="America/Lima", tell=told.append)
    pd.testing.assert_frame_equal(guessed, plainly)
    (fields,) = [line.partition(": ")[2] for line in told if line.startswith("guessed")]
    said: list[str] = []
    again = vigia.read(folder, zone="America/Lima", tell=said.append, **eval(f"dict({fields})"))
    pd.testing.assert_frame_equal(again, plainly)
    assert not [line for line in said if line.startswith("guessed")]


def test_what_files_leave_open_is_asked_with_what_to_pass(folder: Path) -> None:
    renamed(folder, "Momento,Lectura")
    with pytest.raises(IngestError) as asked:
        vigia.read(folder, zone="America/Lima", tell=None)
    text = str(asked.value)
    assert text.startswith("norte.csv: no name tells the unit")
    assert "Pass unit='Wh' or unit='kWh'" in text
    in_mwh = vigia.read(folder, zone="America/Lima", tell=None, unit="MWh")
    in_kwh = vigia.read(folder, zone="America/Lima", tell=None, unit="kWh")
    assert in_mwh["active_energy_kwh"].to_numpy() == pytest.approx(1000 * in_kwh["active_energy_kwh"].to_numpy())


def test_a_column_that_is_named_is_taken_whatever_looks_better(folder: Path) -> None:
    for path in folder.iterdir():
        header, *lines = path.read_text(encoding="utf-8").splitlines()
        assert header == "Fecha,Active_energy"
        text = "\n".join(["Fecha,Energia kWh,Otra", *(f"{line},5.25" for line in lines), ""])
        path.write_text(text, encoding="utf-8")
    guessed = vigia.read(folder, zone="America/Lima", tell=None)
    named = vigia.read(folder, zone="America/Lima", tell=None, columns={"active": "Otra"}, unit="kWh")
    assert guessed["active_energy_kwh"].nunique() > 1
    assert named["active_energy_kwh"].unique().tolist() == [5.25]


@pytest.mark.parametrize(
    "said", [{"columns": {"active": "Nada"}, "unit": "kWh"}, {"separator": ";"}], ids=["no such column", "separator"]
)
def test_what_a_person_says_is_not_replaced_by_a_guess(folder: Path, said: dict[str, Any]) -> None:
    renamed(folder, "Momento,Consumo kWh")
    with pytest.raises(IngestError, match="no file could be understood"):
        vigia.read(folder, zone="America/Lima", tell=None, **said)


def test_with_parameters_nothing_is_guessed(folder: Path, tmp_path: Path) -> None:
    renamed(folder, "Momento,Consumo kWh")
    with pytest.raises(IngestError, match="no file could be understood"):
        vigia.read(folder, Params(), tell=None)
    columns = ColumnNames(timestamp="Momento", active="Consumo kWh")
    params = Params(fleet=FleetParams(timezone="America/Bogota"), ingest=IngestParams(columns=columns))
    found = vigia.read(folder, params, tell=None)
    assert str(found["timestamp"].dt.tz) == "America/Bogota"
    file = tmp_path / "params.yaml"
    text = "fleet: {timezone: America/Bogota}\ningest: {columns: {timestamp: Momento, active: Consumo kWh}}\n"
    file.write_text(text, encoding="utf-8")
    pd.testing.assert_frame_equal(vigia.read(folder, file, tell=None), found)


def test_what_was_not_taken_is_told(folder: Path) -> None:
    with (folder / "norte.csv").open("a", encoding="utf-8") as file:
        file.write("2024-04-10 00:00,mucho\n")
    (folder / "oeste.csv").write_text("", encoding="utf-8")
    told: list[str] = []
    vigia.read(folder, zone="America/Lima", tell=told.append)
    assert told[0].startswith("2 files, 2 clients, 4,800 hours")
    assert [line for line in told if line.startswith("norte.csv: 1 row not taken:")]
    assert "blocks: client oeste: oeste.csv: the file is empty" in told


def test_what_is_wrong_with_a_call_is_one_sentence(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ingest\.unidad: unknown"):
        vigia.read(folder, unidad="kWh")
    with pytest.raises(ConfigError, match="no such time zone"):
        vigia.read(folder, zone="Lima")
    with pytest.raises(ConfigError, match="params say all there is to say, so unit, zone must be said there"):
        vigia.read(folder, Params(), unit="kWh", zone="America/Lima")
    with pytest.raises(IngestError, match="no folder"):
        vigia.read(tmp_path / "nowhere")


def test_what_is_read_can_be_scanned(folder: Path) -> None:
    write_files(folder, {"norte.csv": changed(plain("norte", days=DAYS), 80, 90, 0.0)})
    found = vigia.scan(vigia.read(folder, zone="America/Lima", tell=None), modes=("past_only",))
    assert found.events["client_id"].tolist() == ["norte"]
    assert found.events["kind"].tolist() == ["zero_run"]
