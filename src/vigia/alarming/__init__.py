"""Alarm management: which events come first on a person's desk, and which clients are in alarm.

Pure functions of the events table, because the service, screens, exports and messages must agree on them.
"""

from vigia.alarming.client import ClientAlarm, client_alarm
from vigia.alarming.worklist import Order, Wanted, incidents, select

__all__ = ["ClientAlarm", "Order", "Wanted", "client_alarm", "incidents", "select"]
