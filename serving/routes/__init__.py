"""The routes under `/v1`, by subject. Each takes the release once and answers from it from start to end.

Routes that take a fraction of a millisecond run on the event loop; what takes longer (`def`) runs in a thread.
"""

from serving.bodies.access import Login, NewKey, NewPerson, PersonChange
from serving.bodies.alerts import (
    AcceptNormal,
    AlertChange,
    BulkChange,
    MissedAnomaly,
    SecondOpinion,
    SiteLogEntry,
)
from serving.bodies.arrived import RecordRequest
from serving.bodies.forecasting import ForecastRequest, ThresholdsRequest
from serving.bodies.operation.messages import SubscriptionRequest
from serving.bodies.posted import DetectRequest
from serving.routes import (
    alerts,
    arrived,
    clients,
    consumption,
    days,
    events,
    forecasting,
    health,
    posted,
    sites,
    vocabulary,
)
from serving.routes.access import audit, keys, people
from serving.routes.messages import subscriptions, unsubscribe

SUBJECTS = (
    health,
    clients,
    sites,
    consumption,
    forecasting,
    posted,
    arrived,
    events,
    alerts,
    days,
    subscriptions,
    unsubscribe,
    vocabulary,
    keys,
    people,
    audit,
)
ROUTERS = tuple(subject.router for subject in SUBJECTS)
ASKED = (
    ForecastRequest,
    ThresholdsRequest,
    DetectRequest,
    RecordRequest,
    AlertChange,
    SecondOpinion,
    BulkChange,
    MissedAnomaly,
    AcceptNormal,
    SiteLogEntry,
    SubscriptionRequest,
    NewKey,
    NewPerson,
    PersonChange,
    Login,
)
"""Bodies that are sent: FastAPI does not parse them, so it does not know them."""
