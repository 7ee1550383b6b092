"""Forms of meter files: whole, damaged, too large; what is passed over is named."""

import gzip
import io
import os
import tracemalloc
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from tests.support.meter_files import HEADER, codes, ingest, lines
from vigia.config.sections.ingest import IngestParams
from vigia.errors import IngestError, SourceError
from vigia.ingest.files import listing
from vigia.ingest.readers import packed, parquet, text, workbook
from vigia.ingest.sources import copy_folder

TEXT = "\n".join([HEADER, *lines(24 * 30)]) + "\n"
TABLE = pd.read_csv(io.StringIO(TEXT))
TIMED = TABLE.assign(Fecha=pd.to_datetime(TABLE["Fecha"]))
FORMS = ("7.csv", "7.txt", "7.csv.gz", "7.zip", "7.xlsx", "7.parquet")


def write(path: Path, table: pd.DataFrame = TIMED) -> None:
    content = table.to_csv(index=False).encode()
    if path.name.endswith(".gz"):
        path.write_bytes(gzip.compress(content))
    elif path.suffix == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("7.csv", content)
    elif path.suffix == ".xlsx":
        table.to_excel(path, index=False)
    elif path.suffix == ".parquet":
        table.to_parquet(path)
    else:
        path.write_bytes(content)


@pytest.mark.parametrize("name", FORMS)
def test_the_same_table_gives_the_same_readings_in_any_form(name: str, tmp_path: Path) -> None:
    write(tmp_path / name)
    result = ingest(tmp_path)
    assert result.readings["active_energy_kwh"].tolist() == TABLE["Active_energy"].tolist()
    assert result.clients["client_id"].tolist() == ["7"]
    assert result.summary[0]["accepted"] == 24 * 30


@pytest.mark.parametrize("name", FORMS[2:])
def test_a_damaged_file_blocks_its_own_client_alone(name: str, tmp_path: Path) -> None:
    write(tmp_path / "1.csv")
    write(tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    result = ingest(tmp_path)
    assert result.clients["client_id"].tolist() == ["1"]
    (issue,) = result.issues[result.issues["code"] == "unreadable_file"].to_dict("records")
    assert (issue["client_id"], issue["severity"]) == ("7", "blocks")
    assert issue["message"].startswith(name)


def test_every_text_file_of_an_archive_is_a_meter_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "todos.zip", "w") as archive:
        archive.writestr("norte.csv", TEXT)
        archive.writestr("2024/sur.txt", TEXT.replace("2023-", "2022-"))
        archive.writestr("leame.pdf", "x")
    result = ingest(tmp_path)
    assert result.clients["client_id"].tolist() == ["norte", "sur"]
    assert [row["file"] for row in result.summary] == ["todos.zip/2024/sur.txt", "todos.zip/norte.csv"]


def test_folders_are_gone_into_and_what_is_passed_over_is_named(tmp_path: Path) -> None:
    (tmp_path / "2024").mkdir()
    write(tmp_path / "2024" / "norte.csv")
    (tmp_path / "foto.png").write_bytes(b"\x89PNG")
    (tmp_path / ".oculto.csv").write_text("x")
    outside = tmp_path.parent / f"{tmp_path.name}.csv"
    outside.write_text(TEXT)
    (tmp_path / "enlace.csv").symlink_to(outside)
    result = ingest(tmp_path)
    assert [row["file"] for row in result.summary] == ["2024/norte.csv"]
    told = result.issues.loc[result.issues["code"] == "passed_over", "message"].tolist()
    assert told == [
        "enlace.csv was not read: a link that leads out of the folder",
        "foto.png was not read: no form that is read",
    ]


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "7.csv.gz", "wb") as file:
        for _ in range(200):
            file.write(b"7" * (1 << 20))
    tracemalloc.start()
    with pytest.raises(IngestError, match=r"a line of more than 1 MB; this is no table"):
        ingest(tmp_path)
    assert tracemalloc.get_traced_memory()[1] < 30 << 20
    tracemalloc.stop()


@pytest.mark.parametrize("name", FORMS[2:])
def test_no_more_is_unpacked_than_is_read_of_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / name)
    for module in (text, packed, workbook, parquet):
        if hasattr(module, "MOST_BYTES"):
            monkeypatch.setattr(module, "MOST_BYTES", 2000)
    with pytest.raises(IngestError, match=r"more than 0 MB|unpacks to 0 MB"):
        ingest(tmp_path)


def test_a_folder_of_other_files_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_text("x")
    with pytest.raises(IngestError, match=r"holds no file with readings; .csv, .txt"):
        listing(tmp_path, IngestParams())


def test_a_workbook_of_words_says_which_columns_are_missing(tmp_path: Path) -> None:
    write(tmp_path / "1.csv")
    pd.DataFrame({"a": ["x"], "b": ["y"]}).to_excel(tmp_path / "2.xlsx", index=False)
    result = ingest(tmp_path)
    assert "unreadable_file" in codes(result)
    assert result.summary[1]["error"].startswith("2.xlsx: missing columns ['Fecha', 'Active_energy']")


def test_a_name_that_is_not_utf_8_is_read_as_older_systems_wrote_it(tmp_path: Path) -> None:
    folder = tmp_path / "meters"
    folder.mkdir()
    body = "\n".join(["Fecha,Active_energy", *(f"2023-01-02 {hour:02d}:00,{hour % 5}" for hour in range(24))])
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.csv")).write_text(body, encoding="utf-8")
    assert ingest(folder).clients["client_id"].tolist() == ["café"]
    copy_folder(folder, tmp_path / "raw")
    assert [path.name for path in (tmp_path / "raw").iterdir()] == ["café.csv"]
    (folder / "café.csv").write_text(body, encoding="utf-8")
    with pytest.raises(SourceError, match="there twice"):
        copy_folder(folder, tmp_path / "again")
