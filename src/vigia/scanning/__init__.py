"""Events of readings without training, model or server: of a frame (`scan`, which is `vigia.scan`) and of a `folder`."""

from vigia.scanning.frame import Scanned, scan

__all__ = ["Scanned", "scan"]
