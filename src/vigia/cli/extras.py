"""Extras of the package (`pip install 'vigia-energia[serving]'`): which library belongs to which, what is there."""

from importlib.util import find_spec

DISTRIBUTION = "vigia-energia"
"""Name by which the package is installed; `vigia` on the public index is somebody else's."""
EXTRAS = {
    "train": (
        "dvc",
        "keras",
        "matplotlib",
        "mlflow",
        "optuna",
        "optuna_integration",
        "tensorflow",
        "tf2onnx",
    ),
    "serving": (
        "alembic",
        "argon2",
        "bentoml",
        "fastapi",
        "honcho",
        "limits",
        "orjson",
        "prometheus_client",
        "sqlalchemy",
        "uvicorn",
    ),
    "client": ("httpx",),
    "dashboard": ("httpx", "hvplot", "panel", "panel_material_ui"),
}
"""Extra of `pyproject.toml` -> modules that come with it, as they are imported."""


def extra_of(module: str) -> str | None:
    """The extra that brings a module; none for one that every install has, or that nobody knows.

    >>> extra_of("mlflow.tracking")
    'train'
    >>> extra_of("pandas") is None
    True
    """
    library = module.split(".")[0]
    return next((extra for extra, modules in EXTRAS.items() if library in modules), None)


def is_there(extra: str) -> bool:
    """Whether all modules of an extra can be imported."""
    return all(find_spec(module) is not None for module in EXTRAS[extra])


def how_to_install(extra: str) -> str:
    """The command that brings an extra."""
    return f"pip install '{DISTRIBUTION}[{extra}]'"
