"""Where artifacts are: at addresses of MLflow's server, which those who write to the database itself find without one.

An experiment keeps its artifacts at `mlflow-artifacts:/<fleet>`: its database says nothing of where that is, so a
checkout that was copied works in itself, and models can be loaded over the server from anywhere. MLflow takes such an
address over HTTP alone. The stages have no server; for the database of their own they go to the folder of the settings.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from mlflow import get_tracking_uri
from mlflow.store.artifact import artifact_repository_registry
from mlflow.store.artifact.artifact_repo import ArtifactRepository
from mlflow.store.artifact.local_artifact_repo import LocalArtifactRepository
from mlflow.store.artifact.mlflow_artifacts_repo import MlflowArtifactsRepository

from vigia.config import load_settings
from vigia.config.settings import SQLITE, Tracking
from vigia.tracking.places import SERVED, absolute_sqlite, folder_address


@dataclass(frozen=True)
class ServedArtifacts:
    """Finds the artifacts of one database without a server; those of others as `otherwise` does.

    Attributes:
        uri: of the database.
        root: address of the folder that the server would serve.
        otherwise: what finds an address of another database.
    """

    uri: str
    root: str
    otherwise: Any

    def __call__(
        self, artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
    ) -> ArtifactRepository:
        """As MLflow asks for it."""
        if (tracking_uri or get_tracking_uri()) != self.uri:
            return self.otherwise(artifact_uri, tracking_uri=tracking_uri, registry_uri=registry_uri)
        inside = urlsplit(artifact_uri).path.strip("/")
        return LocalArtifactRepository(f"{self.root}/{inside}")


def serve_from(settings: Tracking, uri: str) -> None:
    """Let this process find the artifacts of a database without a server, where they are in a folder."""
    if not uri.startswith(SQLITE) or "://" in settings.artifacts:
        return
    before: Any = artifact_repository_registry.get_registered_artifact_repositories()[SERVED]
    root = folder_address(settings.artifacts)
    if not (isinstance(before, ServedArtifacts) and (before.uri, before.root) == (uri, root)):
        served = ServedArtifacts(uri, root, before)
        artifact_repository_registry._artifact_repository_registry.register(SERVED, served)


def repository(
    artifact_uri: str, tracking_uri: str | None = None, registry_uri: str | None = None
) -> ArtifactRepository:
    """Artifacts of the database of the settings without a server, all others over HTTP.

    So MLflow finds them where nobody made a `Tracker` (`vigia.mlflow_plugin`), such as in `mlflow models serve`.
    """
    uri, settings = tracking_uri or get_tracking_uri(), load_settings().tracking
    found: Any = MlflowArtifactsRepository
    if uri.startswith(SQLITE) and "://" not in settings.artifacts:
        uri = absolute_sqlite(uri)
        found = ServedArtifacts(absolute_sqlite(settings.uri), folder_address(settings.artifacts), found)
    return found(artifact_uri, tracking_uri=uri, registry_uri=registry_uri)
