"""What people say of events: verdicts in files, states of alerts, and the reasons that go with a decision."""

from vigia.vocabulary.words import Term, Words, terms

VERDICTS = terms(
    Term("confirmed", Words("confirmada", "confirmed")),
    Term("dismissed", Words("descartada", "dismissed")),
    Term("new_normal", Words("aceptada como normal", "accepted as normal")),
)
STATES = terms(
    Term("new", Words("nueva", "new")),
    Term("in_review", Words("en revisión", "in review")),
    Term("confirmed", Words("confirmada", "confirmed")),
    Term("dismissed", Words("descartada", "dismissed")),
    Term("missed", Words("no detectada", "missed")),
    Term("closed", Words("cerrada", "closed")),
)
CONFIRMED_REASONS = terms(
    Term("meter", Words("medidor", "meter")),
    Term("transformer", Words("transformador de medida", "instrument transformer")),
    Term("lost_phase", Words("fase perdida", "lost phase")),
    Term("connection", Words("conexión", "connection")),
    Term("programming", Words("programación del medidor", "programming of the meter")),
    Term("unregistered_energy", Words("energía no registrada", "unregistered energy")),
    Term("other", Words("otra", "other")),
)
DISMISSED_REASONS = terms(
    Term("planned_stop", Words("parada programada", "planned stop")),
    Term("maintenance", Words("mantenimiento", "maintenance")),
    Term("holiday", Words("feriado", "holiday")),
    Term("production_change", Words("cambio de producción", "change of production")),
    Term("data_error", Words("error de datos", "error of the data")),
    Term("model_error", Words("error del modelo", "error of the model")),
    Term("duplicate", Words("duplicada", "duplicate")),
    Term("season", Words("temporada", "season")),
    Term("other", Words("otra", "other")),
)
