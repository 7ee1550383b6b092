"""Vigía: anomalous electricity consumption in the meter readings of large clients."""

__version__ = "0.1.0"
