"""A published release of three demo clients with the seasonal baseline, made by the library itself in seconds."""

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.support.zone import ZONE
from vigia.config import Params
from vigia.config.sections.fetch import DemoParams, FetchParams
from vigia.config.sections.fleet import FleetParams
from vigia.notebook.small import small_release
from vigia.publish.operation import flip
from vigia.release.layout import CURRENT
from vigia.simulation.demo import generate

CLIENTS = ("1", "7", "8")


@dataclass(frozen=True)
class TinyRelease:
    """Root of operation (`var`), fleet, and digest of a published release."""

    var: Path
    fleet: str
    digest: str

    @property
    def folder(self) -> Path:
        """The release's folder."""
        return self.var / self.fleet / "releases" / self.digest


def tiny_release(
    root: Path,
    clients: tuple[str, ...] = CLIENTS,
    fleet: str = "tiny",
    demo_params: DemoParams | None = None,
    site_log: pd.DataFrame | None = None,
    verdicts: pd.DataFrame | None = None,
    zone: str = ZONE,
) -> TinyRelease:
    """Build and publish (without a registry) a release of demo clients below `root`, as the stages would."""
    params = Params(fleet=FleetParams(name=fleet, timezone=zone), fetch=FetchParams(demo=demo_params or DemoParams()))
    demo = generate(params.fetch.demo, zone)
    table = demo.clients[demo.clients["client_id"].isin(clients)]
    home = root / "var" / fleet
    fresh = home / "releases" / "fresh"
    fresh.parent.mkdir(parents=True, exist_ok=True)
    digest = small_release(fresh, demo.readings, table, params, site_log=site_log, verdicts=verdicts)
    fresh.rename(fresh.with_name(digest))
    flip(home, digest)
    return TinyRelease(root / "var", fleet, digest)


def published(root: Path, fleet: str) -> TinyRelease:
    """The release that stands below `root` already."""
    return TinyRelease(root / "var", fleet, (root / "var" / fleet / "releases" / CURRENT).readlink().name)
