"""The errors that Vigía raises on purpose.

    VigiaError
    ├── ConfigError        a setting or parameter is missing, unknown or out of range
    ├── SourceError        a source of readings cannot be reached or listed
    ├── IngestError        a file cannot be understood at all (rows go to quarantine instead)
    ├── FrameError         a table breaks its contract
    ├── VocabularyError    a name that no record has
    ├── NotEnoughDataError a client has too little usable history for what was asked
    ├── ModelError         a model cannot be fitted, saved, loaded or asked
    ├── ReleaseError       a release is absent, incomplete or damaged
    ├── PublishError       a release cannot be brought into operation, or none can be gone back to
    ├── StoreError         the store cannot be used, or was made by a later version
    │   └── ConflictError  what is asked contradicts what the store holds
    ├── LockedError        another process is at work where only one may be
    └── TrackingError      MLflow did not answer

Each message names the offender and what was found there. Everything else that is raised is a defect.
"""


class VigiaError(Exception):
    """Base of all errors that a user of Vigía can cause and mend."""


class ConfigError(VigiaError):
    """A setting or parameter is missing, unknown or out of range."""


class SourceError(VigiaError):
    """A source of readings cannot be reached, listed or trusted."""


class IngestError(VigiaError):
    """A file cannot be understood at all; single bad rows go to quarantine instead."""


class FrameError(VigiaError):
    """A table breaks its contract; the message names the table, the column and what was there."""


class VocabularyError(VigiaError):
    """A name that no record of the vocabulary has; the message lists those there are."""


class NotEnoughDataError(VigiaError):
    """A client has too little usable history for what was asked."""


class ModelError(VigiaError):
    """A model cannot be fitted, saved, loaded or asked."""


class ReleaseError(VigiaError):
    """A release is absent, incomplete or damaged."""


class PublishError(VigiaError):
    """A release cannot be brought into operation, by the gate or for want of its runs, or none can be gone back to."""


class StoreError(VigiaError):
    """The store cannot be reached or used, or was made by a later version."""


class ConflictError(StoreError):
    """What is asked contradicts what the store holds; nothing was changed."""


class TrackingError(VigiaError):
    """MLflow did not answer, or does not have what was asked for."""


class LockedError(VigiaError):
    """Another process is at work where only one may be, and has not ended while this one waited."""
