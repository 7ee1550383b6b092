"""What may be wrong with operation itself; the watchdog and `/v1/health` say it by these names."""

from vigia.vocabulary.words import Term, Words, terms

PROBLEMS = terms(
    Term("no_daily_run", Words("no se hizo el proceso diario", "the daily run was not done")),
    Term("daily_run_failed", Words("falló el proceso diario", "the daily run failed")),
    Term("readings_stopped", Words("no llegan lecturas de ningún cliente", "no client's readings arrive")),
    Term("clients_silent", Words("no llegan lecturas de algunos clientes", "readings of some clients do not arrive")),
    Term("mail_waits", Words("hay mensajes que no se pueden enviar", "messages cannot be sent")),
    Term("store_unavailable", Words("no se puede usar el almacén de datos", "the store cannot be used")),
    Term("mail_failed", Words("hay mensajes rechazados", "messages were refused")),
)
