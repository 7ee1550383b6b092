"""What Optuna may choose for each family."""

from typing import Any, Protocol


class Trial(Protocol):
    """The part of an Optuna trial that a search space uses."""

    def suggest_int(self, name: str, low: int, high: int, *, step: int = 1, log: bool = False) -> int:
        """An integer of a range."""
        ...

    def suggest_float(
        self, name: str, low: float, high: float, *, step: float | None = None, log: bool = False
    ) -> float:
        """A number of a range."""
        ...

    def suggest_categorical(self, name: str, choices: Any) -> Any:
        """One of a list."""
        ...


def suggest(family: str, trial: Trial) -> dict[str, Any]:
    """Parameters of one trial; families without a space are not tuned."""
    if family == "xgboost":
        return {
            "step_hours": trial.suggest_categorical("step_hours", [24, 12, 8]),
            "level_days": trial.suggest_categorical("level_days", [1, 7, 14, 28]),
            "trees": trial.suggest_int("trees", 50, 350, step=25),
            "max_depth": trial.suggest_int("max_depth", 2, 6),
            "learning_rate": trial.suggest_float("learning_rate", 0.02, 0.15, log=True),
            "subsample": trial.suggest_float("subsample", 0.6, 1.0),
            "colsample": trial.suggest_float("colsample", 0.4, 1.0),
            "min_child_weight": trial.suggest_float("min_child_weight", 1.0, 20.0, log=True),
            "reg_lambda": trial.suggest_float("reg_lambda", 0.5, 10.0, log=True),
        }
    if family == "fleet":
        return {
            "trees": trial.suggest_int("trees", 150, 450, step=50),
            "max_depth": trial.suggest_int("max_depth", 4, 8),
            "learning_rate": trial.suggest_float("learning_rate", 0.03, 0.1, log=True),
            "subsample": trial.suggest_float("subsample", 0.5, 1.0),
            "colsample": trial.suggest_float("colsample", 0.3, 0.8),
            "min_child_weight": trial.suggest_float("min_child_weight", 5.0, 60.0, log=True),
            "reg_lambda": trial.suggest_float("reg_lambda", 0.5, 10.0, log=True),
        }
    if family == "lstm":
        return {
            "window_days": trial.suggest_categorical("window_days", [14, 28]),
            "level_days": trial.suggest_categorical("level_days", [7, 14, 28]),
            "units": trial.suggest_categorical("units", [16, 32]),
            "epochs": trial.suggest_int("epochs", 10, 40, step=5),
            "learning_rate": trial.suggest_float("learning_rate", 0.001, 0.006, log=True),
            "batch_size": trial.suggest_categorical("batch_size", [32, 64]),
        }
    return {}
