from pathlib import Path

import pytest

from benchmarks.days.batches import wrong_with


@pytest.mark.long
def test_batches_from_several_processes_end_as_one_would_have_ended(tmp_path: Path) -> None:
    assert wrong_with(f"sqlite:///{tmp_path / 'batches.db'}", 400, 1) == []
