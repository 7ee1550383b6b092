from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from vigia import frames
from vigia.calendars import is_holiday, public_holidays, read_site_log
from vigia.errors import ConfigError

ZONE = "America/Lima"


def _log(folder: Path, text: str) -> Path:
    path = folder / "site_log.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_peruvian_independence_days_are_holidays():
    found = public_holidays("PE", date(2023, 7, 28), date(2024, 7, 29))
    assert {date(2023, 7, 28), date(2023, 7, 29), date(2024, 7, 28), date(2024, 7, 29)} <= found
    assert min(found) >= date(2023, 7, 28)
    assert max(found) <= date(2024, 7, 29)


def test_easter_moves_with_the_year():
    assert date(2023, 4, 7) in public_holidays("PE", date(2023, 4, 1), date(2023, 4, 30))
    assert date(2024, 3, 29) in public_holidays("PE", date(2024, 3, 1), date(2024, 3, 31))


def test_unknown_country_is_named():
    with pytest.raises(ConfigError, match="'XX'"):
        public_holidays("XX", date(2024, 1, 1), date(2024, 1, 2))


def test_a_holiday_is_a_local_day():
    hours = pd.date_range("2024-07-27 23:00", periods=50, freq="h", tz=ZONE)
    found = is_holiday(hours, "PE")
    assert not found[0]
    assert found[1:49].all()
    assert not found[49]


def test_no_days_no_holidays():
    assert len(is_holiday(pd.DatetimeIndex([], tz=ZONE), "PE")) == 0


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
