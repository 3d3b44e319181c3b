"""Why the station's store cannot be used."""


class StoreFailed(ValueError):
    """The store cannot be used now; the text names the database and the fix."""


class StoreRefused(StoreFailed):
    """It is not ours to use: waiting mends nothing."""


class StoreBusy(StoreRefused):
    """Another program works with the file, and does not let us."""


class StoreNewer(StoreRefused):
    """A newer program made it."""


class StoreCorrupt(StoreFailed):
    """The file is not a database of ours."""
