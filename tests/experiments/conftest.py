"""A team's first checkout."""

import pytest

from tests.support.checkouts import Checkout, tiny_checkout


@pytest.fixture(scope="package")
def first(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """The checkout of somebody who has run everything, committed the outcome and pushed it to a remote."""
    folder = tmp_path_factory.mktemp("team")
    made = tiny_checkout(folder / "first")
    made.run("dvc", "remote", "add", "--default", "store", str(folder / "store"))
    made.vigia("fetch", "demo")
    made.run("dvc", "repro")
    assert made.changed() == [".dvc/config", "dvc.lock", "raw.dvc", "reports/metrics.json"]
    made.git("add", "--all")
    made.git("commit", "--quiet", "--message", "A run of the small fleet")
    made.run("dvc", "push")
    return made
