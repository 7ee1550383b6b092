from vigia.client import AsyncClient, Client
from vigia.notebook.figure import plot
from vigia.notebook.reading import read
from vigia.notebook.release import Release
from vigia.scanning import scan

__version__: str
__all__ = ["AsyncClient", "Client", "Release", "__version__", "plot", "read", "scan"]
