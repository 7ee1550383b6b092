from pathlib import Path

import pandas as pd
import pytest

from vigia import frames
from vigia.records import read_site_log, read_verdicts

ZONE = "America/Lima"


def _log(folder: Path, text: str) -> Path:
    path = folder / "site_log.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", [None, Path("nowhere/site_log.csv")], ids=["no path", "no file"])
def test_absent_log_is_empty(path):
    log = read_site_log(path, ZONE).entries
    assert log.empty
    assert list(log.columns) == frames.TABLES["site_log"].names


def test_log_with_only_a_header_is_empty(tmp_path):
    assert read_site_log(_log(tmp_path, "client_id,from,to,what\n"), ZONE).entries.empty


def test_log_entries_are_local_times_and_may_be_open(tmp_path):
    text = (
        "client_id,from,to,what\n"
        "7,2024-05-03,2024-05-10 06:30,Parada de planta\n"
        '007,2024-06-01T08:00,,"Equipo nuevo, línea 2"\n\n'
    )
    log = read_site_log(_log(tmp_path, text), ZONE).entries
    assert log["client_id"].tolist() == ["7", "007"]
    assert log["from"].tolist() == [
        pd.Timestamp("2024-05-03", tz=ZONE),
        pd.Timestamp("2024-06-01 08:00", tz=ZONE),
    ]
    assert log["to"].iloc[0] == pd.Timestamp("2024-05-10 06:30", tz=ZONE)
    assert pd.isna(log["to"].iloc[1])
    assert log["what"].iloc[1] == "Equipo nuevo, línea 2"


def test_column_to_may_be_absent_and_a_spreadsheet_mark_is_skipped(tmp_path):
    log = read_site_log(_log(tmp_path, "\ufeffwhat,from,client_id\nParada,2024-05-03,7\n"), ZONE).entries
    assert log["client_id"].tolist() == ["7"]
    assert log["to"].isna().all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("7,05/06/2024,,Parada", "`from` is not a date"),
        ("7,,,Parada", "`from` is not a date"),
        ("7,2024-02-30,,Parada", "`from` is not a date"),
        ("7,2024-05-03,soon,Parada", "`to` is not a date"),
        ("7,2024-05-03,2024-05-03,Parada", "`to` '2024-05-03' is not after"),
        (",2024-05-03,,Parada", "`client_id` is empty"),
        ("7,2024-05-03,,", "`what` is empty"),
        ("7,2024-05-03", "the number of fields"),
        ("7,2024-05-03,,Parada,de planta", "the number of fields"),
    ],
)
def test_bad_row_is_rejected_with_its_line_and_the_others_are_taken(tmp_path, row, message):
    path = _log(tmp_path, f"client_id,from,to,what\n1,2024-01-01,,Parada\n{row}\n")
    log = read_site_log(path, ZONE)
    (rejected,) = log.rejected.to_dict("records")
    assert (rejected["line"], rejected["raw"]) == (3, row)
    assert rejected["reason"].startswith(message)
    assert log.entries["client_id"].tolist() == ["1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"client,from,to,what\n", "expected the columns client_id, from, to, what"),
        (b"", "expected the columns client_id, from, to, what"),
        ("client_id,from,to,what\n7,2024-05-03,,L\u00ednea\n".encode("latin-1"), "the file is not UTF-8"),
    ],
    ids=["header", "empty", "encoding"],
)
def test_a_file_that_is_no_site_log_is_rejected_at_its_first_line(tmp_path, content, message):
    path = tmp_path / "site_log.csv"
    path.write_bytes(content)
    log = read_site_log(path, ZONE)
    assert log.entries.empty
    (rejected,) = log.rejected.to_dict("records")
    assert rejected["line"] == 1
    assert rejected["reason"].startswith(message)


HEADER = "client_id,kind,start,verdict,recorded_at,note"


def _verdicts(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "verdicts.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path


def test_verdicts_are_local_times_and_the_note_may_be_empty_or_absent(tmp_path):
    rows = (
        "7,level_down,2024-05-03 14:00,confirmed,2024-05-20T09:30,fase sin conexión",
        "7,spike,2024-06-01,dismissed,",
    )
    found = read_verdicts(_verdicts(tmp_path, rows[0], f"{rows[1]}2024-06-01,"), ZONE)
    assert found.rejected.empty
    assert found.entries["start"].tolist() == [
        pd.Timestamp("2024-05-03 14:00", tz=ZONE),
        pd.Timestamp("2024-06-01", tz=ZONE),
    ]
    assert found.entries["recorded_at"].iloc[0] == pd.Timestamp("2024-05-20 09:30", tz=ZONE)
    assert found.entries["note"].fillna("none").tolist() == ["fase sin conexión", "none"]
    short = "recorded_at,verdict,client_id,start,kind"
    found = read_verdicts(_verdicts(tmp_path, "2024-06-02,new_normal,7,2024-06-01,level_up", header=short), ZONE)
    assert found.entries["verdict"].tolist() == ["new_normal"]
    assert found.entries["note"].isna().all()


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("7,theft,2024-05-03,confirmed,2024-05-04,", "`kind` 'theft' is none of negative, zero_run, "),
        ("7,spike,2024-05-03,maybe,2024-05-04,", "`verdict` 'maybe' is none of confirmed, dismissed, new_normal"),
        ("7,spike,soon,confirmed,2024-05-04,", "`start` is not a date"),
        ("7,spike,2024-05-03,confirmed,,", "`recorded_at` is not a date"),
        ("7,spike,2024-05-03,confirmed,2024-05-02,", "`recorded_at` '2024-05-02' is before `start`"),
        (",spike,2024-05-03,confirmed,2024-05-04,", "`client_id` is empty"),
        ("7,missing_data,2024-05-03,new_normal,2024-05-04,", "`missing_data` is a problem of the data"),
        ("7,spike,2024-05-03", "the number of fields"),
    ],
)
def test_a_bad_verdict_is_rejected_with_its_line_and_the_others_are_taken(tmp_path, row, message):
    found = read_verdicts(_verdicts(tmp_path, "1,spike,2024-01-01,dismissed,2024-01-02,", row), ZONE)
    (rejected,) = found.rejected.to_dict("records")
    assert (rejected["line"], rejected["raw"]) == (3, row)
    assert rejected["reason"].startswith(message)
    assert found.entries["client_id"].tolist() == ["1"]


def test_a_file_that_holds_no_verdicts_is_rejected_at_its_first_line_and_none_is_no_verdict(tmp_path):
    found = read_verdicts(_verdicts(tmp_path, header="client_id,from,to,what"), ZONE)
    assert found.rejected["reason"].iloc[0].startswith("expected the columns client_id, kind, start, verdict")
    assert read_verdicts(tmp_path / "absent.csv", ZONE).entries.empty
    assert list(read_verdicts(None, ZONE).entries.columns) == frames.TABLES["verdicts"].names


def test_a_date_whose_midnight_the_clock_skips_begins_with_its_first_hour(tmp_path):
    log = read_site_log(_log(tmp_path, "client_id,from,to,what\n7,2024-09-08,2024-09-09,Parada\n"), "America/Santiago")
    assert log.rejected.empty
    assert log.entries["from"].tolist() == [pd.Timestamp("2024-09-08 01:00", tz="America/Santiago")]
