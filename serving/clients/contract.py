"""What was agreed with a client, and what its meters say of it month by month."""

from typing import Any

from serving.answers import plain
from serving.release.served import ServedClient
from vigia.contracts import Contracts, month_facts


def contract(client: ServedClient, contracts: Contracts, country: str) -> dict[str, Any]:
    """Terms of a client, and facts of each month; the latest first."""
    attributes = client.stored.attributes
    terms = contracts.of(client.client_id, attributes.get("tariff"), attributes.get("nominal_voltage_v"))
    facts = month_facts(client.stored.readings, terms, contracts, country)
    tariff = contracts.tariff_of(terms)
    return {
        "terms": {
            **terms.model_dump(),
            "currency": contracts.currency if tariff else None,
            "reactive_share": contracts.reactive_share,
            "voltage_tolerance": contracts.voltage_tolerance,
            "voltage_hours_share": contracts.voltage_hours_share,
        },
        "prices": tariff.model_dump() if tariff else None,
        "months": [plain(vars(each)) for each in reversed(facts)],
    }
