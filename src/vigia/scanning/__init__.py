"""Events of readings without training, model or server: of a frame (`vigia.scan` is `scan`) and of a `folder`."""

from vigia.scanning.frame import Scanned, scan

__all__ = ["Scanned", "scan"]
