"""What a notebook needs, in a few calls: `read`, `scan`, `plot` and `Release`, which the package `vigia` offers itself.

`small_release` makes a release of a handful of clients without tuning, to look at one or to compare two.
"""

from vigia.notebook.figure import plot
from vigia.notebook.reading import read
from vigia.notebook.release import Release
from vigia.notebook.small import small_release
from vigia.scanning import scan

__all__ = ["Release", "plot", "read", "scan", "small_release"]
