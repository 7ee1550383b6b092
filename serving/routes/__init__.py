"""The routes under `/v1`, by subject. Each takes the release once and answers from it from start to end.

Routes that take a fraction of a millisecond run on the event loop; what takes longer (`def`) runs in a thread.
"""

from serving.bodies.arrived import RecordRequest
from serving.bodies.forecasting import ForecastRequest, ThresholdsRequest
from serving.bodies.posted import DetectRequest
from serving.routes import arrived, clients, consumption, events, forecasting, health, posted, vocabulary

SUBJECTS = (health, clients, consumption, forecasting, posted, arrived, events, vocabulary)
ROUTERS = tuple(subject.router for subject in SUBJECTS)
ASKED = (ForecastRequest, ThresholdsRequest, DetectRequest, RecordRequest)
"""Bodies that are sent: FastAPI does not parse them, so it does not know them."""
