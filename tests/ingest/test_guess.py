"""What `vigia check` makes of files that nobody has described yet."""

from pathlib import Path

import pytest

from vigia.config.sections.ingest import IngestParams
from vigia.ingest.guess import Guess, best_changes, changed, changes, guess, suggestion

PUBLIC = "Fecha,Active_energy\n" + "".join(f"2024-02-01 {hour:02d}:00:00,1.5\n" for hour in range(6))
OTHER = "fecha;Energia (kWh);reactiva_kvarh\n" + "".join(
    f"01/02/2024 {i // 4:02d}:{15 * (i % 4):02d};1,5;0,2\n" for i in range(12)
)
POWER = "Time\tkW\n" + "".join(f"2024-02-01 {hour:02d}:00\t7\n" for hour in range(1, 6))


LONG = "Punto,Fecha,Consumo\n" + "".join(
    f"{client},2024-02-{1 + hour // 24:02d} {hour % 24:02d}:00,1.5\n"
    for hour in range(48)
    for client in ("Norte", "Sur")
)


def seen_in(folder: Path, content: str | bytes) -> Guess:
    raw = content.encode() if isinstance(content, str) else content
    (folder / "a.csv").write_bytes(raw)
    (found,) = guess(folder, IngestParams())
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PUBLIC, (",", ".", "ISO8601", "60 min", "start (first reading at 00:00)", "? (names no unit)")),
        (OTHER, (";", ",", "%d/%m/%Y %H:%M", "15 min", "start (first reading at 00:00)", "kWh")),
        (POWER, ("\t", ".", "ISO8601", "60 min", "start or end: look", "kW")),
        (LONG, (",", ".", "ISO8601", "60 min", "start (first reading at 00:00)", "? (names no unit)")),
        ("", ("?",) * 6),
    ],
    ids=["public form", "semicolons and decimal comma", "tabs and power", "many clients", "empty"],
)
def test_form_step_label_and_unit_are_guessed(tmp_path: Path, text: str, found: tuple[str, ...]) -> None:
    seen = seen_in(tmp_path, text)
    assert (seen.separator, seen.decimal, seen.date_format, seen.step, seen.label, seen.unit) == found


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "this is no text file; export the readings as CSV"),
        (b"Fecha,Active_energy\n", "a header without rows"),
        (b'{"readings": "' + b"x" * 200_000, "a header without rows"),
        (b'"a\nb\n', "no table: the lines do not have the columns of the header"),
    ],
    ids=["picture", "header alone", "one endless line", "open quotation mark"],
)
def test_what_is_no_table_is_named_and_suggests_nothing(tmp_path: Path, content: bytes, problem: str) -> None:
    seen = seen_in(tmp_path, content)
    assert seen.problem == problem
    assert suggestion(changes(seen, IngestParams())) == []


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (PUBLIC, []),
        (
            OTHER,
            [
                "ingest:",
                '  separator: ";"',
                '  decimal: ","',
                '  date_format: "%d/%m/%Y %H:%M"',
                "  columns:",
                '    timestamp: "fecha"',
                '    active: "Energia (kWh)"',
                '    reactive: "reactiva_kvarh"',
            ],
        ),
        (
            LONG,
            ["ingest:", "  columns:", '    active: "Consumo"', '    client: "Punto"'],
        ),
        (PUBLIC.encode("utf-16"), ["ingest:", '  encoding: "utf-16"']),
        ((PUBLIC + "2024-02-01 06:00:00,1.5 \xf3\n").encode("latin-1"), ["ingest:", '  encoding: "latin-1"']),
    ],
    ids=["the default fits", "other form and names", "many clients", "UTF-16", "latin-1"],
)
def test_a_mapping_is_suggested_where_the_default_does_not_fit(
    tmp_path: Path, content: str | bytes, lines: list[str]
) -> None:
    assert suggestion(changes(seen_in(tmp_path, content), IngestParams())) == lines


def test_of_two_forms_of_a_date_the_one_with_steady_steps_is_taken(tmp_path: Path) -> None:
    body = "".join(f"0{1 + i // 24}/02/2024 {i % 24:02d}:00,1\n" for i in range(96))
    assert seen_in(tmp_path, f"Fecha,kWh\n{body}").date_format == "%d/%m/%Y %H:%M"


@pytest.mark.parametrize(
    ("column", "unit"),
    [("Energia (MWh)", "MWh"), ("Potencia kW", "kW"), ("Energia kWh", "kWh"), ("kWh o MWh", "kWh"), ("Consumo", "kWh")],
    ids=["another unit", "mean power", "the default", "two units", "no unit"],
)
def test_the_unit_of_the_column_of_active_energy_counts(tmp_path: Path, column: str, unit: str) -> None:
    body = "".join(f"2024-02-01 {hour:02d}:00,1.5,2\n" for hour in range(6))
    seen = seen_in(tmp_path, f"Fecha,{column},Reactiva Mvarh\n{body}")
    assert changed(IngestParams(), changes(seen, IngestParams())).unit == unit


def test_a_folder_is_read_as_most_of_its_files_ask_for(tmp_path: Path) -> None:
    for name, text in (("a", OTHER), ("b", OTHER), ("c", POWER), ("d", "no table")):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    found = changed(IngestParams(), best_changes(guess(tmp_path, IngestParams()), IngestParams()))
    assert (found.separator, found.decimal, found.columns.active) == (";", ",", "Energia (kWh)")
    assert (found.columns.reactive, found.columns.voltage_fa) == ("reactiva_kvarh", "Voltaje_FA")


def test_nothing_is_guessed_where_a_file_fits_as_it_is(tmp_path: Path) -> None:
    for name, text in (("a", OTHER), ("b", OTHER), ("c", PUBLIC)):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    assert best_changes(guess(tmp_path, IngestParams()), IngestParams()) == {}
