import hashlib
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from vigia import frames
from vigia.config import Params, load_params
from vigia.config.sections.fetch import DemoParams
from vigia.ingest import ingest_folder
from vigia.records import read_site_log
from vigia.simulation.catalogue import CATALOGUE
from vigia.simulation.demo import DemoFleet, generate, write_demo
from vigia.simulation.profiles import PROFILES
from vigia.simulation.scenario import EPISODES

ZONE = "America/Lima"
X, Q, VA, VC = "active_energy_kwh", "reactive_energy_kvarh", "voltage_fa_v", "voltage_fc_v"
SMALL = DemoParams(clients=3, months=6)


@pytest.fixture(scope="module")
def fleet() -> DemoFleet:
    return generate(DemoParams(), ZONE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("demo")
    write_demo(made, DemoParams(), ZONE)
    return made


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def _faults(fleet: DemoFleet) -> pd.DataFrame:
    return fleet.labels[~fleet.labels["benign"]]


def _of(fleet: DemoFleet, client: str) -> pd.DataFrame:
    return fleet.readings[fleet.readings["client_id"] == client]


def test_twelve_clients_four_sectors_eighteen_months(fleet):
    assert fleet.clients["client_id"].tolist() == [str(number) for number in range(1, 13)]
    assert fleet.clients["sector"].nunique() == 4
    assert fleet.readings["timestamp"].min() == pd.Timestamp("2023-01-01", tz=ZONE)
    assert fleet.readings["timestamp"].max() == pd.Timestamp("2024-06-30 16:00", tz=ZONE)


def test_tables_keep_their_contracts(fleet):
    for name in ("readings", "clients", "labels", "site_log"):
        frame = getattr(fleet, name)
        pd.testing.assert_frame_equal(frames.check(name, frame), frame)


def test_project_parameters_are_the_documented_demo():
    assert load_params(Path(__file__).parents[2] / "params.yaml").fetch.demo == DemoParams()


def test_same_seed_same_bytes_and_another_seed_others(tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_demo(tmp_path / name, DemoParams(clients=3, months=6, seed=seed), ZONE)
    assert _digests(tmp_path / "a") == _digests(tmp_path / "b")
    assert _digests(tmp_path / "a").keys() == _digests(tmp_path / "c").keys()
    same = {name for name, digest in _digests(tmp_path / "a").items() if digest == _digests(tmp_path / "c")[name]}
    assert same <= {"sector_economico_clientes.xlsx", "site_log.csv"}


def test_workbook_does_not_carry_the_time_of_day(tmp_path, monkeypatch):
    write_demo(tmp_path / "a", SMALL, ZONE)
    monkeypatch.setattr("time.localtime", lambda *_: (2031, 5, 6, 7, 8, 9, 0, 0, 0))
    monkeypatch.setattr("time.time", lambda: 1.9e9)
    write_demo(tmp_path / "b", SMALL, ZONE)
    assert _digests(tmp_path / "a") == _digests(tmp_path / "b")


def test_a_larger_fleet_leaves_each_client_as_it_was(fleet):
    fewer = generate(DemoParams(clients=7), ZONE)
    more = generate(DemoParams(clients=14), ZONE)
    for client in ("1", "4", "7"):
        pd.testing.assert_frame_equal(
            _of(fewer, client).reset_index(drop=True), _of(fleet, client).reset_index(drop=True)
        )
    pd.testing.assert_frame_equal(_of(more, "12"), _of(fleet, "12"))
    assert {"13", "14"} <= set(_faults(more)["client_id"])


def test_files_have_the_published_form(folder, fleet):
    names = {path.name for path in folder.iterdir()}
    assert names == {f"DATOSCLIENTE{n}.csv" for n in range(1, 13)} | {
        "sector_economico_clientes.xlsx",
        "site_log.csv",
        "truth",
    }
    text = (folder / "DATOSCLIENTE7.csv").read_text(encoding="utf-8").splitlines()
    assert text[0] == "Fecha,Active_energy,Reactive_energy,Voltaje_FA,Voltaje_FC"
    assert text[1].startswith("2023-01-01 00:00:00,")
    rows = list(openpyxl.load_workbook(folder / "sector_economico_clientes.xlsx").active.values)
    assert rows[0] == ("Cliente:", "Sector Económico:")
    assert rows[1:] == list(zip(fleet.clients["name"], fleet.clients["sector"], strict=True))


def test_files_hold_what_was_generated(folder, fleet):
    written = pd.read_csv(folder / "DATOSCLIENTE11.csv", parse_dates=["Fecha"])
    made = _of(fleet, "11")
    assert written["Fecha"].tolist() == made["timestamp"].dt.tz_localize(None).tolist()
    np.testing.assert_array_equal(written.iloc[:, 1:], made[[X, Q, VA, VC]])
    pd.testing.assert_frame_equal(frames.read(folder / "truth" / "labels.parquet", "labels"), fleet.labels)
    pd.testing.assert_frame_equal(read_site_log(folder / "site_log.csv", ZONE).entries, fleet.site_log)


def test_every_episode_of_the_scenario_happens(fleet):
    happened = fleet.labels.groupby("client_id")["injection_id"].nunique().sum()
    partial = fleet.labels.loc[fleet.labels["kind"] == "partial_last_day", "client_id"].nunique()
    assert happened - partial == len(EPISODES)
    assert partial == 12 - 3


def test_lengths_are_those_that_the_catalogue_allows(fleet):
    whole = fleet.labels[~fleet.labels["kind"].isin(["partial_last_day", "daily_window_off"])]
    for label in whole.itertuples():
        shortest, longest = CATALOGUE[label.kind].lengths
        hours = (label.end - label.start) / pd.Timedelta(hours=1)
        assert shortest <= hours <= longest, label.injection_id


def test_episodes_of_a_client_do_not_overlap(fleet):
    spans = fleet.labels.groupby(["client_id", "injection_id"]).agg({"start": "min", "end": "max"})
    for _, mine in spans.groupby("client_id"):
        ordered = mine.sort_values("start")
        real = ordered[~ordered.index.get_level_values(1).str.contains("partial_last_day")]
        later = real["start"].iloc[1:].to_numpy()
        assert (later > real["end"].iloc[:-1].to_numpy()).all()


def test_first_four_weeks_are_quiet(fleet):
    assert fleet.labels["start"].min() > pd.Timestamp("2023-01-29", tz=ZONE)


def test_onsets_keep_to_no_round_hour_or_date(fleet):
    starts = _faults(fleet).drop_duplicates("injection_id")["start"]
    assert starts.dt.hour.nunique() >= 8
    assert starts.dt.day.nunique() >= 10


def test_faulty_clients_are_affected_for_a_seventh_to_a_quarter_of_their_days(fleet):
    spans = _faults(fleet).groupby(["client_id", "injection_id"]).agg({"start": "min", "end": "max"})
    shares = (spans["end"] - spans["start"]).groupby("client_id").sum() / pd.Timedelta(days=547)
    assert shares.between(0.14, 0.25).all()
    assert len(shares) == 8


def test_normal_clients_are_entirely_normal(fleet):
    changed = fleet.labels[fleet.labels["kind"] != "partial_last_day"]
    assert {"3", "5", "9"}.isdisjoint(changed["client_id"])
    for client in ("3", "5", "9"):
        values = _of(fleet, client)[[X, Q, VA, VC]]
        assert (values > 0).all(axis=None)
        assert values.notna().all(axis=None)


def test_a_deep_cut_goes_on_at_the_end_and_a_client_has_three_recent_events(fleet):
    until = fleet.readings["timestamp"].max() + pd.Timedelta(hours=1)
    recent = _faults(fleet)[_faults(fleet)["start"] > until - pd.Timedelta(days=30)]
    deep = recent[(recent["end"] == until) & (recent["severity"] > 0.6) & (recent["channel"] == "active")]
    assert deep["client_id"].tolist() == ["7"]
    assert recent[recent["client_id"] == "8"]["injection_id"].nunique() == 3


def test_voltage_swell_has_one_interval_for_its_line(fleet):
    swell = fleet.labels[fleet.labels["kind"] == "voltage_swell"]
    assert swell["client_id"].nunique() == 3
    assert swell["start"].nunique() == swell["end"].nunique() == 1


def test_client_twelve_ends_as_a_copy_of_client_eleven(fleet):
    start = fleet.labels.loc[fleet.labels["kind"] == "duplicated_feed", "start"].iloc[0]
    copy, original = (_of(fleet, client).set_index("timestamp")[[X, Q, VA, VC]] for client in ("12", "11"))
    pd.testing.assert_frame_equal(copy.loc[start:], original.loc[start:])
    assert (copy.loc[: start - pd.Timedelta(hours=1), X] != original.loc[copy.index[0] : start, X].iloc[0]).all()


def test_new_machine_stands_in_the_site_log(fleet):
    machine = fleet.labels[fleet.labels["kind"] == "new_machine"].iloc[0]
    entry = fleet.site_log[fleet.site_log["client_id"] == machine["client_id"]].iloc[0]
    assert entry["from"] == machine["start"]
    assert pd.isna(entry["to"])


def test_closure_happens_on_public_holidays(fleet):
    closures = fleet.labels[fleet.labels["kind"] == "holiday_closure"]
    assert len(closures)
    assert (closures["start"].dt.hour == 0).all()


def test_reactive_energy_follows_the_load_and_phases_each_other(fleet):
    for client, profile in zip(("3", "5", "9"), (PROFILES[2], PROFILES[4], PROFILES[8]), strict=True):
        mine = _of(fleet, client)
        assert mine[X].corr(mine[Q]) > 0.4
        assert 0.1 < mine[VA].corr(mine[VC]) < 0.8
        assert abs(mine[VA].median() / profile.nominal_v - 1) < 0.05


def test_clients_differ_in_size_and_noise(fleet):
    usual = fleet.readings.groupby("client_id")[X].median()
    assert usual.max() / usual.min() > 50
    step = fleet.readings.groupby("client_id")[X].agg(lambda x: x.diff().abs().median() / x.median())
    assert step.min() < 0.06
    assert step.max() > 0.4
    assert step.nunique() == 12


def test_holidays_are_quieter_where_people_stop_working(fleet):
    mine = _of(fleet, "3").assign(day=lambda rows: rows["timestamp"].dt.date)
    daily = mine.groupby("day")[X].sum()
    holiday = daily[pd.Timestamp("2023-08-30").date()]
    week_before, week_after = (daily[pd.Timestamp(day).date()] for day in ("2023-08-23", "2023-09-06"))
    assert holiday < 0.95 * (week_before + week_after) / 2


def test_a_short_fleet_has_only_what_fits():
    short = generate(DemoParams(clients=12, months=2), ZONE)
    frames.check("readings", short.readings)
    assert short.labels["start"].min() >= pd.Timestamp("2023-01-29", tz=ZONE)


def test_what_is_written_is_read_back_and_nothing_else_is_taken_for_a_meter_file(
    fleet: DemoFleet, folder: Path
) -> None:
    params = Params()
    result = ingest_folder(folder, params.ingest, params.fleet)
    assert not set(result.issues["code"]) & {"unreadable_file", "passed_over"}
    keys = ["client_id", "timestamp"]
    back, written = (frame.set_index(keys)[X].dropna().sort_index() for frame in (result.readings, fleet.readings))
    pd.testing.assert_series_equal(back, written, check_freq=False, atol=0.01)
