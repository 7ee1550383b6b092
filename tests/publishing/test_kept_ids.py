"""An event keeps its id from release to release, and no two events share one."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.bare_release import FIRST_DAY, Spell
from tests.support.tiny_release import TinyRelease
from tests.support.zone import ZONE
from vigia.alarming.kept_ids import another, match
from vigia.publish.registry import write_registry
from vigia.release import Release

SLOT = 30


def table(spells: Sequence[Spell]) -> pd.DataFrame:
    """What is compared of past-only consumption events of one client."""
    names, starts, ends = zip(*spells, strict=True) if spells else ((), (), ())
    frame = pd.DataFrame({"event_id": list(names), "client_id": "1", "mode": "past_only", "class": "consumption"})
    days = {"start": [FIRST_DAY + pd.Timedelta(days=day) for day in starts]}
    days["end"] = [pd.NaT if day is None else FIRST_DAY + pd.Timedelta(days=day) for day in ends]
    return frame.assign(**{name: pd.Series(each, dtype=f"datetime64[us, {ZONE}]") for name, each in days.items()})


def chain(releases: list[list[Spell]]) -> list[dict[str, str]]:
    """Id of each event by the id of its detection, in each of several releases that follow each other."""
    found: list[dict[str, str]] = []
    known = table([])
    for spells in releases:
        detected = table(spells)
        kept = match(detected, known)
        assert all(event != known_id for event, known_id in kept.items())
        found.append({event: kept.get(event, event) for event, _, _ in spells})
        known = detected.assign(event_id=[found[-1][event] for event in detected["event_id"]])
    return found


def test_an_event_that_is_raised_at_another_hour_keeps_its_first_id() -> None:
    first, second, third = chain([[("a", 0, 5)], [("b", 1, 9)], [("c", 2, None)]])
    assert (first, second, third) == ({"a": "a"}, {"b": "a"}, {"c": "a"})


def test_an_event_elsewhere_is_another_one() -> None:
    assert chain([[("a", 0, 5)], [("b", 5, 9)]])[1] == {"b": "b"}


def test_the_longest_overlap_goes_on_where_an_event_falls_apart() -> None:
    assert chain([[("a", 0, 20)], [("b", 0, 4), ("c", 6, 20)]])[1] == {"b": "b", "c": "a"}


def test_of_equally_long_overlaps_that_of_the_first_id_goes_on_in_whatever_order_they_stand() -> None:
    whole, halves = table([("m", 0, 10)]), table([("a", 0, 5), ("b", 5, 10)])
    assert match(whole, halves) == match(whole, halves[::-1]) == {"m": "a"}
    assert match(halves, whole) == match(halves[::-1], whole) == {"a": "m"}


def test_a_new_event_does_not_take_the_id_that_an_older_one_goes_by() -> None:
    _, second, third = chain([[("a", 0, 20)], [("a", 0, 4), ("b", 6, 20)], [("a", 0, 4), ("c", 6, None)]])
    assert second == {"a": another("a"), "b": "a"}
    assert third == {"a": another("a"), "c": "a"}


@pytest.mark.parametrize("change", [{"mode": "two_sided"}, {"class": "supply"}, {"client_id": "2"}], ids=str)
def test_an_event_of_another_mode_class_or_client_is_another_one(change: dict[str, str]) -> None:
    assert match(table([("b", 0, 5)]).assign(**change), table([("a", 0, 5)])) == {}
    assert match(table([("b", 0, 5)]), table([("a", 0, 5)])) == {"b": "a"}


@st.composite
def lives(draw: st.DrawFn) -> list[list[tuple[int, Spell]]]:
    """3 to 5 releases of up to four events, each in days of its own, that begin, grow, move and end.

    The middle of an event's days is always part of it, so it goes on as long as it is there. The last event's id is of
    its number alone, as where nothing about its beginning has changed.
    """
    releases = []
    for _ in range(draw(st.integers(3, 5))):
        release = []
        for number in range(4):
            if draw(st.booleans()) or draw(st.booleans()):
                start, end = draw(st.integers(0, 14)), draw(st.integers(16, SLOT))
                name = f"{number}" if number == 3 else f"{number}-{start}"
                days = (SLOT * number + start, SLOT * number + end)
                release.append((number, (name, *days)))
        releases.append(release)
    return releases


@settings(max_examples=25, deadline=None)
@given(lives())
def test_an_event_that_goes_on_keeps_its_first_id_all_along(releases: list[list[tuple[int, Spell]]]) -> None:
    known: dict[int, str] = {}
    for release, kept in zip(releases, chain([[spell for _, spell in each] for each in releases]), strict=True):
        known = {number: known.get(number, name) for number, (name, _, _) in release}
        assert {number: kept[name] for number, (name, _, _) in release} == known
        assert len(set(known.values())) == len(known)


TANGLE = st.lists(
    st.tuples(st.sampled_from("abcde"), st.integers(0, 8), st.integers(1, 8)),
    max_size=5,
    unique_by=lambda each: each[0],
)


@settings(max_examples=25, deadline=None)
@given(st.lists(TANGLE, min_size=3, max_size=5))
def test_no_two_events_share_an_id_however_they_overlap(tangles: list[list[tuple[str, int, int]]]) -> None:
    for kept in chain([[(name, start, start + days) for name, start, days in each] for each in tangles]):
        assert len(set(kept.values())) == len(kept)


def test_the_service_reads_a_release_with_the_known_ids(released: TinyRelease, tmp_path: Path) -> None:
    folder = tmp_path / released.digest
    shutil.copytree(released.folder, folder)
    as_detected = Release.load(folder)
    first, second, third = as_detected.events["event_id"].iloc[:3]
    kept = {first: "known", second: third, third: second}
    write_registry(folder, {"7": {"name": "tiny.7", "version": "3", "run_id": "r"}}, kept)
    release = Release.load(folder)
    for name in ("events", "event_channels"):
        before, after = getattr(as_detected, name)["event_id"], getattr(release, name)["event_id"]
        assert after.tolist() == [kept.get(event, event) for event in before]
    assert release.clients["7"].version["version"] == "3"
    assert set(json.loads((folder / "manifest.json").read_text())["files"]) == set(release.manifest["files"])


@pytest.mark.parametrize("event", ["a", "0123456789abcdef"])
def test_another_id_has_the_same_form(event: str) -> None:
    assert len(another(event)) == len(event)
    assert another(event) != event
