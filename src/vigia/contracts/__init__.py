"""What was agreed with clients, and what their meters say of it: facts of the month, and what energy is worth.

Facts are matters of the bill and of the quality of supply, not alarms. Prices and terms change no result of a release,
so they belong to operation (`configs/contracts.yaml`).
"""

from vigia.contracts.facts import month_facts
from vigia.contracts.terms import Contracts, Tariff, Terms, load_contracts
from vigia.contracts.worth import money_of

__all__ = ["Contracts", "Tariff", "Terms", "load_contracts", "money_of", "month_facts"]
