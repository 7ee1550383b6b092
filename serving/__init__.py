"""The HTTP service: BentoML carries it (`service`), FastAPI routes answer (`routes`), a release feeds it (`store`)."""
