"""All parameters that change a result, a section a stage."""

from vigia.config.alarm import AlarmParams
from vigia.config.base import Section
from vigia.config.detection import DetectParams, ScreenParams
from vigia.config.fleet import FetchParams, FleetParams, IngestParams
from vigia.config.modelling import BacktestParams, CalibrateParams, ChooseParams, SplitParams, TrainParams
from vigia.config.publishing import PublishParams


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
