"""The routes of the service: for each a function that makes its call, by subject. Nothing is sent here."""

from vigia.client.calls import alerts, clients, events, forecasting, operation, readings

__all__ = ["alerts", "clients", "events", "forecasting", "operation", "readings"]
