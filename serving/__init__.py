"""The HTTP service: BentoML carries it (`service`), FastAPI routes answer (`routes`) with `bodies`.

What they say is computed by subject: `clients`, `events`, `forecasting`, `posted` readings, `vocabulary`. All of it
comes from the release in operation (`release`).
"""
