"""What became of a client's earlier events weighs in the next ones of their kind, visibly and reversibly."""

import numpy as np
import pandas as pd
import pytest

from tests.support.plain_clients import ZONE, changed, plain
from tests.support.spoken import verdicts
from vigia import frames
from vigia.detection.finding import standing, verdicts_of
from vigia.detection.people.verdicts import Judged, judged
from vigia.scanning import Scanned, scan

COLUMNS = ["score", "severity", "reason_es", "reason_en", "witnesses"]


def day(number: int) -> pd.Timestamp:
    return pd.Timestamp("2024-01-01", tz=ZONE) + pd.Timedelta(days=number)


def event(kind: str = "level_down", start: int = 150, alert: int | None = 153) -> dict[str, object]:
    return {"kind": kind, "start": day(start), "first_alert_at": pd.NaT if alert is None else day(alert)}


def said(*rows: tuple[int, str, int], kind: str = "level_down", client: str = "1") -> pd.DataFrame:
    return verdicts(*((client, kind, day(start), verdict, day(written)) for start, verdict, written in rows))


@pytest.mark.parametrize(
    ("confirmed", "dismissed", "weight"), [(0, 0, 1.0), (1, 0, 4 / 3), (0, 1, 2 / 3), (1, 1, 1.0), (0, 8, 0.2)]
)
def test_the_weight_is_one_without_verdicts_and_stays_between_nothing_and_twice(
    confirmed: int, dismissed: int, weight: float
) -> None:
    assert Judged(confirmed, dismissed).weight == pytest.approx(weight)
    assert 0 < Judged(0, 1000).weight < Judged(1000, 0).weight < 2


@pytest.mark.parametrize(
    ("rows", "past", "whole"),
    [
        ([(50, "confirmed", 60), (90, "dismissed", 99)], Judged(1, 1), Judged(1, 1)),
        ([(50, "confirmed", 153)], Judged(), Judged(1)),
        ([(50, "dismissed", 160), (190, "dismissed", 195)], Judged(), Judged(0, 2)),
        ([(149, "confirmed", 152), (152, "dismissed", 152)], Judged(), Judged()),
        ([(50, "dismissed", 60), (50, "confirmed", 140)], Judged(1), Judged(1)),
        ([(50, "confirmed", 60), (51, "dismissed", 160)], Judged(1), Judged(0, 1)),
        ([(50, "new_normal", 60)], Judged(), Judged()),
    ],
    ids=[
        "before",
        "at the alert is not before it",
        "later",
        "on the event itself",
        "changed before it",
        "changed after it",
        "a new normal",
    ],
)
def test_past_only_counts_what_was_written_before_the_first_alert(
    rows: list[tuple[int, str, int]], past: Judged, whole: Judged
) -> None:
    known = verdicts_of(said(*rows), "1")
    assert judged(event(), known) == past
    assert judged(event(alert=None), known) == whole


def test_another_kind_or_client_counts_nothing() -> None:
    assert judged(event("level_up"), verdicts_of(said((50, "confirmed", 60)), "1")) == Judged()
    assert verdicts_of(said((50, "confirmed", 60), client="2"), "1") == ()


def test_the_last_verdict_on_an_event_stands() -> None:
    table = said((50, "confirmed", 90), (51, "dismissed", 60), (80, "dismissed", 85))
    assert [each.verdict for each in standing(verdicts_of(table, "1"))] == ["dismissed", "confirmed"]


@pytest.fixture(scope="module")
def readings() -> pd.DataFrame:
    """Two short cuts and one that goes on."""
    return changed(changed(changed(plain("1"), 90, 97, 0.5), 130, 137, 0.5), 190, 200, 0.5)


@pytest.fixture(scope="module")
def unjudged(readings: pd.DataFrame) -> Scanned:
    return scan(readings, scores=False)


