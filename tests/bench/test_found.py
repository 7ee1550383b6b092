"""What counts as found."""

import pytest

from vigia.bench.found import Raised, Truth, caused, cut, match

CUT = Truth({"active": (1000, 1100), "reactive": (1000, 1100)}, ("level_down",), ("lost_element",))
SWELL = Truth({"voltage_fa": (1000, 1100), "voltage_fc": (1000, 1100)}, ("voltage_swell",), ("supply",))
REACTIVE = Truth({"reactive": (1000, 1100)}, ("reactive_shift",), ())
HISTORY = 5000


def event(
    kind: str = "level_down", start: float = 1000, end: float = 1100, alert: float = 1050, *channels: str
) -> Raised:
    return Raised("e", kind, "lost_element", dict.fromkeys(channels or ("active",), (start, end)), alert)


CASES = {
    "at the same time": (CUT, event(), True, True),
    "another kind of the class": (CUT, event("zero_run"), True, True),
    "another class": (CUT, event("voltage_sag"), False, False),
    "data instead of consumption": (CUT, event("missing_data"), False, False),
    "reactive instead of active energy": (CUT, event("reactive_shift", 1000, 1100, 1050, "reactive"), False, False),
    "reactive energy where that alone changed": (
        REACTIVE,
        event("reactive_shift", 1000, 1100, 1050, "reactive"),
        True,
        True,
    ),
    "active instead of reactive energy": (REACTIVE, event(), False, False),
    "one of two phases": (SWELL, event("voltage_swell", 1000, 1100, 1050, "voltage_fc"), True, True),
    "half of the time": (CUT, event("level_down", 1000, 1050, 1040), True, True),
    "less than half of the time": (CUT, event("level_down", 1000, 1045, 1040), True, False),
    "far too long": (CUT, event("level_down", 1000, 1300, 1040), True, False),
    "over half of the history": (CUT, event("level_down", 900, 3500, 1040), False, False),
    "raised with the last hour": (CUT, event(alert=1100), True, True),
    "raised after the end": (CUT, event(alert=1101), False, True),
    "raised before the onset": (CUT, event(alert=1000), False, True),
}


@pytest.mark.parametrize(("truth", "raised", "past_only", "two_sided"), CASES.values(), ids=CASES)
def test_found(truth: Truth, raised: Raised, past_only: bool, two_sided: bool) -> None:
    assert bool(match([truth], [raised], "past_only", HISTORY)) == past_only
    assert bool(match([truth], [raised], "two_sided", HISTORY)) == two_sided


def test_one_event_is_credited_for_one_truth() -> None:
    later = Truth({"active": (1020, 1120)}, ("level_down",), ())
    assert match([CUT, later], [event()], "two_sided", HISTORY) == {0: 0}
    assert match([CUT, later], [event(), event()], "two_sided", HISTORY) == {0: 0, 1: 1}


def test_the_better_event_is_credited() -> None:
    loose, tight = event("level_down", 1000, 1160, 1030), event("level_down", 1000, 1099, 1060)
    assert match([CUT], [loose, tight], "two_sided", HISTORY) == {0: 1}
    assert match([CUT], [tight, loose], "past_only", HISTORY) == {0: 1}


UNCHANGED = {
    "the same": (event(), 0),
    "moved a little": (event("level_down", 1010, 1100), 0),
    "of another kind of the class": (event("stuck_value"), 0),
    "of the opposite kind": (event("level_up"), 1),
    "elsewhere": (event("level_down", 2000, 2100), 1),
    "much shorter": (event("level_down", 1000, 1040), 1),
    "of another class": (event("missing_data"), 1),
    "on another channel": (event("reactive_shift", 1000, 1100, 1050, "reactive"), 1),
}


@pytest.mark.parametrize(("before", "left"), UNCHANGED.values(), ids=UNCHANGED)
def test_what_is_there_without_the_fault_is_taken_away(before: Raised, left: int) -> None:
    assert len(caused([event()], [before])) == left


def test_an_event_that_goes_on_beyond_the_readings_is_the_same_up_to_there() -> None:
    whole = event("level_down", 1000, 4000, 1050)
    as_read = event("level_down", 1000, 1200, 1050)
    assert caused([as_read], [whole]) == [as_read]
    assert caused([as_read], cut([whole], 1200)) == []
    assert cut([whole], 1049) == []


def test_what_is_there_without_the_fault_stands_for_one_event_with_it() -> None:
    before, same, further = event(start=1000, end=2000), event(start=1010, end=2000), event(start=1400, end=2000)
    assert caused([further, same], [before]) == [further]
    assert caused([further], [before]) == []


def test_a_fault_s_event_is_its_own_on_the_channels_that_are_not_away_anyway() -> None:
    merged = Raised("e", "near_zero_floor", "", {"active": (1000, 1100), "reactive": (1010, 1030)}, 1050)
    before = Raised("b", "level_down", "", {"active": (1010, 1030), "reactive": (1010, 1030)}, 1030)
    (own,) = caused([merged], [before])
    assert own.spans == {"active": (1000, 1100)}
    assert own.alert == merged.alert
