"""The service as the dashboard sees it: calls over HTTP, answers, and why there is none."""

from dashboard.service.answers import Body, Group, Term, Vocabulary
from dashboard.service.client import Connections, ServiceClient, as_they_come, connections, together
from dashboard.service.errors import RefusedError, ServiceAwayError, ServiceError

__all__ = [
    "Body", "Connections", "Group", "RefusedError", "ServiceAwayError", "ServiceClient", "ServiceError", "Term",
    "Vocabulary", "as_they_come", "connections", "together",
]  # fmt: skip