def last(found: Scanned, mode: str) -> dict[str, object]:
    mine = found.events[found.events["mode"] == mode]
    assert len(mine) == 3
    return mine.iloc[-1].to_dict()


@pytest.mark.parametrize(
    ("rows", "weight", "es", "en", "words"),
    [
        (
            [(90, "dismissed", 100), (130, "dismissed", 140)],
            0.5,
            "En este cliente, de este tipo: 2 descartadas antes.",
            "Of this kind, at this client: 2 dismissed before.",
            "verdicts:dismissed=2",
        ),
        (
            [(90, "confirmed", 100), (130, "dismissed", 140)],
            1.0,
            "En este cliente, de este tipo: 1 confirmada y 1 descartada antes.",
            "Of this kind, at this client: 1 confirmed and 1 dismissed before.",
            "verdicts:confirmed=1|verdicts:dismissed=1",
        ),
        (
            [(90, "confirmed", 100), (130, "confirmed", 140)],
            1.5,
            "En este cliente, de este tipo: 2 confirmadas antes.",
            "Of this kind, at this client: 2 confirmed before.",
            "verdicts:confirmed=2",
        ),
    ],
    ids=["dismissed", "both", "confirmed"],
)
def test_what_became_of_earlier_events_weighs_and_is_said(
    readings: pd.DataFrame,
    unjudged: Scanned,
    rows: list[tuple[int, str, int]],
    weight: float,
    es: str,
    en: str,
    words: str,
) -> None:
    found = scan(readings, scores=False, verdicts=said(*rows))
    for mode in frames.MODES:
        before, after = last(unjudged, mode), last(found, mode)
        assert after["score"] == pytest.approx(weight * before["score"])
        past = mode == "past_only"
        assert after["reason_es"] == f"{before['reason_es']} {es if past else es.replace(' antes', '')}"
        assert after["reason_en"] == f"{before['reason_en']} {en if past else en.replace(' before', '')}"
        assert after["witnesses"] == f"{before['witnesses']}|{words}"
    same = [name for name in found.events.columns if name not in COLUMNS]
    pd.testing.assert_frame_equal(found.events[same], unjudged.events[same])


@pytest.mark.parametrize(
    ("verdict", "severity"), [("dismissed", "medium"), ("confirmed", "high")], ids=["lower", "higher"]
)
def test_severity_follows_the_weight_and_energy_does_not(
    readings: pd.DataFrame, unjudged: Scanned, verdict: str, severity: str
) -> None:
    found = scan(readings, scores=False, verdicts=said((90, verdict, 100), (130, verdict, 140)))
    before, after = last(unjudged, "past_only"), last(found, "past_only")
    share = before["energy_at_stake_kwh"] / (before["expected_kwh"] * 3)
    assert 0.14 < share < 0.2
    assert before["severity"] == "medium"
    assert after["severity"] == severity
    assert after["energy_at_stake_kwh"] == before["energy_at_stake_kwh"]


def test_a_verdict_that_is_taken_away_leaves_nothing_behind(readings: pd.DataFrame, unjudged: Scanned) -> None:
    for table in (verdicts(), said((90, "confirmed", 100), client="2"), said((90, "confirmed", 100), kind="spike")):
        found = scan(readings, scores=False, verdicts=table)
        for name in ("events", "event_channels", "issues"):
            pd.testing.assert_frame_equal(getattr(found, name), getattr(unjudged, name))


def test_a_duplicated_feed_is_weighed_like_any_event() -> None:
    first = plain("1")
    both = pd.concat([first, first.assign(client_id="2")])
    table = said((-100, "dismissed", -90), kind="duplicated_feed")
    rows = scan(both, scores=False, verdicts=table).events
    plainly = scan(both, scores=False).events
    share = (rows["score"] / plainly["score"]).groupby(rows["client_id"]).unique()
    np.testing.assert_allclose(share["1"], [2 / 3])
    np.testing.assert_allclose(share["2"], [1.0])
