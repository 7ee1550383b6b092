"""`vigia scan` on folders as people bring them: what it finds, what it says, and what it leaves behind."""

import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from tests.support.plain_clients import ZONE, changed, plain, write_files
from vigia import frames
from vigia.cli import main
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.ingest import ingest_folder
from vigia.scanning import folder as scanning
from vigia.scanning import scan

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def vigia_scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command on `raw` in a directory of its own: exit code, and all that was printed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*options: str, folder: str = "raw", workers: int = 1) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["vigia", "scan", folder, "--workers", str(workers), *options])
        with pytest.raises(SystemExit) as stopped:
            main()
        told = capsys.readouterr()
        return int(stopped.value.code or 0), told.out + told.err

    return run


def written(path: Path, name: str) -> pd.DataFrame:
    """A table of --out, checked against the contract."""
    types = {column.name: "str" for column in frames.TABLES[name].columns if column.kind == "str"}
    frame = pd.read_csv(path / f"{name}.csv", dtype=types)
    for column in frames.TABLES[name].columns:
        if column.kind == "time":
            frame[column.name] = pd.to_datetime(frame[column.name], utc=True).dt.tz_convert(ZONE)
    return frames.check(name, frame)


def lines(text: str) -> str:
    """What was printed without the frames of tables and with single spaces."""
    return " ".join(text.translate(str.maketrans("│┃", "  ")).split())


def test_a_zero_block_is_told_and_written(tmp_path: Path, vigia_scan: Run) -> None:
    write_files(tmp_path / "raw", {"DATOSCLIENTE7.csv": changed(plain("7"), 180, 200, 0.0), "norte.csv": plain("n")})
    code, told = vigia_scan("--out", "found", "--scores")
    assert code == 0
    assert "2 clients, readings until 2024-07-18 23:00" in told
    assert "0 of 9,600 rows were not taken (0.0%); 0 of 9,600 hours have no active energy (0.0%)" in told
    assert "consumption at zero 1 1 1 1 1 1" in lines(told)
    assert "Cliente 7 critical 2024-06-29 2024-06-29" in lines(told)
    assert "Active energy at zero" in lines(told)
    assert "while voltage is present" not in lines(told)
    events = written(tmp_path / "found", "events")
    assert sorted(events["mode"]) == ["past_only", "two_sided"]
    assert events["client_id"].unique().tolist() == ["7"]
    assert set(written(tmp_path / "found", "event_channels")["event_id"]) == set(events["event_id"])
    assert written(tmp_path / "found", "quarantine").empty
    assert frames.clients_in(tmp_path / "found" / "scores") == ["7", "norte"]
    assert len(frames.read_client(tmp_path / "found" / "scores", "scores", "norte")) == 2 * 24 * 200


def test_the_command_finds_what_a_call_on_the_frame_finds(tmp_path: Path, vigia_scan: Run) -> None:
    first = changed(plain("1"), 120, 140, 0.3)
    write_files(tmp_path / "raw", {"1.csv": first, "2.csv": first, "10.csv": changed(plain("10"), 150, 155, 3.0)})
    assert vigia_scan("--out", "found", workers=2)[0] == 0
    readings = ingest_folder(tmp_path / "raw", IngestParams(), FleetParams(name="t")).readings
    expected = scan(readings).events
    assert set(expected["class"]) == {"consumption", "data"}
    pd.testing.assert_frame_equal(written(tmp_path / "found", "events"), expected, check_exact=False, rtol=1e-9)


def test_columns_of_another_name_are_found_without_parameters(tmp_path: Path, vigia_scan: Run) -> None:
    write_files(tmp_path / "raw", {"1.csv": changed(plain("1"), 180, 200, 0.0), "2.csv": plain("2")})
    code, as_named = vigia_scan("--out", "named")
    assert code == 0
    assert "there is no params.yaml" not in as_named
    for path in (tmp_path / "raw").iterdir():
        text = path.read_text(encoding="utf-8").replace("Fecha,Active_energy", "Hora;Consumo kWh")
        path.write_text(text.replace(",", ";").replace(".", ","), encoding="utf-8")
    code, told = vigia_scan("--out", "guessed")
    assert code == 0
    assert 'active: "Consumo kWh"' in told
    for name in ("events", "event_channels", "issues"):
        pd.testing.assert_frame_equal(written(tmp_path / "guessed", name), written(tmp_path / "named", name))


def test_past_only_is_the_same_without_the_other_mode(tmp_path: Path, vigia_scan: Run) -> None:
    write_files(tmp_path / "raw", {"1.csv": changed(plain("1"), 120, 140, 0.3)})
    vigia_scan("--out", "both")
    code, told = vigia_scan("--past-only", "--out", "past")
    assert code == 0
    assert "whole history" not in told
    both, past = (written(tmp_path / name, "events") for name in ("both", "past"))
    pd.testing.assert_frame_equal(past, both[both["mode"] == "past_only"].reset_index(drop=True))


