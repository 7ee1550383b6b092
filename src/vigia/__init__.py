"""Vigía: anomalous electricity consumption in the meter readings of large clients.

`read`, `scan`, `plot` and `Release` are for notebooks, `Client` and `AsyncClient` ask a running service. Each is
imported when it is first asked for, so that `import vigia` costs nothing and needs no extra; `__init__.pyi` says what
they are to editors and mypy.
"""

from importlib import import_module

__version__ = "0.1.0"
__all__ = ["AsyncClient", "Client", "Release", "__version__", "plot", "read", "scan"]

_PLACES = {
    "AsyncClient": "vigia.client",
    "Client": "vigia.client",
    "Release": "vigia.notebook.release",
    "plot": "vigia.notebook.figure",
    "read": "vigia.notebook.reading",
    "scan": "vigia.scanning",
}


def __getattr__(name: str) -> object:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
