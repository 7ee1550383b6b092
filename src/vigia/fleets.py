"""The folder of a fleet's experiment: its own parameters, pipeline, lock, readings and reports."""

import re
from dataclasses import dataclass
from pathlib import Path

from vigia.config import Params, load_params
from vigia.config.checkout import checkout, fleet_folder
from vigia.config.written import commented

DEMO = "demo"
ELECTRODUNAS = "electrodunas"
NAMED = (DEMO, ELECTRODUNAS)
"""Sources that are no folder, each with a fleet of its name."""
PARAMS = "params.yaml"
PIPELINE = "dvc.yaml"
RAW = "raw.dvc"
BACK = "../.."
"""From `fleets/<name>` to the top of the checkout."""
HEAD = (
    "Parameters of this fleet, with every default. `dvc repro`, `dvc exp run -S <name>=<value>` and `vigia publish` "
    "work in this folder."
)


@dataclass(frozen=True)
class Place:
    """Where the experiment of a fleet stands.

    Attributes:
        name: of the fleet.
        folder: with its parameters, pipeline, lock, `data/`, `reports/` and `release/`.
        top: of the checkout.
    """

    name: str
    folder: Path
    top: Path

    @property
    def params(self) -> Path:
        """Its parameters."""
        return self.folder / PARAMS


def here() -> Place:
    """The fleet of the working directory.

    Raises:
        ConfigError: there are no parameters.
    """
    return Place(load_params().fleet.name, Path(), checkout())


def of(name: str) -> Place:
    """The fleet of a name: at the top of the checkout, where the parameters name it, and in `fleets/<name>` elsewhere.

    Raises:
        ConfigError: there are no parameters at the top.
    """
    top = checkout()
    return Place(name, fleet_folder(top, load_params(top / PARAMS).fleet.name, name), top)


def name_of(source: str) -> str:
    """A name for the fleet that a source brings: that of a folder, in small letters.

    >>> name_of("../shared/data/electrodunas/"), name_of("Fábrica 2"), name_of("demo")
    ('electrodunas', 'f-brica-2', 'demo')
    """
    slug = re.sub(r"[^a-z0-9_]+", "-", Path(source).name.lower()).strip("-")
    return slug or "fleet"


def write_params(place: Place, params: Params) -> None:
    """Write all parameters of a fleet, in one step."""
    write(place.params, commented(params, HEAD))


def follow(place: Place) -> None:
    """Write the pipeline of a fleet after that at the top of the checkout, and let DVC keep its readings.

    Both are made from what is at the top and change with it; where there is no pipeline, nothing is written.
    """
    if not (place.top / PIPELINE).is_file():
        return
    if place.folder != place.top:
        write(place.folder / PIPELINE, pipeline_of_fleet((place.top / PIPELINE).read_text(encoding="utf-8")))
    if not (place.folder / RAW).is_file():
        write(place.folder / RAW, "outs:\n- path: data/raw\n")


def pipeline_of_fleet(text: str) -> str:
    """The text of `dvc.yaml` for a fleet's folder: the same stages on the same code, which lies further up.

    >>> print(pipeline_of_fleet("    cmd: python -m pipelines.ingest\\n      - data/raw\\n      - src/vigia/keys.py"))
    # Made after the one at the top of the checkout by `vigia fetch`; changes here are lost.
        cmd: PYTHONPATH=../.. python -m pipelines.ingest
          - data/raw
          - ../../src/vigia/keys.py
    """
    moved = re.sub(r"(?m)^( +- )(src|pipelines)/", rf"\1{BACK}/\2/", text)
    commands = re.sub(r"(?m)^( +cmd: )", rf"\1PYTHONPATH={BACK} ", moved)
    return "# Made after the one at the top of the checkout by `vigia fetch`; changes here are lost.\n" + commands


def write(path: Path, text: str) -> None:
    """Write a file as a whole, and only where its text is another one."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
