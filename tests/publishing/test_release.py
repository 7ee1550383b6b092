"""A release folder: the same inputs give the same digest, and a changed file is noticed."""

import shutil
from pathlib import Path

import pytest

from tests.publishing.conftest import SHORT
from tests.support.tiny_release import TinyRelease, tiny_release
from vigia.errors import ReleaseError
from vigia.release import Release


def test_the_same_inputs_give_the_same_digest(released: TinyRelease, tmp_path: Path) -> None:
    assert tiny_release(tmp_path, ("7",), demo_params=SHORT).digest == released.digest


def test_a_changed_file_is_noticed(released: TinyRelease, tmp_path: Path) -> None:
    copy = tmp_path / released.digest
    shutil.copytree(released.folder, copy)
    (copy / "cards" / "7.json").write_text("{}")
    with pytest.raises(ReleaseError, match=r"cards/7\.json"):
        Release.load(copy)
