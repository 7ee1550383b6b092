"""Detectors of one client, each of protocol `base.Detector`; `between_clients` is what several show together."""
