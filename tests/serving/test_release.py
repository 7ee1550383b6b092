"""The release in operation."""

import json
from pathlib import Path

from serving.api import create_api
from serving.release.current import CurrentRelease
from serving.release.served import Served
from tests.serving.conftest import Caller
from vigia.config.settings import Serving
from vigia.release.layout import SCHEMA


def test_every_answer_names_release_and_freshness(api: Caller, served: Served) -> None:
    for path in ("/health", "/clients", "/clients/7", "/clients/7/series", "/clients/7/profile", "/summary", "/events"):
        body = api.get(path).json()
        assert body["release"] == served.release.digest, path
        assert body["data_until"] == "2024-06-30T16:00:00-05:00", path


def test_without_a_release_every_route_says_503(tmp_path: Path) -> None:
    api = Caller(create_api(CurrentRelease(Serving(fleet="none", releases=tmp_path))))
    for path in ("/health", "/clients", "/events"):
        assert api.get(path).status_code == 503


def test_a_damaged_release_is_not_served_and_the_old_one_stays(served: Served, tmp_path: Path) -> None:
    other = CurrentRelease(Serving(fleet="broken", releases=tmp_path))
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
