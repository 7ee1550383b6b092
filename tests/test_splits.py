"""The windows on which forecasts are scored."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vigia import splits


@given(days=st.integers(1, 2000), share=st.floats(0.05, 0.33))
def test_windows_follow_each_other_and_the_last_is_the_test_slice(days: int, share: float) -> None:
    windows = splits.windows(days, share)
    assert tuple(windows) == splits.WINDOWS
    np.testing.assert_array_equal(windows["test"], splits.cut(days, share, block_days=28).test)
    joined = np.concatenate([windows[name] for name in reversed(splits.WINDOWS)])
    np.testing.assert_array_equal(joined, np.arange(splits.first_scored(days, share), days))


@pytest.mark.parametrize(("days", "lengths"), [(4, [3, 1, 0]), (2, [2, 0, 0])], ids=["two and a half", "one"])
def test_a_share_that_leaves_no_room_gives_shorter_windows(days: int, lengths: list[int]) -> None:
    windows = splits.windows(days, 0.8)
    assert [len(windows[name]) for name in splits.WINDOWS] == lengths
    assert splits.first_scored(days, 0.8) == 0