def test_two_files_with_the_same_readings_are_told_as_one_line(tmp_path: Path, vigia_scan: Run) -> None:
    write_files(
        tmp_path / "raw", {"DATOSCLIENTE1.csv": plain("1"), "DATOSCLIENTE2.csv": plain("1"), "x.csv": plain("x")}
    )
    code, told = vigia_scan()
    assert code == 0
    assert "warns client 2: the same content in several files" in lines(told)
    assert "Cliente 1, Cliente 2 high 2024-01-01 2024-01-08" in lines(told)


def test_a_bad_file_stops_no_other_and_no_line_is_lost(tmp_path: Path, vigia_scan: Run) -> None:
    write_files(tmp_path / "raw", {"1.csv": changed(plain("1"), 180, 200, 0.0), "2.csv": plain("2")})
    (tmp_path / "raw" / "3.csv").write_text("Hora,kWh\n2024-01-01 00:00,1\n", encoding="utf-8")
    two = tmp_path / "raw" / "2.csv"
    two.write_text(two.read_text(encoding="utf-8") + "2024-08-01 00:00,n/d\nno time,4\n1,2,3\n", encoding="utf-8")
    code, told = vigia_scan("--out", "found")
    assert code == 1
    assert "blocks client 3: 3.csv: missing columns ['Fecha', 'Active_energy']" in told
    assert "reject 2.csv: 1 rows: Active_energy is no number (first in line 4802)" in told
    assert "consumption at zero 1 1 1" in lines(told)
    assert written(tmp_path / "found", "quarantine")["line"].tolist() == [4802, 4803, 4804]
    assert "unreadable_file" in set(written(tmp_path / "found", "issues")["code"])


def test_a_closure_of_the_site_log_is_excused(tmp_path: Path, vigia_scan: Run) -> None:
    write_files(tmp_path / "raw", {"1.csv": changed(plain("1"), 150, 164, 0.0)})
    log = tmp_path / "raw" / "closures.csv"
    log.write_text("client_id,from,to,what\n1,2024-05-30,2024-06-13,closed\n9,2024-05-30,,closed\n1,soon,,closed\n")
    code, told = vigia_scan("--site-log", "raw/closures.csv")
    assert code == 0
    assert "no event: nothing departs from what these clients usually do" in told
    assert "client 1: explained by the site log, so not raised" in told
    assert "closures.csv names a client who has no readings" in told
    assert "reject closures.csv: 1 rows: `from` is not a date or local time: 'soon' (first in line 4)" in told


def test_verdicts_of_the_folder_or_of_a_file_weigh_in_what_is_said(tmp_path: Path, vigia_scan: Run) -> None:
    readings = changed(changed(plain("1"), 130, 140, 0.5), 190, 200, 0.5)
    write_files(tmp_path / "raw", {"1.csv": readings})
    rows = ["1,level_down,2024-05-10,dismissed,2024-05-25", "1,level_down,soon,dismissed,", "9,spike,2024-05-10"]
    text = "\n".join(["client_id,kind,start,verdict,recorded_at", *rows[:2], f"{rows[2]},confirmed,2024-05-25", ""])
    (tmp_path / "raw" / "verdicts.csv").write_text(text, encoding="utf-8")
    code, told = vigia_scan("--past-only", "--out", "found")
    assert code == 0
    assert "verdicts.csv names a client who has no readings" in told
    assert "reject verdicts.csv: 1 rows: `start` is not a date or local time: 'soon' (first in line 3)" in told
    weighed = written(tmp_path / "found", "events")
    assert weighed["witnesses"].tolist() == ["active:level_down", "active:level_down|verdicts:dismissed=1"]
    (tmp_path / "raw" / "verdicts.csv").rename(tmp_path / "elsewhere.csv")
    vigia_scan("--past-only", "--out", "plain")
    unjudged = written(tmp_path / "plain", "events")
    assert unjudged["score"].iloc[1] == pytest.approx(1.5 * weighed["score"].iloc[1])
    vigia_scan("--past-only", "--out", "again", "--verdicts", "elsewhere.csv")
    pd.testing.assert_frame_equal(written(tmp_path / "again", "events"), weighed)


