"""Parameters (`params.yaml`, change results) and settings (`configs/`, change where and how it runs).

The only reader of YAML. Both are parsed once, at the edge, into frozen objects that say what each field means.
"""

from vigia.config.loading import given_params, load_params, load_settings, resolved, stage_params
from vigia.config.params import Params
from vigia.config.settings import Settings

__all__ = ["Params", "Settings", "given_params", "load_params", "load_settings", "resolved", "stage_params"]
