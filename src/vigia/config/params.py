"""All parameters that change a result, a section a stage."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from pydantic import PrivateAttr

from vigia.config.base import Section
from vigia.config.sections.alarm import AlarmParams
from vigia.config.sections.backtest import BacktestParams
from vigia.config.sections.calibrate import CalibrateParams
from vigia.config.sections.choose import ChooseParams
from vigia.config.sections.detect import DetectParams
from vigia.config.sections.fetch import FetchParams
from vigia.config.sections.fleet import FleetParams
from vigia.config.sections.ingest import IngestParams
from vigia.config.sections.publish import PublishParams
from vigia.config.sections.screen import ScreenParams
from vigia.config.sections.splits import SplitParams
from vigia.config.sections.train import TrainParams
from vigia.errors import ConfigError


class Params(Section):
    """The content of `params.yaml`; every section and field has a default."""

    fleet: FleetParams = FleetParams()
    fetch: FetchParams = FetchParams()
    ingest: IngestParams = IngestParams()
    splits: SplitParams = SplitParams()
    screen: ScreenParams = ScreenParams()
    train: TrainParams = TrainParams()
    choose: ChooseParams = ChooseParams()
    backtest: BacktestParams = BacktestParams()
    calibrate: CalibrateParams = CalibrateParams()
    detect: DetectParams = DetectParams()
    publish: PublishParams = PublishParams()
    alarm: AlarmParams = AlarmParams()


class StageParams(Params):
    """The sections that a stage declares; asking for any other one raises `ConfigError`.

    So no stage depends on a parameter of which DVC does not know. Picklable.
    """

    _stage: str = PrivateAttr()

    @classmethod
    def of(cls, params: Params, stage: str, sections: Collection[str]) -> "StageParams":
        """The parameters as the stage `stage` sees them."""
        seen = cls.model_construct(**{name: getattr(params, name) for name in sections})
        for name in set(cls.model_fields).difference(sections):
            del seen.__dict__[name]
        seen._stage = stage
        return seen

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in Params.model_fields:
                raise ConfigError(f"the stage `{self._stage}` reads `{name}` and does not declare it in dvc.yaml")
            return super().__getattr__(name)
