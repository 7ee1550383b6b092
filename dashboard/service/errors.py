"""Why the service gave no answer.

    ServiceError
    ├── ServiceAwayError   it does not answer, is too slow, or has no release yet
    └── RefusedError       it understood the request and refused it

The message is what the operator reads, in the language of the session.
"""


class ServiceError(Exception):
    """What the operator reads when a call did not succeed."""


class ServiceAwayError(ServiceError):
    """The service does not answer, is too slow, or has no release yet: what was seen last stays valid."""


class RefusedError(ServiceError):
    """The service understood the request and refused it."""
