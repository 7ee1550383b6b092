"""Whether a service asks for keys, decided once, when it starts."""

from vigia.config.settings import Settings
from vigia.errors import ConfigError
from vigia.operate.places import store_of
from vigia.store.access import keys

HOW = "make one with `vigia keys add <name> --role admin`"


def opened(settings: Settings, here: bool) -> Settings:
    """Settings of a service that starts, in which `serving.open` is decided.

    Args:
        settings: as they were read.
        here: it may be opened where nobody said, on the loopback address and as long as there never was a key.

    Raises:
        ConfigError: it would ask for keys, and there is none.
        StoreError: the store, which would have them, cannot be used.
    """
    serving = settings.serving
    if serving.open:
        return settings
    database = store_of(settings)
    try:
        with database.reading() as connection:
            live, made = keys.any_live(connection), keys.any_made(connection)
    finally:
        database.close()
    if live:
        return _with(settings, False)
    if serving.open is None and here and not made and serving.may_be_open:
        return _with(settings, True)
    left = "each of its keys was revoked" if made else "it has no key"
    opening = "" if made or not serving.may_be_open else ", or set VIGIA_SERVING_OPEN=true for this machine alone"
    raise ConfigError(f"the service would answer nobody, because {left}: {HOW}{opening}")


def _with(settings: Settings, open_: bool) -> Settings:
    return settings.model_copy(update={"serving": settings.serving.model_copy(update={"open": open_})})
