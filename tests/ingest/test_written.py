"""What people write beside the readings outlasts every fetch, a killed one included."""

from collections.abc import Callable
from pathlib import Path

import pytest

from vigia.ingest import sources
from vigia.records import SITE_LOG, VERDICTS


def brings(content: dict[str, str]) -> Callable[[Path], None]:
    def fill(folder: Path) -> None:
        for name, text in content.items():
            (folder / name).write_text(text)

    return fill


@pytest.mark.parametrize("kind", ["demo", "electrodunas", "folder"])
def test_what_people_wrote_stays_when_the_same_fleet_is_brought_again(tmp_path: Path, kind: str) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1", SITE_LOG: "of the source"}), raw, kind, "north")
    (raw / VERDICTS).write_text("written by a person")
    (raw / SITE_LOG).write_text("of the source, and a line more")
    for text in ("1", "2", "2"):
        brought = sources.bring(brings({"a.csv": text, SITE_LOG: "of the source"}), raw, kind, "north")
        assert not brought.aside
        assert (raw / VERDICTS).read_text() == "written by a person"
        assert (raw / SITE_LOG).read_text() == "of the source, and a line more"


def test_what_people_wrote_of_one_fleet_is_not_said_of_another_and_comes_back(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1"}), raw, "demo", "demo")
    (raw / VERDICTS).write_text("of the demo")
    for fleet in ("north", "south"):
        sources.bring(brings({"b.csv": "2"}), raw, "folder", fleet)
        assert not (raw / VERDICTS).exists()
        (raw / VERDICTS).write_text(f"of the {fleet}")
    for fleet in ("demo", "north", "south"):
        sources.bring(brings({"a.csv": "1"}), raw, "demo", fleet)
        assert (raw / VERDICTS).read_text() == f"of the {fleet}"
        assert (tmp_path / "records" / fleet / VERDICTS).read_text() == f"of the {fleet}"


def test_where_source_and_person_changed_a_file_the_source_s_is_taken_and_the_other_kept_aside(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({SITE_LOG: "first"}), raw, "folder", "north")
    (raw / SITE_LOG).write_text("written by a person")
    (aside,) = sources.bring(brings({SITE_LOG: "second"}), raw, "folder", "north").aside
    assert (raw / SITE_LOG).read_text() == "second"
    for _ in range(2):
        sources.bring(brings({SITE_LOG: "second"}), raw, "folder", "north")
        assert aside.read_text() == "written by a person"
    assert (raw / SITE_LOG).read_text() == "second"


def test_what_a_source_no_longer_brings_goes_and_what_a_person_took_away_stays_away(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1", SITE_LOG: "of the source"}), raw, "folder", "north")
    (raw / VERDICTS).write_text("written by a person")
    sources.bring(brings({"a.csv": "1"}), raw, "folder", "north")
    assert sorted(path.name for path in raw.glob("*.csv")) == ["a.csv", VERDICTS]
    (raw / VERDICTS).unlink()
    sources.bring(brings({"a.csv": "2"}), raw, "folder", "north")
    assert sorted(path.name for path in raw.glob("*.csv")) == ["a.csv"]
    assert [path.read_text() for path in (tmp_path / "records" / "north").glob("verdicts.*.csv")] == [
        "written by a person"
    ]


def test_what_was_written_before_sources_were_noted_is_kept_too(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    brings({"a.csv": "1", VERDICTS: "written by a person"})(_made(raw))
    (raw / "manifest.json").write_text('{"source": "folder", "files": {}}')
    sources.bring(brings({"b.csv": "2"}), raw, "demo", "demo", former="north")
    assert not (raw / VERDICTS).exists()
    sources.bring(brings({"a.csv": "1"}), raw, "folder", "north")
    assert (raw / VERDICTS).read_text() == "written by a person"


def test_what_is_written_while_a_source_is_brought_is_kept_aside(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1"}), raw, "demo", "demo")

    def slow(folder: Path) -> None:
        brings({"a.csv": "2"})(folder)
        (raw / VERDICTS).write_text("written meanwhile")

    (aside,) = sources.bring(slow, raw, "demo", "demo").aside
    assert aside.read_text() == "written meanwhile"


@pytest.mark.parametrize("renames", range(4))
def test_a_kill_between_two_renames_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, renames: int
) -> None:
    raw = tmp_path / "raw"
    sources.bring(brings({"a.csv": "1"}), raw, "folder", "north")
    (raw / VERDICTS).write_text("written by a person")
    whole, asked = {name: getattr(Path, name) for name in ("rename", "replace")}, 0

    def dying(name: str) -> Callable[[Path, Path], Path]:
        def move(path: Path, target: Path) -> Path:
            nonlocal asked
            asked += 1
            if asked > renames:
                raise KeyboardInterrupt
            moved: Path = whole[name](path, target)
            return moved

        return move

    with monkeypatch.context() as patched:
        for name in whole:
            patched.setattr(Path, name, dying(name))
        with pytest.raises(KeyboardInterrupt):
            sources.bring(brings({"a.csv": "2"}), raw, "folder", "north")
    sources.bring(brings({"a.csv": "2"}), raw, "folder", "north")
    assert {path.name: path.read_text() for path in raw.glob("*.csv")} == {
        "a.csv": "2",
        VERDICTS: "written by a person",
    }
    assert not [path for path in tmp_path.iterdir() if path.name in ("raw.former", "raw.partial")]


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder
