"""Roles: what a person or a key may do."""

from vigia.vocabulary.words import Term, Words, terms

ROLES = terms(
    Term("reader", Words("lector", "reader"), Words("ve todo y no cambia nada", "sees everything and changes nothing")),
    Term("operator", Words("operador", "operator"), Words("trabaja con las alertas", "works on alerts")),
    Term(
        "admin",
        Words("administrador", "administrator"),
        Words("además claves, personas y registro", "keys, people and the log of what was done too"),
    ),
)
"""Those of people, each with all that the ones before it may."""
KEY_ROLES = ROLES | terms(
    Term("writer", Words("medidor", "writer"), Words("solo envía lecturas", "sends readings and nothing else"))
)
"""Those of keys."""
