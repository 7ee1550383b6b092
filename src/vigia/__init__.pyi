from vigia.notebook import Release, plot, read, scan

__version__: str
__all__ = ["Release", "__version__", "plot", "read", "scan"]