@pytest.mark.parametrize("pieces", [1, 5])
def test_one_file_of_many_clients_is_as_good_as_a_file_each(
    tmp_path: Path, vigia_scan: Run, monkeypatch: pytest.MonkeyPatch, pieces: int
) -> None:
    clients = [changed(plain(name), 150 + number, 170, 0.2) for number, name in enumerate(["1", "2", "30"])]
    write_files(tmp_path / "raw", {f"{rows['client_id'].iloc[0]}.csv": rows for rows in clients})
    vigia_scan("--out", "each")
    text = ["Fecha,Active_energy,Medidor"]
    for when in range(len(clients[0])):
        text += [
            f"{r['timestamp'][when]:%Y-%m-%d %H:%M},{r['active_energy_kwh'][when]:.3f},{r['client_id'][0]}"
            for r in clients
        ]
    text += ["2024-08-01 00:00,x,30", "2024-08-01 01:00,1", '2024-08-01 01:00,1,"30']
    (tmp_path / "long").mkdir()
    (tmp_path / "long" / "all.csv").write_text("\n".join(text), encoding="utf-8")
    (tmp_path / "map.yaml").write_text("fleet: {name: t}\ningest: {columns: {client: Medidor}}\n", encoding="utf-8")
    size = (tmp_path / "long" / "all.csv").stat().st_size
    monkeypatch.setattr(scanning, "PIECE_BYTES", size // pieces)
    code, told = vigia_scan("--params", "map.yaml", "--out", "one", folder="long")
    assert code == 0
    for name in ("events", "event_channels", "issues"):
        pd.testing.assert_frame_equal(written(tmp_path / "one", name), written(tmp_path / "each", name))
    assert sorted(written(tmp_path / "one", "quarantine")["line"]) == [14402, 14403, 14404]
    assert "reject all.csv: 1 rows: Active_energy is no number (first in line 14402)" in told


def test_a_large_file_without_a_column_of_clients_says_what_it_needs(
    tmp_path: Path, vigia_scan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_files(tmp_path / "raw", {"all.csv": plain("1"), "2.csv": plain("2", days=20)})
    monkeypatch.setattr(scanning, "CLIENT_BYTES", 50_000)
    code, told = vigia_scan()
    assert code == 1
    assert "say which column names them: `client:` under `ingest.columns`" in told
    assert "1 client, readings until 2024-01-20 23:00" in told
    assert "client 2: too little history to judge levels well" in told


def test_what_a_client_does_by_itself_is_raised_where_that_many_false_alarms_are_accepted(
    tmp_path: Path, vigia_scan: Run
) -> None:
    restless = plain("1")
    for day in range(60, 180, 20):
        restless = changed(restless, day, day + 1, 1.9)
    write_files(tmp_path / "raw", {"1.csv": changed(restless, 190, 191, 2.15)})
    counts = []
    for rate in ("0", "2"):
        vigia_scan("--past-only", "--out", "found", "--false-alarms-per-month", rate)
        counts.append(len(written(tmp_path / "found", "events")))
    assert counts == [0, 7]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (("--out", "raw"), 2, "tables there would be read as meter files"),
        (("--scores",), 2, "hourly scores need a place: give --out too"),
        (("--false-alarms-per-month", "-1"), 2, "Input should be greater than or equal to 0"),
        (("--workers", "two"), 2, "Input should be a valid integer"),
        (("--out", "raw/1.csv"), 2, "cannot be made"),
        (("--params", "absent.yaml"), 1, "vigia: no configuration file absent.yaml"),
        (("--site-log", "absent.csv"), 1, "vigia: no site log absent.csv"),
        (("--verdicts", "absent.csv"), 1, "vigia: no verdicts absent.csv"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_bad_option_is_one_sentence(
    tmp_path: Path, vigia_scan: Run, options: tuple[str, ...], code: int, said: str
) -> None:
    write_files(tmp_path / "raw", {"1.csv": plain("1", days=3)})
    found, told = vigia_scan(*options)
    assert found == code
    assert said in told
    assert "Traceback" not in told


def test_a_folder_with_nothing_to_read_is_one_sentence(tmp_path: Path, vigia_scan: Run) -> None:
    assert vigia_scan("--out", "found", folder="nowhere") == (1, "vigia: no folder nowhere\n")
    assert not (tmp_path / "found").exists()
    (tmp_path / "file.csv").write_text("Fecha,Active_energy\n", encoding="utf-8")
    told = "vigia: file.csv is a file; give the folder that holds the meter files\n"
    assert vigia_scan(folder="file.csv") == (1, told)
    (tmp_path / "raw").mkdir()
    assert "holds no file with readings" in vigia_scan()[1]
    (tmp_path / "raw" / "1.csv").write_bytes(b"")
    assert vigia_scan("--out", "found") == (1, "vigia: raw: no file could be understood: 1.csv: the file is empty\n")
    (tmp_path / "raw" / "1.csv").write_text("Fecha,Active_energy\n2024-13-01,1\n", encoding="utf-8")
    assert vigia_scan("--out", "found")[0] == 1
    assert written(tmp_path / "found", "quarantine")["raw"].tolist() == ["2024-13-01,1"]


def test_without_parameters_nothing_is_judged_before_a_question_is_answered(tmp_path: Path, vigia_scan: Run) -> None:
    write_files(tmp_path / "raw", {"7.csv": changed(plain("7"), 180, 200, 0.0)})
    path = tmp_path / "raw" / "7.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("Active_energy", "Valor", 1), encoding="utf-8")
    code, told = vigia_scan()
    assert code == 2
    assert "no name tells the unit" in told
    assert "write the answer into params.yaml and scan again" in told
    answer = "ingest:\n  unit: kWh\n  columns:\n    active: Valor\n"
    (tmp_path / "params.yaml").write_text(answer, encoding="utf-8")
    code, told = vigia_scan()
    assert code == 0
    assert "Active energy at zero" in lines(told)
