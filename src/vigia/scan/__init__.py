"""Events of readings without training, model or server: of a frame (`scan`) and of a folder (`folder`)."""

from vigia.scan.frame import Scanned, scan

__all__ = ["Scanned", "scan"]
