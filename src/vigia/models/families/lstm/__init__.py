"""The LSTM: fitted with TensorFlow, released and read as an ONNX graph."""

from vigia.models.families.lstm.family import FAMILY

__all__ = ["FAMILY"]
