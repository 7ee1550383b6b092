"""The release in operation."""

import itertools
import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from serving.api import create_api
from serving.release.current import CurrentRelease
from serving.release.served import Served
from tests.serving.conftest import Caller
from tests.support.tiny_release import TinyRelease
from tests.support.zone import at
from vigia.config.settings import Serving
from vigia.publish.decisions import made
from vigia.publish.operation import change, flip
from vigia.release.layout import SCHEMA


def test_every_answer_names_release_and_freshness(api: Caller, served: Served) -> None:
    for path in ("/health", "/clients", "/clients/7", "/clients/7/series", "/clients/7/profile", "/summary", "/events"):
        body = api.get(path).json()
        assert body["release"] == served.release.digest, path
        assert body["data_until"] == at("2024-06-30T16:00:00"), path


def test_without_a_release_every_route_says_503(tmp_path: Path) -> None:
    api = Caller(create_api(CurrentRelease(Serving(fleet="none", releases=tmp_path, open=True))))
    for path in ("/health", "/clients", "/events"):
        assert api.get(path).status_code == 503


@dataclass
class Clock:
    """Seconds that pass when a test says so."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def home(tiny: TinyRelease, tmp_path: Path) -> Path:
    """Operation of a fleet whose release `good` was published before `bad`, which is damaged."""
    folder = tmp_path / "tiny"
    for name in ("good", "bad"):
        shutil.copytree(tiny.folder, folder / "releases" / name)
        change(folder, made("published", name, None, ""))
    (folder / "releases" / "bad" / "events.parquet").write_bytes(b"PAR1")
    return folder


def starting(home: Path, clock: Callable[[], float] = time.monotonic) -> CurrentRelease:
    return CurrentRelease(Serving(fleet=home.name, releases=home.parent, reload_seconds=0.05, open=True), clock=clock)


@pytest.mark.parametrize("fault", ["damaged", "missing folder", "no link", "a registry that is no JSON"])
def test_a_bad_release_at_start_leaves_the_last_good_one_served_and_health_says_so(home: Path, fault: str) -> None:
    bad = home / "releases" / "bad"
    if fault == "missing folder":
        shutil.rmtree(bad)
    elif fault == "no link":
        shutil.rmtree(bad)
        (home / "releases" / "current").unlink()
    elif fault == "a registry that is no JSON":
        shutil.rmtree(bad)
        shutil.copytree(home / "releases" / "good", bad)
        bad.with_name("bad.registry.json").write_text("{")
    current = starting(home)
    assert current.refresh()
    assert current._target == home / "releases" / "good"
    health = Caller(create_api(current)).get("/health").json()
    assert health["status"] == "degraded"
    assert f"release {'current' if fault == 'no link' else 'bad'} cannot be loaded" in health["error"]


def test_where_no_release_is_good_routes_say_503_and_why(home: Path) -> None:
    (home / "releases" / "good" / "manifest.json").unlink()
    current = starting(home)
    assert not current.refresh()
    answer = Caller(create_api(current)).get("/health")
    assert answer.status_code == 503
    assert "release bad cannot be loaded" in answer.json()["detail"]


def test_a_bad_release_is_tried_again_ever_less_often_and_served_when_it_is_mended(home: Path) -> None:
    clock = Clock()
    current = starting(home, clock)
    tries = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(current, "_serve", lambda _: tries.append(clock.now) or 1 / 0)
        for _ in range(4000):
            current.refresh()
            clock.now += 0.05
    waits = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert len(tries) < 20
    assert waits == sorted(waits)
    assert waits[0] < 0.2
    assert max(waits) <= 60.1
    events = home / "releases" / "good" / "events.parquet"
    shutil.copyfile(events, home / "releases" / "bad" / "events.parquet")
    clock.now += 61
    assert current.refresh()
    assert (current.error, current._target) == ("", home / "releases" / "bad")


def test_a_flip_away_from_a_bad_release_is_followed_at_once(home: Path) -> None:
    clock = Clock()
    current = starting(home, clock)
    current.refresh()
    flip(home, "good")
    current.refresh()
    assert current.error == ""
    shutil.copytree(home / "releases" / "good", home / "releases" / "third")
    flip(home, "third")
    assert current.refresh()


def test_the_watch_outlives_whatever_a_release_raises(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    flip(home, "good")
    current = starting(home)
    current.watch()
    try:
        with monkeypatch.context() as patched:
            patched.setattr(CurrentRelease, "_linked", lambda _: {}["a defect"])
            until(lambda: "a defect" in current.error)
        until(lambda: current.error == "")
        with monkeypatch.context() as patched:
            patched.setattr(Served, "of", lambda _: [][1])
            shutil.copytree(home / "releases" / "good", home / "releases" / "third")
            flip(home, "third")
            until(lambda: current.error.startswith("release third cannot be loaded: list index out of range"))
        assert Caller(create_api(current)).get("/health").json()["status"] == "degraded"
        until(lambda: current.error == "")
    finally:
        current.close()


def until(happened: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_damaged_release_is_not_served_and_the_old_one_stays(served: Served, tmp_path: Path) -> None:
    other = CurrentRelease(Serving(fleet="broken", releases=tmp_path, open=True))
    target = tmp_path / "broken" / "releases" / "abc"
    target.mkdir(parents=True)
    (target / "manifest.json").write_text(json.dumps({"schema": SCHEMA, "digest": "abc", "files": {"x": "y"}}))
    (target.parent / "current").symlink_to("abc")
    other.served = served
    assert not other.refresh()
    assert other.served is served
    assert "missing or changed" in other.error
    (target.parent / "def").mkdir()
    (target.parent / "current").unlink()
    (target.parent / "current").symlink_to("def")
    assert not other.refresh()
    assert other.served is served
    assert other.error.startswith("release def cannot be loaded")
