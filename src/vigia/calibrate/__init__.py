"""Bands that mean what they say: what models missed (`residuals`), of a fleet (`pool`), as `offsets` and `tables`."""

from vigia.calibrate.client import Calibrated, calibrate_client, calibrate_scaled
from vigia.calibrate.pool import Pool, pool_tails, share
from vigia.calibrate.quantiles import conformal_offsets
from vigia.calibrate.residuals import Scaled, scale_client

__all__ = [
    "Calibrated",
    "Pool",
    "Scaled",
    "calibrate_client",
    "calibrate_scaled",
    "conformal_offsets",
    "pool_tails",
    "scale_client",
    "share",
]
