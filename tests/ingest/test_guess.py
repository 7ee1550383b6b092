"""What `vigia check` makes of files that nobody has described yet."""

from pathlib import Path

import pytest

from vigia.config.fleet import IngestParams
from vigia.ingest.guess import guess

PUBLIC = "Fecha,Active_energy\n" + "".join(f"2024-02-01 {hour:02d}:00:00,1.5\n" for hour in range(6))
OTHER = "fecha;Energia (kWh);reactiva_kvarh\n" + "".join(
    f"01/02/2024 {i // 4:02d}:{15 * (i % 4):02d};1,5;0,2\n" for i in range(12)
)
POWER = "Time\tkW\n" + "".join(f"2024-02-01 {hour:02d}:00\t7\n" for hour in range(1, 6))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PUBLIC, ("','", ".", "ISO8601", "60 min", "start (first reading at 00:00)", "? (names no unit)")),
        (OTHER, ("';'", ",", "%d/%m/%Y %H:%M", "15 min", "start (first reading at 00:00)", "kWh, kvarh")),
        (POWER, ("'\\t'", ".", "ISO8601", "60 min", "start or end: look", "kW")),
        ("", ("?",) * 6),
    ],
    ids=["public form", "semicolons and decimal comma", "tabs and power", "empty"],
)
def test_form_step_label_and_unit_are_guessed(tmp_path: Path, text: str, found: tuple[str, ...]) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    ((name, *columns),) = guess(tmp_path, IngestParams())
    assert name == "a.csv"
    assert tuple(columns[:6]) == found
