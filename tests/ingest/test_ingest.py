"""What happens to good and bad meter files; nothing is lost without a word."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.meter_files import HEADER, balanced, codes, ingest, lines, write
from vigia.errors import IngestError


def test_a_public_file_becomes_hours_of_a_named_client(tmp_path: Path) -> None:
    write(tmp_path, lines())
    result = ingest(tmp_path)
    assert result.clients["name"].tolist() == ["Cliente 7"]
    assert len(result.readings) == 2400
    first = result.readings.iloc[0]
    assert first["timestamp"] == pd.Timestamp("2023-01-01 00:00", tz="America/Lima")
    assert (first["active_energy_kwh"], first["voltage_fc_v"]) == (1.0, 221.0)


def test_the_order_of_rows_and_repeated_rows_change_nothing(tmp_path: Path) -> None:
    write(tmp_path, lines())
    plain = ingest(tmp_path)
    body = lines()
    write(tmp_path, [*body[::-1], *body[:50]])
    again = ingest(tmp_path)
    pd.testing.assert_frame_equal(again.readings, plain.readings)
    assert again.summary[0]["duplicates"] == 50
    assert balanced(again)


def test_all_rows_of_a_contradicted_hour_go_to_quarantine_and_the_hour_is_missing(tmp_path: Path) -> None:
    body = lines()
    write(tmp_path, [*body, body[10].replace(",11,", ",99,")])
    result = ingest(tmp_path)
    assert len(result.quarantine) == 2
    assert result.quarantine["raw"].tolist() == [body[10], body[10].replace(",11,", ",99,")]
    assert result.quarantine["line"].tolist() == [12, 2402]
    assert pd.Timestamp("2023-01-01 10:00", tz="America/Lima") not in set(result.readings["timestamp"])
    assert balanced(result)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("2023-01-01 05:00:00,abc,0.5,220,221", "Active_energy is no number"),
        ('2023-01-01 05:00:00,"6,5",0.5,220,221', "decimal comma"),
        ("yesterday,6,0.5,220,221", "time not of the form"),
        ("2023-01-01 05:00:00,,0.5,220,221", "no active energy"),
        ("2023-01-01 05:00:00,6,0.5", "has 3 columns, the header 5"),
        ("2023-01-01 05:00:00,inf,0.5,220,221", "is no number"),
        ('2023-01-01 05:00:00,6,0.5,"220,221', "quotation mark is not closed"),
        ("0203-01-01 05:00:00,6,0.5,220,221", "year outside 1990-2100"),
    ],
    ids=["text", "decimal comma", "time", "empty value", "short line", "infinite", "open quotation mark", "year"],
)
def test_a_bad_row_is_kept_with_its_reason_and_the_others_are_taken(tmp_path: Path, bad: str, reason: str) -> None:
    body = lines()
    body[5] = bad
    write(tmp_path, body)
    result = ingest(tmp_path)
    (row,) = result.quarantine.to_dict("records")
    assert reason in row["reason"]
    assert (row["raw"], row["line"], row["source_file"]) == (bad, 7, "DATOSCLIENTE7.csv")
    assert len(result.readings) == 2399
    assert balanced(result)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "no text file"),
        ("Fecha,Active_energy\n2023-01-01,1\n".encode("utf-16"), "set `encoding: utf-16`"),
        (b"Fecha,Active_energy\n", "there is a header alone"),
        (b"Fecha,Active_energy,Active_energy\n2023-01-01,1,2\n", "['Active_energy'] stand twice"),
        (b'Fecha,Active_energy\n2023-01-01 00:00:00,"1,5"\n', "has a decimal comma; set `decimal: ','`"),
        (b"Fecha,Active_energy\n2023-01-01,1\n2023-01-02,1\n", "readings every 1440 minutes"),
        (b"Fecha,Active_energy\n2023-01-01 00:00:00,1\n2023-01-01 00:15:00,1\n", "makes up a whole hour"),
        (b"Fecha,Energia\n2023-01-01,1\n", "missing columns ['Active_energy']"),
        ("Fecha,Active_energy\n2023-01-01 00:00:00,1,señal\n".encode("latin-1"), "line 2 is not utf-8"),
        (b"Fecha;Active_energy\n2023-01-01;1\n", "separator ','"),
    ],
    ids=[
        "empty",
        "picture",
        "UTF-16",
        "header alone",
        "column twice",
        "decimal comma",
        "daily values",
        "half an hour",
        "missing column",
        "encoding",
        "separator",
    ],
)
def test_a_file_that_cannot_be_understood_blocks_its_client_alone(tmp_path: Path, content: bytes, message: str) -> None:
    write(tmp_path, lines())
    (tmp_path / "DATOSCLIENTE8.csv").write_bytes(content)
    result = ingest(tmp_path)
    blocked = result.issues[result.issues["severity"] == "blocks"]
    assert blocked["client_id"].tolist() == ["8"]
    assert message in blocked["message"].iloc[0]
    assert result.clients["client_id"].tolist() == ["7"]


def test_a_file_that_cannot_be_opened_blocks_its_client_alone(tmp_path: Path) -> None:
    write(tmp_path, lines())
    (tmp_path / "DATOSCLIENTE8.csv").symlink_to("taken away")
    (tmp_path / "folder.csv").mkdir()
    result = ingest(tmp_path)
    (blocked,) = result.issues[result.issues["severity"] == "blocks"].to_dict("records")
    assert (blocked["client_id"], "cannot be read" in blocked["message"]) == ("8", True)
    assert result.clients["client_id"].tolist() == ["7"]


def test_rows_that_another_file_repeats_or_contradicts_are_counted_and_kept_as_they_were(tmp_path: Path) -> None:
    body = lines()
    write(tmp_path, body)
    write(tmp_path, [*body[:5], body[10].replace(",11,", ",99,")], name="datoscliente7.csv")
    result = ingest(tmp_path)
    assert [(row["accepted"], row["rejected"], row["duplicates"]) for row in result.summary] == [
        (2399, 1, 0),
        (0, 1, 5),
    ]
    assert balanced(result)
    assert result.quarantine["raw"].tolist() == [body[10], body[10].replace(",11,", ",99,")]
    assert len(result.readings) == 2399


def test_a_copy_of_a_file_under_another_name_is_reported(tmp_path: Path) -> None:
    write(tmp_path, lines())
    write(tmp_path, lines(), name="DATOSCLIENTE7 (1).csv")
    assert "same_file" in codes(ingest(tmp_path))


def test_many_clients_in_one_file_are_not_mixed_for_want_of_a_client_column(tmp_path: Path) -> None:
    body = [f"{client},{line}" for line in lines(48) for client in ("Norte", "Sur")]
    write(tmp_path, body, name="export.csv", header=f"Planta,{HEADER}")
    with pytest.raises(IngestError, match=r"set `client: Planta` under `ingest\.columns`"):
        ingest(tmp_path)
    assert ingest(tmp_path, columns={"client": "Planta"}).clients["client_id"].tolist() == ["Norte", "Sur"]


def test_a_meter_that_changes_its_interval_loses_no_hour_and_says_when(tmp_path: Path) -> None:
    write(tmp_path, lines(24 * 10) + lines(96 * 90, start="2023-01-11", step="15min"))
    result = ingest(tmp_path)
    (told,) = result.issues[result.issues["code"] == "changed_interval"]["message"]
    assert told == "readings of 15 and 60 minutes; the interval changes first on 2023-01-11 00:00"
    assert "incomplete_hours" not in codes(result)
    assert len(result.readings) == 24 * 100


def test_a_point_for_thousands_is_refused_where_the_decimal_mark_is_a_comma(tmp_path: Path) -> None:
    body = [line.replace(",", ";").replace(";0.5;", ";1,5;") for line in lines()]
    body[3] = body[3].replace(";4;", ";1.234;")
    write(tmp_path, body, header=HEADER.replace(",", ";"))
    result = ingest(tmp_path, separator=";", decimal=",")
    (row,) = result.quarantine.to_dict("records")
    assert (row["raw"], "decimal point" in row["reason"]) == (body[3], True)


def test_a_mark_that_only_python_ends_lines_at_stays_inside_its_cell(tmp_path: Path) -> None:
    body = [f"{line},x" for line in lines()]
    body[3] = body[3][:-1] + "a\u2028b\x0bc"
    write(tmp_path, body, header=f"{HEADER},Nota")
    assert ingest(tmp_path).summary[0]["accepted"] == 2400


@pytest.mark.parametrize(
    "content",
    [b"hello", b"PK\x03\x04 and no more", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)],
    ids=["text", "cut short", "encrypted"],
)
def test_a_damaged_workbook_of_sectors_costs_the_sectors_alone(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, lines())
    (tmp_path / "sector_economico_clientes.xlsx").write_bytes(content)
    result = ingest(tmp_path)
    (message,) = result.issues[result.issues["code"] == "unreadable_sectors"]["message"]
    assert message.startswith("sector_economico_clientes.xlsx: no readable workbook")
    assert result.clients["sector"].isna().all()


def test_without_a_table_of_sectors_each_client_says_so(tmp_path: Path) -> None:
    write(tmp_path, lines())
    (message,) = ingest(tmp_path).issues["message"]
    assert message == "there is no sector_economico_clientes.xlsx with sectors"


def test_a_bad_line_of_the_site_log_is_known_before_anything_is_fitted(tmp_path: Path) -> None:
    write(tmp_path, lines())
    text = "client_id,from,to,what\n7,2023-02-01,,Parada\n7,ayer,,Parada\n9,2023-02-01,,Parada\n"
    (tmp_path / "site_log.csv").write_text(text, encoding="utf-8")
    result = ingest(tmp_path)
    (row,) = result.quarantine.to_dict("records")
    assert (row["source_file"], row["line"], row["raw"]) == ("site_log.csv", 3, "7,ayer,,Parada")
    messages = result.issues.set_index("code")["message"]
    assert "line 3: `from` is not a date" in messages["site_log_lines"]
    assert messages["no_readings"] == "site_log.csv names client 9, who has no readings"
    assert result.site_log["client_id"].tolist() == ["7", "9"]


def test_a_bad_line_of_the_verdicts_is_known_and_the_file_is_no_meter_file(tmp_path: Path) -> None:
    write(tmp_path, lines())
    rows = ["7,spike,2023-02-01,maybe,2023-02-02", "7,spike,2023-02-01,confirmed,2023-02-02"]
    text = "\n".join(["client_id,kind,start,verdict,recorded_at", *rows, f"9{rows[1][1:]}", ""])
    (tmp_path / "verdicts.csv").write_text(text, encoding="utf-8")
    result = ingest(tmp_path)
    assert [row["file"] for row in result.summary] == ["DATOSCLIENTE7.csv"]
    (row,) = result.quarantine.to_dict("records")
    assert (row["source_file"], row["line"]) == ("verdicts.csv", 2)
    messages = result.issues.set_index("code")["message"]
    assert messages["verdicts_lines"].startswith("1 lines of verdicts.csv are left out; line 2: `verdict` 'maybe'")
    assert messages["no_readings"] == "verdicts.csv names client 9, who has no readings"
    assert result.verdicts["client_id"].tolist() == ["7", "9"]


def test_a_folder_where_nothing_can_be_understood_is_an_error_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "DATOSCLIENTE8.csv").write_bytes(b"")
    with pytest.raises(IngestError, match=r"DATOSCLIENTE8.csv: the file is empty"):
        ingest(tmp_path)
    with pytest.raises(IngestError, match="no folder"):
        ingest(tmp_path / "nowhere")


def test_facts_about_a_client_travel_as_issues(tmp_path: Path) -> None:
    body = lines(24 * 10)
    body[100] = body[100].replace(",5,", ",-5,")
    gap = lines(24 * 10, start="2023-02-20")
    write(tmp_path, body + gap)
    result = ingest(tmp_path)
    assert {"short_history", "negative_energy", "gap", "no_sector"} <= codes(result)
    hole = result.issues[result.issues["code"] == "gap"].iloc[0]
    assert (hole["start"], hole["end"]) == (
        pd.Timestamp("2023-01-11", tz="America/Lima"),
        pd.Timestamp("2023-02-20", tz="America/Lima"),
    )
    assert result.readings["active_energy_kwh"].min() == -5


def test_sectors_come_from_the_workbook_with_its_stray_spaces(tmp_path: Path) -> None:
    write(tmp_path, lines())
    table = pd.DataFrame({"Cliente: ": ["Cliente 7 ", "Cliente 9"], "Sector Económico:": ["Pesca ", "Minería"]})
    table.to_excel(tmp_path / "sector_economico_clientes.xlsx", index=False)
    result = ingest(tmp_path)
    assert result.clients["sector"].tolist() == ["Pesca"]
    assert result.issues.set_index("code").loc["no_readings", "client_id"] == "9"


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 60),
            st.sampled_from(["1", "2", "x", "", "-3", "1,5"]),
            st.sampled_from(["0.5", "y"]),
        ),
        min_size=1,
        max_size=80,
    )
)
def test_every_line_is_accepted_rejected_or_a_duplicate(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[int, str, str]]
) -> None:
    folder = tmp_path_factory.mktemp("raw")
    start = pd.Timestamp("2023-05-01")
    body = [f'{start + pd.Timedelta(hours=h):%Y-%m-%d %H:%M:%S},"{a}",{r},220,221' for h, a, r in rows]
    write(folder, [*lines(24 * 30), *body])
    result = ingest(folder)
    assert balanced(result)
    assert result.summary[0]["read"] == 720 + len(rows)
    assert not result.readings.duplicated(["client_id", "timestamp"]).any()
    assert np.isfinite(result.readings["active_energy_kwh"]).all()
