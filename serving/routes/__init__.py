"""The routes under `/v1`, by subject. Each takes the release once and answers from it from start to end.

Routes that take a fraction of a millisecond run on the event loop; what takes longer (`def`) runs in a thread.
"""

from serving.routes import clients, consumption, events, forecasting, health, posted, vocabulary

ROUTERS = tuple(subject.router for subject in (health, clients, consumption, forecasting, posted, events, vocabulary))
