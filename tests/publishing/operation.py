"""Operation of a made-up fleet in a folder: bare releases, their runs, and what is served."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from tests.support.bare_release import Spell, bare_data, bare_release, bare_training
from vigia.config import Params
from vigia.publish.operation import current_release
from vigia.publish.publish import publish
from vigia.tracking import Tracker, log_candidates
from vigia.train import Trained


class Operation:
    """Trains, releases and publishes bare releases of one fleet below a folder."""

    def __init__(self, root: Path, tracker: Tracker, params: Params) -> None:
        self.root, self.tracker, self.params = root, tracker, params
        self.home = root / "var" / params.fleet.name

    def release(self, name: str, clients: Sequence[str], spells: Sequence[Spell] = ()) -> tuple[Path, str, Trained]:
        """A release folder, its digest and its training, not logged."""
        trained = bare_training(self.root / name / "train", clients)
        return self.root / name / "release", bare_release(self.root / name / "release", trained, spells), trained

    def log(self, trained: Trained) -> int:
        """Log the runs, as the stage `train` does."""
        table = pd.DataFrame({"client_id": list(trained.candidates), "sector": "water"})
        return log_candidates(
            self.tracker,
            bare_data(list(trained.candidates)),
            trained,
            table.set_index("client_id", drop=False),
            self.params,
        )

    def publish(self, release: tuple[Path, str, Trained], force: bool = False) -> str:
        folder, _, trained = release
        return publish(folder, self.root / "var", self.params, self.tracker, trained, force)

    @property
    def uri(self) -> str:
        return f"sqlite:///{self.root}/mlflow.db"

    @property
    def served(self) -> str | None:
        folder = current_release(self.home)
        return None if folder is None else folder.name

    def champions(self) -> dict[str, str]:
        """Release of the version that `champion` points to, by registered model."""
        return self.holders("champion")

    def holders(self, alias: str) -> dict[str, str]:
        """Release of the version that an alias points to, by registered model."""
        models = [model for model in self.tracker.client.search_registered_models() if alias in model.aliases]
        versions = [self.tracker.client.get_model_version_by_alias(model.name, alias) for model in models]
        return {version.name: version.tags["release"] for version in versions}
