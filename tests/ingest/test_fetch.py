"""Bringing a folder to data/raw."""

import hashlib
import json
import os
from pathlib import Path

import pytest

from vigia.errors import SourceError
from vigia.ingest import sources


def test_a_folder_is_copied_and_only_a_change_counts(tmp_path: Path) -> None:
    source, raw = tmp_path / "source", tmp_path / "raw"
    source.mkdir()
    (source / "a.csv").write_text("1")
    (source / "notes.pdf").write_text("not taken")
    assert sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder").changed
    assert not sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder").changed
    (source / "b.csv").write_text("2")
    (source / "a.csv").unlink()
    assert sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder").changed
    assert sorted(path.name for path in raw.iterdir()) == ["b.csv", "manifest.json"]
    manifest = json.loads((raw / "manifest.json").read_text())
    assert manifest["files"]["b.csv"]["sha256"] == hashlib.sha256(b"2").hexdigest()


VERDICTS, SITE_LOG = "verdicts.csv", "site_log.csv"


@pytest.mark.parametrize("way", ["link", "relative link", "link of a folder", "pipe"])
def test_what_leads_out_of_the_source_or_is_no_file_is_refused(tmp_path: Path, way: str) -> None:
    source, raw = _made(tmp_path / "source"), tmp_path / "raw"
    (source / "a.csv").write_text("1")
    (tmp_path / "secret.csv").write_text("2")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "b.csv").write_text("3")
    if way == "pipe":
        os.mkfifo(source / "b.csv")
    elif way == "link of a folder":
        (source / "folder").symlink_to(tmp_path / "elsewhere")
        (source / "b.csv").symlink_to("folder/b.csv")
    else:
        (source / "b.csv").symlink_to(tmp_path / "secret.csv" if way == "link" else "../secret.csv")
    with pytest.raises(SourceError, match=r"b\.csv (leads out of|is no file)"):
        sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    assert not raw.exists()


def test_a_link_to_a_file_of_the_same_folder_is_copied(tmp_path: Path) -> None:
    source, raw = _made(tmp_path / "source"), tmp_path / "raw"
    (source / "a.txt").write_text("1")
    (source / "a.csv").symlink_to("a.txt")
    sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    assert (raw / "a.csv").read_text() == "1"
    assert not (raw / "a.csv").is_symlink()


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_source_that_does_not_exist_says_what_a_source_is(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="`demo`, `electrodunas` or a folder"):
        sources.copy_folder(tmp_path / "nowhere", tmp_path)


def test_a_source_with_a_file_that_cannot_be_read_changes_nothing(tmp_path: Path) -> None:
    source, raw = tmp_path / "source", tmp_path / "raw"
    source.mkdir()
    (source / "a.csv").write_text("x", encoding="utf-8")
    sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    (source / "b.csv").symlink_to("taken away")
    with pytest.raises(SourceError, match=r"b\.csv cannot be read .*; nothing was taken"):
        sources.bring(lambda folder: sources.copy_folder(source, folder), raw, "folder")
    assert [path.name for path in raw.glob("*.csv")] == ["a.csv"]
