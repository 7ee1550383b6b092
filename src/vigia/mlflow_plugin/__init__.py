"""What MLflow asks of Vigía by itself, wherever Vigía is installed (entry point `mlflow.artifact_repository`).

MLflow reads this while it is being imported, so nothing of it is imported here before it is asked.
"""

from typing import Any


def repository(artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None) -> Any:
    """Artifacts at an address of MLflow's server: see `vigia.tracking.artifacts.repository`."""
    from vigia.tracking.artifacts import repository as found

    return found(artifact_uri, tracking_uri, registry_uri)
