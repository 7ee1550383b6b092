"""Known readings, written in any form, come back hour by hour, or the file is asked about: never other numbers."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from tests.support.written_forms import WrittenForm, known_hours, write_form
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.ingest import ingest_folder
from vigia.ingest.guess import best_changes, changed, guess, questions

EXAMPLES = int(os.environ.get("VIGIA_TEST_FORMS", "30"))
ZONES = {
    "America/Lima": "2024-01-01",
    "America/Santiago": "2024-03-28",
    "Europe/Madrid": "2023-10-20",
    "Europe/Paris": "2024-03-25",
    "Asia/Kolkata": "2024-01-01",
}
"""Zones with first days: a clock change lies within the days that follow, where the zone has any."""


NAMED = ("rows", "channels")
"""Layouts in which a name tells the unit."""


@st.composite
def forms(draw: st.DrawFn) -> tuple[WrittenForm, str]:
    """A form and a zone that it can be read in: hours without a number cannot tell the hour that a clock repeats."""
    layout = draw(st.sampled_from(["rows", "rows", "rows", "days", "clients", "channels"]))
    separator = draw(st.sampled_from([",", ";", "\t", "|"]))
    decimal = draw(st.sampled_from([".", ","]))
    thousands = draw(st.sampled_from(["", "," if decimal == "." else "."]))
    apart = layout in ("rows", "channels") and draw(st.booleans())
    numbered = (apart or layout == "days") and draw(st.booleans())
    date = draw(st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y/%m/%d"]))
    minutes = draw(st.sampled_from([15, 30, 60]))
    hour = "number" if numbered else draw(st.sampled_from(["%H:%M", "%H:%M:%S", "%I:%M %p"]))
    label = draw(st.sampled_from(["start", "end", "24:00", "last second"]))
    if layout == "days":
        hour, label = ("number", "start") if numbered else ("%H:%M", "start")
    if ("%p" in hour and label == "24:00") or numbered:
        label = "start"
    if label == "last second" and hour != "%H:%M:%S":
        label = "end"
    register = layout == "rows" and not numbered and draw(st.integers(0, 5)) == 0
    label = "start" if register else label  # what a register shows is of one instant
    several = layout in ("days", "clients") or draw(st.booleans())
    form = WrittenForm(
        layout,
        separator,
        decimal,
        thousands,
        date,
        hour,
        apart,
        label,
        minutes,
        draw(st.sampled_from(["kWh", "Wh", "MWh", "kWh" if register else "kW"])) if layout in NAMED else "kWh",
        draw(st.sampled_from([(), ("Informe de consumo",), ("sep=" + separator,), ("Titular: A", "", "UOM: kWh")])),
        draw(st.sampled_from([".csv", ".txt", ".csv.gz", ".zip"])),
        register,
        draw(st.booleans()),
        draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])),
        ("norte", "sur") if several else ("norte",),
    )
    change = form.layout == "days" and not numbered
    zone = draw(st.sampled_from(["America/Lima", "Asia/Kolkata"] if change else sorted(ZONES)))
    return form, zone


@pytest.mark.sampled
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # a form is read by its fields and need not be made small
)
@given(forms(), st.integers(0, 10_000))
def test_known_readings_come_back_from_any_form(drawn: tuple[WrittenForm, str], seed: int) -> None:
    form, zone = drawn
    hours = known_hours(form, zone, 18, ZONES[zone], seed)
    with TemporaryDirectory() as name:
        write_form(Path(name), hours, form)
        plain = IngestParams()
        seen = guess(Path(name), plain)
        assert [each.problem for each in seen] == [""]
        found = best_changes(seen, plain)
        note(f"{found}")
        answers = [answer for question in questions(seen[0], plain) if (answer := true_answer(question.answers, form))]
        params = changed(plain, found, *answers)
        result = ingest_folder(Path(name), params, FleetParams(name="t", timezone=zone))
    note(f"{result.issues['message'].tolist()}")
    back = result.readings.set_index(["client_id", "timestamp"])["active_energy_kwh"]
    want = hours.set_index(["client_id", "timestamp"])["active_energy_kwh"]
    if form.register:
        last = hours["timestamp"].max()
        want = want[want.index.get_level_values("timestamp") != last]
        back = back[back.index.get_level_values("timestamp") != last]
    exact = {"Wh": 1e-3, "kWh": 1e-3, "MWh": 1.0, "kW": 1e-3}[form.unit] * (5 if form.register else 1)
    pd.testing.assert_series_equal(back.sort_index(), want.sort_index(), check_freq=False, rtol=0, atol=exact)


def true_answer(answers: tuple[dict[str, object], ...], form: WrittenForm) -> dict[str, object]:
    """What a person who knows the form would answer."""
    for answer in answers:
        date = str(answer.get("date_format", "")).partition(" ")[0]
        marks = (answer.get("decimal"), answer.get("thousands")) == (form.decimal, form.thousands)
        if marks or date == form.date or answer.get("unit") == form.unit:
            return answer
    return {}


@pytest.mark.parametrize("zone", sorted(ZONES))
def test_a_year_of_local_times_loses_no_hour_at_a_clock_change(zone: str, tmp_path: Path) -> None:
    form = WrittenForm(label="end", minutes=30)
    hours = known_hours(form, zone, 366, "2024-01-01", 1)
    write_form(tmp_path, hours, form)
    params = changed(IngestParams(), best_changes(guess(tmp_path, IngestParams()), IngestParams()))
    result = ingest_folder(tmp_path, params, FleetParams(name="t", timezone=zone))
    assert len(result.readings) == len(hours)
    assert result.readings["active_energy_kwh"].sum() == pytest.approx(hours["active_energy_kwh"].sum(), abs=1e-3)
    assert not set(result.issues["code"]) - {"no_sector"}
