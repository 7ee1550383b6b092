"""`vigia plots`: pages of `dvc plots` that need no internet."""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import typer

from vigia.cli.extras import how_to_install
from vigia.errors import ConfigError

LIBRARIES = ("vega", "vega-lite", "vega-embed")
"""In the order in which they need each other."""
TEMPLATE = "plots.html"
"""Beside DVC's configuration, and not in git."""


def plots() -> None:
    """Let the pages of `dvc plots` carry Vega, which DVC else loads from a public address: they open anywhere then.

    Vega is the one that comes with Panel. It is set for this checkout alone.
    """
    folder = Path(".dvc")
    if not folder.is_dir():
        raise ConfigError("there is no .dvc here: `vigia plots` belongs to the top of a checkout")
    (folder / TEMPLATE).write_text(template(_bundled()), encoding="utf-8")
    setting = ("config", "--local", "plots.html_template", TEMPLATE)
    subprocess.run([sys.executable, "-m", "dvc", "--quiet", *setting], check=True)
    typer.echo("pages of `dvc plots` need no internet from now on")


def template(scripts: list[str]) -> str:
    """A page as DVC fills it, with scripts in it instead of the addresses that DVC would add.

    >>> page = template(["var vega = 1;"])
    >>> "<script>var vega = 1;</script>" in page, "{plot_divs}" in page, "{scripts}" in page
    (True, True, False)
    """
    parts = "\n".join(f"<script>{script}</script>" for script in scripts)
    return (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n{refresh_tag}\n<title>Plots of revisions</title>\n'
        f"{parts}\n</head>\n<body>\n{{plot_divs}}\n</body>\n</html>\n"
    )


def _bundled() -> list[str]:
    """Text of the libraries, as Panel brings them."""
    panel = find_spec("panel")
    if panel is None or panel.origin is None:
        raise ConfigError(f"Vega comes with Panel, which is not installed: {how_to_install('dashboard')}")
    folder = Path(panel.origin).parent / "dist" / "bundled" / "vegaplot"
    found = []
    for name in LIBRARIES:
        files = sorted(folder.glob(f"{name}@*"))
        if not files:
            raise ConfigError(f"the installed Panel brings no {name}: pages of `dvc plots` need internet")
        found.append(files[-1].read_text(encoding="utf-8"))
    return found
