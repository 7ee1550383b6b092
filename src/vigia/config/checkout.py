"""Where a checkout begins, seen from the folder in which a command runs.

The experiment of one fleet stands at its top (`params.yaml`, `dvc.yaml`, `data/`, `reports/`), of every other one in
`fleets/<name>/`. Settings, MLflow's database and releases are there once, at the top, whatever fleet is worked on.
"""

from pathlib import Path

FLEETS = "fleets"
COPIES = (".dvc", "tmp", "exps")
"""Where DVC keeps the copies of a checkout in which it runs queued experiments."""


def checkout(folder: Path | None = None) -> Path:
    """The top of the checkout to which a folder belongs: the folder itself, unless it is one of a fleet or a copy.

    >>> str(checkout(Path("/vigia/fleets/norte"))), str(checkout(Path("/vigia/.dvc/tmp/exps/temp/fleets/norte")))
    ('/vigia', '/vigia')
    """
    here = Path.cwd() if folder is None else folder.absolute()
    for at in range(len(here.parts) - len(COPIES)):
        if here.parts[at : at + len(COPIES)] == COPIES:
            return Path(*here.parts[:at])
    return here.parents[1] if here.parent.name == FLEETS else here


def fleet_folder(top: Path, own: str, fleet: str) -> Path:
    """Folder with the experiment of a fleet.

    Args:
        top: of the checkout.
        own: name of the fleet at the top.
        fleet: whose folder is asked for.
    """
    return top if fleet == own else top / FLEETS / fleet
